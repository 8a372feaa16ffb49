"""What guards every answer: who is signed in, no forged POST, strict CSP, reading only on GET, rate limits."""

from http import HTTPStatus

from flask import Flask, Response, abort, current_app, g, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from roundtable.db import db, only_looking
from roundtable.domain.office.accounts import Account

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="sliding-window-counter", default_limits=[])
_logins = LoginManager()

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


def is_from_another_site() -> bool:
    """Whether a browser says that another site's page has sent this.

    Pages without a referrer send ``Origin: null``; then Sec-Fetch-Site tells, in every browser since 2023
    (https://www.w3.org/TR/fetch-metadata/).
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        return True
    return origin not in (None, "null", request.host_url.rstrip("/"))


def _nothing_forged() -> None:
    """Guests prove themselves by the token in the address, which no other site knows: no cookie is needed for it, and
    none is set (rule 28). At the desk and in public the form holds a token that the session knows."""
    if request.method not in CHANGING or request.endpoint is None:
        return
    if "guest" not in request.blueprints:
        csrf.protect()
    elif is_from_another_site():
        abort(HTTPStatus.FORBIDDEN)


def csrf_field() -> Markup:
    """The hidden field of a form that is sent, where one is needed."""
    if g.get("is_guest"):
        return Markup()
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """An account for the length of a request."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        return f"{self.account.id}:{self.account.session_number}"


@_logins.user_loader  # type: ignore[untyped-decorator]
def _load(known_as: str) -> SignedIn | None:
    number, _, session_number = known_as.partition(":")
    account = db.session.get(Account, int(number)) if number.isdigit() else None
    if account is None or account.is_blocked or str(account.session_number) != session_number:
        return None
    return SignedIn(account)


def account() -> Account | None:
    """Who is signed in; outside the desk nobody is, so that public pages know no session and can be cached."""
    if "desk" not in request.blueprints or g.get("is_without_database"):
        return None
    return current_user.account if current_user.is_authenticated else None


def begin_session(who: Account) -> None:
    session.clear()
    session.permanent = True
    login_user(SignedIn(who))


def end_session() -> None:
    logout_user()
    session.clear()


def _no_third_parties(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    # Personal links must not leak by referrer (rule 2).
    headers["Referrer-Policy"] = "no-referrer" if g.get("is_guest") else "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if current_app.config["ROUNDTABLE"].is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    # Calendar programs keep what they fetched, and say so when they come again.
    is_cached_by_its_reader = headers.get("Cache-Control", "").startswith("private")
    is_of_somebody = (g.get("is_guest") and not is_cached_by_its_reader) or "desk" in request.blueprints
    # What is not there may be there in a second: an embargo ends (rule 16), and no cache between may say otherwise.
    if is_of_somebody or response.status_code >= HTTPStatus.BAD_REQUEST:
        headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    limiter.init_app(app)
    # Not init_app(): it reads the session on every answer, for a remember-me cookie that we do not have.
    app.login_manager = _logins  # type: ignore[attr-defined]

    @app.before_request
    def _look_or_write() -> None:
        only_looking(request.method in ("GET", "HEAD", "OPTIONS"))

    app.before_request(_nothing_forged)
    app.after_request(_no_third_parties)
    app.jinja_env.globals["csrf_field"] = csrf_field
    app.context_processor(lambda: {"account": account()})
