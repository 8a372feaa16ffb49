"""What stands around a release: what was agreed, where it is linked from, what the desk marks in it."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from roundtable.actions.press import publishing, quoting
from roundtable.domain.office.accounts import Account
from roundtable.domain.press.releases import Release
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import a_person, a_roundtable, a_series, an_account, an_agenda_item, an_office, both
from tests.pages import PageClient


@pytest.fixture
def roundtable(session: Session, at: datetime) -> Roundtable:
    """In public, and over since yesterday."""
    office = an_office(session)
    host = a_person(session, office, given_name="Hanna", family_name="Lindner", naming_basis="office_holder")
    series = a_series(session, office, host=host)
    series.public_since = at - timedelta(days=9)
    return a_roundtable(
        session,
        series,
        starts_at=at - timedelta(days=1),
        ends_at=at - timedelta(hours=22),
        public_since=at - timedelta(days=9),
        hours_fixed_at=at - timedelta(days=9),
    )


@pytest.fixture
def writer(session: Session, roundtable: Roundtable) -> Account:
    return an_account(session, roundtable.series.office, "press_officer")


def published(session: Session, roundtable: Roundtable, by: Account, at: datetime, language: str) -> Release:
    release = publishing.begin(session, roundtable, language, at=at, by=by)
    publishing.publish(session, release, at=at, by=by, alone_because="Probe")
    return release


def where(release: Release) -> dict[str, object]:
    return {"lang": release.language, "year": release.year, "slug": release.slug}


def test_what_was_agreed_stands_once_below_the_text_in_its_own_language(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    session.add(Commitment(series=roundtable.series, roundtable=roundtable, text="Zahlen liefern", is_public=True))
    session.flush()
    release = published(session, roundtable, writer, at, "en")

    client.get(client.url("public.press.show", **where(release)))

    assert client.text("[lang=de]:not(a)") == "Zahlen liefern"
    assert "Zahlen liefern" not in client.text("article")
    client.get(client.url("public.press.pdf", **where(release)))
    text = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(client.answer.data)).pages).split())
    assert "Zahlen liefern" in text
    client.get(client.url("public.press.txt", **where(release)))
    assert "What was agreed\nIn the words of the minutes, which are kept in German." in client.answer.text
    assert "– Zahlen liefern" in client.answer.text


def test_a_series_links_the_releases_of_its_past(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = published(session, roundtable, writer, at, "de")
    here, link = client.url("public.series.show", slug=roundtable.series.slug), where(release)
    client.get(here)
    assert client.one(f"article a[href='{client.url('public.press.show', **link)}']")
    publishing.withdraw(session, release, "Falsch.", at=at, by=writer)
    client.get(here)
    assert release.slug not in client.answer.text


def test_a_public_agenda_tells_when_an_item_begins(
    session: Session, client: PageClient, roundtable: Roundtable, at: datetime
) -> None:
    for position, (is_public, title) in enumerate([(False, "Intern"), (True, "Netze")]):
        roundtable.agenda.append(
            AgendaItem(position=position, title=both(title), duration_minutes=20, is_public=is_public)
        )
    session.flush()
    client.get(client.url("public.roundtables.show", slug=roundtable.series.slug, number=roundtable.number))
    begins = (roundtable.starts_at + timedelta(minutes=20)).astimezone(roundtable.series.zone)
    assert client.text("tbody tr") == f"{begins:%H:%M} Netze 20 Min."


def test_a_long_public_agenda_comes_in_pages_with_the_right_times(session: Session, client: PageClient) -> None:
    """Internal items are not shown, but they take their time, before this page as on it."""
    roundtable = a_roundtable(session)
    for number in range(1, 61):
        an_agenda_item(session, roundtable, title=both(f"Punkt {number}"), duration_minutes=7, is_public=number % 3 > 0)
    public = [number for number in range(1, 61) if number % 3]
    url = client.url("public.roundtables.show", slug=roundtable.series.slug, number=roundtable.number)
    words = set()
    for page, numbers in enumerate((public[:20], public[20:]), start=1):
        client.get(f"{url}?page={page}")
        assert len(client.statements) <= 6
        begins = [
            (roundtable.starts_at + timedelta(minutes=7 * (number - 1))).astimezone(roundtable.series.zone)
            for number in numbers
        ]
        rows = [f"{at:%H:%M} Punkt {number} 7 Min." for at, number in zip(begins, numbers, strict=True)]
        assert client.texts("#agenda tbody tr") == rows
        words.add(client.page.select("a[href*='calendar.google']")[0]["href"])
    assert len(words) == 1
    file = client.url("public_files.calendars.roundtable", slug=roundtable.series.slug, number=roundtable.number)
    client.get(file)
    assert client.answer.text.replace("\r\n ", "").count("Punkt") == 40


def test_the_desk_marks_a_quote_that_is_not_released(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    host = roundtable.series.host
    assert host is not None
    quote = quoting.write_quote(session, roundtable, host, language="de", text="Wir bauen.", at=at, by=None)
    publishing.begin(session, roundtable, "de", at=at, by=writer)
    client.sign_in(writer)
    here = client.url("desk.releases.show", roundtable_id=roundtable.id, language="de")
    client.get(here)
    assert client.page.select("figure figcaption .kern-badge--warning")
    quoting.release(quote, fingerprint=quote.fingerprint, at=at)
    client.get(here)
    assert client.page.select("figure figcaption")
    assert not client.page.select("figure .kern-badge--warning")
