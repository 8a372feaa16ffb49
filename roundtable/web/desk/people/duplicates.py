"""Entries that may stand for the same: side by side, to merge them or to say that they are different."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from roundtable import clock
from roundtable.db import db
from roundtable.domain.people import duplicates
from roundtable.domain.people.people import Organisation, Person
from roundtable.web.desk.parts.rights import own_office_or_404
from roundtable.web.desk.people.address_book import own_organisation_or_404, own_person_or_404
from roundtable.web.edge import deed
from roundtable.web.paging import part_of

routes = Blueprint("duplicates", __name__)

PER_PAGE = 10


@routes.get("/people/duplicates")
def people() -> str:
    office = own_office_or_404("invite")
    pairs = part_of(duplicates.pairs_of_people(db.session(), office), per_page=PER_PAGE)
    ids = {id_ for pair in pairs for id_ in (pair.one, pair.other)}
    shown = select(Person).where(Person.id.in_(ids)).options(joinedload(Person.organisation))
    entries = {each.id: each for each in db.session.scalars(shown)}
    return render_template("desk/duplicates/people.html", pairs=pairs, entries=entries)


@routes.get("/organisations/duplicates")
def organisations() -> str:
    office = own_office_or_404("invite")
    pairs = part_of(duplicates.pairs_of_organisations(db.session(), office), per_page=PER_PAGE)
    ids = {id_ for pair in pairs for id_ in (pair.one, pair.other)}
    entries = {each.id: each for each in db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    return render_template("desk/duplicates/organisations.html", pairs=pairs, entries=entries)


def _two() -> tuple[int, int]:
    one, other = (request.form.get(name, 0, type=int) for name in ("one", "other"))
    if one == other:
        abort(404)
    return one, other


@routes.post("/people/duplicates")
def say_different_people() -> Response:
    own_office_or_404("invite")
    one, other = (own_person_or_404(each, "invite") for each in _two())
    with deed():
        duplicates.say_different_people(db.session(), one, other, at=clock.now())
    flash(_("%(one)s and %(other)s will not be shown together again.", one=one.name, other=other.name), "success")
    return redirect(url_for(".people"), 303)


@routes.post("/organisations/duplicates")
def say_different_organisations() -> Response:
    own_office_or_404("invite")
    one, other = (own_organisation_or_404(each, "invite") for each in _two())
    with deed():
        duplicates.say_different_organisations(db.session(), one, other, at=clock.now())
    flash(_("%(one)s and %(other)s will not be shown together again.", one=one.name, other=other.name), "success")
    return redirect(url_for(".organisations"), 303)
