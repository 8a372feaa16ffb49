"""Who waits for a seat, and at which place: strictly first come, first served (rule 7)."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.domain.guests.registrations import Registration
from roundtable.domain.roundtables.roundtables import Roundtable


def place_in_line(session: Session, registration: Registration) -> int:
    """The place on the waiting list, counted from 1."""
    ahead = select(func.count()).where(
        Registration.roundtable_id == registration.roundtable_id,
        Registration.is_waiting,
        Registration.id < registration.id,
    )
    return (session.scalar(ahead) or 0) + 1


def places_in_line(session: Session, roundtable: Roundtable) -> dict[int, int]:
    """The place on the waiting list of each who waits, counted from 1, by the id of their invitation."""
    line = select(Registration.invitation_id).where(
        Registration.roundtable_id == roundtable.id, Registration.is_waiting
    )
    return {id_: place for place, id_ in enumerate(session.scalars(line.order_by(Registration.id)), start=1)}
