"""Every error is a page with one sentence and one next step, never a stack trace."""

import errno

from flask import Flask, Response, flash, g, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from roundtable.db import db
from roundtable.domain.refusals import Refused
from roundtable.web.addresses import nearest_page

AGAIN_SECONDS = 10
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
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
        if request.method in ("GET", "HEAD"):
            # This very page refuses, and may be the referrer too.
            return redirect(nearest_page(request.path.rstrip("/").rpartition("/")[0] + "/"), 303)
        return redirect(request.referrer if _is_ours(request.referrer) else nearest_page(request.path), 303)

    @app.errorhandler(StaleDataError)
    def _stale(error: StaleDataError) -> Response:
        db.session.rollback()
        return Response(render_template("errors/409.html"), 409)

    @app.errorhandler(OverflowError)
    @app.errorhandler(DataError)
    def _beyond_measure(error: Exception) -> Response:
        """A number, date or text that no database holds: somebody's own request, not one of our pages."""
        db.session.rollback()
        return Response(render_template("errors/400.html"), 400)

    @app.errorhandler(OperationalError)
    def _cannot_write(error: Exception) -> Response:
        """Locked, full or not there: what was typed stands in the page, and is sent again by one press (rule 28)."""
        app.logger.error("%s %s: %s", request.method, request.endpoint, error.__cause__ or error)
        db.session.rollback()
        # Who is signed in may be asked of a database that is locked for writing, but not of one that is not there.
        g.is_without_database = True
        typed = [pair for pair in request.form.items(multi=True) if "password" not in pair[0]]
        page = render_template("errors/503.html", typed=typed, has_files=any(request.files.values()))
        return Response(page, 503, headers={"Retry-After": str(AGAIN_SECONDS)})

    @app.errorhandler(OSError)
    def _no_room(error: OSError) -> Response:
        return _cannot_write(error) if error.errno in NO_ROOM else _bug(error)

    @app.errorhandler(Exception)
    def _bug(error: Exception) -> Response:
        app.logger.exception("%s %s", request.method, request.endpoint)
        db.session.rollback()
        return Response(render_template("errors/500.html"), 500)


def _is_ours(address: str | None) -> bool:
    return address is not None and address.startswith(request.host_url)
