"""Who registered without an invitation, at the desk: open, let in, turn away; and whose seats there are."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from roundtable.actions.guests import signing_up
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import a_person, a_roundtable, a_sign_up, a_token, an_account
from tests.pages import PageClient


@pytest.fixture
def roundtable(session: Session, at: datetime) -> Roundtable:
    opened_at = at - timedelta(days=9)
    return a_roundtable(session, seats=1, registration_opened_at=opened_at, registration_is_moderated=False)


def _desk(client: PageClient, name: str, roundtable: Roundtable, **values: object) -> str:
    return client.url(f"desk.sign_ups.{name}", roundtable_id=roundtable.id, **values)


def test_opening_and_closing_at_the_desk(client: PageClient, session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, public_since=None)
    client.sign_in(an_account(session, roundtable.series.office))
    client.get(_desk(client, "index", roundtable))
    assert "sobald die Öffentlichkeit" in client.text()
    client.post(_desk(client, "open_registration", roundtable), {"moderated": "yes"})
    client.follow()
    assert "Noch kann niemand diesen Roundtable sehen" in client.text("body")
    roundtable.public_since = at
    client.get(_desk(client, "index", roundtable))
    client.submit("main form:has(button[value=yes])")
    client.follow()
    assert "Sie entscheiden, wer zugelassen wird" in client.text()
    client.submit("main form:has(button[value=no])")
    client.follow()
    assert "Wer die Adresse bestätigt, ist sofort zugelassen" in client.text()
    client.get(client.url("desk.roundtables.show", roundtable_id=roundtable.id))
    assert "Die Anmeldung ist offen" in client.text()
    assert len(client.statements) <= 12
    client.get(_desk(client, "index", roundtable))
    client.submit("main form[action$='/close']")
    assert session.get_one(Roundtable, roundtable.id).registration_opened_at is None


def test_letting_in_and_turning_away_one_by_one(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    known = a_person(session, roundtable.series.office, given_name="Rita", family_name="Rektorin")
    good = a_sign_up(session, roundtable, confirmed_at=at, email=known.email)
    bad = a_sign_up(session, roundtable, confirmed_at=at)
    client.sign_in(an_account(session, roundtable.series.office))
    client.get(client.url("desk.roundtables.show", roundtable_id=roundtable.id))
    assert "2 Personen warten auf Ihr Wort" in client.text()
    client.get(_desk(client, "show", roundtable, sign_up_id=good.id))
    assert "Rita Rektorin" in client.text()
    client.submit("form[action$='/let-in']")
    client.follow()
    assert f"{good.name} ist zugelassen" in client.text("body")
    client.get(_desk(client, "show", roundtable, sign_up_id=bad.id))
    client.submit("form[action$='/turn-away']", 422, words="x" * 501)
    assert client.page.select("#words-error")
    client.submit("form[action$='/turn-away']", words="Im Herbst gern!")
    client.post(_desk(client, "let_in", roundtable, sign_up_id=bad.id))
    client.follow()
    assert "hat bereits eine Absage erhalten" in client.text("body")
    for state, name in (("let_in", good.name), ("turned_away", bad.name)):
        client.get(_desk(client, "index", roundtable, state=state))
        assert client.texts("main tbody th") == [name]
    link = client.url("guest.sign_up.show", token=a_token(session, sign_up=bad))
    client.get(link)
    assert "konnte Ihnen keinen Platz anbieten" in client.text()


def test_all_who_are_ticked_are_let_in_in_the_order_they_asked(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    first, second, third = (
        a_sign_up(session, roundtable, confirmed_at=at - timedelta(hours=hours)) for hours in (3, 2, 1)
    )
    stranger = a_sign_up(session, confirmed_at=at)
    client.sign_in(an_account(session, roundtable.series.office))
    client.post(_desk(client, "let_in_chosen", roundtable), {})
    client.follow()
    assert "mindestens eine Person" in client.text("body")
    client.submit("form:has(input[name=chosen])", chosen=[third.id, first.id, stranger.id])
    client.follow()
    assert "2 Personen sind zugelassen" in client.text("body")
    assert client.texts("main tbody th") == [second.name]
    session.expire_all()
    assert stranger.state == "waiting"
    states = [each.invitation.registration.state for each in (first, third)]  # type: ignore[union-attr]
    assert states == ["confirmed", "waiting"]


def test_the_list_is_paged_and_costs_the_same(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    client.sign_in(an_account(session, roundtable.series.office))
    costs = []
    for number in (2, 58):
        for _ in range(number):
            a_sign_up(session, roundtable, confirmed_at=at)
        client.get(_desk(client, "index", roundtable))
        costs.append(len(client.statements))
    assert costs[0] == costs[1] <= 12
    assert len(client.page.select("main tbody tr")) == 50
    client.get(_desk(client, "index", roundtable, page=2))
    assert len(client.page.select("main tbody tr")) == 10


def test_the_seats_form_says_what_stands_in_the_way(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    for _ in range(2):
        signing_up.confirm(session, a_sign_up(session, roundtable), at=at)
    client.sign_in(an_account(session, roundtable.series.office))
    client.get(client.url("desk.roundtables.edit", roundtable_id=roundtable.id))
    client.submit("main form", 422, seats="0")
    assert "Bisher bestätigt: 1" in client.text("#seats-error")
    client.submit("main form", 422, seats="1", reserved_seats="2")
    assert "mehr Plätze zurückgehalten" in client.text("#reserved_seats-error")
    client.submit("main form", 422, seats="1", reserved_seats="1")
    assert "höchstens 0" in client.text("#reserved_seats-error")
    client.submit("main form", 422, reserved_seats="0", companions="6", seats_per_organisation="0")
    assert client.page.select("#companions-error")
    assert client.page.select("#seats_per_organisation-error")
    client.submit("main form", seats="3", reserved_seats="1", companions="2", seats_per_organisation="")
    client.follow()
    assert "1 Person ist nachgerückt" in client.text("body")
    found = session.get_one(Roundtable, roundtable.id)
    assert (found.seats, found.reserved_seats, found.seats_per_organisation, found.companions) == (3, 1, None, 2)


def test_viewers_neither_read_addresses_nor_decide(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    sign_up = a_sign_up(session, roundtable, confirmed_at=at)
    client.sign_in(an_account(session, roundtable.series.office, "viewer"))
    client.get(_desk(client, "index", roundtable), 403)
    client.get(_desk(client, "show", roundtable, sign_up_id=sign_up.id), 403)
    client.sign_in(an_account(session, roundtable.series.office, "press_officer"))
    client.get(_desk(client, "index", roundtable))
    assert client.page.select("main form, main tbody a") == []
    for name in ("let_in", "turn_away"):
        client.post(_desk(client, name, roundtable, sign_up_id=sign_up.id), expect=403)
    for name in ("let_in_chosen", "open_registration", "close_registration"):
        client.post(_desk(client, name, roundtable), expect=403)
    other = a_sign_up(session, a_roundtable(session, roundtable.series), confirmed_at=at)
    client.sign_in(an_account(session, roundtable.series.office))
    client.get(_desk(client, "show", roundtable, sign_up_id=other.id), 404)
