"""The ways from a page into somebody's calendar, and the code on paper."""

from datetime import datetime
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering
from roundtable.documents import qr
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import a_roundtable, a_token, an_invitation, worded
from tests.pages import PageClient


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    return a_roundtable(session, number=1)


def elsewhere(client: PageClient) -> list[str]:
    """Addresses of other sites; asserts that none learns where we came from."""
    found = [each for each in client.page.select("main a[href]") if str(each["href"]).startswith("https://")]
    assert all("noreferrer" in each["rel"] for each in found)
    return [str(each["href"]) for each in found]


def hosts(addresses: list[str]) -> list[str]:
    return [each.split("/")[2] for each in addresses]


WEB = ["calendar.google.com", "outlook.office.com", "outlook.live.com"]


def test_a_roundtable_is_added_from_its_public_page(client: PageClient, roundtable: Roundtable) -> None:
    client.get(client.url("public.roundtables.show", slug=roundtable.series.slug, number=1))
    assert hosts(elsewhere(client)) == WEB
    file = str(client.one("a.kern-btn[href*='calendar.ics']")["href"])
    client.get(file)
    assert client.answer.mimetype == "text/calendar"


@pytest.mark.parametrize("why", ["over", "cancelled"])
def test_nobody_adds_what_is_over_or_cancelled(
    client: PageClient, roundtable: Roundtable, at: datetime, why: str
) -> None:
    if why == "over":
        roundtable.starts_at, roundtable.ends_at = roundtable.calendar_changed_at, at
    else:
        roundtable.cancel(worded("Krankheit"), at=at)
    client.get(client.url("public.roundtables.show", slug=roundtable.series.slug, number=1))
    assert not elsewhere(client)
    assert not client.page.select("a.kern-btn[href*='calendar.ics']")


def test_a_series_and_an_office_are_subscribed_to(client: PageClient, roundtable: Roundtable) -> None:
    slug = roundtable.series.slug
    pages = {
        client.url("public.series.show", slug=slug): f"/series/{slug}/calendar.ics",
        client.url("public.home.show"): f"/offices/{roundtable.series.office.slug}/calendar.ics",
    }
    for page, feed in pages.items():
        client.get(page)
        assert hosts(elsewhere(client)) == WEB
        assert str(client.one("a[href^='webcal:']")["href"]) == f"webcal://localhost{feed}?lang=de"
        assert "8 bis 24 Stunden" in client.text()


def test_a_guest_adds_it_after_a_yes_and_hands_no_secret_on(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    roundtable.public_since = None
    invitation = an_invitation(session, roundtable)
    token = a_token(session, invitation=invitation)
    page = client.url("guest.invitation.show", token=token)
    client.get(page)
    assert not client.page.select("a.kern-btn[href*='calendar.ics']")
    answering.accept(session, invitation, at=at)
    client.get(page)
    found = elsewhere(client)
    assert hosts(found) == WEB
    assert not [each for each in found if token in each or "localhost" in each]
    assert token in str(client.one("a.kern-btn[href*='calendar.ics']")["href"])


def test_paper_leads_back_to_the_page_by_a_code(client: PageClient, roundtable: Roundtable) -> None:
    url = client.url("public.roundtables.show", slug=roundtable.series.slug, number=1)
    client.get(url)
    code = client.one("figure [role=img]")
    assert str(code["aria-label"]).endswith(f"http://localhost{url}")
    lines = [str(each["d"]) for each in code.select("path")]
    picture = ElementTree.fromstring(qr.svg(f"http://localhost{url}"))
    assert lines == [each.attrib["d"] for each in picture if "d" in each.attrib]


def test_a_code_is_a_picture_without_style_or_script() -> None:
    picture = ElementTree.fromstring(qr.svg("https://lindenau.example/de/series/wärme/7/"))
    for each in picture.iter():
        assert each.tag.rpartition("}")[2] in ("svg", "path")
        assert not {"style", "class", "onload"} & set(each.attrib)
    assert set(picture.attrib) == {"viewBox"}
