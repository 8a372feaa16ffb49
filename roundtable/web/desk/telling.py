"""Telling people what has changed: what, whom, one letter in full, and then to all of them at once (rule 22)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField

from roundtable import clock
from roundtable.actions import telling
from roundtable.db import db
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables import Roundtable
from roundtable.mail import letters, outbox
from roundtable.web.desk.rights import own_roundtable_or_404
from roundtable.web.forms import TEXT, Form

routes = Blueprint("telling", __name__, url_prefix="/roundtables/<int:roundtable_id>/tell")


class TellForm(Form):
    words = TextAreaField(_l("In your own words"), [TEXT])
    # What stood in the letter that was shown.
    seen = HiddenField()


@routes.get("/")
def show(roundtable_id: int) -> str:
    return _page(own_roundtable_or_404(roundtable_id, "plan"), TellForm())


def _page(roundtable: Roundtable, form: TellForm) -> str:
    session, at = db.session(), clock.now()
    told = telling.to_tell(session, roundtable) if telling.untold(session, roundtable, at=at).number else []
    letter = None
    if told:
        invitation, before = told[0]
        letter = letters.changed(invitation, "preview", before=before, words=form.words.data or "", at=at)
    form.seen.data = form.words.data
    return render_template(
        "desk/telling/show.html",
        roundtable=roundtable,
        form=form,
        before=told[0][1] if told else None,
        told=[invitation for invitation, _before in told],
        letter=letter,
        reading=outbox.read(letter) if letter is not None else None,
    )


@routes.post("/")
def tell(roundtable_id: int) -> Response | str | tuple[str, int]:
    """Shows the letter first where its words are not those that were seen."""
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    form = TellForm()
    if not form.validate_on_submit():
        return _page(roundtable, form), 422
    words = form.words.data or ""
    if "preview" in request.form or words != (form.seen.data or ""):
        return _page(roundtable, form)
    session = db.session()
    try:
        number = telling.tell(session, roundtable, words=words, at=clock.now())
    except Refused as refusal:
        session.rollback()
        flash(str(refusal), "danger")
    else:
        session.commit()
        if number:
            flash(ngettext("%(num)d person is told.", "%(num)d people are told.", number), "success")
        else:
            flash(_("Everybody had been told already. Nothing has been sent."), "info")
    return redirect(url_for("desk.roundtables.show", roundtable_id=roundtable.id), 303)
