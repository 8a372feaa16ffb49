"""One roundtable, as far as it is public."""

from flask import Blueprint, abort, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from roundtable import clock
from roundtable.db import db
from roundtable.domain.agenda import AgendaItem, beginnings
from roundtable.domain.press import Release, visible
from roundtable.domain.roundtables import Roundtable
from roundtable.domain.series import Series
from roundtable.web.addresses import public_page
from roundtable.web.calendars import ways_to_add
from roundtable.web.languages import language

routes = Blueprint("roundtables", __name__)


@routes.get("/series/<slug>/<int:number>/")
def show(slug: str, number: int) -> str:
    at = clock.now()
    roundtable = db.session.scalar(
        select(Roundtable)
        .join(Roundtable.series)
        .where(Series.slug == slug, Series.public_since <= at)
        .where(Roundtable.number == number, Roundtable.public_since <= at)
        .options(joinedload(Roundtable.series).joinedload(Series.office))
        .options(joinedload(Roundtable.series).joinedload(Series.host), joinedload(Roundtable.minutes))
        .options(selectinload(Roundtable.agenda).joinedload(AgendaItem.speaker))
    )
    if roundtable is None:
        abort(404)
    releases = db.session.scalars(visible(at).where(Release.roundtable_id == roundtable.id))
    file = url_for("public_files.calendars.roundtable", slug=slug, number=number, lang=language())
    return render_template(
        "public/roundtables/show.html",
        roundtable=roundtable,
        series=roundtable.series,
        office=roundtable.series.office,
        agenda=[each for each in zip(roundtable.agenda, beginnings(roundtable), strict=True) if each[0].is_public],
        releases=sorted(releases, key=lambda release: release.language != language()),
        is_over=roundtable.is_over(at),
        takes_sign_ups=roundtable.takes_sign_ups(at),
        ways=ways_to_add(roundtable, file, language=language(), at=at),
        page=public_page(roundtable, language=language(), at=at),
    )
