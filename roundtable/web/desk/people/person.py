"""One person of the address book: the entry, how letters begin, what they were invited to, and what happened to it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from werkzeug.wrappers import Response

from roundtable import clock
from roundtable.actions.people import merging
from roundtable.db import db
from roundtable.domain.guests.consents import Consent
from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.letter_kinds import TO_ORGANISERS
from roundtable.domain.office.history import Entry
from roundtable.domain.people.people import Person, Rank
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Member, Series, zone_of
from roundtable.mail.outbox.outbox import Letter
from roundtable.web.desk.parts.history import history_of
from roundtable.web.desk.parts.rights import me
from roundtable.web.desk.people.address_book import own_person_or_404
from roundtable.web.edge import deed
from roundtable.web.paging import Page, slice_of

# All of them, by address too, stand on a page of their own.
LATEST_LETTERS = 5

routes = Blueprint("person", __name__, url_prefix="/people/<int:person_id>")


@routes.get("/")
def show(person_id: int) -> str:
    person = own_person_or_404(person_id, "see")
    session = db.session()
    ranked = select(Rank).where(Rank.office_id == person.office_id, Rank.number == person.rank)
    members = (
        select(Member)
        .where(Member.person_id == person.id)
        .join(Member.series)
        .options(contains_eager(Member.series), joinedload(Member.organisation))
        .order_by(Series.id)
    )
    consents = select(Consent).where(Consent.person_id == person.id, Consent.is_current)
    theirs = Letter.person_id == person.id, Letter.kind.not_in(TO_ORGANISERS)
    latest = select(Letter).where(*theirs).order_by(Letter.queued_at.desc(), Letter.id.desc()).limit(LATEST_LETTERS)
    return render_template(
        "desk/person/show.html",
        person=person,
        rank=session.scalar(ranked),
        members=list(session.scalars(members)),
        consents=list(session.scalars(consents.order_by(Consent.kind))),
        invitations=_invitations(person),
        letters=list(session.scalars(latest)),
        history=history_of(Entry.person_id == person.id),
        leading=merging.referred_to(session, person),
        zone=zone_of(db.session(), person.office),
    )


def _invitations(person: Person) -> Page[Any]:
    """The latest roundtable first, with the answer that counts and who comes instead."""
    invited = (
        select(Invitation)
        .where(Invitation.person_id == person.id)
        .join(Invitation.roundtable)
        .join(Roundtable.series)
        .options(
            contains_eager(Invitation.roundtable).contains_eager(Roundtable.series),
            joinedload(Invitation.answer).joinedload(Answer.recorded_by),
            joinedload(Invitation.registration),
            joinedload(Invitation.delegated_by).joinedload(Invitation.person),
            selectinload(Invitation.delegates).options(
                joinedload(Invitation.person), joinedload(Invitation.registration)
            ),
        )
        .order_by(Roundtable.starts_at.desc(), Invitation.id)
    )
    return slice_of(invited, parameter="roundtables", per_page=10)


@routes.post("/remove")
def remove(person_id: int) -> Response:
    person = own_person_or_404(person_id, "invite")
    name = person.name
    with deed(back=redirect(url_for(".show", person_id=person_id), 303)):
        merging.remove(db.session(), person, at=clock.now(), by=me())
    flash(_("The entry of %(name)s is removed.", name=name), "success")
    return redirect(url_for("desk.people.index"), 303)
