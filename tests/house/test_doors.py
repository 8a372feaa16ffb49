"""Who may enter: walked over the application's own addresses, new pages included."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from roundtable.domain.office.offices import ROLES
from tests.factories import an_account, an_office
from tests.house.everything import Everything
from tests.pages import PageClient

# What every signed-in person may do, whatever the role.
OF_EVERYBODY = {"desk.sign_in.begin", "desk.sign_in.end", "desk.components.try_out", "desk.digest.choose"}
OF_EVERYBODY |= {"desk.my_calendar.renew", "desk.my_calendar.end"}
GUARDED_BY_ITSELF = "desk.sign_in."


def desk_rules(app: Flask, method: str) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("desk.") and method in (rule.methods or ()):
            yield rule


def status(client: PageClient, method: str, endpoint: str, values: dict[str, object], token: bool = True) -> int:
    return client.knock(method, client.url(endpoint, **values), token=token)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_are_sent_to_sign_in(app: Flask, client: PageClient, everything: Everything, method: str) -> None:
    for rule, endpoint, values in everything.addresses(desk_rules(app, method)):
        if not endpoint.startswith(GUARDED_BY_ITSELF):
            assert status(client, method, endpoint, values) == 302, f"{method} {rule} lets strangers in"
            assert "/desk/sign-in" in client.answer.headers["Location"]


def test_viewers_change_nothing(app: Flask, session: Session, client: PageClient, everything: Everything) -> None:
    client.sign_in(an_account(session, everything.series.office, "viewer"))
    for rule, endpoint, values in everything.addresses(desk_rules(app, "POST")):
        if endpoint not in OF_EVERYBODY:
            assert status(client, "POST", endpoint, values) in (403, 404), f"a viewer may POST {rule}"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_offices_see_nothing(
    app: Flask, session: Session, client: PageClient, everything: Everything, method: str
) -> None:
    client.sign_in(an_account(session, an_office(session), "owner"))
    for rule, endpoint, values in everything.addresses(desk_rules(app, method)):
        if any(name.endswith("_id") for name in rule.arguments):
            assert status(client, method, endpoint, values) == 404, f"{method} {rule} shows another office's things"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_through_ones_own_roundtable_nothing_of_another_offices_is_reached(
    app: Flask, session: Session, client: PageClient, everything: Everything, method: str
) -> None:
    """Own roundtables and series, complete in themselves, with the numbers of things that belong to others."""
    mine = Everything(session, everything.at, everything.settings)
    client.sign_in(mine.owner)
    walked = 0
    for rule, endpoint, values in everything.addresses(desk_rules(app, method)):
        others = {name for name in values if name.endswith("_id")} - {"roundtable_id", "series_id"}
        if not others or len(others) == len([name for name in values if name.endswith("_id")]):
            continue
        if "roundtable_id" in values:
            values["roundtable_id"] = (mine.held if values["roundtable_id"] == everything.held.id else mine.coming).id
        if "series_id" in values:
            values["series_id"] = mine.series.id
        assert status(client, method, endpoint, values) == 404, f"{method} {rule} reaches {others} of another office"
        walked += 1
    assert walked > 10


def test_those_without_an_office_see_nothing(
    app: Flask, session: Session, client: PageClient, everything: Everything
) -> None:
    client.sign_in(an_account(session))
    for rule, endpoint, values in everything.addresses(desk_rules(app, "GET")):
        if rule.arguments - {"lang"}:
            assert status(client, "GET", endpoint, values) == 404, f"{rule} is open without a role"


def posts(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()))


def test_every_post_needs_its_token(app: Flask, client: PageClient, everything: Everything) -> None:
    client.sign_in(everything.owner)
    for rule, endpoint, values in everything.addresses(posts(app)):
        if not endpoint.startswith("guest."):
            assert status(client, "POST", endpoint, values, token=False) == 400, (
                f"POST {rule} works without a CSRF token"
            )


@pytest.mark.parametrize(
    "sent",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"}],
    ids="-".join,
)
def test_nothing_is_posted_through_a_personal_link_from_another_site(
    app: Flask, client: PageClient, everything: Everything, sent: dict[str, str]
) -> None:
    for rule, endpoint, values in everything.addresses(posts(app)):
        if endpoint.startswith("guest."):
            url = client.url(endpoint, **values)
            assert client.knock("POST", url, token=False, headers=sent) == 403, f"POST {rule} is open to other sites"


def test_a_personal_link_needs_no_cookie_and_sets_none(app: Flask, client: PageClient, everything: Everything) -> None:
    """The token in the address is the proof (rule 28)."""
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))
    for rule, endpoint, values in everything.addresses(rules):
        if endpoint.startswith("guest."):
            client.knock("GET", client.url(endpoint, **values))
            assert "Set-Cookie" not in client.answer.headers, f"{rule} sets a cookie"
    for rule, endpoint, values in everything.addresses(posts(app)):
        if endpoint.startswith("guest."):
            said = {"kind": "accepted"}
            answered = client.knock("POST", client.url(endpoint, **values), token=False, data=said)
            assert answered in (200, 302, 303, 404, 422, 429), f"POST {rule} without a cookie: {answered}"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_let_in_where_a_button_leads(
    session: Session, client: PageClient, everything: Everything, role: str
) -> None:
    """What is drawn is allowed: no link on the main pages of the desk ends in a refusal."""
    client.sign_in(an_account(session, everything.series.office, role))
    start = [client.url("desk.dashboard.show"), client.url("desk.series.show", series_id=everything.series.id)]
    start += [
        client.url("desk.roundtables.show", roundtable_id=each.id) for each in (everything.held, everything.coming)
    ]
    linked: dict[str, str] = {}
    for page in start:
        for link in client.get(page).select("a[href^='/de/desk/']"):
            linked.setdefault(str(link["href"]), page)
    for address, page in linked.items():
        assert client.knock("GET", address) < 400, f"{page} links a {role} to {address}"
