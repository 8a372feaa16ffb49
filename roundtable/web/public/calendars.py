"""Calendar files of public roundtables: a series to subscribe to, one roundtable to download."""

from datetime import datetime

from flask import Blueprint, Response, abort, current_app, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from roundtable import calendar, clock
from roundtable.db import LANGUAGES, db
from roundtable.domain.roundtables import CANCELLED_STAYS, Roundtable
from roundtable.domain.series import Series
from roundtable.web import downloads

routes = Blueprint("calendars", __name__, url_prefix="/series/<slug>")


def _public_series_or_404(slug: str, at: datetime) -> Series:
    found = db.session.scalar(select(Series).where(Series.slug == slug).options(joinedload(Series.office)))
    if found is None or found.public_since is None or found.public_since > at:
        abort(404)
    return found


def _language(series: Series) -> str:
    wanted = request.args.get("lang")
    return wanted if wanted in LANGUAGES else series.language


@routes.get("/calendar.ics")
def series(slug: str) -> Response:
    """What people subscribe to; a cancelled roundtable stays in it for 30 days (rule 12)."""
    at = clock.now()
    found = _public_series_or_404(slug, at)
    language = _language(found)
    public = (
        select(Roundtable)
        .where(Roundtable.series_id == found.id, Roundtable.public_since <= at)
        .options(selectinload(Roundtable.agenda), joinedload(Roundtable.series))
        .order_by(Roundtable.number)
    )
    found_ones = db.session.scalars(public).all()
    shown = [each for each in found_ones if each.stays_in_feeds(at)]
    origin = current_app.config["ROUNDTABLE"].origin
    url = origin + url_for("public.series.show", lang=language, slug=slug)
    content = calendar.series_feed(found, shown, language=language, url=url)
    changed_at = max((_changed_at(each, at) for each in found_ones), default=None)
    return downloads.calendar(content, name=slug, changed_at=changed_at, is_feed=True)


def _changed_at(roundtable: Roundtable, at: datetime) -> datetime:
    """When the feed last changed because of this one: it came, it was changed, or it left."""
    moments = [roundtable.calendar_changed_at, roundtable.public_since, roundtable.cancelled_at]
    if roundtable.cancelled_at is not None and not roundtable.stays_in_feeds(at):
        moments.append(roundtable.cancelled_at + CANCELLED_STAYS)
    return max(moment for moment in moments if moment is not None)


@routes.get("/<int:number>/calendar.ics")
def roundtable(slug: str, number: int) -> Response:
    at = clock.now()
    found = _public_series_or_404(slug, at)
    language = _language(found)
    one = db.session.scalar(
        select(Roundtable)
        .where(Roundtable.series_id == found.id, Roundtable.number == number)
        .options(selectinload(Roundtable.agenda), joinedload(Roundtable.series))
    )
    if one is None or not one.is_public(at):
        abort(404)
    origin = current_app.config["ROUNDTABLE"].origin
    url = origin + url_for("public.roundtables.show", lang=language, slug=slug, number=number)
    content = calendar.roundtable_file(one, language=language, url=url, organiser=found.office)
    return downloads.calendar(content, name=f"{slug}-{number}", changed_at=one.calendar_changed_at)
