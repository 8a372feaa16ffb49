"""A series at the desk: its roundtables in time, who belongs to it, what was promised, who comes."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from roundtable import clock
from roundtable.actions.record import following_up
from roundtable.actions.series import describing
from roundtable.db import db
from roundtable.domain.record import attendance_history
from roundtable.domain.record.commitments import STATES
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables import polls
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.rhythm import Rhythm, in_words
from roundtable.domain.series.series import Series, ShortNameTaken
from roundtable.domain.slugs import slug_of
from roundtable.phrases import language
from roundtable.web.desk.parts.conflicts import others_values, seal_of
from roundtable.web.desk.parts.rights import own_office_or_404, own_series_or_404
from roundtable.web.desk.series.members import listed
from roundtable.web.desk.series.series_form import NewSeriesForm, SeriesForm, typed, values
from roundtable.web.edge import deed
from roundtable.web.paging import part_of, slice_of

routes = Blueprint("series", __name__, url_prefix="/series")

# Two years of a monthly series.
ON_A_LINE = 24


@routes.get("/new")
def new() -> str:
    own_office_or_404("plan")
    form = NewSeriesForm()
    return render_template("desk/series/new.html", form=form)


@routes.post("/new")
def create() -> Response | tuple[str, int]:
    office = own_office_or_404("plan")
    form = NewSeriesForm()
    if form.validate_on_submit():
        slug = form.slug.data or slug_of(form.name_de.data or "", otherwise="")
        series = Series(office=office, slug=slug)
        with deed(form, at={Refused: "slug"}, clash=ShortNameTaken) as done:
            if not series.slug:
                raise ShortNameTaken
            _describe(series, form)
        if done:
            flash(_("The series is there. Next: say who belongs to it."), "success")
            return redirect(url_for("desk.members.edit", series_id=series.id), 303)
    return render_template("desk/series/new.html", form=form), 422


@routes.get("/<int:series_id>/")
def show(series_id: int) -> str:
    series = own_series_or_404(series_id, "see")
    session, at = db.session(), clock.now()
    mine = select(Roundtable).where(Roundtable.series_id == series.id)
    latest = mine.options(joinedload(Roundtable.series), joinedload(Roundtable.minutes))
    ahead = mine.where(~Roundtable.is_over(at), ~Roundtable.is_cancelled).order_by(Roundtable.number).limit(1)
    commitments = following_up.of_series(session, series.id)
    return render_template(
        "desk/series/show.html",
        series=series,
        roundtables=slice_of(latest.order_by(Roundtable.number.desc()), parameter="roundtables", per_page=ON_A_LINE),
        following=session.scalar(ahead),
        members=slice_of(listed(series), parameter="members"),
        polls=polls.latest_of(session, series),
        rhythm=in_words(Rhythm.from_rule(series.rhythm), language()) if series.rhythm else "",
        commitments={state: sum(each.state == state for each in commitments) for state in STATES},
        overdue=sum(each.is_overdue(series.day_at(at)) for each in commitments),
        attendance=(attendance := attendance_history.by_organisation(session, series, latest=ON_A_LINE)),
        who_came=part_of(attendance.rows),
        at=at,
    )


@routes.get("/<int:series_id>/edit")
def edit(series_id: int) -> str:
    series = own_series_or_404(series_id, "plan")
    form = SeriesForm(data={**values(series), "version": seal_of(values(series))})
    return render_template("desk/series/edit.html", series=series, form=form, others=[])


@routes.post("/<int:series_id>/edit")
def update(series_id: int) -> Response | tuple[str, int]:
    series = own_series_or_404(series_id, "plan")
    form, seal = SeriesForm(), seal_of(values(series))
    others = others_values(form, values(series))
    if form.validate_on_submit():
        if form.version.data != seal and others:
            form.version.data = seal
            return render_template("desk/series/edit.html", series=series, form=form, others=others), 409
        with deed(form, at={Refused: "timezone"}) as done:
            _describe(series, form)
        if done:
            flash(_("The series is saved. Roundtables that are planned already stay as they are."), "success")
            return redirect(url_for("desk.series.show", series_id=series.id), 303)
    return render_template("desk/series/edit.html", series=series, form=form, others=[]), 422


def _describe(series: Series, form: SeriesForm) -> None:
    """Raises ZoneInUse."""
    describing.describe(
        db.session(),
        series,
        typed(form),
        timezone=form.timezone.data or "",
        is_public=form.is_public.data,
        at=clock.now(),
    )
