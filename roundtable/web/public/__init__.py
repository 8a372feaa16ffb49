"""Pages for everybody. They know no session and set no cookie."""

from flask import Blueprint

from roundtable.web.public import calendars, home, pages, press, roundtables, series

routes = Blueprint("public", __name__, url_prefix="/<lang:lang>")
# Addresses without a language: what calendar programs fetch.
files = Blueprint("public_files", __name__)

for _module in (home, series, roundtables, press, pages):
    routes.register_blueprint(_module.routes)
files.register_blueprint(calendars.routes)
