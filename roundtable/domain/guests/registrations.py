"""Seats: confirmed, waiting or withdrawn. Never more than there are; whoever waits longest is first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, bindparam, func, or_, select, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from roundtable.db import Base
from roundtable.domain.conditions import is_set, is_unset
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable

# Rule 7: in the last day nobody moves up any more, for nobody could be told in time.
STOPS_MOVING_UP = timedelta(hours=24)
NAMES_SHOWN = 10


SeatState = Literal["confirmed", "waiting", "withdrawn"]


class NoSeatsLeft(Refused):
    sentence = _l("All seats are taken. Please raise the number of seats first, or take somebody's seat back.")


class OrganisationIsFull(Refused):
    sentence = _l(
        "All seats of your organisation are taken. Please ask the office, or agree among yourselves who steps back."
    )


class FewerSeatsThanTaken(Refused):
    """Says who would lose a seat, those who came last first."""

    def __init__(self, seats: int, confirmed: int, losing: Sequence[Person]) -> None:
        names = ", ".join(person.name for person in losing[:NAMES_SHOWN])
        if len(losing) > NAMES_SHOWN:
            names = _("%(names)s and %(number)s more", names=names, number=len(losing) - NAMES_SHOWN)
        sentence = ngettext(
            "Confirmed so far: %(confirmed)s. With %(seats)s seats one person would lose theirs: %(names)s. "
            "Please choose a larger number, or ask guests to step back.",
            "Confirmed so far: %(confirmed)s. With %(seats)s seats %(num)d people would lose theirs, "
            "who came last first: %(names)s. Please choose a larger number, or ask guests to step back.",
            len(losing),
            confirmed=confirmed,
            seats=seats,
            names=names,
        )
        super().__init__(sentence)


class MoreReservedThanSeats(Refused):
    sentence = _l("More seats are reserved than there are. Please reserve fewer, or add seats.")


class ReservedSeatsTaken(Refused):
    def __init__(self, most: int) -> None:
        super().__init__(
            _("The other seats are taken already: at most %(most)s can be reserved. Please add seats first.", most=most)
        )


class Registration(Base):
    __tablename__ = "registrations"
    __table_args__ = (
        # One live seat a person invited; withdrawn ones stay on record.
        Index(
            "uq_registrations_live",
            "invitation_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("confirmed_at IS NULL OR confirmed_at >= asked_at", name="confirmed_after_asked"),
    )

    # Order of arrival is the order of ids: they are given under the roundtable's lock.
    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    # Whose seat it is, when a delegate sits on it.
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    # One of the seats that are kept for the host and the speakers.
    is_reserved: Mapped[bool] = mapped_column(default=False)

    roundtable: Mapped[Roundtable] = relationship()
    invitation: Mapped[Invitation] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    instead_of: Mapped[Person | None] = relationship(foreign_keys=[instead_of_id])
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def state(self) -> SeatState:
        if not self.is_live:
            return "withdrawn"
        return "confirmed" if self.is_confirmed else "waiting"

    @hybrid_property
    def is_live(self) -> bool:
        return is_unset(self.withdrawn_at)

    @hybrid_property
    def is_confirmed(self) -> bool:
        return is_unset(self.withdrawn_at) & is_set(self.confirmed_at)

    @hybrid_property
    def is_waiting(self) -> bool:
        return is_unset(self.withdrawn_at) & is_unset(self.confirmed_at)


def lock_seats(session: Session, roundtable: Roundtable) -> None:
    """Hold everybody else who counts this roundtable's seats until we commit.

    SQLite writers already queue (BEGIN IMMEDIATE); PostgreSQL locks the row. What was read while we waited for the
    lock is old by now, so everything is read again.
    """
    session.flush()
    session.execute(_locked(), {"roundtable": roundtable.id})
    session.expire_all()


@cache
def _locked() -> Select[int]:
    return select(Roundtable.id).where(Roundtable.id == bindparam("roundtable")).with_for_update()


@dataclass(frozen=True, slots=True)
class Seating:
    """The seats of a roundtable at one moment. Reserved ones and open ones are counted apart."""

    seats: int
    reserved: int
    confirmed: int
    confirmed_reserved: int
    waiting: int

    @property
    def left(self) -> int:
        """Open seats that nobody sits on."""
        return self.seats - self.reserved - (self.confirmed - self.confirmed_reserved)

    @property
    def reserved_left(self) -> int:
        return self.reserved - self.confirmed_reserved

    @property
    def is_full(self) -> bool:
        """Whether a new acceptance goes to the end of the waiting list."""
        return self.left <= 0 or self.waiting > 0


def seating_of(session: Session, roundtable: Roundtable) -> Seating:
    confirmed, confirmed_reserved, waiting = session.execute(_counted(), {"roundtable": roundtable.id}).one()
    return Seating(roundtable.seats, roundtable.reserved_seats, confirmed, confirmed_reserved, waiting)


@cache
def _counted() -> Select[int, int, int]:
    return select(
        func.count().filter(Registration.is_confirmed),
        func.count().filter(Registration.is_confirmed, Registration.is_reserved),
        func.count().filter(Registration.is_waiting),
    ).where(Registration.roundtable_id == bindparam("roundtable"), Registration.is_live)


def stops_moving_up_at(roundtable: Roundtable) -> datetime:
    """From then on the waiting list stands still and the organisers decide."""
    return roundtable.starts_at - STOPS_MOVING_UP


def register(session: Session, invitation: Invitation, *, at: datetime) -> Registration:
    """A seat if one is free and nobody waits for it, else the end of the waiting list. Asking twice changes nothing.

    Call it with the seats locked.

    Raises:
        OrganisationIsFull
    """
    roundtable = invitation.roundtable
    held = invitation.registration
    if held is not None:
        return held
    head = invitation.delegated_by.person if invitation.delegated_by else None
    whose = head or invitation.person
    _must_have_room(session, invitation, whose.organisation_id)
    seating = seating_of(session, roundtable)
    is_reserved = seating.reserved_left > 0 and is_expected(session, roundtable, whose)
    registration = Registration(
        roundtable=roundtable,
        invitation=invitation,
        person=invitation.person,
        organisation_id=whose.organisation_id,
        instead_of=head,
        asked_at=at,
        confirmed_at=at if is_reserved or not seating.is_full else None,
        is_reserved=is_reserved,
    )
    session.add(registration)
    _sits_on(invitation, registration)
    return registration


def _sits_on(invitation: Invitation, registration: Registration | None) -> None:
    """What is only looked at does not follow by itself."""
    set_committed_value(invitation, "registration", registration)


def is_expected(session: Session, roundtable: Roundtable, person: Person) -> bool:
    """Whether a reserved seat is kept for this person: the host, or a speaker."""
    speaks = select(AgendaItem.id).where(AgendaItem.roundtable_id == roundtable.id, AgendaItem.speaker_id == person.id)
    return roundtable.series.host_id == person.id or session.scalar(speaks.limit(1)) is not None


def _reserved_for(roundtable: Roundtable) -> ColumnElement[bool]:
    """Registrations of those whom a reserved seat is kept for, their delegates' too."""
    speakers = select(AgendaItem.speaker_id).where(
        AgendaItem.roundtable_id == roundtable.id, AgendaItem.speaker_id.is_not(None)
    )
    whose = func.coalesce(Registration.instead_of_id, Registration.person_id)
    return or_(whose == roundtable.series.host_id, whose.in_(speakers))


