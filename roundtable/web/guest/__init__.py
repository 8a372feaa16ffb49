"""Pages behind a personal link: no account, no referrer, not indexed, not cached."""

from flask import Blueprint, Response, g

from roundtable.web.guest import (
    calendars,
    commitments,
    companions,
    consents,
    digest,
    invitation,
    my_calendar,
    needs,
    poll,
    quote,
    sign_up,
)

routes = Blueprint("guest", __name__, url_prefix="/<lang:lang>")
# Addresses without a language: what calendar programs fetch.
files = Blueprint("guest_files", __name__)
feeds = Blueprint("guest_feeds", __name__)


@routes.before_request
@files.before_request
@feeds.before_request
def _is_guest() -> None:
    g.is_guest = True


@routes.after_request
@files.after_request
@feeds.after_request
def _not_indexed(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


for _module in (invitation, my_calendar, companions, needs, consents, poll, commitments, quote, sign_up, digest):
    routes.register_blueprint(_module.routes)
files.register_blueprint(calendars.routes)
feeds.register_blueprint(calendars.feeds)
