"""Registering for a roundtable without an invitation. The one public page with a form, and so with a cookie."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, StringField
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.actions.guests import signing_up
from roundtable.db import db
from roundtable.domain.guests.sign_ups import KEPT, TIME_TO_CONFIRM
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.phrases import language
from roundtable.web.edge import deed
from roundtable.web.forms import LINE, NAME, AtMost, Form, is_address
from roundtable.web.names import SHORT, has_no_link, is_a_name
from roundtable.web.security import limiter

routes = Blueprint("sign_ups", __name__, url_prefix="/series/<slug>/<int:number>/register")

# Nobody types this form sooner than that.
FASTEST_PERSON_SECONDS = 3
OPENED = "sign_up_opened"


class SignUpForm(Form):
    title = StringField(_l("Title"), [AtMost(max=40), is_a_name])
    given_name = StringField(_l("First name"), [InputRequired(_l("Please give the first name.")), SHORT, is_a_name])
    family_name = StringField(_l("Last name"), [InputRequired(_l("Please give the last name.")), SHORT, is_a_name])
    function = StringField(_l("Function"), [NAME, has_no_link])
    organisation = StringField(_l("Organisation"), [NAME, has_no_link])
    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Please give the e-mail address.")), NAME, is_address, has_no_link],
    )
    # No person sees it; programs fill in everything.
    homepage = StringField(_l("Please leave this field empty"), [LINE])

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for name in ("given_name", "family_name"):
            field = self[name]
            if not field.data and not field.errors:
                # Only blanks, or characters that nobody sees.
                field.errors = [_("Please fill this in.")]
                good = False
        return good


@routes.after_request
def _not_cached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _roundtable_or_404(slug: str, number: int) -> Roundtable:
    at = clock.now()
    roundtable = db.session.scalar(
        select(Roundtable)
        .join(Roundtable.series)
        .where(Series.slug == slug, Series.is_public(at))
        .where(Roundtable.number == number, Roundtable.is_public(at))
        .options(joinedload(Roundtable.series).joinedload(Series.office), joinedload(Roundtable.minutes))
    )
    if roundtable is None:
        abort(404)
    return roundtable


def _page(template: str, roundtable: Roundtable, **words: Any) -> str:
    series = roundtable.series
    return render_template(template, roundtable=roundtable, series=series, office=series.office, **words)


def _form_page(roundtable: Roundtable, form: SignUpForm | None) -> str:
    """Without a form: it is closed."""
    days = {"days_to_confirm": TIME_TO_CONFIRM.days, "days_kept": KEPT.days}
    return _page("public/sign_ups/ask_form.html", roundtable, form=form, **days)


@routes.get("/")
def ask_form(slug: str, number: int) -> str:
    roundtable = _roundtable_or_404(slug, number)
    if not roundtable.takes_sign_ups(clock.now()):
        return _form_page(roundtable, None)
    session[OPENED] = int(clock.now().timestamp())
    return _form_page(roundtable, SignUpForm())


@routes.post("/")
@limiter.limit("10 per hour;30 per day", deduct_when=lambda response: response.status_code == 303)
def ask(slug: str, number: int) -> AnyResponse | tuple[str, int]:
    """The same answer for every address, known or not."""
    roundtable = _roundtable_or_404(slug, number)
    if request.form.get("homepage"):
        return redirect(url_for(".asked", slug=slug, number=number), 303)
    form = SignUpForm()
    if form.validate_on_submit():
        if _is_too_quick():
            form.form_errors = [_("That was very quick. Please look at your entries and press the button once more.")]
            return _form_page(roundtable, form), 422
        names = ("title", "given_name", "family_name", "function", "organisation", "email")
        words = {name: form[name].data or "" for name in names}
        with deed(form) as done:
            signing_up.ask(db.session(), roundtable, **words, language=language(), at=clock.now())
        if done:
            return redirect(url_for(".asked", slug=slug, number=number), 303)
    return _form_page(_roundtable_or_404(slug, number), form), 422


def _is_too_quick() -> bool:
    opened = session.setdefault(OPENED, int(clock.now().timestamp()))
    return bool(clock.now().timestamp() - opened < FASTEST_PERSON_SECONDS)


@routes.get("/asked/")
def asked(slug: str, number: int) -> str:
    return _page("public/sign_ups/asked.html", _roundtable_or_404(slug, number), days_to_confirm=TIME_TO_CONFIRM.days)
