"""The calendar file behind a personal link. Nothing in it is personal: people share their calendars (rule 3)."""

from flask import Blueprint, Response, current_app, request, url_for

from roundtable import calendar, clock
from roundtable.db import LANGUAGES
from roundtable.web import downloads
from roundtable.web.guest.rights import invitation_or_404

routes = Blueprint("calendars", __name__)


@routes.get("/i/<token>/calendar.ics")
def mine(token: str) -> Response:
    """Also where the roundtable is not public; then without an address."""
    roundtable = invitation_or_404(token).roundtable
    series, at = roundtable.series, clock.now()
    wanted = request.args.get("lang")
    language = wanted if wanted in LANGUAGES else series.language
    url = None
    if roundtable.is_public(at) and series.public_since is not None and series.public_since <= at:
        path = url_for("public.roundtables.show", lang=language, slug=series.slug, number=roundtable.number)
        url = current_app.config["ROUNDTABLE"].origin + path
    content = calendar.roundtable_file(roundtable, language=language, url=url, organiser=series.office)
    name = f"{series.slug}-{roundtable.number}"
    return downloads.calendar(content, name=name, changed_at=roundtable.calendar_changed_at)
