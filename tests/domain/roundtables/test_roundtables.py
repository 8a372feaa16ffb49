"""When a roundtable may still change, and what its calendar entry then says."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from roundtable.domain.record.minutes import Minutes
from roundtable.domain.roundtables.roundtables import AlreadyCancelled, AlreadyTookPlace
from tests.factories import a_roundtable, worded


def test_each_change_raises_the_sequence_and_moves_the_stamp(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    number, stamp = roundtable.calendar_sequence, roundtable.calendar_changed_at
    later = roundtable.starts_at + timedelta(days=1)
    roundtable.move_to(later, later + timedelta(hours=2), at=stamp)
    assert roundtable.calendar_sequence == number + 1
    assert roundtable.calendar_changed_at > stamp
    roundtable.move_to(later, later + timedelta(hours=2), at=at)
    assert roundtable.calendar_sequence == number + 1


def test_what_was_held_is_neither_moved_nor_cancelled(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    roundtable.minutes = Minutes(begun_at=at, attendance_closed_at=at)
    moment = datetime(2027, 1, 1, 9, tzinfo=UTC)
    with pytest.raises(AlreadyTookPlace):
        roundtable.move_to(moment, moment + timedelta(hours=1), at=at)
    with pytest.raises(AlreadyTookPlace):
        roundtable.cancel(worded("Sturm"), at=at)


def test_nobody_cancels_twice(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    roundtable.cancel(worded("Sturm"), at=at)
    with pytest.raises(AlreadyCancelled):
        roundtable.cancel(worded("noch einmal"), at=at)
