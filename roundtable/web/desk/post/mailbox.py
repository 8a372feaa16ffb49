"""What people, calendar programs and mail servers sent to the office, and what a person has to decide about it."""

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, undefer
from werkzeug.wrappers import Response as Redirect
from wtforms import SelectField
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.actions.post import between_offices, receiving, replying
from roundtable.db import db
from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.office.history import Entry
from roundtable.domain.office.offices import Deed
from roundtable.domain.people.people import PRECEDENCE, Person
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series, zone_of
from roundtable.email_address import on_the_wire
from roundtable.mail.inbox import inbox, masking, parsing, statuses
from roundtable.mail.inbox.inbox import ReceivedMessage
from roundtable.mail.message.reading import Attachment
from roundtable.phrases import language, short_day
from roundtable.web.desk.parts import letter_frames
from roundtable.web.desk.parts.history import latest_of
from roundtable.web.desk.parts.rights import may, me, offices_where_i_may, own_office_or_404, seen_as_member_of
from roundtable.web.downloads import foreign
from roundtable.web.edge import deed
from roundtable.web.forms import Form, SelectChoice
from roundtable.web.paging import Page, within

routes = Blueprint("mailbox", __name__, url_prefix="/mailbox")

PER_PAGE = 25
MOST_CHOICES = 500


class HandOverForm(Form):
    office = SelectField(_l("Office"), [InputRequired()], coerce=int)


class AssignForm(Form):
    invitation = SelectField(_l("Whose answer is it?"), [InputRequired(_l("Please choose a person."))], coerce=int)


def own_received_or_404(received_id: int, deed: Deed) -> ReceivedMessage:
    """The message as it came, if the signed-in person may do this deed in its office."""
    matched = joinedload(ReceivedMessage.invitation)
    loaded = [
        joinedload(ReceivedMessage.office),
        joinedload(ReceivedMessage.person),
        joinedload(ReceivedMessage.letter),
        joinedload(ReceivedMessage.decided_by),
        joinedload(ReceivedMessage.roundtable).joinedload(Roundtable.series),
        matched.joinedload(Invitation.person),
        matched.joinedload(Invitation.answer).joinedload(Answer.recorded_by),
        undefer(ReceivedMessage.content),
    ]
    received = db.session.get(ReceivedMessage, received_id, options=loaded)
    if received is None or received.office is None:
        abort(404)
    if received.office_is_guessed and not may("invite", received.office):
        abort(404)
    if not may(deed, received.office):
        abort(403)
    return received


@routes.get("/")
def index() -> str:
    office, session, settings = own_office_or_404("care"), db.session(), current_app.config["ROUNDTABLE"]
    seen = inbox.seen_by([seen_as_member_of(office)])
    counts = inbox.counts(session, seen)
    view = request.args.get("view", "open" if counts["open"] else "all")
    view = view if view in counts else "all"
    return render_template(
        "desk/mailbox/index.html",
        page=_page(session, seen, counts, view, request.args.get("page", 1, type=int)),
        view=view,
        counts=counts,
        zone=zone_of(session, office),
        is_read=settings.reads_replies,
        unread=statuses.unread(session, settings, at=clock.now()),
    )


@routes.get("/<int:received_id>/")
def show(received_id: int) -> Response:
    return _shown(own_received_or_404(received_id, "care"))


@routes.get("/<int:received_id>/part/<part>")
def part(received_id: int, part: str) -> Response:
    """``html`` for the frame on the page, ``source`` as a file, or the number of an attachment, counted from 1."""
    received = own_received_or_404(received_id, "invite" if part == "source" else "care")
    if part == "source":
        return foreign(received.to_read, f"{received.id}.eml")
    reading = parsing.read(received.to_read)
    if part == "html" and reading.html:
        return letter_frames.foreign_page(reading.html)
    if not part.isdecimal() or not 1 <= int(part) <= len(reading.files):
        abort(404)
    attachment = reading.files[int(part) - 1]
    if not _may_open(attachment, received):
        abort(403)
    return foreign(attachment.content, attachment.name)


def _may_open(attachment: Attachment, received: ReceivedMessage) -> bool:
    """What may hold somebody's personal link unseen is for those alone who may answer for people anyway (rule 2)."""
    assert received.office is not None
    return may("invite", received.office) or masking.is_laid_open(attachment.media_type, attachment.content)


@routes.post("/<int:received_id>/assign")
def assign(received_id: int) -> Response | Redirect:
    """Say whose answer it is, and record it."""
    received = own_received_or_404(received_id, "invite")
    form = _assign_form(received)
    if not form.validate_on_submit():
        return _shown(received, form, 422)
    invitation = db.session.get(Invitation, form.invitation.data)
    if invitation is None:
        abort(404)
    with deed():
        replying.assign(db.session(), received, invitation, at=clock.now(), by=me())
    flash(_("The answer of %(name)s is recorded.", name=invitation.person.name), "success")
    return redirect(url_for(".index"), 303)


