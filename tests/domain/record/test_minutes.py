"""What minutes and commitments know about themselves."""

from datetime import date, datetime

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from roundtable.actions.press import drafting
from roundtable.domain.record.commitments import Commitment, Report
from roundtable.domain.record.minutes import Attendance, Minutes, MinutesApproved
from tests import factories


def test_those_present_stand_by_precedence(session: Session, at: datetime) -> None:
    roundtable = factories.a_roundtable(session)
    minutes = Minutes(roundtable=roundtable, begun_at=at)
    session.add(minutes)
    people = [factories.a_person(session, roundtable.series.office, rank=rank) for rank in (3, 1, 2)]
    for person in people:
        minutes.attendance.append(Attendance(person=person, state="present", recorded_at=at))
    session.flush()
    assert [row.person.rank for row in drafting.present(session, roundtable)] == [1, 2, 3]


def test_one_person_has_one_line(session: Session, at: datetime) -> None:
    roundtable = factories.a_roundtable(session)
    minutes = Minutes(roundtable=roundtable, begun_at=at)
    session.add(minutes)
    person = factories.a_person(session, roundtable.series.office)
    for state in ("present", "absent"):
        minutes.attendance.append(Attendance(person=person, state=state, recorded_at=at))
    with pytest.raises(IntegrityError):
        session.flush()


def test_approved_minutes_are_closed(at: datetime) -> None:
    minutes = Minutes(begun_at=at)
    minutes.must_be_open()
    minutes.approved_at = at
    with pytest.raises(MinutesApproved):
        minutes.must_be_open()


@pytest.mark.parametrize(
    ("due_on", "state", "is_overdue"),
    [
        (date(2026, 3, 3), "open", True),
        (date(2026, 3, 3), "under_way", True),
        (date(2026, 3, 3), "done", False),
        (date(2026, 3, 3), "dropped", False),
        (date(2026, 3, 4), "open", False),
        (None, "open", False),
    ],
)
def test_overdue_is_what_is_owed_after_its_day(due_on: date | None, state: str, is_overdue: bool) -> None:
    commitment = Commitment(due_on=due_on, reports=[Report(state=state)])
    assert commitment.is_overdue(date(2026, 3, 4)) is is_overdue
