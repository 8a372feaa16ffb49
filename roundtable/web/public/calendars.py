"""Calendar files of public roundtables: an office or a series to subscribe to, one roundtable to download."""

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, Response, abort, request
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from roundtable import calendar, clock
from roundtable.db import LANGUAGES, db
from roundtable.domain.office.offices import Office
from roundtable.domain.roundtables.roundtables import CANCELLED_STAYS, Roundtable
from roundtable.domain.series.series import Series
from roundtable.web import downloads
from roundtable.web.addresses import absolute, public_pages

routes = Blueprint("calendars", __name__)


def _public_series_or_404(slug: str, at: datetime) -> Series:
    found = db.session.scalar(select(Series).where(Series.slug == slug).options(joinedload(Series.office)))
    if found is None or not found.is_public(at):
        abort(404)
    return found


def _language(its_own: str) -> str:
    wanted = request.args.get("lang")
    return wanted if wanted in LANGUAGES else its_own


@routes.get("/offices/<office>/calendar.ics")
def office(office: str) -> Response:
    """All public roundtables of all its public series; without any it is empty, and those who subscribed keep it."""
    at, language = clock.now(), _language("de")
    found = db.session.scalar(select(Office).where(Office.slug == office))
    if found is None:
        abort(404)
    public = (
        select(Roundtable)
        .join(Roundtable.series)
        .where(Series.office_id == found.id, Series.is_public(at), Roundtable.is_public(at))
        .options(contains_eager(Roundtable.series), selectinload(Roundtable.agenda))
        .order_by(Roundtable.starts_at, Roundtable.id)
    )
    roundtables = db.session.scalars(public).all()
    content = calendar.feed(
        [each for each in roundtables if each.stays_in_feeds(at)],
        name=f"Roundtables: {found.name.in_(language)}",
        language=language,
        url=absolute("public.home.show", lang=language),
        url_of=public_pages(language=language, at=at),
    )
    came_at = [each.series.public_since for each in roundtables if each.series.public_since is not None]
    changed_at = max([*came_at, *_changes(roundtables, at)], default=None)
    words = f"Roundtables {found.name.in_(language)}"
    return downloads.calendar(content, name=found.slug, words=words, changed_at=changed_at, is_feed=True)


@routes.get("/series/<slug>/calendar.ics")
def series(slug: str) -> Response:
    """What people subscribe to; a cancelled roundtable stays in it for 30 days (rule 12)."""
    at = clock.now()
    found = _public_series_or_404(slug, at)
    language = _language(found.language)
    public = (
        select(Roundtable)
        .where(Roundtable.series_id == found.id, Roundtable.is_public(at))
        .options(selectinload(Roundtable.agenda), joinedload(Roundtable.series))
        .order_by(Roundtable.number)
    )
    roundtables = db.session.scalars(public).all()
    shown = [each for each in roundtables if each.stays_in_feeds(at)]
    url = absolute("public.series.show", lang=language, slug=slug)
    content = calendar.series_feed(found, shown, language=language, url=url)
    changed_at = max(_changes(roundtables, at), default=None)
    words = found.name.in_(language)
    return downloads.calendar(content, name=slug, words=words, changed_at=changed_at, is_feed=True)


def _changes(roundtables: Iterable[Roundtable], at: datetime) -> Iterable[datetime]:
    """When a feed changed because of these: one came, was changed, or left."""
    for each in roundtables:
        moments = [each.calendar_changed_at, each.public_since, each.cancelled_at]
        if each.cancelled_at is not None and not each.stays_in_feeds(at):
            moments.append(each.cancelled_at + CANCELLED_STAYS)
        yield from (moment for moment in moments if moment is not None)


@routes.get("/series/<slug>/<int:number>/calendar.ics")
def roundtable(slug: str, number: int) -> Response:
    at = clock.now()
    found = _public_series_or_404(slug, at)
    language = _language(found.language)
    one = db.session.scalar(
        select(Roundtable)
        .where(Roundtable.series_id == found.id, Roundtable.number == number)
        .options(selectinload(Roundtable.agenda), joinedload(Roundtable.series))
    )
    if one is None or not one.is_public(at):
        abort(404)
    url = absolute("public.roundtables.show", lang=language, slug=slug, number=number)
    content = calendar.roundtable_file(one, language=language, url=url, organiser=found.office)
    words = calendar.summary(one, language)
    return downloads.calendar(content, name=f"{slug}-{number}", words=words, changed_at=one.calendar_changed_at)
