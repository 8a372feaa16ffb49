"""What was promised in a series: where it stands, who is asked, what was told us."""

from collections import Counter
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response
from wtforms import IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from roundtable import clock
from roundtable.actions.record import following_up
from roundtable.db import db
from roundtable.domain.people.people import Person
from roundtable.domain.record.commitments import STATES, Commitment, Report, unsettled
from roundtable.domain.series.series import Series
from roundtable.mail.letters import letters
from roundtable.mail.outbox import outbox
from roundtable.web.desk.parts.rights import me, own_series_or_404
from roundtable.web.edge import deed
from roundtable.web.forms import TEXT, Form, SelectChoice

routes = Blueprint("commitments", __name__, url_prefix="/series/<int:series_id>/commitments")

CHOICES = [
    SelectChoice("open", _l("open")),
    SelectChoice("under_way", _l("under way")),
    SelectChoice("done", _l("done")),
    SelectChoice("dropped", _l("dropped")),
]
SHOWN = ("owed", "overdue", *STATES, "all")


class ReportForm(Form):
    state = RadioField(_l("Where does it stand?"), [InputRequired()], choices=CHOICES)
    note = TextAreaField(_l("What was told"), [TEXT], render_kw={"rows": 4})
    # The roundtable whose minutes one came from, and goes back to.
    roundtable_id = IntegerField(validators=[Optional()], widget=HiddenInput())


class AskForm(Form):
    commitments = SelectMultipleField(
        _l("Ask for a report"),
        [InputRequired(_l("Please choose at least one."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def _shown(commitments: list[Commitment], state: str, today: date) -> list[Commitment]:
    if state == "owed":
        return [each for each in commitments if not each.is_settled]
    if state == "overdue":
        return [each for each in commitments if each.is_overdue(today)]
    return [each for each in commitments if state in ("all", each.state)]


@routes.get("")
def index(series_id: int) -> str:
    series = own_series_or_404(series_id, "see")
    session, today = db.session(), series.day_at(clock.now())
    commitments = following_up.of_series(session, series.id)
    owed = [each for each in commitments if not each.is_settled]
    state = request.args.get("state", "owed")
    return render_template(
        "desk/commitments/index.html",
        series=series,
        state=state if state in SHOWN else "owed",
        shown=_shown(commitments, state if state in SHOWN else "owed", today),
        counts={each: len(_shown(commitments, each, today)) for each in SHOWN},
        asked=following_up.last_asked(session, owed),
        people_to_ask=len({person.id for person in following_up.reporters(session, owed).values()}),
        today=today,
    )


def _commitment_or_404(series: Series, commitment_id: int) -> Commitment:
    loaded = [
        joinedload(Commitment.organisation),
        joinedload(Commitment.person),
        joinedload(Commitment.roundtable),
        selectinload(Commitment.reports).options(joinedload(Report.person), joinedload(Report.recorded_by)),
    ]
    commitment = db.session.get(Commitment, commitment_id, options=loaded)
    if commitment is None or commitment.series_id != series.id:
        abort(404)
    return commitment


def _report_page(series: Series, commitment: Commitment, form: ReportForm) -> str:
    today = series.day_at(clock.now())
    return render_template(
        "desk/commitments/report_form.html", series=series, commitment=commitment, form=form, today=today
    )


@routes.get("/<int:commitment_id>/report")
def report_form(series_id: int, commitment_id: int) -> str:
    series = own_series_or_404(series_id, "minute")
    commitment = _commitment_or_404(series, commitment_id)
    came_from = request.args.get("roundtable_id", type=int)
    return _report_page(series, commitment, ReportForm(state=commitment.state, roundtable_id=came_from))


@routes.post("/<int:commitment_id>/report")
def report(series_id: int, commitment_id: int) -> Response | tuple[str, int]:
    series = own_series_or_404(series_id, "minute")
    commitment, form = _commitment_or_404(series, commitment_id), ReportForm()
    if not form.validate_on_submit():
        return _report_page(series, commitment, form), 422
    with deed():
        following_up.report(commitment, form.state.data, form.note.data or "", at=clock.now(), recorded_by=me())
    flash(_("The report has been recorded."), "success")
    if form.roundtable_id.data:
        return redirect(url_for("desk.minutes.show", roundtable_id=form.roundtable_id.data), 303)
    return redirect(url_for("desk.commitments.index", series_id=series.id), 303)


def _ask_page(series: Series, owed: list[Commitment], people: dict[int, Person], form: AskForm) -> str:
    first = next((each for each in owed if each.id in people), None)
    letter = letters.report_due(first, "preview", to=people[first.id], at=clock.now()) if first else None
    session = db.session()
    return render_template(
        "desk/commitments/ask_form.html",
        series=series,
        owed=owed,
        people=people,
        asked=following_up.last_asked(session, owed),
        per_person=Counter(person.id for person in people.values()),
        form=form,
        letter=letter,
        reading=outbox.read(letter) if letter else None,
        today=series.day_at(clock.now()),
    )


def _ask_form(owed: list[Commitment], people: dict[int, Person]) -> AskForm:
    form = AskForm(commitments=[each.id for each in owed if each.id in people])
    form.commitments.choices = [(each.id, each.text) for each in owed if each.id in people]
    return form


@routes.get("/ask")
def ask_form(series_id: int) -> str:
    """Who would be asked, and one letter in full, before anything goes out (rule 22)."""
    series = own_series_or_404(series_id, "invite")
    owed = unsettled(db.session(), series.id)
    people = following_up.reporters(db.session(), owed)
    return _ask_page(series, owed, people, _ask_form(owed, people))


@routes.post("/ask")
def ask(series_id: int) -> Response | tuple[str, int]:
    series = own_series_or_404(series_id, "invite")
    session = db.session()
    owed = unsettled(session, series.id)
    people = following_up.reporters(session, owed)
    form = _ask_form(owed, people)
    if not form.validate_on_submit():
        return _ask_page(series, owed, people, form), 422
    now = clock.now()
    chosen = [each for each in owed if each.id in (form.commitments.data or [])]
    with deed():
        for each in chosen:
            following_up.ask_for_report(session, each, to=people[each.id], at=now)
    flash(ngettext("%(num)d letter is on its way.", "%(num)d letters are on their way.", len(chosen)), "success")
    return redirect(url_for("desk.commitments.index", series_id=series.id), 303)
