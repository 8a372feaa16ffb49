"""Pages for everybody. They know no session and set no cookie, but for the one form in sign_ups."""

from functools import cache

from flask import Blueprint
from sqlalchemy import select
from werkzeug.local import LocalProxy

from roundtable.db import db
from roundtable.domain.office.offices import Office
from roundtable.web.public import calendars, home, pages, press, roundtables, series, sign_ups

routes = Blueprint("public", __name__, url_prefix="/<lang:lang>")
# Addresses without a language: what calendar programs fetch.
files = Blueprint("public_files", __name__)


@routes.context_processor
def _office() -> dict[str, object]:
    """Whose pages these are; looked for only where a page does not say so itself."""
    return {"office": LocalProxy(cache(_only_office))}


def _only_office() -> Office | None:
    """Where it can only be one."""
    offices = list(db.session.scalars(select(Office).limit(2)))
    return offices[0] if len(offices) == 1 else None


for _module in (home, series, roundtables, sign_ups, press, pages):
    routes.register_blueprint(_module.routes)
files.register_blueprint(calendars.routes)
