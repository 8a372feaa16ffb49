"""Private calendars: all roundtables of a guest, or of an organiser's offices, under an address that nobody guesses.

Only the hash of the address is stored, like a personal link's (rule 2). A calendar program cannot answer a question,
so the address alone opens it; whoever gave it away by mistake renews it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ColumnExpressionArgument,
    ForeignKey,
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, contains_eager, joinedload, mapped_column, relationship, selectinload

from roundtable.db import Base
from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.links import LASTS, hash_of, new_token
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import OfficeMember
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.roundtables import CANCELLED_STAYS, Roundtable
from roundtable.domain.series.series import Series


class PrivateCalendar(Base):
    __tablename__ = "private_calendars"
    __table_args__ = (CheckConstraint("(person_id IS NULL) <> (account_id IS NULL)", name="of_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # One each: a new address is the end of the former.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()
    account: Mapped[Account | None] = relationship()


def calendar_of(session: Session, owner: Person | Account) -> PrivateCalendar | None:
    return session.scalar(select(PrivateCalendar).where(_is_of(owner)))


def renew(session: Session, owner: Person | Account, *, at: datetime) -> str:
    """A new address; the former, if there was one, opens nothing any more. Returns the token, which is kept nowhere."""
    # Two presses of the button wait for each other.
    session.execute(select(type(owner).id).where(type(owner).id == owner.id).with_for_update())
    calendar = calendar_of(session, owner)
    if calendar is None:
        whose = {"person": owner} if isinstance(owner, Person) else {"account": owner}
        calendar = PrivateCalendar(**whose)
        session.add(calendar)
    token = new_token()
    calendar.token_hash, calendar.issued_at = hash_of(token), at
    session.flush()
    return token


def end(session: Session, owner: Person | Account) -> None:
    """The address opens nothing any more, and there is no other."""
    session.execute(delete(PrivateCalendar).where(_is_of(owner)))


def forget_ended(session: Session, *, at: datetime) -> None:
    """Addresses that open nothing any more: guests have not been invited for long, organisers have left."""
    comes_or_came_lately = exists().where(
        Invitation.person_id == PrivateCalendar.person_id,
        Invitation.roundtable_id == Roundtable.id,
        Roundtable.ends_at > at - LASTS,
    )
    of_a_guest = [PrivateCalendar.person_id.is_not(None), PrivateCalendar.issued_at <= at - LASTS]
    session.execute(delete(PrivateCalendar).where(*of_a_guest, ~comes_or_came_lately))
    works_here = exists().where(
        OfficeMember.account_id == PrivateCalendar.account_id,
        Account.id == OfficeMember.account_id,
        ~Account.is_blocked,
    )
    session.execute(delete(PrivateCalendar).where(PrivateCalendar.account_id.is_not(None), ~works_here))


def _is_of(owner: Person | Account) -> ColumnElement[bool]:
    column = PrivateCalendar.person_id if isinstance(owner, Person) else PrivateCalendar.account_id
    return column == owner.id


def calendar_by_token(session: Session, token: str, *, at: datetime) -> PrivateCalendar | None:
    """What this address opens now: None when mistyped, renewed or ended, for a blocked account, and 180 days after a
    guest's last roundtable (or after the address was made, if that is later)."""
    calendar = session.scalar(
        select(PrivateCalendar)
        .where(PrivateCalendar.token_hash == hash_of(token))
        .options(joinedload(PrivateCalendar.person).joinedload(Person.office), joinedload(PrivateCalendar.account))
    )
    if calendar is None or (calendar.account is not None and calendar.account.is_blocked):
        return None
    if calendar.account is None and calendar.issued_at + LASTS <= at:
        last = (
            select(func.max(Roundtable.ends_at))
            .join(Invitation, Invitation.roundtable_id == Roundtable.id)
            .where(Invitation.person_id == calendar.person_id)
        )
        ended_at = session.scalar(last)
        if ended_at is None or ended_at + LASTS <= at:
            return None
    return calendar


def roundtables_of(session: Session, calendar: PrivateCalendar, *, at: datetime) -> list[Roundtable]:
    """A guest's: with a seat, a place on the waiting list, or an invitation still open. An organiser's: all of the own
    offices, public or not. Cancelled ones for 30 days (rule 12)."""
    found = (
        select(Roundtable)
        .join(Roundtable.series)
        .where(Roundtable.stays_in_feeds(at))
        .order_by(Roundtable.starts_at, Roundtable.id)
    )
    if calendar.account_id is not None:
        found = found.where(Series.office_id.in_(_offices(calendar.account_id)))
    else:
        found = found.join(Invitation, and_(Invitation.roundtable_id == Roundtable.id, *_is_mine(calendar)))
    loaded = contains_eager(Roundtable.series).joinedload(Series.office)
    return list(session.scalars(found.options(loaded, selectinload(Roundtable.agenda))))


def _offices(account_id: int) -> Select[int]:
    return select(OfficeMember.office_id).where(OfficeMember.account_id == account_id)


def _is_mine(calendar: PrivateCalendar) -> list[ColumnExpressionArgument[bool]]:
    holds_a_seat = exists().where(Registration.invitation_id == Invitation.id, Registration.is_live)
    comes_not = exists().where(
        Answer.invitation_id == Invitation.id,
        Answer.is_current,
        Answer.kind.in_(("declined", "delegated")),
    )
    return [
        Invitation.person_id == calendar.person_id,
        Invitation.is_open,
        or_(holds_a_seat, and_(Invitation.has_been_told, ~comes_not)),
    ]


def changed_at(session: Session, calendar: PrivateCalendar, *, at: datetime) -> datetime:
    """When this calendar last changed, as far as dates tell: something came, moved or left."""
    has_left = Roundtable.cancelled_at <= at - CANCELLED_STAYS
    dates = select(func.max(Roundtable.cancelled_at).filter(has_left), func.max(Roundtable.calendar_changed_at))
    dates = dates.join(Roundtable.series)
    if calendar.account_id is not None:
        left_after, *moments = session.execute(dates.where(Series.office_id.in_(_offices(calendar.account_id)))).one()
    else:
        mine = (
            dates.join(Invitation, Invitation.roundtable_id == Roundtable.id)
            .outerjoin(Answer, Answer.invitation_id == Invitation.id)
            .outerjoin(Registration, Registration.invitation_id == Invitation.id)
            .where(Invitation.person_id == calendar.person_id)
        )
        of_mine = (
            *(Invitation.sent_at, Invitation.announced_at, Invitation.revoked_at, Answer.answered_at),
            *(Registration.asked_at, Registration.withdrawn_at),
        )
        left_after, *moments = session.execute(mine.add_columns(*(func.max(each) for each in of_mine))).one()
    if left_after is not None:
        moments.append(left_after + CANCELLED_STAYS)
    return max([calendar.issued_at, *(moment for moment in moments if moment is not None)])
