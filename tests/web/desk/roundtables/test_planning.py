"""The desk plans: dashboard, people, series, one roundtable, its agenda and papers."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.press.quotes import Quote
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Attendance, Minutes
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.mail.outbox.outbox import Letter
from tests.factories import (
    a_member,
    a_person,
    a_roundtable,
    a_series,
    an_account,
    an_agenda_item,
    an_invitation,
    an_office,
    an_organisation,
)
from tests.pages import PageClient


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


@pytest.fixture
def desk(client: PageClient, session: Session, office: Office) -> Account:
    account = an_account(session, office)
    client.sign_in(account)
    return account


@pytest.fixture
def series(session: Session, office: Office) -> Series:
    return a_series(session, office)


@pytest.fixture
def roundtable(session: Session, series: Series, desk: Account) -> Roundtable:
    return a_roundtable(session, series, number=1)


def page(client: PageClient, endpoint: str, **values: Any) -> None:
    client.get(client.url(endpoint, **values))


def test_an_empty_dashboard_offers_the_first_step(client: PageClient, desk: Account) -> None:
    page(client, "desk.dashboard.show")
    assert "Nothing needs you right now" in client.text() or "Im Moment ist nichts zu tun" in client.text()
    assert client.page.select(f"a[href='{client.url('desk.series.new')}']")


def test_the_dashboard_names_what_needs_somebody(
    client: PageClient, session: Session, series: Series, desk: Account, at: datetime
) -> None:
    over = a_roundtable(session, series, number=1, starts_at=at - timedelta(days=3))
    coming = a_roundtable(session, series, number=2)
    person = a_person(session, series.office)
    quote = dict(roundtable=over, language="de", text="Ja.", attribution="X", written_at=at, asked_at=at)
    released = Quote(person=a_person(session, series.office), **quote)
    released.release(at=at)
    session.add_all([Quote(person=person, **quote), released])
    answering.accept(session, an_invitation(session, coming, person), at=at)
    stuck = session.scalars(select(Letter)).one()
    stuck.state = "failed"
    foreign = a_roundtable(session, starts_at=at - timedelta(days=3))
    page(client, "desk.dashboard.show")
    links = [str(tag["href"]) for tag in client.page.select("main a")]
    assert client.url("desk.minutes.show", roundtable_id=over.id) in links
    assert client.url("desk.quotes.index", roundtable_id=over.id) in links
    assert client.url("desk.invitations.index", roundtable_id=coming.id) in links
    assert client.url("desk.letters.index", state="failed") in links
    assert client.url("desk.roundtables.show", roundtable_id=coming.id) in links
    assert client.url("desk.minutes.show", roundtable_id=foreign.id) not in links
    assert "1 Zitat" in client.text() or "1 quote" in client.text()


def test_people_are_found_by_name_and_organisation(
    client: PageClient, session: Session, desk: Account, office: Office
) -> None:
    chamber = an_organisation(session, office, name="100 % Handwerk")
    for number in range(30):
        a_person(session, office, family_name=f"Meier{number:02}")
    a_person(session, office, given_name="Ada", family_name="Zoll", organisation=chamber)
    a_person(session, an_office(session), family_name="Fremd")
    page(client, "desk.people.index")
    assert len(client.page.select("tbody tr")) == 25
    queries = len(client.statements)
    page(client, "desk.people.index", page=2)
    assert len(client.page.select("tbody tr")) == 6
    page(client, "desk.people.index", q="ada 100 %")
    assert client.texts("tbody th") == ["Ada Zoll"]
    assert len(client.statements) == queries
    page(client, "desk.people.index", q="Fremd")
    assert client.page.select("tbody tr") == []


def test_an_organisation_typed_in_other_capitals_is_the_one_that_is_there(
    client: PageClient, session: Session, desk: Account, office: Office
) -> None:
    known = an_organisation(session, office, name="ÖKO-Institut")
    page(client, "desk.people.new")
    client.submit("main form", family_name="Zoll", email="ada@x.example", new_organisation="öko-institut")
    assert session.scalars(select(Person.organisation_id)).one() == known.id
    assert session.scalars(select(Organisation.name)).all() == ["ÖKO-Institut"]


def test_a_person_is_added_with_a_new_organisation_and_edited(
    client: PageClient, session: Session, desk: Account
) -> None:
    page(client, "desk.people.new")
    client.submit(
        "main form",
        given_name="Ada",
        family_name="Zoll",
        email="ada@x.example",
        new_organisation="Zollverein",
        naming_basis="agreed",
    )
    person = session.scalars(select(Person)).one()
    assert person.organisation is not None
    assert (person.name, person.organisation.name, person.naming_agreed_at is not None) == (
        "Ada Zoll",
        "Zollverein",
        True,
    )
    client.get(client.url("desk.people.edit", person_id=person.id))
    client.submit("main form", family_name="Zöllner")
    assert session.scalars(select(Person)).one().name == "Ada Zöllner"
    assert session.scalar(select(func.count()).select_from(Organisation)) == 1
    page(client, "desk.people.new")
    client.submit("main form", 422, family_name="Doppelt", email="ADA@x.example")
    assert client.one("#family_name")["value"] == "Doppelt"
    assert client.page.select("#email-error")


def test_people_of_another_office_are_not_there(client: PageClient, session: Session, desk: Account) -> None:
    stranger = a_person(session, an_office(session))
    client.get(client.url("desk.people.edit", person_id=stranger.id), 404)


def test_a_series_is_begun_with_a_rhythm_and_a_short_name(
    client: PageClient, session: Session, desk: Account, office: Office
) -> None:
    page(client, "desk.series.new")
    client.submit("main form", name_de="Grüner Tisch & Co.", is_public="y", rhythm_unit="months", begins_at="14:00")
    found = session.scalars(select(Series)).one()
    assert (found.slug, found.public_since is not None) == ("gruener-tisch-co", True)
    assert (found.rhythm, found.begins_at) == ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1WE", time(14))
    client.get(client.url("desk.series.edit", series_id=found.id))
    client.submit("main form", 422, rhythm_every="30")
    assert client.page.select("#rhythm_every-error")
    client.submit("main form", rhythm_every="2", rhythm_which="-1", region="DE-BE")
    found = session.scalars(select(Series)).one()
    assert (found.rhythm, found.region) == ("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1WE", "DE-BE")
    page(client, "desk.series.new")
    client.submit("main form", 422, name_de="Anderer", slug="gruener-tisch-co")
    assert client.page.select("#slug-error")


def test_a_series_shows_time_commitments_and_who_comes(
    client: PageClient, session: Session, series: Series, desk: Account, at: datetime
) -> None:
    over = a_roundtable(session, series, number=1, starts_at=at - timedelta(days=3))
    a_roundtable(session, series, number=2)
    chamber = an_organisation(session, series.office, name="Kammer", short_name="")
    head, delegate = (a_person(session, series.office, organisation=chamber) for _ in range(2))
    a_member(session, series, head)
    minutes = Minutes(roundtable=over, begun_at=at, attendance_closed_at=at)
    same = dict(organisation=chamber, recorded_at=at)
    minutes.attendance = [
        Attendance(person=head, state="represented", represented_by=delegate, **same),
        Attendance(person=delegate, state="present", **same),
    ]
    session.add_all([minutes, Commitment(series=series, roundtable=over, text="Bericht", organisation=chamber)])
    page(client, "desk.series.show", series_id=series.id)
    assert len(client.page.select(".rt-dots li")) == 2
    row = client.one(".rt-matrix tbody tr").get_text(" ", strip=True)
    assert row.startswith("Kammer")
    assert "vertreten" in row or "sent a delegate" in row
    assert head.name in client.text()


def test_a_roundtable_is_planned_over_midnight(
    client: PageClient, session: Session, series: Series, desk: Account
) -> None:
    client.get(client.url("desk.roundtables.new", series_id=series.id))
    client.submit("main form", day="2026-06-30", begins="21:00", ends="01:00", motto_de="Nachts")
    roundtable = session.scalars(select(Roundtable)).one()
    assert roundtable.starts_at == datetime(2026, 6, 30, 19, tzinfo=UTC)
    assert roundtable.ends_at == datetime(2026, 6, 30, 23, tzinfo=UTC)
    client.follow()
    assert "Nachts" in client.text("h1")


def test_a_roundtable_without_hours_is_a_day_of_its_zone(
    client: PageClient, session: Session, series: Series, desk: Account
) -> None:
    client.get(client.url("desk.roundtables.new", series_id=series.id))
    client.submit("main form", day="2026-10-25")
    roundtable = session.scalars(select(Roundtable)).one()
    assert not roundtable.has_hours
    assert roundtable.ends_at - roundtable.starts_at == timedelta(hours=25)


@pytest.mark.parametrize(
    ("day", "begins", "ends", "at_field"),
    [
        ("2026-03-29", "02:30", "04:00", "begins"),  # the clocks go forward
        ("2026-03-28", "23:00", "02:30", "ends"),
        ("2026-06-30", "14:00", "12:00", "ends"),
        ("2026-06-30", "14:00", "", "ends"),
        ("2026-06-30", "", "14:00", "begins"),
        ("", "12:00", "14:00", "day"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_field(
    client: PageClient, session: Session, series: Series, desk: Account, day: str, begins: str, ends: str, at_field: str
) -> None:
    client.get(client.url("desk.roundtables.new", series_id=series.id))
    client.submit("main form", 422, day=day, begins=begins, ends=ends, motto_de="Bleibt stehen")
    assert client.page.select(f"#{at_field}-error")
    assert client.one("#motto_de")["value"] == "Bleibt stehen"
    assert session.scalar(select(func.count()).select_from(Roundtable)) == 0


def test_the_page_of_a_roundtable_costs_the_same_for_two_and_for_sixty(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    for _ in range(2):
        an_invitation(session, roundtable)
    page(client, "desk.roundtables.show", roundtable_id=roundtable.id)
    few = len(client.statements)
    for number in range(58):
        invitation = an_invitation(session, roundtable)
        if number < 10:
            answering.accept(session, invitation, at=at)
        elif number < 13:
            answering.decline(session, invitation, at=at)
    page(client, "desk.roundtables.show", roundtable_id=roundtable.id)
    assert len(client.statements) == few <= 12
    assert len(client.page.select(".rt-silent li")) == 20
    assert "27" in client.text(".rt-columns__aside a[href*=silent]")
    assert [tag.get_text() for tag in client.page.select(".rt-legend strong")] == ["10", "0", "3", "47"]
    assert "13" in client.text(".rt-task:nth-of-type(2)")


def test_editing_what_somebody_else_has_changed_keeps_both(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    client.get(client.url("desk.roundtables.edit", roundtable_id=roundtable.id))
    roundtable.venue = "Werk 2 (die andere)"
    client.submit("main form", 409, venue="Saal 1 (ich)")
    assert client.one("#venue")["value"] == "Saal 1 (ich)"
    assert "Werk 2 (die andere)" in client.text(".rt-others")
    client.submit("main form")
    assert session.get_one(Roundtable, roundtable.id).venue == "Saal 1 (ich)"


def test_fewer_seats_than_taken_are_refused_at_the_field(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    for _ in range(2):
        answering.accept(session, an_invitation(session, roundtable), at=at)
    client.get(client.url("desk.roundtables.edit", roundtable_id=roundtable.id))
    client.submit("main form", 422, seats="1", venue="Anders")
    assert client.page.select("#seats-error")
    assert session.get_one(Roundtable, roundtable.id).venue != "Anders"


def test_a_new_date_shows_its_letter_before_it_is_sent(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    an_invitation(session, roundtable)
    before = roundtable.starts_at
    client.get(client.url("desk.roundtables.reschedule_form", roundtable_id=roundtable.id))
    typed = dict(day="2026-04-02", begins="10:00", ends="12:00", because_de="Saal belegt")
    client.submit("main form", 422, **{**typed, "because_de": ""})
    client.submit("main form", 200, **typed, preview="1")
    assert "Saal belegt" in client.text(".rt-letter-text")
    assert session.scalar(select(func.count()).select_from(Letter)) == 0
    # What was not seen does not go out: other words, another day.
    for other in ({"because_de": "Streik"}, {"day": "2026-04-09"}, {"day": "2026-04-02", "because_de": "Saal belegt"}):
        client.submit("main form", 200, **other)
    assert "2. April" in client.text(".rt-letter-text")
    assert session.get_one(Roundtable, roundtable.id).starts_at == before
    client.submit("main form")
    assert session.get_one(Roundtable, roundtable.id).starts_at == datetime(2026, 4, 2, 8, tzinfo=UTC)
    assert session.scalars(select(Letter.kind)).all() == ["new_date"]


def test_cancelling_shows_its_letter_and_is_done_once(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    an_invitation(session, roundtable)
    client.get(client.url("desk.roundtables.cancel_form", roundtable_id=roundtable.id))
    client.submit("main form", 200, because_de="Krankheit", preview="1")
    for unseen in ("Umbau", "Krankheit"):
        client.submit("main form", 200, because_de=unseen)
        assert unseen in client.text(".rt-letter-text")
    assert session.scalar(select(func.count()).select_from(Letter)) == 0
    client.submit("main form")
    assert session.get_one(Roundtable, roundtable.id).is_cancelled
    assert session.scalars(select(Letter.kind)).all() == ["cancelled"]
    client.follow()
    assert "Krankheit" in client.text()
    client.get(client.url("desk.roundtables.cancel_form", roundtable_id=roundtable.id), 303)
    form = client.url("desk.roundtables.reschedule_form", roundtable_id=roundtable.id)
    client.get(form, 303, headers={"Referer": f"http://localhost{form}"})
    client.follow()


def test_a_viewer_looks_and_changes_nothing(
    client: PageClient, session: Session, series: Series, office: Office
) -> None:
    roundtable = a_roundtable(session, series, number=1)
    item = an_agenda_item(session, roundtable)
    client.sign_in(an_account(session, office, role="viewer"))
    for endpoint in ("desk.roundtables.show", "desk.agenda.show"):
        page(client, endpoint, roundtable_id=roundtable.id)
        assert not client.page.select("main form")
    page(client, "desk.series.show", series_id=series.id)
    page(client, "desk.people.index")
    for endpoint in (
        "desk.roundtables.update",
        "desk.roundtables.reschedule",
        "desk.roundtables.cancel",
        "desk.agenda.create",
    ):
        client.post(client.url(endpoint, roundtable_id=roundtable.id), {}, 403)
    client.post(client.url("desk.agenda.delete", roundtable_id=roundtable.id, item_id=item.id), {}, 403)
    client.post(client.url("desk.people.create"), {}, 403)
