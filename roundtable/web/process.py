"""Does the process live; can it serve; a few figures."""

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy import func, select, text

from roundtable.db import db
from roundtable.mail.outbox import Letter

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
    """Prometheus text format, to allowed addresses only."""
    if request.remote_addr not in current_app.config["ROUNDTABLE"].metrics_from:
        abort(404)
    lines = ["# TYPE roundtable_letters gauge"]
    for state, count in db.session.execute(select(Letter.state, func.count()).group_by(Letter.state)):
        lines.append(f'roundtable_letters{{state="{state}"}} {count}')
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
