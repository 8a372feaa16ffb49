"""Two invitations to one roundtable that turn out to be one person's: one stays, with all that belongs to either."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from roundtable.domain import references
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.needs import Needs
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.series.series import MEMBER_ROLES

# What points at an invitation and can be there once: settled here before the rest moves.
SETTLED = ("answers.invitation_id", "registrations.invitation_id", "needs.invitation_id")


def _seat(session: Session, invitation: Invitation) -> Registration | None:
    """The seat or the place in line that this invitation, or its delegate's, holds."""
    holds = or_(
        Registration.invitation_id == invitation.id,
        Registration.invitation_id.in_(select(Invitation.id).where(Invitation.delegated_by_id == invitation.id)),
    )
    return session.scalar(select(Registration).where(holds, Registration.is_live).limit(1))


def _named_by(one: Invitation, other: Invitation) -> bool:
    return one.id in (other.delegated_by_id, other.brought_by_id)


def what_stands_in_the_way(session: Session, one: Invitation, other: Invitation, *, at: datetime) -> str:
    """A sentence that says what to do first; empty where nothing does."""
    roundtable = one.roundtable
    where = f"{roundtable.series.name.de or roundtable.series.name.en} {roundtable.number}"
    if one.is_open and other.is_open and (_named_by(one, other) or _named_by(other, one)):
        return str(_("One of them was named by the other for “%(where)s”, so these are two people.", where=where))
    is_ahead = not roundtable.is_over(at) and not roundtable.is_cancelled
    if is_ahead and _seat(session, one) is not None and _seat(session, other) is not None:
        return str(
            _(
                "Both hold a seat or wait for one at “%(where)s”. Record there that one of them is not coming.",
                where=where,
            )
        )
    return ""


def join(session: Session, one: Invitation, other: Invitation, at: datetime) -> list[dict[str, Any]]:
    """Whoever holds a seat counts, else the answer given first; the other answers stay on record behind it.

    Returns the row that is no more, for the history.
    """

    def weight(each: Invitation) -> tuple[bool, bool, bool, float]:
        answered = each.answer.answered_at.timestamp() if each.answer is not None else 0.0
        return each.is_open, _seat(session, each) is not None, bool(answered), -answered

    stays, goes = (other, one) if weight(other) > weight(one) else (one, other)
    _unname(stays, goes)
    if stays.answer is not None:
        goes.ask_again(at=at)
    _withdraw_second_seat(session, stays, goes, at)
    _keep_later_needs(session, stays, goes)
    stays.role = min(stays.role, goes.role, key=MEMBER_ROLES.index)
    stays.seats = max(stays.seats, goes.seats)
    stays.prepared_at = min(stays.prepared_at, goes.prepared_at)
    # They may look at either letter: what they know the least of counts.
    stays.told_sequence = min(
        (each for each in (stays.told_sequence, goes.told_sequence) if each is not None), default=None
    )
    stays.thread_id = stays.thread_id or goes.thread_id
    stays.announced_at = stays.announced_at or goes.announced_at
    stays.sent_at = stays.sent_at or goes.sent_at
    session.flush()
    for column in references.pointing_at(Invitation.__table__).values():  # type: ignore[arg-type]
        references.repoint(session, column, goes.id, stays.id)
    table = Invitation.__table__
    row = references.row_as_json(session.execute(select(table).where(table.c.id == goes.id)).one())
    # Its answers have a new home: the session must not take them along.
    gone = goes.id
    session.expunge(goes)
    session.connection().execute(table.delete().where(table.c.id == gone))  # type: ignore[attr-defined]
    session.expire_all()
    return [{"table": "invitations", **row}]


def _unname(stays: Invitation, goes: Invitation) -> None:
    """Nobody is their own delegate or companion; who named them once stands in the history."""
    for one, other in ((stays, goes), (goes, stays)):
        if one.delegated_by_id == other.id:
            one.delegated_by = None
        if one.brought_by_id == other.id:
            one.brought_by = None


def _withdraw_second_seat(session: Session, stays: Invitation, goes: Invitation, at: datetime) -> None:
    """Of a roundtable that is over: one person sat on one seat."""
    held, second = _seat(session, stays), _seat(session, goes)
    if held is not None and second is not None:
        second.withdrawn_at = at


def _keep_later_needs(session: Session, stays: Invitation, goes: Invitation) -> None:
    """What was said last counts; the other is health data and goes into no history."""
    needs, others = session.get(Needs, stays.id), session.get(Needs, goes.id)
    if needs is not None and others is not None:
        session.delete(min(needs, others, key=lambda each: each.stated_at))
        session.flush()
