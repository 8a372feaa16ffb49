"""The organisations of the office's address book, each with its people and where it takes part."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.actions.people import entries, merging
from roundtable.actions.people.entry_history import PLAIN_OF_ORGANISATION
from roundtable.clean_text import cleaned_line
from roundtable.db import db
from roundtable.domain.office.history import Entry
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import MOST_WORDS, PRECEDENCE, NameTaken, Organisation, Person, folded
from roundtable.domain.record import attendance_history
from roundtable.domain.series.series import Member, Series, zone_of
from roundtable.web.desk.parts.conflicts import others_values
from roundtable.web.desk.parts.history import history_of
from roundtable.web.desk.parts.rights import me, own_office_or_404
from roundtable.web.desk.people.address_book import own_organisation_or_404
from roundtable.web.edge import deed
from roundtable.web.forms import LINE, NAME, Form
from roundtable.web.paging import part_of, slice_of

routes = Blueprint("organisations", __name__, url_prefix="/organisations")


class OrganisationForm(Form):
    version = HiddenField()
    name = StringField(_l("Name"), [InputRequired(), NAME])
    short_name = StringField(_l("Short name"), [NAME])
    article_de = StringField(_l("German article"), [NAME])
    sector = StringField(_l("Sector"), [NAME])
    address = TextAreaField(_l("Address"), [LINE])


@routes.get("/")
def index() -> str:
    """By name; every word has to stand in the name, the short name or the sector."""
    office = own_office_or_404("see")
    words = cleaned_line(request.args.get("q", ""))[:200]
    found = select(Organisation).where(Organisation.office_id == office.id, *_fits(office, words))
    page = slice_of(found.order_by(Organisation.sought_as, Organisation.id))
    ids = [each.id for each in page]
    counted = select(Person.organisation_id, func.count()).where(Person.organisation_id.in_(ids))
    people = {row[0]: row[1] for row in db.session.execute(counted.group_by(Person.organisation_id))}
    return render_template("desk/organisations/index.html", page=page, words=words, people=people)


def _fits(office: Office, words: str) -> list[ColumnElement[bool]]:
    wanted = folded(words).split()[:MOST_WORDS]
    if not wanted:
        return []
    # Of sectors there are few, so Python can match them as it does names: without accents and capitals.
    sectors = select(Organisation.sector).where(Organisation.office_id == office.id, Organisation.sector != "")
    known = {each: folded(each) for each in db.session.scalars(sectors.distinct())}
    return [
        or_(
            Organisation.sought_as.contains(word, autoescape=True),
            Organisation.sector.in_([each for each, sought in known.items() if word in sought]),
        )
        for word in wanted
    ]


@routes.get("/new")
def new() -> str:
    own_office_or_404("invite")
    return render_template("desk/organisations/new.html", form=OrganisationForm())


@routes.post("/new")
def create() -> Response | tuple[str, int]:
    office = own_office_or_404("invite")
    form = OrganisationForm()
    organisation = Organisation(office=office)
    if form.validate_on_submit():
        with deed(form, at={NameTaken: "name"}, clash=NameTaken) as done:
            entries.write_organisation(db.session(), organisation, _typed(form), at=clock.now(), by=me())
        if done:
            flash(_("%(name)s is in the address book.", name=organisation.name), "success")
            return redirect(url_for(".show", organisation_id=organisation.id), 303)
    return render_template("desk/organisations/new.html", form=form), 422


@routes.get("/<int:organisation_id>/")
def show(organisation_id: int) -> str:
    organisation = own_organisation_or_404(organisation_id, "see")
    session = db.session()
    people = select(Person).where(Person.organisation_id == organisation.id).order_by(*PRECEDENCE)
    of_theirs = select(Person.id).where(Person.organisation_id == organisation.id)
    members = (
        select(Member)
        .where(or_(Member.organisation_id == organisation.id, Member.person_id.in_(of_theirs)))
        .join(Member.series)
        .options(contains_eager(Member.series), joinedload(Member.person))
        .order_by(Series.id, Member.organisation_id.is_(None), Member.id)
    )
    return render_template(
        "desk/organisations/show.html",
        organisation=organisation,
        people=slice_of(people, parameter="people"),
        members=list(session.scalars(members)),
        attended=part_of(attendance_history.of_organisation(session, organisation), per_page=10),
        history=history_of(Entry.organisation_id == organisation.id),
        leading=merging.referred_to(session, organisation),
        zone=zone_of(db.session(), own_office_or_404("see")),
    )


@routes.get("/<int:organisation_id>/edit")
def edit(organisation_id: int) -> str:
    organisation = own_organisation_or_404(organisation_id, "invite")
    form = OrganisationForm(data={**_values(organisation), "version": organisation.version})
    return render_template("desk/organisations/edit.html", organisation=organisation, form=form, others=[])


@routes.post("/<int:organisation_id>/edit")
def update(organisation_id: int) -> Response | tuple[str, int]:
    organisation = own_organisation_or_404(organisation_id, "invite")
    form = OrganisationForm()
    others = others_values(form, _values(organisation))
    if form.validate_on_submit():
        if form.version.data != str(organisation.version) and others:
            form.version.data = str(organisation.version)
            page = render_template("desk/organisations/edit.html", organisation=organisation, form=form, others=others)
            return page, 409
        with deed(form, at={NameTaken: "name"}, clash=NameTaken) as done:
            entries.write_organisation(db.session(), organisation, _typed(form), at=clock.now(), by=me())
        if done:
            flash(_("The entry of %(name)s is saved.", name=organisation.name), "success")
            return redirect(url_for(".show", organisation_id=organisation.id), 303)
    return render_template("desk/organisations/edit.html", organisation=organisation, form=form, others=[]), 422


@routes.post("/<int:organisation_id>/remove")
def remove(organisation_id: int) -> Response:
    organisation = own_organisation_or_404(organisation_id, "invite")
    name = organisation.name
    with deed(back=redirect(url_for(".show", organisation_id=organisation_id), 303)):
        merging.remove(db.session(), organisation, at=clock.now(), by=me())
    flash(_("The entry of %(name)s is removed.", name=name), "success")
    return redirect(url_for(".index"), 303)


def _values(organisation: Organisation) -> dict[str, str]:
    return {name: getattr(organisation, name) for name in PLAIN_OF_ORGANISATION}


def _typed(form: OrganisationForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in PLAIN_OF_ORGANISATION}
