"""One series in public: what it is for, who hosts it, its roundtables in time, its public commitments."""

from flask import Blueprint, abort, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from roundtable import clock
from roundtable.db import db
from roundtable.domain.press.releases import Release, commitments_in_public, visible
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.phrases import language
from roundtable.web.addresses import absolute
from roundtable.web.calendars import ways_to_subscribe

routes = Blueprint("series", __name__)

MOST_ROUNDTABLES = 24
MOST_COMMITMENTS = 30


@routes.get("/series/<slug>/")
def show(slug: str) -> str:
    at = clock.now()
    series = db.session.scalar(
        select(Series)
        .where(Series.slug == slug, Series.is_public(at))
        .options(joinedload(Series.office), joinedload(Series.host))
    )
    if series is None:
        abort(404)
    latest = (
        select(Roundtable)
        .where(Roundtable.series_id == series.id, Roundtable.is_public(at))
        .order_by(Roundtable.starts_at.desc())
        .limit(MOST_ROUNDTABLES)
    )
    in_time = sorted(db.session.scalars(latest), key=lambda each: each.starts_at)
    commitments = db.session.scalars(
        select(Commitment)
        .where(Commitment.series_id == series.id, commitments_in_public(at))
        .order_by(Commitment.due_on.is_(None), Commitment.due_on.desc(), Commitment.id)
        .options(joinedload(Commitment.organisation), selectinload(Commitment.reports))
        .limit(MOST_COMMITMENTS)
    )
    releases = db.session.scalars(
        visible(at).where(
            Release.roundtable_id.in_([each.id for each in in_time]),
            ~Release.is_withdrawn,
            Release.language == language(),
        )
    )
    feed = absolute("public_files.calendars.series", slug=slug, lang=language())
    return render_template(
        "public/series/show.html",
        series=series,
        office=series.office,
        past=[each for each in in_time if each.is_over(at)],
        coming=[each for each in in_time if not each.is_over(at)],
        in_time=in_time,
        commitments=list(commitments),
        releases={each.roundtable_id: each for each in releases},
        ways=ways_to_subscribe(feed, series.name.in_(language())),
        at=at,
        today=series.day_at(at),
    )
