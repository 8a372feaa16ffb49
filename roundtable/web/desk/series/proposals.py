"""The next dates that a series' rhythm proposes; one of them is planned in one step."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from roundtable import clock
from roundtable.actions.roundtables import planning
from roundtable.db import db
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.rhythm import Rhythm, holiday_on, in_words, proposals
from roundtable.domain.series.series import Series
from roundtable.phrases import language
from roundtable.web.desk.parts.rights import own_series_or_404
from roundtable.web.edge import deed

routes = Blueprint("proposals", __name__, url_prefix="/series/<int:series_id>/proposals")


@routes.get("/")
def show(series_id: int) -> str:
    series = own_series_or_404(series_id, "plan")
    last = _last(series)
    rhythm = Rhythm.from_rule(series.rhythm) if series.rhythm else None
    today = series.day_at(clock.now())
    found = []
    if rhythm is not None:
        before = last.day if last is not None else None
        taken = _taken(series, today)
        found = proposals(rhythm, before, today, series.region, language=language(), taken=taken)
    return render_template(
        "desk/proposals/show.html",
        series=series,
        last=last,
        rhythm=in_words(rhythm, language()) if rhythm is not None else "",
        proposals=found,
    )


def _last(series: Series) -> Roundtable | None:
    latest = select(Roundtable).where(Roundtable.series_id == series.id).order_by(Roundtable.number.desc()).limit(1)
    return db.session.scalar(latest)


def _taken(series: Series, today: date) -> Mapping[date, Sequence[str]]:
    """What the office has planned from today on, by day."""
    planned = (
        select(Roundtable)
        .join(Roundtable.series)
        .where(
            Series.office_id == series.office_id,
            ~Roundtable.is_cancelled,
            Roundtable.ends_at > clock.now() - timedelta(days=1),
        )
        .options(contains_eager(Roundtable.series))
        .order_by(Roundtable.starts_at)
    )
    taken = defaultdict(list)
    for each in db.session.scalars(planned):
        name = each.series.name.in_(language())
        taken[each.day].append(_("%(series)s, roundtable %(number)s", series=name, number=each.number))
    return taken


@routes.post("/")
def plan(series_id: int) -> Response:
    """``day`` becomes the next roundtable, at the usual hour; ``after``: the number that was last when it was shown."""
    series = own_series_or_404(series_id, "plan")
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        abort(400)
    with deed(back=redirect(url_for(".show", series_id=series.id), 303)):
        roundtable = _plan(series, day, after=request.form.get("after", 0, type=int))
    said = _("Roundtable %(number)s is planned. Members, place and seats are taken over.", number=roundtable.number)
    flash(said, "success")
    holiday = holiday_on(day, series.region, language())
    if holiday:
        flash(_("Please note: that day is a public holiday (%(holiday)s).", holiday=holiday), "warning")
    return redirect(url_for("desk.roundtables.show", roundtable_id=roundtable.id), 303)


def _plan(series: Series, day: date, *, after: int) -> Roundtable:
    begins = series.begins_at
    starts_at = datetime.combine(day, begins or time(0), series.zone)
    # A day without hours ends at the next midnight, also where the clocks change.
    ends_at = (
        starts_at.astimezone(UTC) + timedelta(minutes=series.lasts_minutes) if begins else starts_at + timedelta(1)
    )
    return planning.plan_roundtable(
        db.session(),
        series,
        starts_at=starts_at.astimezone(UTC),
        ends_at=ends_at.astimezone(UTC),
        has_hours=begins is not None,
        at=clock.now(),
        host=current_app.config["ROUNDTABLE"].host,
        after=after,
    )
