"""One roundtable, as far as it is public."""

from functools import cache

from flask import Blueprint, abort, render_template, url_for
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from roundtable import clock
from roundtable.db import UTCDateTime, db
from roundtable.domain.people.people import Person
from roundtable.domain.press.releases import Release, visible
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.phrases import language
from roundtable.web.addresses import public_page
from roundtable.web.agendas import page_asked_for
from roundtable.web.calendars import ways_to_add

routes = Blueprint("roundtables", __name__)

AT = bindparam("at", type_=UTCDateTime())
# Made once, like the statements below.
_SPEAKERS = joinedload(AgendaItem.speaker).load_only(
    Person.title, Person.given_name, Person.family_name, Person.naming_basis
)


@routes.get("/series/<slug>/<int:number>/")
def show(slug: str, number: int) -> str:
    at = clock.now()
    roundtable = db.session.scalar(_one(), {"slug": slug, "number": number, "at": at})
    if roundtable is None:
        abort(404)
    agenda = page_asked_for(roundtable, _SPEAKERS, only_public=True)
    releases = db.session.scalars(_releases(), {"roundtable_id": roundtable.id, "at": at})
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


@cache
def _one() -> Select[Roundtable]:
    series = joinedload(Roundtable.series)
    return (
        select(Roundtable)
        .join(Roundtable.series)
        .where(Series.slug == bindparam("slug"), Series.is_public(AT))
        .where(Roundtable.number == bindparam("number"), Roundtable.is_public(AT))
        .options(series.joinedload(Series.office), series.joinedload(Series.host), joinedload(Roundtable.minutes))
    )


@cache
def _releases() -> Select[Release]:
    return visible(AT).where(Release.roundtable_id == bindparam("roundtable_id"))
