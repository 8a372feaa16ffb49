"""The first page: the series of this installation, the next dates, the latest releases."""

from collections.abc import Iterable

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from roundtable import clock
from roundtable.db import db
from roundtable.domain.office.offices import Office
from roundtable.domain.press.releases import Release, visible
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.phrases import language
from roundtable.web.addresses import absolute
from roundtable.web.calendars import Ways, ways_to_subscribe

routes = Blueprint("home", __name__)

MOST_SERIES = 24
MOST_DATES = 6
MOST_RELEASES = 5


@routes.get("/")
def show() -> str:
    at = clock.now()
    series = select(Series).where(Series.is_public(at)).order_by(Series.id)
    coming = (
        select(Roundtable)
        .join(Roundtable.series)
        .where(Roundtable.is_public(at), Series.is_public(at), ~Roundtable.is_over(at))
        .order_by(Roundtable.starts_at)
        .options(joinedload(Roundtable.series))
    )
    releases = visible(at).where(Release.language == language(), ~Release.is_withdrawn)
    all_series = list(db.session.scalars(series.options(joinedload(Series.office)).limit(MOST_SERIES)))
    return render_template(
        "public/home/show.html",
        all_series=all_series,
        feeds=_feeds({each.office for each in all_series}),
        coming=list(db.session.scalars(coming.limit(MOST_DATES))),
        releases=list(db.session.scalars(releases.limit(MOST_RELEASES))),
    )


def _feeds(offices: Iterable[Office]) -> list[tuple[str, Ways]]:
    """The name of each office, and the ways to subscribe to all its roundtables."""
    feeds = []
    for office in sorted(offices, key=lambda office: office.id):
        url = absolute("public_files.calendars.office", office=office.slug, lang=language())
        name = office.name.in_(language())
        feeds.append((name, ways_to_subscribe(url, name)))
    return feeds
