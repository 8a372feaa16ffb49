"""A file into the address book: choose it, see what it would do, agree."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select
from sqlalchemy.orm import undefer
from werkzeug.wrappers import Response

from roundtable import clock
from roundtable.actions.people import importing
from roundtable.actions.people.comparison import compare
from roundtable.actions.people.importing import HasChangedSince, Imported
from roundtable.db import db
from roundtable.domain.office import uploads
from roundtable.domain.office.uploads import KEPT, Upload
from roundtable.domain.refusals import Refused
from roundtable.files import MAX_BYTES
from roundtable.mail.message.headers import one_line
from roundtable.sheets import columns, reading
from roundtable.sheets.sheet import Sheet
from roundtable.web.desk.parts.rights import me, own_office_or_404
from roundtable.web.desk.people.people_preview import Preview, assignment
from roundtable.web.edge import deed
from roundtable.web.forms import Form

routes = Blueprint("people_import", __name__, url_prefix="/people/import")


class FileForm(Form):
    file = FileField(_l("File"), [FileRequired(_l("Please choose a file."))])


@routes.get("/")
def new() -> str:
    own_office_or_404("invite")
    return render_template("desk/people_import/new.html", form=FileForm(), columns=columns.LABELS.values())


@routes.post("/")
def upload() -> Response | tuple[str, int]:
    """Read once, here; what was read is kept for a day, not the file."""
    office = own_office_or_404("invite")
    form = FileForm()
    if form.validate_on_submit():
        chosen = form.file.data
        try:
            content = reading.read(chosen.read(MAX_BYTES + 1)).as_bytes()
        except Refused as refusal:
            form.file.errors = [str(refusal)]
        else:
            name = one_line((chosen.filename or "").replace("\\", "/").rpartition("/")[2])[:200] or _("List")
            with deed():
                kept = uploads.keep(db.session(), office, content, file_name=name, uploaded_at=clock.now(), by=me())
            return redirect(url_for(".show", upload_id=kept.id), 303)
    page = render_template("desk/people_import/new.html", form=form, columns=columns.LABELS.values())
    return page, 422


def _own_upload_or_404(upload_id: int) -> Upload:
    """Only who has chosen a file sees what is in it, and only for a day."""
    office = own_office_or_404("invite")
    mine = select(Upload).where(
        Upload.id == upload_id,
        Upload.office_id == office.id,
        Upload.account_id == me().id,
        Upload.uploaded_at > clock.now() - KEPT,
    )
    return db.session.scalar(mine.options(undefer(Upload.content))) or abort(404)


@routes.get("/<int:upload_id>")
def show(upload_id: int) -> str:
    kept = _own_upload_or_404(upload_id)
    sheet, by_hand = Sheet.from_bytes(kept.content), _by_hand()
    places = columns.assigned(sheet.heads, by_hand)
    preview = Preview(
        upload=kept,
        sheet=sheet,
        places=places,
        by_hand=by_hand,
        comparison=compare(db.session(), kept.office, sheet, places),
        asked_view=request.args.get("view", ""),
        asked_page=request.args.get("page", 1, type=int),
        asked_way=request.args.get("way", ""),
    )
    return render_template(
        "desk/people_import/show.html", preview=preview, comparison=preview.comparison, labels=columns.LABELS
    )


def _by_hand() -> dict[int, str]:
    """What the address says of single columns: ``c3=email``, or ``c3=`` for one that is ignored."""
    found = ((re.fullmatch(r"c(\d{1,3})", key), value) for key, value in request.args.items())
    return {int(key[1]): value for key, value in found if key and (value in columns.LABELS or not value)}


@routes.post("/<int:upload_id>")
def take(upload_id: int) -> Response:
    kept = _own_upload_or_404(upload_id)
    session, sheet = db.session(), Sheet.from_bytes(kept.content)
    places = columns.assigned(sheet.heads, _by_hand())
    comparison = compare(session, kept.office, sheet, places, to_write=True)
    page = redirect(url_for(".show", upload_id=upload_id, **assignment(_by_hand())), 303)
    with deed(back=page, clash=HasChangedSince):
        if request.form.get("seal") != comparison.seal:
            raise HasChangedSince
        done = importing.import_people(
            session,
            kept.office,
            comparison,
            choices=_choices(request.form),
            file_name=kept.file_name,
            at=clock.now(),
            by=me(),
        )
        uploads.discard(session, kept)
    flash(_said(done), "success")
    return redirect(url_for("desk.people.index"), 303)


def _choices(form: Mapping[str, str]) -> dict[int, str]:
    found = ((re.fullmatch(r"row-(\d{1,9})", key), value) for key, value in form.items())
    return {int(key[1]): value for key, value in found if key}


def _said(done: Imported) -> str:
    if not (done.added or done.changed):
        return str(_("Everything in this file stood in the address book already. Nothing has changed."))
    parts = [
        ngettext("One person is added.", "%(num)d people are added.", done.added) if done.added else "",
        ngettext("One entry is changed.", "%(num)d entries are changed.", done.changed) if done.changed else "",
        ngettext("One organisation is new.", "%(num)d organisations are new.", done.organisations)
        if done.organisations
        else "",
    ]
    return " ".join(filter(None, parts))


@routes.post("/<int:upload_id>/discard")
def discard(upload_id: int) -> Response:
    with deed():
        uploads.discard(db.session(), _own_upload_or_404(upload_id))
    flash(_("The file is discarded. Nothing has been written."), "success")
    return redirect(url_for("desk.people.index"), 303)
