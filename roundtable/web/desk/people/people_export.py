"""The address book as a file, as far as search and filter have it."""

from collections.abc import Callable, Iterable

from flask import Blueprint
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from roundtable import clock
from roundtable.actions.people import exporting, ranking
from roundtable.actions.people.rows import Ranks
from roundtable.db import db
from roundtable.domain.people.people import Person
from roundtable.domain.series.series import zone_of
from roundtable.phrases import language
from roundtable.web import downloads
from roundtable.web.desk.parts.rights import own_office_or_404
from roundtable.web.desk.people.people_search import Search

routes = Blueprint("people_export", __name__, url_prefix="/people")


@routes.get("/export.csv")
def csv() -> Response:
    return _file(exporting.as_csv, "text/csv; charset=utf-8; header=present")


@routes.get("/export.xlsx")
def xlsx() -> Response:
    return _file(exporting.as_workbook, downloads.XLSX)


@routes.get("/export.vcf")
def vcf() -> Response:
    return _file(exporting.as_cards, "text/vcard; charset=utf-8")


def _file(made: Callable[[Iterable[Person], Ranks, str], bytes], media_type: str) -> Response:
    office = own_office_or_404("invite")
    session = db.session()
    people = session.scalars(Search.asked().ordered(office)).all()
    held = session.scalars(select(Person.rank).where(Person.office_id == office.id).distinct())
    ranks = Ranks(ranking.ranks_of(session, office), held)
    name = _("Address book of %(office)s", office=office.name.in_(language()))
    today = clock.now().astimezone(zone_of(session, office)).date()
    return downloads.made(made(people, ranks, language()), media_type, name, today.isoformat())
