"""One roundtable, as far as it is public."""

from flask import Blueprint, abort, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from roundtable import clock
from roundtable.db import db
from roundtable.domain.agenda import AgendaItem
from roundtable.domain.press import Release, visible
from roundtable.domain.roundtables import Roundtable
from roundtable.domain.series import Series
from roundtable.web.addresses import public_page
from roundtable.web.agendas import page_asked_for
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
    )
    if roundtable is None:
        abort(404)
    agenda = page_asked_for(roundtable, joinedload(AgendaItem.speaker), only_public=True)
    releases = db.session.scalars(visible(at).where(Release.roundtable_id == roundtable.id))
    file = url_for("public_files.calendars.roundtable", slug=slug, number=number, lang=language())
    return render_template(
        "public/roundtables/show.html",
        roundtable=roundtable,
        series=roundtable.series,
        office=roundtable.series.office,
        agenda=agenda,
        releases=sorted(releases, key=lambda release: release.language != language()),
        is_over=roundtable.is_over(at),
        takes_sign_ups=roundtable.takes_sign_ups(at),
        ways=ways_to_add(roundtable, file, language=language(), at=at, opening=agenda.opening),
        page=public_page(roundtable, language=language(), at=at),
    )
