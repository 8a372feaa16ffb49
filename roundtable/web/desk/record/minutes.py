"""The minutes: written by agenda item, saved as one types, read once approved."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from roundtable import clock
from roundtable.actions.record import minuting
from roundtable.actions.record.minuting import WrittenMeanwhile
from roundtable.clean_text import cleaned_line
from roundtable.db import db
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.record import presence
from roundtable.domain.record.commitments import Commitment, owed_at, owed_before
from roundtable.domain.record.minutes import Decision, Minutes, MinutesApproved, Note
from roundtable.domain.record.named import NameWithoutBasis
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.agenda import AgendaItem, beginnings
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.phrases import hour
from roundtable.web.desk.parts.names import meant_by, suggested
from roundtable.web.desk.parts.rights import may, me, own_roundtable_or_404
from roundtable.web.edge import deed
from roundtable.web.forms import LINE, TEXT, Form, can_be_printed

routes = Blueprint("minutes", __name__, url_prefix="/roundtables/<int:roundtable_id>/minutes")


class ItemForm(Form):
    """One of many on the page: ids are told apart by the agenda item, names stay."""

    def stand_at(self, item: AgendaItem) -> None:
        for field in self:
            field.id = field.label.field_id = f"{self.__class__.__name__[:-4].lower()}-{field.short_name}-{item.id}"


class NoteForm(ItemForm):
    text = TextAreaField(_l("Notes"), [TEXT])
    version = IntegerField(validators=[InputRequired(), NumberRange(min=0)], widget=HiddenInput(), default=0)


class DecisionForm(ItemForm):
    text = TextAreaField(_l("What was decided?"), [InputRequired(), TEXT, can_be_printed], render_kw={"rows": 3})
    is_public = BooleanField(_l("The public may read this"))


class CommitmentForm(ItemForm):
    text = TextAreaField(_l("What will be done?"), [InputRequired(), TEXT, can_be_printed], render_kw={"rows": 3})
    who = StringField(_l("Who does it?"), [LINE], render_kw={"list": "who", "autocomplete": "off"})
    due_on = DateField(_l("By when?"), [Optional()])
    is_public = BooleanField(_l("The public may read this"))


@dataclass
class Section:
    """One agenda item on the writing surface."""

    item: AgendaItem
    begins_at: datetime
    note_form: NoteForm
    decision_form: DecisionForm
    commitment_form: CommitmentForm
    decisions: list[Decision]
    commitments: list[Commitment]
    # What somebody else saved while this was being written.
    theirs: str | None


@dataclass
class Record:
    """Everything that was put down for a roundtable; fetched once, rendered once."""

    minutes: Minutes | None
    items: list[AgendaItem]
    notes: dict[int, Note]
    decisions: list[Decision]
    commitments: list[Commitment]

    def decided(self, item: AgendaItem | None) -> list[Decision]:
        return [each for each in self.decisions if each.item_id == (item.id if item else None)]

    def promised(self, item: AgendaItem | None) -> list[Commitment]:
        return [each for each in self.commitments if each.item_id == (item.id if item else None)]


def _record(roundtable: Roundtable) -> Record:
    minutes = roundtable.minutes
    items = select(AgendaItem).where(AgendaItem.roundtable_id == roundtable.id).order_by(AgendaItem.position)
    promised = (
        select(Commitment)
        .where(Commitment.roundtable_id == roundtable.id)
        .options(joinedload(Commitment.organisation), joinedload(Commitment.person), selectinload(Commitment.reports))
        .order_by(Commitment.id)
    )
    return Record(
        minutes=minutes,
        items=list(db.session.scalars(items.options(joinedload(AgendaItem.speaker)))),
        notes={note.item_id: note for note in minutes.notes} if minutes else {},
        decisions=list(minutes.decisions) if minutes else [],
        commitments=list(db.session.scalars(promised)),
    )


def _section(
    record: Record, item: AgendaItem, begins_at: datetime, bound: ItemForm | None, theirs: str | None
) -> Section:
    note = record.notes.get(item.id)
    note_form = NoteForm(formdata=None, text=note.text if note else "", version=note.version if note else 0)
    section = Section(
        item,
        begins_at,
        note_form=bound if isinstance(bound, NoteForm) else note_form,
        decision_form=bound if isinstance(bound, DecisionForm) else DecisionForm(formdata=None),
        commitment_form=bound if isinstance(bound, CommitmentForm) else CommitmentForm(formdata=None),
        decisions=record.decided(item),
        commitments=record.promised(item),
        theirs=theirs,
    )
    for form in (section.note_form, section.decision_form, section.commitment_form):
        form.stand_at(item)
    return section


def _page(
    roundtable: Roundtable,
    *,
    item: AgendaItem | None = None,
    bound: ItemForm | None = None,
    theirs: str | None = None,
) -> str:
    """The writing surface; ``bound`` is the form of ``item`` that did not go through, with what was typed."""
    record, session = _record(roundtable), db.session()
    sections = [
        _section(record, each, begins_at, bound if each is item else None, theirs if each is item else None)
        for each, begins_at in zip(record.items, beginnings(roundtable), strict=True)
    ]
    kinds = {each.kind for each in record.items}
    return render_template(
        "desk/minutes/show.html",
        roundtable=roundtable,
        record=record,
        sections=sections,
        counts=presence.counts(session, presence.lines(roundtable)),
        names=suggested(roundtable.series.office_id, _who_is_typed(bound)),
        earlier=minuting.earlier(session, roundtable) if "approval_of_minutes" in kinds else None,
        owed=owed_before(db.session(), roundtable) if "state_of_commitments" in kinds else [],
        today=roundtable.series.day_at(clock.now()),
        has_begun=roundtable.starts_at <= clock.now() or roundtable.has_taken_place,
    )


def _who_is_typed(form: ItemForm | None) -> str:
    return form.who.data or "" if isinstance(form, CommitmentForm) else ""


@routes.get("/names")
def names(roundtable_id: int) -> Response:
    """Who can be chosen for what is typed, as JSON."""
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    return jsonify(suggested(roundtable.series.office_id, cleaned_line(request.args.get("q", ""))[:200]))


def _item_or_404(roundtable: Roundtable, item_id: int) -> AgendaItem:
    item = db.session.get(AgendaItem, item_id)
    if item is None or item.roundtable_id != roundtable.id:
        abort(404)
    return item


@routes.errorhandler(Refused)
def _refused(refusal: Refused) -> Response:
    flash(str(refusal), "danger")
    return redirect(url_for("desk.minutes.show", roundtable_id=(request.view_args or {})["roundtable_id"]), 303)


def _back(roundtable: Roundtable, item: AgendaItem | None) -> Response:
    anchor = f"item-{item.id}" if item else None
    return redirect(url_for("desk.minutes.show", roundtable_id=roundtable.id, _anchor=anchor), 303)


@routes.get("")
def show(roundtable_id: int) -> Response | str:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    is_closed = roundtable.is_cancelled or (roundtable.minutes is not None and roundtable.minutes.is_approved)
    if is_closed or not may("minute", roundtable.series.office):
        return redirect(url_for("desk.minutes.read", roundtable_id=roundtable.id))
    return _page(roundtable)


@routes.get("/read")
def read(roundtable_id: int) -> str:
    """As they will stand: for reading and printing."""
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    record, session = _record(roundtable), db.session()
    kinds = {each.kind for each in record.items}
    return render_template(
        "desk/minutes/read.html",
        roundtable=roundtable,
        record=record,
        earlier=minuting.earlier(session, roundtable) if "approval_of_minutes" in kinds else None,
        stood=owed_at(session, roundtable) if "state_of_commitments" in kinds else [],
        minutes=roundtable.minutes,
        recorded=presence.recorded(session, roundtable),
    )


@routes.post("/items/<int:item_id>/note")
def save_note(roundtable_id: int, item_id: int) -> Response | tuple[Response | str, int]:
    """By button, or by the page's script, which asks for JSON and is told the new version or the others' text."""
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    item = _item_or_404(roundtable, item_id)
    wants_json = request.accept_mimetypes.best == "application/json"
    form = NoteForm()
    if not form.validate_on_submit():
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return (jsonify(said=said), 422) if wants_json else (_page(roundtable, item=item, bound=form), 422)
    now = clock.now()
    try:
        with deed():
            minutes = minuting.begin(db.session(), roundtable, at=now)
            text, version = form.text.data or "", form.version.data or 0
            note = minuting.write_note(db.session(), minutes, item, text, version=version)
    except (WrittenMeanwhile, StaleDataError) as conflict:
        return _conflict(roundtable_id, item_id, form, conflict, wants_json)
    except MinutesApproved as refusal:
        if not wants_json:
            raise
        return jsonify(said=str(refusal)), 403
    said = _("Saved %(hour)s", hour=hour(now, roundtable.series.zone))
    if wants_json:
        return jsonify(version=note.version, said=said)
    flash(said, "success")
    return _back(roundtable, item)


def _conflict(
    roundtable_id: int, item_id: int, form: NoteForm, conflict: Exception, wants_json: bool
) -> tuple[Response | str, int]:
    """The other's text is shown, the own stays in the field; saving again is then meant."""
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    item = _item_or_404(roundtable, item_id)
    note = db.session.scalar(select(Note).join(Minutes).where(Note.item_id == item.id))
    theirs, version = (note.text, note.version) if note else ("", 0)
    if wants_json:
        return jsonify(said=str(conflict), theirs=theirs, version=version), 409
    form.version.raw_data, form.version.data = None, version
    form.text.errors = [_("Somebody else has changed this note. Your text stands here unsaved.")]
    return _page(roundtable, item=item, bound=form, theirs=theirs), 409


