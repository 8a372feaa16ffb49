"""Somebody reads the words they would be quoted with, and releases them or not."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField

from roundtable import clock
from roundtable.actions.press import quoting
from roundtable.db import db
from roundtable.domain.press.quotes import Quote
from roundtable.web.edge import attempt
from roundtable.web.forms import TEXT, Form
from roundtable.web.guest.rights import quote_or_404

routes = Blueprint("quote", __name__)


class ReleaseForm(Form):
    """The hash says which words were on the page."""

    fingerprint = HiddenField()


class DeclineForm(ReleaseForm):
    note = TextAreaField(_l("What should be different?"), [TEXT], render_kw={"rows": 4})


def _show(quote: Quote, token: str, refusal: str = "") -> str:
    # Both forms carry the words that stand on this page now, whatever came in.
    release_form, decline_form = ReleaseForm(formdata=None), DeclineForm(formdata=None)
    release_form.fingerprint.data = decline_form.fingerprint.data = quote.fingerprint
    decline_form.note.data = request.form.get("note", "")
    for field in decline_form:
        field.id = field.label.field_id = f"decline-{field.short_name}"
    return render_template(
        "guest/quote/show.html",
        quote=quote,
        roundtable=quote.roundtable,
        office=quote.roundtable.series.office,
        token=token,
        release_form=release_form,
        decline_form=decline_form,
        refusal=refusal,
        is_published=quoting.is_published(db.session(), quote),
    )


@routes.get("/quote/<token>/")
def show(token: str) -> str:
    return _show(quote_or_404(token), token)


@routes.post("/quote/<token>/release")
def release(token: str) -> Response | tuple[str, int]:
    quote, form = quote_or_404(token), ReleaseForm()
    with attempt() as done:
        quoting.release(quote, fingerprint=form.fingerprint.data or "", at=clock.now())
    if not done:
        return _show(quote, token, str(done.refusal)), 422
    flash(_("Thank you. You have released these words."), "success")
    return redirect(url_for(".show", token=token), 303)


@routes.post("/quote/<token>/decline")
def decline(token: str) -> Response | tuple[str, int]:
    quote, form = quote_or_404(token), DeclineForm()
    if not form.validate_on_submit():
        return _show(quote, token, _("Your note is too long.")), 422
    seen, note = form.fingerprint.data or "", form.note.data or ""
    with attempt() as done:
        quoting.decline(db.session(), quote, fingerprint=seen, note=note, at=clock.now())
    if not done:
        return _show(quote, token, str(done.refusal)), 422
    flash(_("Thank you. These words will not be published."), "success")
    return redirect(url_for(".show", token=token), 303)
