"""Letters to many: see who, how many, and one in full; send now or later; watch them go out; stop the rest."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as Redirect
from wtforms import Field, TextAreaField, ValidationError
from wtforms.validators import Optional

from roundtable import clock
from roundtable.actions.guests import inviting
from roundtable.actions.guests.recipients import MEANT, Meant, fitting, in_full, offices_among, recipients_of
from roundtable.actions.sending import inviting_letter
from roundtable.db import NO_WORDS, Bilingual, db
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.letter_kinds import KINDS, WORDED
from roundtable.domain.links import NO_TOKEN
from roundtable.domain.office.offices import Deed
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series import wordings
from roundtable.domain.series.wordings import BrokenPlaceholder
from roundtable.mail.letters import letters
from roundtable.mail.outbox import figures, mailings, outbox
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter
from roundtable.web.desk.parts import letter_frames, selection
from roundtable.web.desk.parts.own_words import SeenForm
from roundtable.web.desk.parts.rights import me, own_roundtable_or_404
from roundtable.web.edge import attempt, deed
from roundtable.web.forms import AtMost, LocalMoment, exists_in
from roundtable.web.paging import part_of

routes = Blueprint("mailings", __name__, url_prefix="/roundtables/<int:roundtable_id>/mailings")

# What is typed travels in the address of the frame.
PARAGRAPH = AtMost(max=1_000)


class SendForm(SeenForm):
    """Left empty: now, and the letters as they are."""

    words_de = TextAreaField(_l("A paragraph of your own in German"), [PARAGRAPH])
    words_en = TextAreaField(_l("A paragraph of your own in English"), [PARAGRAPH])
    send_at = LocalMoment(_l("Send at"), [Optional()])

    def __init__(self, *args: Any, roundtable: Roundtable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roundtable = roundtable

    def validate_send_at(self, field: LocalMoment) -> None:
        zone = self.roundtable.series.zone
        exists_in(zone, field.data)  # type: ignore[arg-type]  # Optional stops where it is empty
        if not clock.now() < field.in_zone(zone) < self.roundtable.starts_at:
            raise ValidationError(_("Please choose a time ahead of us and before the roundtable begins."))

    def validate_words_de(self, field: Field) -> None:
        try:
            wordings.check(field.data or "", "invitation")
        except BrokenPlaceholder as broken:
            raise ValidationError(str(broken)) from broken

    validate_words_en = validate_words_de

    @property
    def send_after(self) -> datetime | None:
        zone = self.roundtable.series.zone
        return self.send_at.in_zone(zone).astimezone(UTC) if self.send_at.data else None


def _letter(invitation: Invitation, kind: Meant, words: Bilingual) -> Letter:
    at = clock.now()
    if kind == "reminder":
        return letters.reminder(invitation, NO_TOKEN, at=at, personal=words)
    if kind == "save_the_date":
        return letters.save_the_date(invitation, NO_TOKEN, at=at, personal=words)
    return inviting_letter(invitation)(invitation, NO_TOKEN, at=at, personal=words)


def _kind(given: str | None) -> Meant:
    return given if given in MEANT else "invitation"


@routes.get("/preview")
def preview(roundtable_id: int) -> Response:
    """Nothing bulk leaves unseen (rule 22): who, how many, and one of them in full."""
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    return _preview(roundtable, _kind(request.args.get("kind")), SendForm(roundtable=roundtable))


@routes.post("/preview")
def preview_as_typed(roundtable_id: int) -> Response | tuple[Response, int]:
    """The letters with the words that are typed, and the ticks as they are; nothing is sent."""
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    form = SendForm(roundtable=roundtable)
    is_right = form.validate_on_submit() or selection.is_only_looking()
    page = _preview(roundtable, _kind(request.form.get("kind")), form)
    return page if is_right else (page, 422)


def _preview(roundtable: Roundtable, kind: Meant, form: SendForm) -> Response:
    only, words_sought = request.values.getlist("only", type=int), selection.words_asked_for()
    session, at = db.session(), clock.now()
    recipients = recipients_of(session, roundtable, kind, only, at=at)
    found = fitting(session, roundtable, kind, only, words_sought, at=at) if words_sought else recipients.ids
    page = part_of(found, per_page=selection.PER_PAGE, number=selection.page_asked_for())
    reachable = recipients.reachable
    chosen = selection.ticked("invitations", offered=reachable, proposed=recipients.proposed, found=found)
    looked_at = request.args.get("look_at", type=int)
    first = next((each for each in reachable if each in chosen), reachable[0] if reachable else None)
    # Ticked off while looking around, they give way to somebody who gets a letter.
    stays = looked_at in reachable and (looked_at in chosen or not selection.is_only_looking())
    shown_id = looked_at if stays else first
    loaded = in_full(session, {*page, *([shown_id] if shown_id is not None else [])})
    shown = loaded[shown_id] if shown_id is not None else None
    # Words with a broken placeholder are in no letter.
    words = NO_WORDS if form.words_de.errors or form.words_en.errors else form.words
    letter = _letter(shown, kind, words) if shown is not None else None
    form.have_been_shown(words)
    drawn = render_template(
        "desk/mailings/preview.html",
        roundtable=roundtable,
        kind=kind,
        send=KINDS["invitation" if kind == "again" else kind].send,
        only=only,
        page=page,
        recipients=[loaded[each] for each in page],
        is_long=len(recipients.ids) > selection.PER_PAGE,
        words_sought=words_sought,
        unreachable=recipients.unreachable,
        chosen=chosen,
        along=selection.along("invitations", chosen, page),
        is_any_proposed=bool(recipients.proposed),
        offices=offices_among(session, chosen),
        shown=shown,
        letter=letter,
        worded=WORDED,
        reading=outbox.read(letter) if letter is not None else None,
        words=words,
        languages=recipients.languages,
        form=form,
    )
    return letter_frames.page_with_letter(drawn)


@routes.get("/letters/<int:invitation_id>")
def letter(roundtable_id: int, invitation_id: int) -> Response:
    """The letter alone, for the frame in the preview."""
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.roundtable_id != roundtable.id:
        abort(404)
    words = request.args.get("words", "")
    try:
        letter = _letter(invitation, _kind(request.args.get("kind")), Bilingual(words, words))
    except BrokenPlaceholder:
        abort(404)
    return letter_frames.letter_alone(outbox.read(letter))


@routes.post("/")
def send(roundtable_id: int) -> Redirect | tuple[Response, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "invite")
    kind = _kind(request.form.get("kind"))
    form = SendForm(roundtable=roundtable)
    if not form.validate_on_submit():
        return _preview(roundtable, kind, form), 422
    if not form.are_words_seen:
        return _preview(roundtable, kind, form), 200
    at = clock.now()
    with deed():
        _send(roundtable, kind, form, at)
    mailing = mailings.queued(db.session(), roundtable, at=at)
    if mailing is None:
        flash(_("There was nobody left to write to. Nothing has been sent."), "info")
        return redirect(url_for("desk.invitations.index", roundtable_id=roundtable.id), 303)
    return redirect(url_for(".show", roundtable_id=roundtable.id, mailing_id=mailing.id), 303)


def _send(roundtable: Roundtable, kind: Meant, form: SendForm, at: datetime) -> list[Invitation]:
    session, by, words = db.session(), me(), form.words
    only = request.form.getlist("only", type=int)
    offered = recipients_of(session, roundtable, kind, only, at=at).reachable
    seen = selection.ticked("invitations", offered=offered, proposed=())
    if kind == "reminder":
        # Worked out when it is sent (rule 6): never planned for later.
        return inviting.remind(session, roundtable, at=at, by=by, seen=seen, words=words)
    chosen = list(
        session.scalars(select(Invitation).where(Invitation.id.in_(seen), Invitation.roundtable == roundtable))
    )
    later = form.send_after
    if kind == "save_the_date":
        return inviting.announce(session, roundtable, chosen, at=at, by=by, send_after=later, words=words)
    again = kind == "again"
    return inviting.send(session, roundtable, chosen, at=at, by=by, send_after=later, words=words, again=again)


def _own_mailing_or_404(roundtable_id: int, mailing_id: int, deed: Deed) -> Mailing:
    roundtable = own_roundtable_or_404(roundtable_id, deed)
    mailing = db.session.get(Mailing, mailing_id, options=[joinedload(Mailing.queued_by)])
    if mailing is None or mailing.roundtable_id != roundtable.id:
        abort(404)
    return mailing


@routes.get("/<int:mailing_id>/")
def show(roundtable_id: int, mailing_id: int) -> str:
    mailing = _own_mailing_or_404(roundtable_id, mailing_id, "see")
    return render_template(
        "desk/mailings/show.html",
        mailing=mailing,
        roundtable=mailing.roundtable,
        figures=figures.progress(db.session(), [mailing])[mailing.id],
        is_planned=mailing.send_after > clock.now(),
    )


@routes.get("/<int:mailing_id>/progress")
def progress(roundtable_id: int, mailing_id: int) -> Response:
    """The figures alone, for a page that stays open."""
    mailing = _own_mailing_or_404(roundtable_id, mailing_id, "see")
    counted = figures.progress(db.session(), [mailing])[mailing.id]
    done, total = counted["sent"], sum(counted.values())
    words = _("%(done)s of %(total)s letters handed over", done=done, total=total)
    return jsonify(done=done, total=total, words=words, waiting=counted["waiting"] + counted["handing_over"])


@routes.post("/<int:mailing_id>/stop")
def stop(roundtable_id: int, mailing_id: int) -> Redirect:
    mailing = _own_mailing_or_404(roundtable_id, mailing_id, "invite")
    with attempt() as done:
        number = inviting.stop(db.session(), mailing, at=clock.now())
    if done:
        flash(ngettext("One letter was stopped.", "%(num)d letters were stopped.", number), "success")
    else:
        flash(str(done.refusal), "info")
    return redirect(url_for(".show", roundtable_id=roundtable_id, mailing_id=mailing_id), 303)


@routes.post("/<int:mailing_id>/send-now")
def send_now(roundtable_id: int, mailing_id: int) -> Redirect:
    mailing = _own_mailing_or_404(roundtable_id, mailing_id, "invite")
    with deed():
        outbox.send_now(db.session(), mailing, at=clock.now())
    return redirect(url_for(".show", roundtable_id=roundtable_id, mailing_id=mailing_id), 303)
