"""Who stands in the address book only because a guest once named them, and did not come, is forgotten (rule 26).

Whoever came, or may have come, belongs to the record: who came for whom stays. Whom somebody of the office has edited,
invited, or made anything else of is the office's to keep.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.orm import Session, aliased

from roundtable.domain import references
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.roundtables import Roundtable

# What leads to somebody and goes with them, or goes on without. Anything else keeps them.
KEEPS_NOBODY = {
    "former_addresses.person_id",
    "history.person_id",
    "invitations.person_id",
    "letters.person_id",
    "private_calendars.person_id",
    "received_messages.person_id",
    "registrations.person_id",
}


def forget_who_did_not_come(session: Session, *, before: datetime) -> None:
    """``before``: when the last roundtable that they were named for must have ended; with their invitations."""
    keys = references.pointing_at(Person.__table__)  # type: ignore[arg-type]  # a table, not a join
    kept = [exists().where(column == Person.id) for name, column in keys.items() if name not in KEEPS_NOBODY]
    named_only = select(Person.id).where(
        Person.named_at < before, ~_has_counted(before), ~_sits_for_another(), ~or_(*kept)
    )
    # Whoever is being invited at this moment is left alone.
    ids = list(session.scalars(named_only.with_for_update(skip_locked=True)))
    if ids:
        by_guests = or_(Invitation.delegated_by_id.is_not(None), Invitation.brought_by_id.is_not(None))
        session.execute(delete(Invitation).where(Invitation.person_id.in_(ids), by_guests))
        session.execute(delete(Person).where(Person.id.in_(ids)))


def _has_counted(before: datetime) -> ColumnElement[bool]:
    """Whether an invitation is the office's own, has led to a seat or to other guests, or is not old enough."""
    named_by_them = aliased(Invitation)
    had_a_seat = exists().where(
        Registration.invitation_id == Invitation.id,
        Registration.is_confirmed,
    )
    return exists().where(
        Invitation.person_id == Person.id,
        Roundtable.id == Invitation.roundtable_id,
        or_(
            Roundtable.ends_at >= before,
            and_(Invitation.delegated_by_id.is_(None), Invitation.brought_by_id.is_(None)),
            and_(had_a_seat, ~Roundtable.is_cancelled),
            exists().where(
                or_(named_by_them.delegated_by_id == Invitation.id, named_by_them.brought_by_id == Invitation.id)
            ),
        ),
    )


def _sits_for_another() -> ColumnElement[bool]:
    return exists().where(
        Registration.person_id == Person.id,
        Invitation.id == Registration.invitation_id,
        Invitation.person_id != Person.id,
    )
