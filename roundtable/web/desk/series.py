"""A series at the desk: its roundtables in time, who belongs to it, what was promised, who comes."""

import re
import unicodedata
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are older
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from roundtable import clock
from roundtable.actions import following_up
from roundtable.db import Bilingual, db
from roundtable.domain import attendance_history
from roundtable.domain.commitments import STATES
from roundtable.domain.offices import Office
from roundtable.domain.people import PRECEDENCE, Person
from roundtable.domain.roundtables import Roundtable
from roundtable.domain.series import Member, Series, ZoneInUse
from roundtable.web.desk.rights import own_office_or_404, own_series_or_404
from roundtable.web.forms import LINE, NAME, TEXT, Form

routes = Blueprint("series", __name__, url_prefix="/series")

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class MembersField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SeriesForm(Form):
    name_de = StringField(_l("Name in German"), [InputRequired(), NAME])
    name_en = StringField(_l("Name in English"), [NAME])
    purpose_de = TextAreaField(_l("Purpose in German"), [TEXT])
    purpose_en = TextAreaField(_l("Purpose in English"), [TEXT])
    motto_de = StringField(_l("Motto in German"), [LINE])
    motto_en = StringField(_l("Motto in English"), [LINE])
    language = SelectField(
        _l("Main language"),
        [InputRequired()],
        choices=[SelectChoice("de", _l("German")), SelectChoice("en", _l("English"))],
    )
    timezone = StringField(_l("Time zone"), [InputRequired(), NAME], default="Europe/Berlin")
    venue = StringField(_l("Usual venue"), [LINE])
    address = TextAreaField(_l("Address"), [LINE])
    seats = IntegerField(_l("Seats"), [InputRequired(), NumberRange(0, 10_000)], default=40)
    host = SelectField(_l("Host"), coerce=int, default=0)
    members = MembersField(_l("Members"), coerce=int)
    is_public = BooleanField(_l("Show this series to the public"))

    def validate_timezone(self, field: Field) -> None:
        if field.data not in available_timezones() or "/" not in field.data:
            raise ValidationError(_("Please enter a zone such as Europe/Berlin."))


class NewSeriesForm(SeriesForm):
    slug = StringField(_l("Short name in addresses"), [NAME])

    def validate_slug(self, field: Field) -> None:
        if field.data and not SLUG.fullmatch(field.data):
            raise ValidationError(_("Please use small letters, digits and hyphens only."))


@routes.get("/new")
def new() -> str:
    form = _with_people(NewSeriesForm(), own_office_or_404("plan"))
    return render_template("desk/series/new.html", form=form)


@routes.post("/new")
def create() -> Response | tuple[str, int]:
    office = own_office_or_404("plan")
    form = _with_people(NewSeriesForm(), office)
    if form.validate_on_submit():
        slug = form.slug.data or _slug(form.name_de.data or "")
        series = Series(office=office, slug=slug)
        if slug and _save(series, form):
            flash(_("The series is there. Next: plan its first roundtable."), "success")
            return redirect(url_for("desk.series.show", series_id=series.id), 303)
        form.slug.errors = [_("This short name is taken. Please choose another.")]
    return render_template("desk/series/new.html", form=form), 422


@routes.get("/<int:series_id>/")
def show(series_id: int) -> str:
    series = own_series_or_404(series_id, "see")
    session, at = db.session(), clock.now()
    roundtables = session.scalars(
        select(Roundtable)
        .where(Roundtable.series_id == series.id)
        .options(joinedload(Roundtable.series), joinedload(Roundtable.minutes))
        .order_by(Roundtable.number)
    ).all()
    members = session.scalars(
        select(Member)
        .join(Member.person)
        .where(Member.series_id == series.id)
        .options(joinedload(Member.person).joinedload(Person.organisation))
        .order_by(*PRECEDENCE, Person.id)
    ).all()
    commitments = following_up.of_series(session, series.id)
    return render_template(
        "desk/series/show.html",
        series=series,
        roundtables=roundtables,
        following=next((each for each in roundtables if not each.is_over(at) and not each.is_cancelled), None),
        members=members,
        commitments={state: sum(each.state == state for each in commitments) for state in STATES},
        overdue=sum(each.is_overdue(at.date()) for each in commitments),
        attendance=attendance_history.by_organisation(session, series),
        at=at,
    )


@routes.get("/<int:series_id>/edit")
def edit(series_id: int) -> str:
    series = own_series_or_404(series_id, "plan")
    form = _with_people(SeriesForm(data=_values(series)), series.office)
    return render_template("desk/series/edit.html", series=series, form=form)


@routes.post("/<int:series_id>/edit")
def update(series_id: int) -> Response | tuple[str, int]:
    series = own_series_or_404(series_id, "plan")
    form = _with_people(SeriesForm(), series.office)
    if form.validate_on_submit():
        try:
            is_saved = _save(series, form)
        except ZoneInUse as refusal:
            db.session.rollback()
            form.timezone.errors = [str(refusal)]
            is_saved = False
        if is_saved:
            flash(_("The series is saved. Roundtables that are planned already stay as they are."), "success")
            return redirect(url_for("desk.series.show", series_id=series.id), 303)
    return render_template("desk/series/edit.html", series=series, form=form), 422


def _with_people(form: Any, office: Office) -> Any:
    everybody = (
        select(Person)
        .where(Person.office_id == office.id)
        .options(joinedload(Person.organisation))
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    listed = [SelectChoice(person.id, _listed(person)) for person in db.session.scalars(everybody)]
    form.members.choices = listed
    form.host.choices = [SelectChoice(0, _("not named")), *listed]
    return form


def _listed(person: Person) -> str:
    first = " ".join(part for part in (person.title, person.given_name) if part)
    name = f"{person.family_name}, {first}" if first else person.family_name
    return f"{name} ({person.organisation.label})" if person.organisation else name


def _values(series: Series) -> dict[str, Any]:
    words = {f"{name}_{lang}": getattr(getattr(series, name), lang) for name in WORDS for lang in ("de", "en")}
    return {
        **words,
        **{name: getattr(series, name) for name in ("language", "timezone", "venue", "address", "seats")},
        "host": series.host_id or 0,
        "members": [member.person_id for member in series.members],
        "is_public": series.public_since is not None,
    }


WORDS = ("name", "purpose", "motto")


def _save(series: Series, form: SeriesForm) -> bool:
    """False where somebody else has this short name."""
    session = db.session()
    with session.no_autoflush:
        for name in WORDS:
            setattr(series, name, Bilingual(form[f"{name}_de"].data or "", form[f"{name}_en"].data or ""))
        series.count_time_in(form.timezone.data or "")
        for name in ("language", "venue", "address", "seats"):
            setattr(series, name, form[name].data)
        series.host_id = form.host.data or None
        _set_members(series, set(form.members.data or ()))
        if form.is_public.data != (series.public_since is not None):
            series.public_since = clock.now() if form.is_public.data else None
    session.add(series)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        return False
    return True


def _set_members(series: Series, chosen: set[int]) -> None:
    for member in list(series.members):
        if member.person_id not in chosen:
            series.members.remove(member)
    there = {member.person_id for member in series.members}
    series.members.extend(Member(person_id=person_id) for person_id in sorted(chosen - there))
    for member in series.members:
        if member.person_id == series.host_id:
            member.role = "host"
        elif member.role == "host":
            member.role = "member"


def _slug(name: str) -> str:
    """ "KI-Roundtable für Berlin" → "ki-roundtable-fuer-berlin"."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(UMLAUTS)).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", plain))[:60].strip("-")
