"""At the desk and on the series page: what two people see before the public does."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from roundtable.actions.press import publishing, quoting
from roundtable.domain.office.accounts import Account
from roundtable.domain.press.releases import Release
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Minutes
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import a_person, a_roundtable, a_series, an_account, an_office, both
from tests.pages import PageClient

HOUR = timedelta(hours=1)


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    office = an_office(session)
    host = a_person(session, office, given_name="Hanna", family_name="Lindner", naming_basis="office_holder")
    return a_roundtable(session, a_series(session, office, host=host), motto=both("Wärme", "Heat"))


@pytest.fixture
def writer(session: Session, roundtable: Roundtable) -> Account:
    return an_account(session, roundtable.series.office, "press_officer")


def a_release(session: Session, roundtable: Roundtable, by: Account, at: datetime, **values: Any) -> Release:
    release = publishing.begin(session, roundtable, "de", at=at, by=by)
    told = {"title": "Ein Plan", "body": "Die Stadt baut.", **values}
    publishing.update(session, release, at=at, by=by, **told)
    return release


def published(session: Session, roundtable: Roundtable, by: Account, at: datetime, **values: Any) -> Release:
    release = a_release(session, roundtable, by, at, **values)
    publishing.publish(session, release, at=at, by=by, alone_because="Probe")
    return release


def address(client: PageClient, release: Release) -> str:
    return client.url("public.press.show", lang="de", year=release.year, slug=release.slug)


def test_a_form_with_a_mistake_still_shows_what_the_other_wrote(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = a_release(session, roundtable, writer, at)
    client.sign_in(writer)
    client.get(client.url("desk.releases.edit", roundtable_id=roundtable.id, language="de"))
    publishing.update(session, release, title="Von der anderen", body="Ihr Text.", at=at, by=writer)
    client.submit(expect=422, title="")
    client.submit(expect=422, title="Von mir")
    assert "Ihr Text." in client.text()


def test_an_embargo_ends_earlier_only_with_a_reason_and_the_desk_sees_it(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = published(session, roundtable, writer, at, embargo_until=at + HOUR)
    client.sign_in(writer)
    client.get(client.url("desk.releases.edit", roundtable_id=roundtable.id, language="de"))
    client.submit(expect=422, embargo_until="")
    assert client.page.select("#earlier_because-error")
    client.submit(earlier_because="Steht schon im Blatt")
    client.follow()
    assert "Steht schon im Blatt" in client.text(".rt-columns__aside")
    client.get(address(client, release))


def test_a_page_without_its_waiting_quotes_is_approved_and_published(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = a_release(session, roundtable, writer, at)
    assert roundtable.series.host is not None
    quoting.write_quote(session, roundtable, roundtable.series.host, language="de", text="Wir bauen.", at=at, by=None)
    client.sign_in(an_account(session, roundtable.series.office, "press_officer"))
    client.get(client.url("desk.releases.show", roundtable_id=roundtable.id, language="de"))
    client.submit("form[action$='/approve']")
    client.follow()
    client.submit("#publish form", expect=422, without_waiting="y")
    client.get(client.url("desk.releases.show", roundtable_id=roundtable.id, language="de"))
    client.submit("form:has(button[name=seen_without_waiting])")
    client.follow()
    client.submit("#publish form", without_waiting="y")
    client.get(address(client, release))
    assert "Wir bauen." not in client.text()


def test_nobody_approves_words_that_came_after_the_look(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = a_release(session, roundtable, writer, at)
    client.sign_in(an_account(session, roundtable.series.office, "press_officer"))
    client.get(client.url("desk.releases.show", roundtable_id=roundtable.id, language="de"))
    seen = client.one("button[name=seen]")["value"]
    publishing.update(session, release, title=release.title, body="Nie gesehen.", at=at, by=writer)
    client.post(client.url("desk.releases.approve", roundtable_id=roundtable.id, language="de"), {"seen": seen})
    session.refresh(release)
    assert release.approved_at is None


def test_a_commitment_is_public_after_minutes_and_embargo(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    session.add(Commitment(series=roundtable.series, roundtable=roundtable, text="Zahlen liefern", is_public=True))
    minutes = Minutes(roundtable=roundtable, begun_at=at)
    session.add(minutes)
    page = client.url("public.series.show", slug=roundtable.series.slug)

    def is_shown() -> bool:
        client.get(page)
        return "Zahlen liefern" in client.text()

    assert not is_shown()
    minutes.approved_at = at
    assert is_shown()
    roundtable.public_since = None
    assert not is_shown()
    roundtable.public_since = at
    published(session, roundtable, writer, at, embargo_until=at + HOUR)
    assert not is_shown()
    with time_machine.travel(at + HOUR, tick=False):
        assert is_shown()


def test_a_zone_stays_once_roundtables_are_planned_in_it(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    client.sign_in(an_account(session, roundtable.series.office))
    client.get(client.url("desk.series.edit", series_id=roundtable.series_id))
    client.submit("main form", 422, timezone="Europe/Lisbon")
    assert client.page.select("#timezone-error")
    assert session.get_one(Roundtable, roundtable.id).series.timezone == "Europe/Berlin"


def test_shown_to_the_public_and_hidden_again(client: PageClient, session: Session, roundtable: Roundtable) -> None:
    client.sign_in(an_account(session, roundtable.series.office))
    url = client.url("desk.roundtables.show_publicly", roundtable_id=roundtable.id)
    for _twice in range(2):
        client.post(url, {"shown": "no"})
        assert session.get_one(Roundtable, roundtable.id).public_since is None
    client.get(client.url("desk.roundtables.show", roundtable_id=roundtable.id))
    button = client.one("form[action$='show-publicly'] button")
    client.post(url, {str(button["name"]): button["value"]})
    assert session.get_one(Roundtable, roundtable.id).public_since is not None
    client.post(url, {}, 400)


@pytest.fixture
def editing(client: PageClient, session: Session, roundtable: Roundtable, writer: Account, at: datetime) -> PageClient:
    a_release(session, roundtable, writer, at)
    client.sign_in(writer)
    client.get(client.url("desk.releases.edit", roundtable_id=roundtable.id, language="de"))
    return client


def test_pasted_text_is_cleaned_and_the_page_says_what_went(
    session: Session, editing: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    editing.submit(title="Ein\ufeff Plan", body="Das Bu\u0308rgerhaus.\n\uf0b7 Erster Punkt")
    editing.follow()
    said = editing.text("body")
    assert "„Titel“" in said
    assert "U+FEFF" in said
    assert "U+F0B7 → •" in said
    release = publishing.release_of(session, roundtable, "de")
    assert release is not None
    assert (release.title, release.body) == ("Ein Plan", "Das Bürgerhaus.\n• Erster Punkt")
    version = publishing.publish(session, release, at=at, by=writer, alone_because="eilt")
    session.commit()
    assert version.content["blocks"][-1]["kind"] == "li"
    editing.get(editing.url("public.press.archive", lang="de", q="bu\u0308rgerhaus"))
    assert "Ein Plan" in editing.text()


def test_what_the_pdf_cannot_print_is_said_at_the_field_with_the_word(
    session: Session, editing: PageClient, roundtable: Roundtable
) -> None:
    # No character so far, so that no font has it.
    editing.submit(expect=422, body="Wir bauen ein Netz\U00013fff für alle.")
    assert "„Netz\U00013fff“" in editing.text("#body-error")
    assert "Wir bauen ein Netz" in str(editing.one("#body").text)
    session.expire_all()
    release = publishing.release_of(session, roundtable, "de")
    assert release is not None
    assert release.body == "Die Stadt baut."
