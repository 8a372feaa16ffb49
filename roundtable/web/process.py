"""Does the process live; can it serve; a few figures."""

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy import func, select, text

from roundtable.db import db
from roundtable.mail.outbox import Letter
from roundtable.settings import Settings

routes = Blueprint("process", __name__)


@routes.get("/healthz")
def lives() -> Response:
    return Response("ok\n", mimetype="text/plain")


@routes.get("/readyz")
def can_serve() -> Response:
    """503 while the database does not answer or has no tables yet."""
    try:
        db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    except Exception:
        current_app.logger.exception("not ready")
        return Response("the database does not answer; see the log\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


@routes.get("/metrics")
def figures() -> Response:
    """Prometheus text format, to allowed addresses only.

    A proxy on this machine that nobody told us of would lend everybody its own address.
    """
    settings: Settings = current_app.config["ROUNDTABLE"]
    is_passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if request.remote_addr not in settings.metrics_from or (is_passed_on and not settings.trusted_proxies):
        abort(404)
    lines = ["# TYPE roundtable_letters gauge"]
    for state, count in db.session.execute(select(Letter.state, func.count()).group_by(Letter.state)):
        lines.append(f'roundtable_letters{{state="{state}"}} {count}')
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