@routes.post("/<int:received_id>/settle")
def settle(received_id: int) -> Redirect:
    return _decided(received_id, receiving.settle, _("The message is dealt with."))


@routes.post("/<int:received_id>/reopen")
def reopen(received_id: int) -> Redirect:
    return _decided(received_id, receiving.reopen, _("The message needs a person again."))


@routes.post("/<int:received_id>/returned")
def mark_returned(received_id: int) -> Redirect:
    return _decided(received_id, receiving.mark_returned, _("The letter is marked as come back."))


@routes.post("/<int:received_id>/hand-over")
def hand_over(received_id: int) -> Response | Redirect:
    """To another office, where one may decide as well."""
    received = own_received_or_404(received_id, "invite")
    form = _other_office_form(received)
    if not form.validate_on_submit():
        return _shown(received, status=422)
    to = next(each for each in offices_where_i_may("invite") if each.id == form.office.data)
    with deed():
        between_offices.reassign(db.session(), received, to, at=clock.now(), by=me())
    flash(_("The message is handed over to %(office)s.", office=to.name.in_(language())), "success")
    return redirect(url_for(".index"), 303)


def _other_office_form(received: ReceivedMessage) -> HandOverForm:
    form, others = HandOverForm(), [each for each in offices_where_i_may("invite") if each.id != received.office_id]
    form.office.choices = [SelectChoice(each.id, each.name.in_(language())) for each in others]
    return form


def _decided(received_id: int, decide: receiving.Decision, said: str) -> Redirect:
    received = own_received_or_404(received_id, "invite")
    with deed():
        decide(db.session(), received, at=clock.now(), by=me())
    flash(said, "success")
    return redirect(url_for(".show", received_id=received.id), 303)


def _shown(received: ReceivedMessage, form: AssignForm | None = None, status: int = 200) -> Response:
    office = received.office
    assert office is not None
    reading = parsing.read(received.to_read)
    is_to_assign = received.is_answer and received.state in ("open", "set_aside") and may("invite", office)
    page = render_template(
        "desk/mailbox/show.html",
        received=received,
        office=office,
        reading=reading,
        files=[(number, each.name, _may_open(each, received)) for number, each in enumerate(reading.files, 1)],
        form=(form or _assign_form(received)) if is_to_assign else None,
        handing=_other_office_form(received) if received.may_go_to_another_office and may("invite", office) else None,
        history=latest_of(Entry.office_id == office.id, Entry.message_id == received.id),
        zone=received.roundtable.series.zone if received.roundtable else zone_of(db.session(), office),
    )
    answer = letter_frames.page_with_letter(page)
    answer.status_code = status
    return answer


def _page(
    session: Session, seen: ColumnElement[bool], counts: dict[str, int], view: str, number: int
) -> Page[ReceivedMessage]:
    number, pages = within(number, counts[view], PER_PAGE)
    chosen = select(ReceivedMessage).where(seen)
    if view != "all":
        chosen = chosen.where(inbox.views()[view])
    newest = (
        chosen.options(
            joinedload(ReceivedMessage.person), joinedload(ReceivedMessage.roundtable).joinedload(Roundtable.series)
        )
        .order_by(ReceivedMessage.received_at.desc(), ReceivedMessage.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    return Page(
        list(session.scalars(newest)),
        counts[view],
        number,
        pages,
        lambda number: url_for("desk.mailbox.index", view=view, page=number),
    )


def _assign_form(received: ReceivedMessage) -> AssignForm:
    """Everybody who is invited to the roundtable it is about; where that is not known, to any that lies ahead."""
    invited = (
        select(Invitation)
        .join(Invitation.person)
        .join(Invitation.roundtable)
        .join(Roundtable.series)
        .where(
            Series.office_id == received.office_id,
            Invitation.is_open,
            ~Roundtable.is_cancelled,
            Invitation.roundtable_id == received.roundtable_id
            if received.roundtable_id is not None
            else ~Roundtable.is_over(clock.now()),
        )
        .options(
            joinedload(Invitation.person).joinedload(Person.organisation),
            joinedload(Invitation.roundtable).joinedload(Roundtable.series),
        )
        .order_by(Roundtable.starts_at, *PRECEDENCE)
        .limit(MOST_CHOICES)
    )
    found = list(db.session.scalars(invited))
    form = AssignForm(data={"invitation": _likely(received, found)})
    form.invitation.choices = [SelectChoice(each.id, _label(each)) for each in found]
    return form


def _likely(received: ReceivedMessage, found: list[Invitation]) -> int | None:
    theirs = {on_the_wire(received.sender), on_the_wire(received.attendee)}
    if received.invitation_id is not None:
        return received.invitation_id
    return next((each.id for each in found if on_the_wire(each.person.email) in theirs), None)


def _label(invitation: Invitation) -> str:
    person, roundtable = invitation.person, invitation.roundtable
    who = f"{person.name}, {person.organisation.label}" if person.organisation is not None else person.name
    return f"{who} ({short_day(roundtable.starts_at, roundtable.series.zone)})"