@routes.post("/items/<int:item_id>/decisions")
def add_decision(roundtable_id: int, item_id: int) -> Response | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    item, form = _item_or_404(roundtable, item_id), DecisionForm()
    if not form.validate_on_submit():
        return _page(roundtable, item=item, bound=form), 422
    session = db.session()
    with deed():
        minutes = minuting.begin(session, roundtable, at=clock.now())
        minuting.decide(
            session, minutes, item, form.text.data or "", is_public=form.is_public.data, at=clock.now(), by=me()
        )
    flash(_("The decision stands in the minutes."), "success")
    return _back(roundtable, item)


@routes.post("/decisions/<int:decision_id>/remove")
def remove_decision(roundtable_id: int, decision_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    decision = db.session.get(Decision, decision_id, options=[joinedload(Decision.item)])
    if decision is None or roundtable.minutes is None or decision.minutes_id != roundtable.minutes.id:
        abort(404)
    item = decision.item
    with deed():
        minuting.undecide(db.session(), decision, at=clock.now(), by=me())
    flash(_("The decision has been removed."), "success")
    return _back(roundtable, item)


@routes.post("/items/<int:item_id>/commitments")
def add_commitment(roundtable_id: int, item_id: int) -> Response | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    item, form = _item_or_404(roundtable, item_id), CommitmentForm()
    is_valid = form.validate_on_submit()
    who = meant_by(form.who.data, roundtable.series.office_id) if form.who.data else None
    if form.who.data and who is None:
        form.who.errors = [*form.who.errors, _("Nobody in the address book has exactly this name. Please choose one.")]
    if not is_valid or form.who.errors:
        return _page(roundtable, item=item, bound=form), 422
    session = db.session()
    try:
        with deed():
            minuting.commit_to(
                session,
                minuting.begin(session, roundtable, at=clock.now()),
                item,
                form.text.data or "",
                organisation=who if isinstance(who, Organisation) else None,
                person=who if isinstance(who, Person) else None,
                due_on=form.due_on.data,
                is_public=form.is_public.data,
                at=clock.now(),
                by=me(),
            )
    except NameWithoutBasis as refused:
        form.text.errors = [str(refused)]
        return _page(roundtable, item=item, bound=form), 422
    flash(_("The commitment stands in the minutes."), "success")
    return _back(roundtable, item)


@routes.post("/commitments/<int:commitment_id>/remove")
def remove_commitment(roundtable_id: int, commitment_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "minute")
    commitment = db.session.get(Commitment, commitment_id, options=[joinedload(Commitment.item)])
    if commitment is None or roundtable.minutes is None or commitment.roundtable_id != roundtable.id:
        abort(404)
    item = commitment.item
    with deed():
        minuting.uncommit(db.session(), roundtable.minutes, commitment, at=clock.now(), by=me())
    flash(_("The commitment has been removed."), "success")
    return _back(roundtable, item)


@routes.post("/approve")
def approve(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    session, now = db.session(), clock.now()
    with deed():
        minuting.approve(session, minuting.begin(session, roundtable, at=now), at=now, by=me())
    flash(_("The minutes have been approved."), "success")
    return redirect(url_for("desk.minutes.read", roundtable_id=roundtable.id), 303)
