"""Attendance of many: found by typing, page by page, and what is ticked is never lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.record import minuting
from roundtable.domain.guests.registrations import register
from roundtable.domain.people.people import Person
from roundtable.domain.record import presence
from roundtable.domain.record.minutes import Attendance
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web.desk.parts.selection import MOST, PER_PAGE, as_spans, from_spans
from tests.factories import a_person, a_roundtable, an_account, an_invitation, an_organisation
from tests.pages import PageClient

LOOK, NEXT = "button[name=look]", "button[name=turn]:last-of-type"


@pytest.fixture
def roundtable(client: PageClient, session: Session, at: datetime) -> Roundtable:
    """Held, with sixty invited who have not answered: two full pages and ten."""
    roundtable = a_roundtable(session, starts_at=at - timedelta(hours=2))
    office = roundtable.series.office
    for number in range(60):
        an_invitation(session, roundtable, a_person(session, office, family_name=f"Meier{number:02}"))
    client.sign_in(an_account(session, office, "minute_taker"))
    return roundtable


def _open(client: PageClient, roundtable: Roundtable, **values: Any) -> None:
    client.get(client.url("desk.attendance.show", roundtable_id=roundtable.id, **values))


def _person(session: Session, number: int) -> Person:
    return session.scalars(select(Person).where(Person.family_name == f"Meier{number:02}")).one()


def _states(session: Session) -> dict[str, str]:
    rows = session.scalars(select(Attendance).join(Attendance.person))
    return {row.person.family_name: row.state for row in rows if row.state != "absent"}


def _ticked(client: PageClient, person: Person) -> str:
    return str(client.one(f"input[name=person-{person.id}][checked]")["value"])


def test_ticks_travel_from_page_to_page_and_are_recorded_at_once(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    first, last = _person(session, 3), _person(session, 59)
    _open(client, roundtable)
    assert len(client.page.select("fieldset.rt-seat")) == PER_PAGE
    ticked: dict[str, Any] = {f"person-{first.id}": "present"}
    client.submit(expect=200, press=NEXT, **ticked)
    assert _ticked(client, _person(session, 25)) == "absent"
    client.submit(expect=200, press=NEXT)
    assert not session.scalars(select(Attendance)).all()
    ticked = {f"person-{last.id}": "excused"}
    client.submit(press=".rt-seats__save button", **ticked)
    assert _states(session) == {"Meier03": "present", "Meier59": "excused"}
    assert len(session.scalars(select(Attendance)).all()) == 60


def test_somebody_is_found_by_typing_and_ticked(client: PageClient, session: Session, roundtable: Roundtable) -> None:
    one, other = _person(session, 31), _person(session, 32)
    pump = an_organisation(session, roundtable.series.office, name="Pumpwerk Süd", short_name="")
    other.organisation = pump
    _open(client, roundtable)
    client.submit(expect=200, press=LOOK, q="meier31")
    assert client.texts(".rt-seat__name") == [one.name]
    client.submit(expect=200, press=LOOK, q="pumpwerk", **{f"person-{one.id}": "present"})
    assert client.texts(".rt-seat__name") == [other.name]
    client.submit(expect=200, press=LOOK, q="", state="present")
    assert client.texts(".rt-seat__name") == [one.name]
    assert _ticked(client, one) == "present"
    # Taken back, it is as if it had never been ticked.
    client.submit(expect=200, press=LOOK, state="", **{f"person-{one.id}": "absent"})
    assert not client.page.select("input[name^=told-]")


def test_two_at_two_doors_do_not_undo_each_other(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    mine, theirs = _person(session, 1), _person(session, 2)
    _open(client, roundtable)
    minuting.take_attendance(session, roundtable, {theirs.id: "present"}, at=at)
    ticked: dict[str, Any] = {f"person-{mine.id}": "present"}
    client.submit(press=".rt-seats__save button", **ticked)
    assert _states(session) == {"Meier01": "present", "Meier02": "present"}


def test_adding_somebody_keeps_what_is_ticked(client: PageClient, session: Session, roundtable: Roundtable) -> None:
    one, somebody = _person(session, 0), a_person(session, roundtable.series.office, family_name="Quer")
    _open(client, roundtable)
    ticked: dict[str, Any] = {f"person-{one.id}": "present", "person": str(somebody.id)}
    client.submit(press="button[formaction$=more]:not([name])", page="1", **ticked)
    client.follow()
    assert _ticked(client, one) == "present"
    client.submit(expect=200, press=LOOK, q="quer")
    assert client.texts(".rt-seat__name") == [somebody.name]
    assert client.page.select("button[formaction$=remove]")
    client.submit(press=".rt-seats__save button")
    assert _states(session) == {"Meier00": "present", "Quer": "present"}


def test_the_list_is_the_same_in_parts_as_in_whole(session: Session, roundtable: Roundtable, at: datetime) -> None:
    for _ in range(2):
        invitation = an_invitation(session, roundtable)
        invitation.record("accepted", at=at)
        register(session, invitation, at=at)
    whole, listed = presence.seats(session, roundtable), presence.lines(roundtable)
    parts = [presence.part(session, roundtable, listed, first=first, most=20) for first in (0, 20, 40, 60)]
    assert [seat for part in parts for seat in part] == whole
    assert presence.counts(session, listed) == {"present": 2, "excused": 0, "represented": 0, "absent": 60}


def test_a_reader_turns_pages_by_links(client: PageClient, session: Session, roundtable: Roundtable) -> None:
    client.sign_in(an_account(session, roundtable.series.office, "viewer"))
    _open(client, roundtable, q="meier", page=3)
    assert len(client.texts(".rt-seat__name")) == 10
    assert not client.page.select("main input[type=radio]")
    assert client.page.select(".rt-pagination a[href*='q=meier']")


@pytest.mark.parametrize("numbers", [set(), {7}, {3, 4, 5, 9}, set(range(1, 2000, 2))])
def test_spans_hold_the_numbers(numbers: set[int]) -> None:
    assert from_spans(as_spans(numbers)) == numbers


@pytest.mark.parametrize("text", ["x", "1-", "-", "5-3", "²", f"1-{MOST + 1}", "1-99999999999", "9" * 10])
def test_nonsense_is_no_number(text: str) -> None:
    assert from_spans(text) == set()
