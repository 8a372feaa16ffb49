"""How it stands with each who is invited: one standing a person, told apart and counted in SQL."""

from typing import Literal, get_args

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.roundtables.roundtables import Roundtable

Standing = Literal["accepted", "waiting", "delegated", "declined", "silent", "not_sent", "revoked"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)

# A delegate has a seat before saying anything, so the seat comes before the answer.
standing_now = case(
    (~Invitation.is_open, "revoked"),
    (Registration.is_confirmed, "accepted"),
    (Registration.id.is_not(None), "waiting"),
    (Answer.kind == "delegated", "delegated"),
    (Answer.kind == "declined", "declined"),
    (~Invitation.is_sent, "not_sent"),
    else_="silent",
)


def figures(session: Session, roundtable: Roundtable) -> dict[Standing, int]:
    """How many stand where; every standing has a number."""
    counted = (
        select(standing_now, func.count())
        .select_from(Invitation)
        .outerjoin(Invitation.registration)
        .outerjoin(Invitation.answer)
        .where(Invitation.roundtable_id == roundtable.id)
        .group_by(standing_now)
    )
    found: dict[Standing, int] = dict(session.execute(counted).all())
    return {standing: found.get(standing, 0) for standing in STANDINGS}
