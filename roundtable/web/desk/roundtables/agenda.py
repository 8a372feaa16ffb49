"""The agenda of a roundtable and its papers."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from roundtable import clock, files
from roundtable.actions.roundtables import preparing
from roundtable.db import Bilingual, db
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Person
from roundtable.domain.record.commitments import owed_before
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.agenda import AgendaItem, Paper, PaperVersion, page_of
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web import downloads
from roundtable.web.agendas import page_asked_for
from roundtable.web.desk.parts import selection
from roundtable.web.desk.parts.choosing import PersonField
from roundtable.web.desk.parts.conflicts import Other, others_values
from roundtable.web.desk.parts.rights import me, own_roundtable_or_404
from roundtable.web.edge import deed
from roundtable.web.forms import NAME, TEXT, Form

routes = Blueprint("agenda", __name__, url_prefix="/roundtables/<int:roundtable_id>/agenda")


_ITEMS = (
    joinedload(AgendaItem.speaker),
    selectinload(AgendaItem.papers).selectinload(Paper.versions).joinedload(PaperVersion.uploaded_by),
)


class ItemForm(Form):
    version = HiddenField()
    title_de = StringField(_l("Title in German"), [NAME])
    title_en = StringField(_l("Title in English"), [NAME])
    description_de = TextAreaField(_l("Description in German"), [TEXT])
    description_en = TextAreaField(_l("Description in English"), [TEXT])
    duration_minutes = IntegerField(_l("Duration in minutes"), [InputRequired(), NumberRange(1, 1440)], default=15)
    speaker = PersonField(_l("Speaker"))
    is_public = BooleanField(_l("Show this item to the public"))

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not (self.title_de.data or self.title_en.data):
            self.title_de.errors = [_("Please enter a title in at least one language.")]
            return False
        return True

    def words(self, name: str) -> Bilingual:
        return Bilingual(self[f"{name}_de"].data or "", self[f"{name}_en"].data or "")

    def speaking(self) -> Person | None:
        return db.session.get(Person, self.speaker.data) if self.speaker.data else None


class PaperForm(Form):
    title = StringField(_l("Title of the paper"), [NAME])
    file = FileField(_l("File"), [FileRequired(_l("Please choose a file."))])


@routes.get("/")
def show(roundtable_id: int) -> str:
    return _page(own_roundtable_or_404(roundtable_id, "see"))


def _page(roundtable: Roundtable, form: ItemForm | None = None) -> str:
    agenda = page_asked_for(roundtable, *_ITEMS)
    return render_template(
        "desk/agenda/show.html",
        roundtable=roundtable,
        agenda=agenda,
        ends_late=timedelta(minutes=agenda.part.minutes) > roundtable.ends_at - roundtable.starts_at,
        unsettled=owed_before(db.session(), roundtable) if agenda.part.looks_back else [],
        form=form or _form(roundtable, formdata=None),
        removed=preparing.removed_papers(db.session(), roundtable),
    )


def _form(roundtable: Roundtable, **words: Any) -> ItemForm:
    form = ItemForm(**words)
    invited = select(Invitation.person_id).where(Invitation.roundtable_id == roundtable.id, Invitation.is_open)
    form.speaker.offer(
        select(Person).where(Person.id.in_(invited)),
        *order_at(roundtable),
        # Whoever speaks already may have been taken off the list since.
        kept=Person.office_id == roundtable.series.office_id,
        nobody=_("nobody in particular"),
    )
    return form


@routes.post("/")
def create(roundtable_id: int) -> Response | str | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    form = _form(roundtable)
    if selection.is_only_looking():
        return _page(roundtable, form)
    if not form.validate_on_submit():
        return _page(roundtable, form), 422
    with deed():
        item = preparing.add_item(
            db.session(),
            roundtable,
            title=form.words("title"),
            description=form.words("description"),
            duration_minutes=form.duration_minutes.data or 15,
            speaker=form.speaking(),
            is_public=form.is_public.data,
            at=clock.now(),
        )
    return _back(item, _("The item stands on the agenda."))


def _place(item: AgendaItem) -> str:
    """Where it stands: the page of the agenda, and on it the item."""
    page = page_of(db.session(), item)
    return url_for(
        "desk.agenda.show",
        roundtable_id=item.roundtable_id,
        page=page if page > 1 else None,
        _anchor=f"item-{item.id}",
    )


def _back(item: AgendaItem, sentence: str | None = None) -> Response:
    if sentence:
        flash(sentence, "success")
    return redirect(_place(item), 303)


def _item_or_404(roundtable_id: int, item_id: int) -> AgendaItem:
    roundtable = own_roundtable_or_404(roundtable_id, "plan")
    item = db.session.get(AgendaItem, item_id)
    if item is None or item.roundtable_id != roundtable.id:
        abort(404)
    return item


def _values(item: AgendaItem) -> dict[str, Any]:
    return {
        "title_de": item.title.de,
        "title_en": item.title.en,
        "description_de": item.description.de,
        "description_en": item.description.en,
        "duration_minutes": item.duration_minutes,
        "speaker": item.speaker_id or 0,
        "is_public": item.is_public,
    }


def _version(item: AgendaItem) -> str:
    """A fingerprint of what the form showed."""
    return hashlib.sha256(repr(sorted(_values(item).items())).encode()).hexdigest()[:16]


@routes.get("/<int:item_id>/edit")
def edit(roundtable_id: int, item_id: int) -> str:
    item = _item_or_404(roundtable_id, item_id)
    return _edit_page(item, _form(item.roundtable, version=_version(item), data=_values(item)))


def _in_words(others: list[Other], item: AgendaItem, form: ItemForm) -> list[Other]:
    """The two fields whose value is no word of its own."""
    words = {
        str(form.speaker.label.text): item.speaker.name if item.speaker else "",
        str(form.is_public.label.text): _("public") if item.is_public else _("internal"),
    }
    return [Other(each.label, words.get(each.label, each.value)) for each in others]


def _edit_page(item: AgendaItem, form: ItemForm, others: list[Other] | None = None) -> str:
    return render_template(
        "desk/agenda/edit.html",
        roundtable=item.roundtable,
        item=item,
        form=form,
        others=others or [],
        back=_place(item),
    )


@routes.post("/<int:item_id>/edit")
def update(roundtable_id: int, item_id: int) -> Response | str | tuple[str, int]:
    item = _item_or_404(roundtable_id, item_id)
    form = _form(item.roundtable)
    if selection.is_only_looking():
        return _edit_page(item, form)
    if not form.validate_on_submit():
        return _edit_page(item, form), 422
    if form.version.data != _version(item):
        others = others_values(form, _values(item))
        if others:
            form.version.data = _version(item)
            return _edit_page(item, form, _in_words(others, item, form)), 409
    with deed():
        preparing.edit_item(
            item,
            title=form.words("title"),
            description=form.words("description"),
            duration_minutes=form.duration_minutes.data or 15,
            speaker=form.speaking(),
            is_public=form.is_public.data,
            at=clock.now(),
        )
    return _back(item, _("The item is saved."))


@routes.post("/<int:item_id>/move")
def move(roundtable_id: int, item_id: int) -> Response:
    item = _item_or_404(roundtable_id, item_id)
    with deed():
        preparing.move_item(item, up=request.form.get("direction") == "up", at=clock.now())
    return _back(item)


@routes.post("/<int:item_id>/delete")
def delete(roundtable_id: int, item_id: int) -> Response:
    item = _item_or_404(roundtable_id, item_id)
    place, _hash, _id = _place(item).partition("#")
    with deed():
        gone = preparing.remove_item(db.session(), item, at=clock.now())
    _delete_files(gone)
    flash(_("The item is off the agenda."), "success")
    return redirect(place, 303)


@routes.get("/<int:item_id>/papers")
def paper_form(roundtable_id: int, item_id: int) -> str:
    item = _item_or_404(roundtable_id, item_id)
    return _paper_page(item, PaperForm(), request.args.get("paper", type=int))


def _paper_page(item: AgendaItem, form: PaperForm, paper_id: int | None) -> str:
    paper, roundtable = _paper_of(item, paper_id), item.roundtable
    return render_template(
        "desk/agenda/paper_form.html",
        roundtable=roundtable,
        item=item,
        form=form,
        paper=paper,
        readers=preparing.readers_of_papers(db.session(), roundtable) if paper is not None else [],
        back=_place(item),
    )


def _paper_of(item: AgendaItem, paper_id: int | None) -> Paper | None:
    if paper_id is None:
        return None
    return next((paper for paper in item.papers if paper.id == paper_id), None) or abort(404)


@routes.post("/<int:item_id>/papers")
def upload(roundtable_id: int, item_id: int) -> Response | tuple[str, int]:
    """A new paper, or with ``?paper=`` a new version of that one."""
    item = _item_or_404(roundtable_id, item_id)
    paper_id, form, at = request.args.get("paper", type=int), PaperForm(), clock.now()
    if form.validate_on_submit():
        with deed(form, at={Refused: "file"}) as done:
            _keep(item, form, _paper_of(item, paper_id), at)
        if done:
            return _back(item, _("The paper is uploaded."))
    return _paper_page(item, form, paper_id), 422


def _keep(item: AgendaItem, form: PaperForm, paper: Paper | None, at: datetime) -> None:
    chosen = form.file.data
    stored = files.put(current_app.config["ROUNDTABLE"].data / "papers", chosen.read(files.MAX_BYTES + 1))
    name = downloads.file_name(chosen.filename or "", stored.media_type)
    preparing.add_paper(item, stored, title=form.title.data or "", file_name=name, paper=paper, by=me(), at=at)


@routes.post("/<int:item_id>/papers/<int:paper_id>/remove")
def remove_paper(roundtable_id: int, item_id: int, paper_id: int) -> Response:
    """With all its versions, or the one whose ``number`` is sent."""
    item, number = _item_or_404(roundtable_id, item_id), request.form.get("number", type=int)
    paper = _paper_of(item, paper_id)
    if paper is None or number not in (None, *(each.number for each in paper.versions)):
        abort(404)
    with deed():
        gone = preparing.remove_paper(db.session(), paper, number=number, at=clock.now(), by=me())
    _delete_files(gone)
    return _back(item, _("Removed. Nobody has been told; whoever has loaded it still has it."))


def _delete_files(digests: set[str]) -> None:
    for each in digests:
        files.delete(current_app.config["ROUNDTABLE"].data / "papers", each)


@routes.get("/papers/<int:paper_id>/<int:number>")
def download(roundtable_id: int, paper_id: int, number: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    version = db.session.scalar(
        select(PaperVersion)
        .join(PaperVersion.paper)
        .join(Paper.item)
        .where(
            AgendaItem.roundtable_id == roundtable.id, PaperVersion.paper_id == paper_id, PaperVersion.number == number
        )
    )
    return downloads.paper(version) if version else abort(404)
