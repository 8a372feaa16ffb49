"""Who was there: proposed from the answers, one tap a person, closed by saving."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.actions import minuting
from roundtable.actions.minuting import Seat
from roundtable.db import db
from roundtable.domain.minutes import ATTENDANCE
from roundtable.domain.people import Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables import Roundtable
from roundtable.web.desk.rights import may, own_roundtable_or_404
from roundtable.web.forms import Form

routes = Blueprint("attendance", __name__, url_prefix="/roundtables/<int:roundtable_id>/attendance")


class AttendanceForm(Form):
    """The rows are read by :func:`_told`: one radio group a person."""


class AdmitForm(Form):
    person = SelectField(_l("Who came?"), [InputRequired()], coerce=int)
    instead_of = SelectField(_l("Instead of"), coerce=int, default=0)


def _told() -> dict[int, str]:
    """Person id → state, as far as the form says; anything else in it is left out."""
    told = {}
    for name, state in request.form.items():
        number = name.removeprefix("person-")
        if number != name and number.isdigit() and state in ATTENDANCE:
            told[int(number)] = state
    return told


def _admit_form(roundtable: Roundtable, lines: list[Seat]) -> AdmitForm:
    form = AdmitForm()
    there = [line.person.id for line in lines]
    others = (
        select(Person)
        .where(Person.office_id == roundtable.series.office_id, Person.id.not_in(there))
        .options(joinedload(Person.organisation))
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    form.person.choices = [(each.id, _with_organisation(each)) for each in db.session.scalars(others)]
    invited = [(line.person.id, _with_organisation(line.person)) for line in lines if line.is_invited]
    form.instead_of.choices = [(0, _("nobody, came for themselves")), *invited]
    return form


def _with_organisation(person: Person) -> str:
    name = ", ".join(part for part in (person.family_name, person.given_name) if part)
    return f"{name} ({person.organisation.label})" if person.organisation else name


def _page(roundtable: Roundtable, *, told: dict[int, str] | None = None, refusal: str | None = None) -> str:
    lines = minuting.seats(db.session(), roundtable)
    return render_template(
        "desk/attendance/show.html",
        roundtable=roundtable,
        lines=lines,
        told=told or {line.person.id: line.state for line in lines},
        refusal=refusal,
        form=AttendanceForm(),
        admit_form=_admit_form(roundtable, lines),
        is_open=_is_open(roundtable),
        has_begun=roundtable.starts_at <= clock.now(),
    )


def _is_open(roundtable: Roundtable) -> bool:
    if roundtable.is_cancelled or not may("minute", roundtable.series.office):
        return False
    return roundtable.minutes is None or not roundtable.minutes.is_approved


@routes.errorhandler(Refused)
def _refused(refusal: Refused) -> Response:
    db.session.rollback()
    flash(str(refusal), "danger")
    return redirect(url_for("desk.attendance.show", roundtable_id=(request.view_args or {})["roundtable_id"]), 303)


@routes.get("")
def show(roundtable_id: int) -> str:
    return _page(own_roundtable_or_404(roundtable_id, "see"))


@routes.post("")
def save(roundtable_id: int) -> Response | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    told = _told()
    try:
        minuting.take_attendance(db.session(), roundtable, told, at=clock.now())
    except Refused as refusal:
        db.session.rollback()
        return _page(own_roundtable_or_404(roundtable_id, "minute"), told=told, refusal=str(refusal)), 422
    db.session.commit()
    flash(_("Attendance has been recorded. You can correct it until the minutes are approved."), "success")
    return redirect(url_for("desk.minutes.show", roundtable_id=roundtable.id), 303)


@routes.post("/more")
def admit(roundtable_id: int) -> Response | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    form = _admit_form(roundtable, minuting.seats(db.session(), roundtable))
    if not form.validate_on_submit():
        return _page(roundtable), 422
    person = _own_person_or_404(roundtable, form.person.data)
    head = _own_person_or_404(roundtable, form.instead_of.data) if form.instead_of.data else None
    minuting.admit(db.session(), roundtable, person, instead_of=head, at=clock.now())
    db.session.commit()
    flash(_("%(name)s has been added as present.", name=person.name), "success")
    return redirect(url_for("desk.attendance.show", roundtable_id=roundtable.id), 303)


@routes.post("/more/<int:person_id>/remove")
def remove(roundtable_id: int, person_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    person = _own_person_or_404(roundtable, person_id)
    if roundtable.minutes is None:
        abort(404)
    minuting.send_away(db.session(), roundtable.minutes, person)
    db.session.commit()
    flash(_("%(name)s has been taken off the attendance.", name=person.name), "success")
    return redirect(url_for("desk.attendance.show", roundtable_id=roundtable.id), 303)


def _own_person_or_404(roundtable: Roundtable, person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None or person.office_id != roundtable.series.office_id:
        abort(404)
    return person
