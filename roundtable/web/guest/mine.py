"""What every page of an invitation shows, and on whose behalf it is answered."""

from typing import Any

from flask import g, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from roundtable import clock
from roundtable.db import db
from roundtable.domain.agenda import AgendaItem, Paper
from roundtable.domain.invitations import Invitation
from roundtable.domain.people import Person
from roundtable.domain.roundtables import Roundtable
from roundtable.domain.series import Series
from roundtable.web.forms import stripped

LONGEST_NAME = 200


def loaded(invitation: Invitation) -> Invitation:
    """The invitation with all that its page shows, in one go."""
    roundtable = joinedload(Invitation.roundtable)
    of_others = (joinedload(Invitation.person), joinedload(Invitation.registration), joinedload(Invitation.answer))
    everything = (
        select(Invitation)
        .where(Invitation.id == invitation.id)
        .options(
            joinedload(Invitation.person),
            joinedload(Invitation.answer),
            joinedload(Invitation.registration),
            joinedload(Invitation.delegated_by).joinedload(Invitation.person),
            joinedload(Invitation.brought_by).joinedload(Invitation.person),
            selectinload(Invitation.delegates).options(*of_others),
            selectinload(Invitation.brought).options(*of_others),
            roundtable.joinedload(Roundtable.minutes),
            roundtable.joinedload(Roundtable.series).joinedload(Series.office),
            roundtable.joinedload(Roundtable.series).joinedload(Series.host).joinedload(Person.organisation),
            roundtable.selectinload(Roundtable.agenda).options(
                joinedload(AgendaItem.speaker),
                selectinload(AgendaItem.papers).selectinload(Paper.versions),
            ),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(everything).one()


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
