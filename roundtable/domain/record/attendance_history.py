"""Who comes, who sends a delegate, who has stopped coming: attendance by organisation over a series."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from roundtable.domain.people.people import Organisation
from roundtable.domain.record.minutes import Attendance, Minutes
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series

# The best that can be said of an organisation stands for it.
BEST_FIRST = ("present", "delegate", "excused", "absent")


@dataclass(frozen=True, slots=True)
class History:
    """``rows``: each organisation with one word of BEST_FIRST, or None, for each of ``numbers``."""

    numbers: list[int]
    rows: list[tuple[str, list[str | None]]]


def by_organisation(session: Session, series: Series, *, latest: int) -> History:
    """The latest roundtables whose attendance was taken; the organisations that came most stand first."""
    taken = (
        select(Minutes.id)
        .join(Roundtable, Roundtable.id == Minutes.roundtable_id)
        .where(Roundtable.series_id == series.id, Minutes.is_attendance_closed)
        .order_by(Roundtable.number.desc())
        .limit(latest)
    )
    found = session.execute(
        select(Roundtable.number, Organisation, Attendance)
        .join(Minutes, Minutes.roundtable_id == Roundtable.id)
        .join(Attendance, Attendance.minutes_id == Minutes.id)
        .join(Organisation, Organisation.id == Attendance.organisation_id)
        .where(Minutes.id.in_(taken.subquery().select()))
        .order_by(Roundtable.number)
    ).all()
    delegates = {(number, each.represented_by_id) for number, _, each in found if each.represented_by_id}
    numbers = sorted({number for number, _, _ in found})
    best: dict[str, dict[int, str]] = {}
    for number, organisation, each in found:
        is_delegate = each.state == "represented" or (number, each.person_id) in delegates
        word = "delegate" if is_delegate else each.state
        row = best.setdefault(organisation.label, {})
        row[number] = min(row.get(number, word), word, key=BEST_FIRST.index)
    rows = [(label, [row.get(number) for number in numbers]) for label, row in best.items()]
    return History(numbers, sorted(rows, key=lambda row: (-_came(row[1]), row[0].casefold())))


def of_organisation(session: Session, organisation: Organisation) -> list[tuple[Roundtable, str]]:
    """Every roundtable where it stands in the attendance with the best word of BEST_FIRST, the latest first."""
    found = session.execute(
        select(Roundtable, Attendance)
        .join(Minutes, Minutes.roundtable_id == Roundtable.id)
        .join(Attendance, Attendance.minutes_id == Minutes.id)
        .where(Attendance.organisation_id == organisation.id, Minutes.is_attendance_closed)
        .options(joinedload(Roundtable.series))
        .order_by(Roundtable.starts_at.desc(), Roundtable.id)
    ).all()
    delegates = {(roundtable.id, each.represented_by_id) for roundtable, each in found if each.represented_by_id}
    best: dict[Roundtable, str] = {}
    for roundtable, each in found:
        is_delegate = each.state == "represented" or (roundtable.id, each.person_id) in delegates
        word = "delegate" if is_delegate else each.state
        best[roundtable] = min(best.get(roundtable, word), word, key=BEST_FIRST.index)
    return list(best.items())


def _came(words: list[str | None]) -> int:
    return sum(word in ("present", "delegate") for word in words)
