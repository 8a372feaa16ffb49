"""The office's address book."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, EmailField, HiddenField, SelectField, StringField, TelField
from wtforms.validators import InputRequired, Optional

from roundtable import clock
from roundtable.actions.people import entries, ranking
from roundtable.db import LANGUAGES, Bilingual, db
from roundtable.domain.office.offices import Office
from roundtable.domain.people import salutations
from roundtable.domain.people.people import NO_RANK, AlreadyThere, Organisation, Person
from roundtable.domain.refusals import Refused
from roundtable.phrases import language
from roundtable.web.desk.parts.conflicts import Other, others_values
from roundtable.web.desk.parts.rights import me, own_office_or_404
from roundtable.web.desk.people.people_search import Search, organisations_to_choose
from roundtable.web.edge import deed
from roundtable.web.forms import LINE, NAME, Form, SelectChoice, is_address
from roundtable.web.paging import Page, within

routes = Blueprint("people", __name__, url_prefix="/people")

PER_PAGE = 25


class PersonForm(Form):
    version = HiddenField()
    title = StringField(_l("Title"), [NAME])
    given_name = StringField(_l("Given name"), [NAME])
    family_name = StringField(_l("Family name"), [InputRequired(), NAME])
    function_de = StringField(_l("Function in German"), [LINE])
    function_en = StringField(_l("Function in English"), [LINE])
    organisation = SelectField(_l("Organisation"), coerce=int, default=0)
    new_organisation = StringField(_l("Or a new organisation"), [NAME])
    email = EmailField(_l("E-mail address"), [InputRequired(), NAME, is_address])
    assistant_email = EmailField(_l("Assistant's e-mail address"), [Optional(), NAME, is_address])
    phone = TelField(_l("Telephone"), [NAME])
    language = SelectField(
        _l("Language of letters"),
        [InputRequired()],
        choices=[SelectChoice("de", _l("German")), SelectChoice("en", _l("English"))],
    )
    salutation_de = StringField(_l("Salutation in German"), [LINE])
    salutation_en = StringField(_l("Salutation in English"), [LINE])
    rank = SelectField(_l("Rank"), coerce=int, default=NO_RANK)
    in_office_since = DateField(_l("In office since"), [Optional()])
    naming_basis = SelectField(
        _l("May the name appear in public?"),
        choices=[
            SelectChoice("", _l("No, only the organisation")),
            SelectChoice("office_holder", _l("Yes, as holder of a public office")),
            SelectChoice("agreed", _l("Yes, the person has agreed")),
        ],
    )
    is_told_at_once = BooleanField(_l("Tell the organisers at once when this person answers"))


@routes.get("/")
def index() -> str:
    office = own_office_or_404("see")
    search = Search.asked()
    return render_template(
        "desk/people/index.html",
        page=_page(office, search, request.args.get("page", 1, type=int)),
        search=search,
        ranks={rank.number: rank for rank in ranking.ranks_of(db.session(), office)},
        organisations=organisations_to_choose(office, search),
        no_rank=NO_RANK,
    )


def _page(office: Office, search: Search, number: int) -> Page[Person]:
    """Twenty-five of those who are found; counted once."""
    found = search.found(office).with_only_columns(func.count(Person.id))
    total = db.session.scalar(found) or 0
    number, pages = within(number, total, PER_PAGE)
    shown = search.ordered(office).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(
        list(db.session.scalars(shown)),
        total,
        number,
        pages,
        lambda number: url_for("desk.people.index", **search.values(page=number)),
    )


@routes.get("/new")
def new() -> str:
    office = own_office_or_404("invite")
    return render_template("desk/people/new.html", form=_form(office))


@routes.post("/new")
def create() -> Response | tuple[str, int]:
    office = own_office_or_404("invite")
    form = _form(office)
    if form.validate_on_submit() and _is_written(Person(office=office), form):
        flash(_("%(name)s is in the address book.", name=_name(form)), "success")
        return redirect(url_for("desk.people.index"), 303)
    return render_template("desk/people/new.html", form=form), 422


@routes.get("/<int:person_id>/edit")
def edit(person_id: int) -> str:
    person = _own_person_or_404(person_id)
    form = _form(person.office, {**_values(person), "version": person.version})
    return _edit(person, form)


@routes.post("/<int:person_id>/edit")
def update(person_id: int) -> Response | tuple[str, int]:
    person = _own_person_or_404(person_id)
    form = _form(person.office)
    others = others_values(form, _values(person))
    if form.validate_on_submit():
        if form.version.data != str(person.version) and others:
            form.version.data = str(person.version)
            return _edit(person, form, others), 409
        if _is_written(person, form):
            flash(_("The entry of %(name)s is saved.", name=_name(form)), "success")
            return redirect(url_for("desk.person.show", person_id=person.id), 303)
    return _edit(person, form), 422


def _edit(person: Person, form: PersonForm, others: list[Other] | None = None) -> str:
    proposals = {each: salutations.proposals(person, each) for each in LANGUAGES}
    return render_template("desk/people/edit.html", person=person, form=form, others=others or [], proposals=proposals)


def _own_person_or_404(person_id: int) -> Person:
    office = own_office_or_404("invite")
    person = db.session.get(Person, person_id, options=[joinedload(Person.organisation)])
    if person is None or person.office_id != office.id:
        abort(404)
    return person


def _name(form: PersonForm) -> str:
    return " ".join(part for part in (form.title.data, form.given_name.data, form.family_name.data) if part)


def _form(office: Office, values: dict[str, Any] | None = None) -> PersonForm:
    form = PersonForm(data=values)
    listed = select(Organisation).where(Organisation.office_id == office.id).order_by(Organisation.name)
    form.organisation.choices = [
        SelectChoice(0, _("none")),
        *(SelectChoice(each.id, each.full_label) for each in db.session.scalars(listed)),
    ]
    ranks = ranking.ranks_of(db.session(), office)
    form.rank.choices = [*(SelectChoice(each.number, each.name.in_(language())) for each in ranks)]
    if form.rank.data not in {NO_RANK, None, *(each.number for each in ranks)}:
        # A number from before the office had a list.
        form.rank.choices.append(SelectChoice(form.rank.data, str(form.rank.data)))
    form.rank.choices.append(SelectChoice(NO_RANK, _("no rank")))
    return form


def _values(person: Person) -> dict[str, Any]:
    plain = (
        "title",
        "given_name",
        "family_name",
        "email",
        "assistant_email",
        "phone",
        "language",
        "rank",
        "is_told_at_once",
    )
    return {
        **{name: getattr(person, name) for name in (*plain, "in_office_since")},
        **{
            f"{name}_{lang}": getattr(getattr(person, name), lang)
            for name in ("function", "salutation")
            for lang in ("de", "en")
        },
        "organisation": person.organisation_id or 0,
        "naming_basis": person.naming_basis or "",
    }


def _is_written(person: Person, form: PersonForm) -> bool:
    """Otherwise the reason stands at the field."""
    session = db.session()
    with deed(form, at={Refused: "email"}, clash=AlreadyThere) as done, session.no_autoflush:
        entries.write_person(session, person, _typed(person.office, form), at=clock.now(), by=me())
    return bool(done)


def _typed(office: Office, form: PersonForm) -> dict[str, Any]:
    """The person's own fields by name."""
    plain = ("title", "given_name", "family_name", "email", "assistant_email", "phone")
    return {
        **{name: form[name].data or "" for name in plain},
        **{name: form[name].data for name in ("language", "rank", "is_told_at_once", "in_office_since")},
        **{
            name: Bilingual(form[f"{name}_de"].data or "", form[f"{name}_en"].data or "")
            for name in ("function", "salutation")
        },
        "naming_basis": form.naming_basis.data or None,
        "organisation": _organisation(office, form),
    }


def _organisation(office: Office, form: PersonForm) -> Organisation | None:
    """The one typed, which may be known already, or the one chosen."""
    if form.new_organisation.data:
        return entries.organisation_called(db.session(), office, form.new_organisation.data)
    return db.session.get(Organisation, form.organisation.data) if form.organisation.data else None
