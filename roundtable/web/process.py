"""Does the process live; can it serve; a few figures."""

from flask import Blueprint, Response, abort, current_app, request

from roundtable import clock, readiness
from roundtable.db import db
from roundtable.mail.inbox import statuses
from roundtable.mail.outbox.figures import by_state, waiting
from roundtable.mail.outbox.heartbeats import running_workers
from roundtable.settings import Settings

routes = Blueprint("process", __name__)


@routes.get("/healthz")
def lives() -> Response:
    return Response("ok\n", mimetype="text/plain")


@routes.get("/readyz")
def can_serve() -> Response:
    """503, and why, while the schema is another one, the disk is full, or nobody can write."""
    found = readiness.hindrances(db.engine, current_app.config["ROUNDTABLE"].data)
    if found:
        current_app.logger.error("not ready: %s", " ".join(found))
        return Response("\n".join([*found, ""]), 503, mimetype="text/plain")
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
    session, now = db.session(), clock.now()
    lines = ["# HELP roundtable_letters Letters by state.", "# TYPE roundtable_letters gauge"]
    lines += [f'roundtable_letters{{state="{state}"}} {number}' for state, number in by_state(session).items()]
    due, since = waiting(session, at=now)
    age = (now - since).total_seconds() if since is not None else 0
    lines += _figure("roundtable_letters_due", "Letters that could go out now.", due)
    lines += _figure("roundtable_letters_oldest_waiting_seconds", "How long the oldest of them has been due.", age)
    workers = running_workers(session, at=now)
    stuck = sum(bool(worker.trouble) for worker in workers)
    lines += _figure("roundtable_workers", "Workers seen in the last minutes.", len(workers))
    lines += _figure("roundtable_workers_in_trouble", "Those that the mail server does not let in.", stuck)
    if settings.imap_url:
        shut = statuses.unread(session, settings, at=now)
        lines += _figure("roundtable_mailbox_is_read", "1: the reply mailbox is read, 0: it is not.", shut is None)
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _figure(name: str, what: str, number: float) -> list[str]:
    return [f"# HELP {name} {what}", f"# TYPE {name} gauge", f"{name} {number:g}"]
