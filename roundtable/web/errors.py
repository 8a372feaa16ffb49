"""Every error is a page with one sentence and one next step, never a stack trace."""

from flask import Flask, Response, current_app, flash, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from roundtable.db import db
from roundtable.domain.refusals import Refused

PAGES = (400, 403, 404, 405, 413, 429, 500)


class LinkDead(Exception):
    """A personal link that opens nothing: mistyped, revoked or expired. Nobody is told which."""


def init_app(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def _page(error: HTTPException) -> Response | HTTPException:
        if error.code not in PAGES:
            return error
        page = render_template(f"errors/{error.code}.html")
        return Response(page, error.code, headers=[h for h in error.get_headers() if h[0] != "Content-Type"])

    @app.errorhandler(CSRFError)
    def _expired(error: CSRFError) -> Response:
        return Response(render_template("errors/400.html"), 400)

    @app.errorhandler(LinkDead)
    def _dead(error: LinkDead) -> Response:
        return Response(render_template("errors/gone.html"), 404)

    @app.errorhandler(Refused)
    def _refused(refusal: Refused) -> WerkzeugResponse:
        """A deed that a rule stands against: back to the page it came from, with the sentence."""
        db.session.rollback()
        flash(str(refusal), "danger")
        return redirect(request.referrer if _is_ours(request.referrer) else _nearest_page(), 303)

    @app.errorhandler(StaleDataError)
    def _stale(error: StaleDataError) -> Response:
        db.session.rollback()
        return Response(render_template("errors/409.html"), 409)

    @app.errorhandler(Exception)
    def _bug(error: Exception) -> Response:
        app.logger.exception("%s %s", request.method, request.endpoint)
        db.session.rollback()
        return Response(render_template("errors/500.html"), 500)


def _nearest_page() -> str:
    """The longest part of the path that can be looked at: guests send no referrer to go back to."""
    path, adapter = request.path, current_app.create_url_adapter(request)
    while adapter is not None and path != "/":
        for candidate in (path, path.rstrip("/")):
            try:
                adapter.match(candidate, method="GET")
            except HTTPException:
                continue
            return candidate
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return "/"


def _is_ours(address: str | None) -> bool:
    return address is not None and address.startswith(request.host_url)
