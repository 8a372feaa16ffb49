"""Signing in and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.db import db, only_looking
from roundtable.domain.office import accounts
from roundtable.domain.office.accounts import Tried
from roundtable.web.edge import deed, only_supposed
from roundtable.web.forms import NAME, AtMost, Form
from roundtable.web.security import account, begin_session, end_session, limiter

routes = Blueprint("sign_in", __name__)


class SignInForm(Form):
    email = EmailField(_l("E-mail address"), [InputRequired(), NAME], render_kw={"autocomplete": "username"})
    password = PasswordField(
        _l("Password"), [InputRequired(), AtMost(max=1_000)], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


def _own_path(path: str | None) -> str:
    """Where to go on; only inside the desk, never another site (OWASP: unvalidated redirects)."""
    desk = url_for("desk.dashboard.show")
    return path if path and path.startswith(desk) and path.isprintable() and "\\" not in path else desk


@routes.get("/sign-in")
def form() -> Response | str:
    if account() is not None:
        return redirect(url_for("desk.dashboard.show"))
    return render_template("desk/sign_in/form.html", form=SignInForm(next=request.args.get("next")))


@routes.post("/sign-in")
@limiter.limit("20 per minute")
def begin() -> Response | tuple[str, int]:
    form = SignInForm()
    if form.validate_on_submit():
        tried = _tried(form.email.data or "", form.password.data or "")
        with deed():
            who = accounts.sign_in(db.session(), tried, at=clock.now())
        if who is not None:
            begin_session(who)
            return redirect(_own_path(form.next.data), 303)
        form.password.errors = [_("Address and password do not fit. After eight wrong tries we pause for ten minutes.")]
    return render_template("desk/sign_in/form.html", form=form), 422


def _tried(email: str, password: str) -> Tried:
    """With nothing open in the database: nobody who writes waits for a password to be compared."""
    only_looking(True)
    with only_supposed():
        known = accounts.known_hash(db.session(), email)
    only_looking(False)
    return accounts.tried(email, password, known)


@routes.post("/sign-out")
def end() -> Response:
    end_session()
    flash(_("You are signed out."), "success")
    away = redirect(url_for("desk.sign_in.form"), 303)
    # What was typed and not sent, minutes above all, lies in the browser: the next one at this machine does not get it.
    away.headers["Clear-Site-Data"] = '"cache", "storage"'
    return away
