"""The outbox as the office sees it: what went out, what waits and why, and what needs a person."""

import io

from flask import Blueprint, Response, abort, current_app, flash, make_response, redirect, request, send_file, url_for
from flask import render_template as render
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from roundtable import clock
from roundtable.actions.post import readdressing
from roundtable.db import db
from roundtable.domain.office.history import Entry
from roundtable.domain.office.offices import Deed
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import zone_of
from roundtable.mail.message import personal_links
from roundtable.mail.message.reading import read
from roundtable.mail.outbox import figures, settling, statuses
from roundtable.mail.outbox.outbox import Letter
from roundtable.web.desk.parts.history import latest_of
from roundtable.web.desk.parts.rights import may, me, own_office_or_404
from roundtable.web.desk.post.letter_filter import Filter
from roundtable.web.desk.post.letter_list import page_of
from roundtable.web.edge import deed
from roundtable.web.forms import LINE, Form
from roundtable.web.security import CONTENT_SECURITY_POLICY

routes = Blueprint("letters", __name__)

# A letter carries its style inline; it may load nothing, run nothing, and be framed by us alone.
LETTER_POLICY = (
    "sandbox allow-top-navigation-by-user-activation; "
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)


class GiveUpForm(Form):
    because = TextAreaField(_l("Why is this letter given up?"), [DataRequired(), LINE])


def own_letter_or_404(letter_id: int, deed: Deed) -> Letter:
    """The letter, message and all, if the signed-in person may do this deed in its office."""
    series = joinedload(Letter.roundtable).joinedload(Roundtable.series)
    loaded = [joinedload(Letter.office), joinedload(Letter.person), series, undefer(Letter.message)]
    letter = db.session.get(Letter, letter_id, options=loaded)
    if letter is None:
        abort(404)
    if not may(deed, letter.office):
        abort(403)
    return letter


@routes.get("/letters/")
def index() -> str:
    office = own_office_or_404("reach")
    session, now, zone = db.session(), clock.now(), zone_of(db.session(), office)
    asked = Filter(office)
    where = asked.conditions(zone)
    counts = statuses.counts(session, where, at=now)
    state = asked.standing
    page = page_of(
        session,
        [*where, statuses.stands(state, now)] if state else where,
        total=counts[state] if state else sum(counts.values()),
        number=request.args.get("page", 1, type=int),
        endpoint="desk.letters.index",
        state=state,
        **asked.chosen,
    )
    return render(
        "desk/letters/index.html",
        office=office,
        page=page,
        asked=asked,
        state=state or "",
        counts=counts,
        standstill=figures.standstill(session, [office.id], current_app.config["ROUNDTABLE"], at=now),
        zone=zone,
        now=now,
    )


@routes.get("/letters/<int:letter_id>/")
def show(letter_id: int) -> Response:
    return _shown(own_letter_or_404(letter_id, "reach"), GiveUpForm())


@routes.get("/letters/<int:letter_id>/part/<part>")
def part(letter_id: int, part: str) -> Response:
    """``html`` for the frame on the page, ``source`` as a file, or the number of an attachment, counted from 1."""
    letter = own_letter_or_404(letter_id, "invite" if part == "source" else "reach")
    if part == "source":
        return _file(_to_read(letter), "message/rfc822", f"{letter.id}.eml")
    reading = read(_to_read(letter))
    if part == "html":
        answer = make_response(reading.html.replace("<head>", '<head><base target="_top">', 1))
        answer.headers["Content-Security-Policy"] = LETTER_POLICY
        return answer
    if not part.isdecimal() or not 1 <= int(part) <= len(reading.attachments):
        abort(404)
    attachment = reading.attachments[int(part) - 1]
    return _file(attachment.content, "application/octet-stream", attachment.name)


@routes.post("/letters/<int:letter_id>/retry")
def retry(letter_id: int) -> WerkzeugResponse:
    letter = own_letter_or_404(letter_id, "invite")
    with deed():
        settling.retry(db.session(), letter, at=clock.now())
    flash(_("The letter will be handed over again."), "success")
    return redirect(url_for(".show", letter_id=letter.id), 303)


@routes.post("/letters/retry")
def retry_failed() -> WerkzeugResponse:
    office = own_office_or_404("invite")
    with deed():
        number = settling.retry_failed(db.session(), office, at=clock.now())
    words = ngettext("%(num)d letter will be handed over again.", "%(num)d letters will be handed over again.", number)
    flash(words, "success")
    return redirect(url_for(".index"), 303)


@routes.post("/letters/<int:letter_id>/give-up")
def give_up(letter_id: int) -> Response | WerkzeugResponse:
    letter = own_letter_or_404(letter_id, "invite")
    form = GiveUpForm()
    if not form.validate_on_submit():
        return _shown(letter, form, status=422)
    with deed():
        settling.give_up(db.session(), letter, form.because.data or "", by=me(), at=clock.now())
    flash(_("The letter is given up. It will not be sent."), "success")
    return redirect(url_for(".show", letter_id=letter.id), 303)


@routes.post("/letters/<int:letter_id>/arrived")
def mark_arrived(letter_id: int) -> WerkzeugResponse:
    letter = own_letter_or_404(letter_id, "invite")
    with deed():
        settling.mark_arrived(db.session(), letter, by=me(), at=clock.now())
    flash(_("The letter counts as sent."), "success")
    return redirect(url_for(".show", letter_id=letter.id), 303)


def _shown(letter: Letter, form: GiveUpForm, status: int = 200) -> Response:
    zone = letter.roundtable.series.zone if letter.roundtable else zone_of(db.session(), letter.office)
    reading, now = read(_to_read(letter)), clock.now()
    page = render(
        "desk/letters/show.html",
        office=letter.office,
        letter=letter,
        reading=reading,
        form=form,
        may_be_readdressed=readdressing.may_be_readdressed(letter),
        replaces=db.session.scalar(select(Letter.id).where(Letter.replaced_by_id == letter.id).limit(1)),
        history=latest_of(Entry.letter_id == letter.id),
        zone=zone,
        now=now,
    )
    answer = make_response(page, status)
    answer.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return answer


def _to_read(letter: Letter) -> bytes:
    """The letter without personal links; in the demo with them, because there the reader plays every part."""
    is_demo = current_app.config["ROUNDTABLE"].is_demo
    return letter.message if is_demo else personal_links.without_personal_links(letter.message)


def _file(content: bytes, media_type: str, name: str) -> Response:
    answer = send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
