"""What every page of an invitation shows, and on whose behalf it is answered."""

from typing import Any

from flask import g, request, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from roundtable import clock
from roundtable.db import db
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.links import PersonalLink
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.web.forms import stripped
from roundtable.web.guest import rights

LONGEST_NAME = 200


_roundtable = joinedload(Invitation.roundtable)
# Made once: to say it anew for each request takes as long as to ask the database.
_SHOWN = joinedload(PersonalLink.invitation).options(
    joinedload(Invitation.person),
    joinedload(Invitation.answer),
    joinedload(Invitation.registration),
    _roundtable.joinedload(Roundtable.minutes),
    _roundtable.joinedload(Roundtable.series).options(joinedload(Series.office), joinedload(Series.host)),
)
_OTHERS = (joinedload(Invitation.person), selectinload(Invitation.registration), selectinload(Invitation.answer))


def invitation_or_404(token: str) -> Invitation:
    """The invitation this token opens, with all that its pages show. Raises LinkDead."""
    invitation = rights.invitation_or_404(token, load=_SHOWN)
    # Most have nobody who comes instead or along: one look tells.
    either = or_(Invitation.delegated_by_id == invitation.id, Invitation.brought_by_id == invitation.id)
    others = db.session.scalars(select(Invitation).where(either).options(*_OTHERS).order_by(Invitation.id)).all()
    set_committed_value(invitation, "delegates", [each for each in others if each.delegated_by_id == invitation.id])
    set_committed_value(invitation, "brought", [each for each in others if each.brought_by_id == invitation.id])
    return invitation


def words(invitation: Invitation, token: str) -> dict[str, Any]:
    """``mine(endpoint)``: the address of another page of this invitation, on the same person's behalf."""
    roundtable, delegate = invitation.roundtable, invitation.delegate
    stands_in = given_by(invitation)
    return {
        "held": delegate.registration if delegate is not None else invitation.registration,
        "invitation": invitation,
        "roundtable": roundtable,
        "office": roundtable.series.office,
        "token": token,
        "may_answer": roundtable.takes_answers(clock.now()),
        "given_by": stands_in,
        "mine": lambda endpoint, **more: url_for(f"guest.{endpoint}", token=token, given_by=typed_by() or None, **more),
    }


def typed_by() -> str:
    """Who says that they answer on behalf of the invited person; it travels in the address from page to page."""
    return str(stripped(request.args.get("given_by", "")))[:LONGEST_NAME]


def given_by(invitation: Invitation) -> str:
    """Who answers, where it is not the invited person: as they say, or the assistant whom this link went to."""
    return typed_by() or (invitation.person.assistant_email if g.link.is_for_assistant else "")