def seat_anew(session: Session, roundtable: Roundtable, *, seats: int, reserved: int) -> None:
    """Another number of seats, so many of them reserved. Nobody loses one: who sits on a reserved seat is settled anew.

    Call it with the seats locked, and let people move up after it.

    Raises:
        MoreReservedThanSeats, FewerSeatsThanTaken, ReservedSeatsTaken
    """
    if reserved > seats:
        raise MoreReservedThanSeats
    confirmed = (Registration.roundtable_id == roundtable.id, Registration.is_confirmed)
    taken = seating_of(session, roundtable).confirmed
    if taken > seats:
        last = select(Registration).where(*confirmed).options(joinedload(Registration.person))
        last = last.order_by(Registration.confirmed_at.desc(), Registration.id.desc()).limit(taken - seats)
        raise FewerSeatsThanTaken(seats, taken, [each.person for each in session.scalars(last)])
    on_reserved = select(Registration).where(*confirmed, or_(Registration.is_reserved, _reserved_for(roundtable)))
    candidates = list(session.scalars(on_reserved.order_by(Registration.is_reserved.desc(), Registration.id)))
    most = seats - (taken - len(candidates))
    if reserved > most:
        raise ReservedSeatsTaken(most)
    for number, registration in enumerate(candidates):
        registration.is_reserved = number < reserved
    roundtable.seats, roundtable.reserved_seats = seats, reserved
    session.flush()


