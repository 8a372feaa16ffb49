"""Who was there: proposed from the answers, one tap a person, recorded for everybody at once."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.actions.record import minuting
from roundtable.db import db
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Person
from roundtable.domain.record import presence
from roundtable.domain.record.minutes import ATTENDANCE, Attendance, AttendanceState, Minutes
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web.desk.parts import selection
from roundtable.web.desk.parts.choosing import PersonField
from roundtable.web.desk.parts.rights import may, own_roundtable_or_404
from roundtable.web.desk.parts.selection import as_spans, from_spans
from roundtable.web.edge import attempt, deed
from roundtable.web.forms import Form
from roundtable.web.paging import Page, of_this_address, within

routes = Blueprint("attendance", __name__, url_prefix="/roundtables/<int:roundtable_id>/attendance")


class AttendanceForm(Form):
    """One radio group a person, read by :func:`_told`; and whoever came besides."""

    person = PersonField(_l("Who came?"), [InputRequired()])
    instead_of = PersonField(_l("Instead of"))


def _told() -> dict[int, AttendanceState]:
    """Person id → state, where it was changed: on this page of the list, or on those looked at before.

    What stayed as it was shown is left out, so that two who take attendance at two doors do not undo each other's.
    """
    told: dict[int, AttendanceState] = {}
    shown: dict[int, AttendanceState] = {}
    for state in ATTENDANCE:
        told.update(dict.fromkeys(from_spans(request.values.get(f"told-{state}", "")), state))
        shown.update(dict.fromkeys(from_spans(request.form.get(f"shown-{state}", "")), state))
    for name, said in request.form.items():
        number = name.removeprefix("person-")
        if number != name and number.isdigit() and said in ATTENDANCE and shown.get(int(number)) != said:
            told[int(number)] = said
    return told


def _form(roundtable: Roundtable) -> AttendanceForm:
    form = AttendanceForm()
    invited = select(Invitation.person_id).where(Invitation.roundtable_id == roundtable.id, Invitation.is_open)
    came = select(Attendance.person_id).join(Minutes).where(Minutes.roundtable_id == roundtable.id)
    is_there = or_(Person.id.in_(invited), Person.id.in_(came))
    others = select(Person).where(Person.office_id == roundtable.series.office_id, ~is_there)
    form.person.offer(others, Person.sorted_as, Person.id)
    heads = select(Person).where(Person.id.in_(invited))
    form.instead_of.offer(heads, *order_at(roundtable), nobody=_("nobody, came for themselves"))
    return form


def _page(
    roundtable: Roundtable,
    *,
    form: AttendanceForm | None = None,
    told: dict[int, AttendanceState],
    refusal: str | None = None,
) -> str:
    session, words, state = db.session(), selection.words_asked_for(), request.values.get("state")
    state = state if state in ATTENDANCE else None
    everybody = presence.counts(session, presence.lines(roundtable, told=told))
    found = presence.lines(roundtable, told=told, state=state, words=words)
    if words:
        total = sum(presence.counts(session, found).values())
    else:
        total = everybody[state] if state is not None else sum(everybody.values())
    number, pages = within(selection.page_asked_for(), total, selection.PER_PAGE)
    lines = presence.part(session, roundtable, found, first=(number - 1) * selection.PER_PAGE, most=selection.PER_PAGE)
    here = {line.person.id for line in lines}
    return render_template(
        "desk/attendance/show.html",
        roundtable=roundtable,
        page=Page(lines, total, number, pages, of_this_address()),
        per_page=selection.PER_PAGE,
        counts=everybody,
        words=words,
        state=state,
        told=told,
        told_elsewhere={each: as_spans(_ticked(told, each) - here) for each in ATTENDANCE},
        shown={each: as_spans(line.person.id for line in lines if line.state == each) for each in ATTENDANCE},
        refusal=refusal,
        form=form or _form(roundtable),
        is_open=_is_open(roundtable),
        has_begun=roundtable.starts_at <= clock.now(),
    )


def _ticked(told: dict[int, AttendanceState], state: AttendanceState) -> set[int]:
    return {person_id for person_id, said in told.items() if said == state}


def _is_open(roundtable: Roundtable) -> bool:
    if roundtable.is_cancelled or not may("minute", roundtable.series.office):
        return False
    return roundtable.minutes is None or not roundtable.minutes.is_approved


@routes.errorhandler(Refused)
def _refused(refusal: Refused) -> Response:
    flash(str(refusal), "danger")
    return _back((request.view_args or {})["roundtable_id"])


def _back(roundtable_id: int) -> Response:
    """To the list as it was looked at, with what is ticked and not recorded yet."""
    told = _told()
    values: dict[str, Any] = {f"told-{each}": as_spans(_ticked(told, each)) or None for each in ATTENDANCE}
    values.update({name: request.form.get(name) or None for name in ("q", "state")})
    return redirect(url_for(".show", roundtable_id=roundtable_id, page=request.form.get("page"), **values), 303)


@routes.get("")
def show(roundtable_id: int) -> str:
    return _page(own_roundtable_or_404(roundtable_id, "see"), told=_told())


@routes.post("")
def save(roundtable_id: int) -> Response | str | tuple[str, int]:
    """What is ticked on any page of the list, for everybody else what is proposed. Looking around records nothing."""
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    told = _told()
    if selection.is_only_looking():
        return _page(roundtable, told=told)
    with attempt() as done:
        minuting.take_attendance(db.session(), roundtable, told, at=clock.now())
    if not done:
        return _page(own_roundtable_or_404(roundtable_id, "minute"), told=told, refusal=str(done.refusal)), 422
    flash(_("Attendance has been recorded. You can correct it until the minutes are approved."), "success")
    return redirect(url_for("desk.minutes.show", roundtable_id=roundtable.id), 303)


@routes.post("/more")
def admit(roundtable_id: int) -> Response | str | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    form = _form(roundtable)
    if selection.is_only_looking():
        return _page(roundtable, form=form, told=_told())
    if not form.validate_on_submit():
        return _page(roundtable, form=form, told=_told()), 422
    person = _own_person_or_404(roundtable, form.person.data)
    head = _own_person_or_404(roundtable, form.instead_of.data) if form.instead_of.data else None
    with deed():
        minuting.admit(db.session(), roundtable, person, instead_of=head, at=clock.now())
    flash(_("%(name)s has been added as present.", name=person.name), "success")
    return _back(roundtable.id)


@routes.post("/more/<int:person_id>/remove")
def remove(roundtable_id: int, person_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    person = _own_person_or_404(roundtable, person_id)
    if roundtable.minutes is None:
        abort(404)
    with deed():
        minuting.send_away(db.session(), roundtable.minutes, person)
    flash(_("%(name)s has been taken off the attendance.", name=person.name), "success")
    return _back(roundtable.id)


def _own_person_or_404(roundtable: Roundtable, person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None or person.office_id != roundtable.series.office_id:
        abort(404)
    return person
