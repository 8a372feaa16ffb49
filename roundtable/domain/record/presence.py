"""The attendance list of a roundtable: who is invited and who came besides, as recorded or as answers let expect."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.people.people import Organisation, Person, fits
from roundtable.domain.record.minutes import ATTENDANCE, Attendance, AttendanceState, Minutes
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import Roundtable

# Person id, state with what is ticked, state as known without it.
Lines: TypeAlias = Select[int, AttendanceState, AttendanceState]


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's line in the attendance: recorded already, or proposed from the answers."""

    person: Person
    organisation: Organisation | None
    state: AttendanceState
    delegate: Person | None
    is_invited: bool


def _delegate_comes() -> ColumnElement[bool]:
    delegate = aliased(Invitation)
    seated = select(Registration.id).join(delegate, Registration.invitation_id == delegate.id)
    return seated.where(
        delegate.delegated_by_id == Invitation.id,
        delegate.is_open,
        Registration.is_confirmed,
    ).exists()


# As far as registrations and answers tell.
_proposed = case(
    (Registration.is_confirmed, "present"),
    (Registration.id.is_not(None), "excused"),
    (and_(Answer.kind == "delegated", _delegate_comes()), "represented"),
    (Answer.id.is_(None), "absent"),
    else_="excused",
)
_state_now = func.coalesce(Attendance.state, _proposed)


def lines(
    roundtable: Roundtable,
    *,
    told: Mapping[int, AttendanceState] | None = None,
    state: AttendanceState | None = None,
    words: str = "",
) -> Lines:
    """Each line, without order.

    ``told``: what somebody ticked and has not recorded yet, person id → state; it counts before what is known.
    """
    ticked = {each: [id_ for id_, said in (told or {}).items() if said == each] for each in ATTENDANCE}
    said = [(Person.id.in_(people), each) for each, people in ticked.items() if people]
    now = case(*said, else_=_state_now) if said else _state_now
    recorded = select(Minutes.id).where(Minutes.roundtable_id == roundtable.id).scalar_subquery()
    is_invited = and_(Invitation.roundtable_id == roundtable.id, Invitation.is_open)
    concerned = select(Invitation.person_id).where(is_invited)
    came = select(Attendance.person_id).where(Attendance.minutes_id == recorded)
    found = (
        select(Person.id, now.label("state"), _state_now.label("known"))
        .outerjoin(Invitation, and_(Invitation.person_id == Person.id, is_invited))
        .outerjoin(Invitation.registration)
        .outerjoin(Invitation.answer)
        .outerjoin(Attendance, and_(Attendance.person_id == Person.id, Attendance.minutes_id == recorded))
        .where(or_(Person.id.in_(concerned), Person.id.in_(came)))
    )
    if words:
        found = found.outerjoin(Person.organisation).where(*fits(words))
    return found if state is None else found.where(now == state)


def recorded(session: Session, roundtable: Roundtable) -> list[Attendance]:
    """What stands in the minutes, by precedence."""
    rows = (
        select(Attendance)
        .join(Attendance.minutes)
        .join(Attendance.person)
        .where(Minutes.roundtable_id == roundtable.id)
        .options(
            contains_eager(Attendance.person),
            joinedload(Attendance.represented_by),
            joinedload(Attendance.organisation),
        )
        .order_by(*order_at(roundtable))
    )
    return list(session.scalars(rows))


def counts(session: Session, listed: Lines) -> dict[AttendanceState, int]:
    """How many of these are in each state."""
    each = listed.order_by(None).subquery()
    found: dict[AttendanceState, int] = dict(
        session.execute(select(each.c.state, func.count()).group_by(each.c.state)).all()
    )
    return {state: found.get(state, 0) for state in ATTENDANCE}


def seats(session: Session, roundtable: Roundtable) -> list[Seat]:
    """All of them by precedence."""
    rows = session.execute(lines(roundtable).order_by(*order_at(roundtable))).all()
    return _seats(session, roundtable, rows, None)


def part(session: Session, roundtable: Roundtable, listed: Lines, *, first: int, most: int) -> list[Seat]:
    """At most so many by precedence, after ``first`` others; their ``state`` is the one that is known."""
    rows = session.execute(listed.order_by(*order_at(roundtable)).offset(first).limit(most)).all()
    return _seats(session, roundtable, rows, [row.id for row in rows])


def _seats(
    session: Session,
    roundtable: Roundtable,
    rows: Collection[Row[int, AttendanceState, AttendanceState]],
    only: Collection[int] | None,
) -> list[Seat]:
    invited = select(Invitation).where(Invitation.roundtable_id == roundtable.id, Invitation.is_open)
    recorded = select(Attendance).join(Minutes).where(Minutes.roundtable_id == roundtable.id)
    if only is not None:
        invited, recorded = (
            invited.where(Invitation.person_id.in_(only)),
            recorded.where(Attendance.person_id.in_(only)),
        )
    invited = invited.options(
        joinedload(Invitation.person).joinedload(Person.organisation),
        joinedload(Invitation.answer),
        joinedload(Invitation.delegated_by).joinedload(Invitation.person).joinedload(Person.organisation),
        selectinload(Invitation.delegates).joinedload(Invitation.person),
    )
    recorded = recorded.options(
        joinedload(Attendance.person).joinedload(Person.organisation),
        joinedload(Attendance.represented_by),
        joinedload(Attendance.organisation),
    )
    invitations = {each.person_id: each for each in session.scalars(invited)}
    attended = {each.person_id: each for each in session.scalars(recorded)}
    return [_seat(invitations.get(row.id), attended.get(row.id), row.known) for row in rows]


def _seat(invitation: Invitation | None, row: Attendance | None, state: AttendanceState) -> Seat:
    delegate = _sent_instead(invitation) if invitation is not None else None
    if row is not None:
        return Seat(row.person, row.organisation, state, row.represented_by or delegate, invitation is not None)
    assert invitation is not None  # one of the two puts somebody on the list
    came_for = (invitation.delegated_by or invitation).person.organisation
    return Seat(invitation.person, came_for, state, delegate, True)


def _sent_instead(invitation: Invitation) -> Person | None:
    answer, delegate = invitation.answer, invitation.delegate
    return delegate.person if answer is not None and answer.kind == "delegated" and delegate is not None else None