def _must_have_room(session: Session, invitation: Invitation, organisation_id: int | None) -> None:
    roundtable = invitation.roundtable
    if roundtable.seats_per_organisation is None or organisation_id is None:
        return
    taken = select(func.count()).where(
        Registration.roundtable_id == roundtable.id,
        Registration.is_live,
        Registration.organisation_id == organisation_id,
    )
    invited_with = (invitation.brought_by or invitation).seats
    if (session.scalar(taken) or 0) >= max(roundtable.seats_per_organisation, invited_with):
        raise OrganisationIsFull


def withdraw(session: Session, invitation: Invitation, *, at: datetime) -> list[Registration]:
    """Give the seat back. Returns those who moved up for it, in order; call it with the seats locked."""
    held = invitation.registration
    if held is None:
        return []
    held.withdrawn_at = at
    _sits_on(invitation, None)
    session.flush()
    return move_up(session, invitation.roundtable, at=at)


def pass_on(session: Session, holder: Invitation, taker: Invitation) -> Registration | None:
    """The seat, or the place on the waiting list, passes to the delegate, to another delegate, or back to the head.

    It never becomes free in between. None when the holder has neither. Call it with the seats locked.
    """
    held = holder.registration
    if held is None or holder is taker:
        return held
    held.invitation, held.person = taker, taker.person
    held.instead_of = taker.delegated_by.person if taker.delegated_by else None
    _sits_on(holder, None)
    _sits_on(taker, held)
    session.flush()
    return held


def give_seat(session: Session, registration: Registration, *, at: datetime) -> None:
    """Confirm somebody out of turn, for a reason the organiser gives. Call it with the seats locked.

    Raises:
        NoSeatsLeft: even then no more people are confirmed than there are seats.
    """
    if not registration.is_waiting:
        return
    seating = seating_of(session, registration.roundtable)
    if seating.confirmed >= seating.seats:
        raise NoSeatsLeft
    registration.confirmed_at, registration.is_reserved = at, seating.left <= 0
    session.flush()


def move_up(session: Session, roundtable: Roundtable, *, at: datetime) -> list[Registration]:
    """Give free seats to the first on the waiting list, reserved ones to those they are kept for, until a day before.

    Call it with the seats locked.
    """
    seating = seating_of(session, roundtable)
    if not seating.waiting or roundtable.is_cancelled or at > stops_moving_up_at(roundtable):
        return []
    first = (
        select(Registration)
        .where(Registration.roundtable_id == roundtable.id, Registration.is_waiting)
        .order_by(Registration.id)
    )
    moved: list[Registration] = []
    if seating.reserved_left > 0:
        for registration in session.scalars(first.where(_reserved_for(roundtable)).limit(seating.reserved_left)):
            registration.confirmed_at, registration.is_reserved = at, True
            moved.append(registration)
        session.flush()
    if seating.left > 0:
        for registration in session.scalars(first.limit(seating.left)):
            registration.confirmed_at = at
            moved.append(registration)
        session.flush()
    return sorted(moved, key=lambda each: each.id)
