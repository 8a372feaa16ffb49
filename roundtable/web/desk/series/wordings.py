"""The office's own words in the letters of a series: written in both languages, looked at, saved, taken back."""

import hashlib

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as Redirect
from wtforms import Field, HiddenField, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.db import LANGUAGES, Bilingual, Language, db
from roundtable.domain.letter_kinds import KINDS, WORDED, LetterKind
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series import wordings
from roundtable.domain.series.series import Member, Series
from roundtable.domain.series.wordings import BrokenPlaceholder
from roundtable.mail.letters import samples
from roundtable.mail.message.reading import Reading
from roundtable.mail.outbox import outbox
from roundtable.phrases import language
from roundtable.web.desk.parts import letter_frames
from roundtable.web.desk.parts.conflicts import Other, others_values
from roundtable.web.desk.parts.rights import own_series_or_404
from roundtable.web.desk.series.members import listed
from roundtable.web.edge import deed
from roundtable.web.forms import AtMost, Form, SelectChoice

routes = Blueprint("wordings", __name__, url_prefix="/series/<int:series_id>/wordings")

LONGEST = AtMost(max=5_000)
NOBODY_REAL = 0

# One of the first is as good as any to see how a letter reads.
MOST_READERS = 50


class WordingForm(Form):
    """Which kind of letter it words, it is told."""

    version = HiddenField()
    text_de = TextAreaField(_l("Your words in German"), [LONGEST])
    text_en = TextAreaField(_l("Your words in English"), [LONGEST])
    reader = SelectField(_l("Show the letter to"), [InputRequired()], coerce=int, default=NOBODY_REAL)

    def __init__(self, series: Series, kind: LetterKind, **given: object) -> None:
        super().__init__(**given)
        self.kind = kind
        people = [
            SelectChoice(each.person_id, each.person.name)
            for each in db.session.scalars(listed(series).limit(MOST_READERS))
        ]
        self.reader.choices = [SelectChoice(NOBODY_REAL, _l("somebody made up")), *people]

    def validate_text_de(self, field: Field) -> None:
        try:
            wordings.check(field.data or "", self.kind)
        except BrokenPlaceholder as broken:
            raise ValidationError(str(broken)) from broken

    validate_text_en = validate_text_de

    @property
    def words(self) -> Bilingual:
        return Bilingual(self.text_de.data or "", self.text_en.data or "")


def _values(text: Bilingual) -> dict[str, str]:
    return {"text_de": text.de, "text_en": text.en}


def _version(text: Bilingual) -> str:
    """A fingerprint of what the form showed."""
    return hashlib.sha256(repr(text).encode()).hexdigest()[:16]


def _worded_or_404(series_id: int, typed: str) -> tuple[Series, LetterKind]:
    """The series, and which of its letters is worded."""
    series = own_series_or_404(series_id, "plan")
    return (series, typed) if typed in WORDED else abort(404)


@routes.get("/")
def index(series_id: int) -> str:
    series = own_series_or_404(series_id, "plan")
    worded = [(name, KINDS[name].wording, wordings.wording_of(series, name)) for name in WORDED]
    return render_template("desk/wordings/index.html", series=series, letters=worded)


@routes.get("/<kind>/")
def edit(series_id: int, kind: str) -> Response:
    series, worded = _worded_or_404(series_id, kind)
    text = wordings.wording_of(series, worded)
    return _page(series, worded, WordingForm(series, worded, data={"version": _version(text), **_values(text)}))


def _page(series: Series, kind: LetterKind, form: WordingForm, others: list[Other] | None = None) -> Response:
    to = samples.somebody("de" if language() == "de" else "en")
    page = render_template(
        "desk/wordings/edit.html",
        series=series,
        kind=kind,
        worded=KINDS[kind].wording,
        form=form,
        others=others or [],
        is_worded=bool(wordings.wording_of(series, kind)),
        examples=samples.examples(kind, series, _next(series), to=to, at=clock.now()),
    )
    return letter_frames.page_with_letter(page)


def _next(series: Series) -> Roundtable | None:
    """The roundtable a letter would be about today: the one that comes next, else the last."""
    at = clock.now()
    own = select(Roundtable).where(Roundtable.series_id == series.id, ~Roundtable.is_cancelled).limit(1)
    own = own.options(joinedload(Roundtable.series).joinedload(Series.host))
    coming = own.where(~Roundtable.is_over(at)).order_by(Roundtable.starts_at)
    return db.session.scalar(coming) or db.session.scalar(own.order_by(Roundtable.starts_at.desc()))


@routes.post("/<kind>/")
def save(series_id: int, kind: str) -> Redirect | tuple[Response, int]:
    series, worded = _worded_or_404(series_id, kind)
    # Two people who save the same words at once come one after the other.
    db.session.execute(select(Series.id).where(Series.id == series.id).with_for_update())
    form = WordingForm(series, worded)
    if not form.validate_on_submit():
        return _page(series, worded, form), 422
    stored = wordings.wording_of(series, worded)
    if form.version.data != _version(stored):
        others = others_values(form, _values(stored))
        if others:
            form.version.data = _version(stored)
            return _page(series, worded, form, others), 409
    with deed():
        wordings.word(series, worded, form.words)
    flash(_("Saved. Letters that are written from now on say it so."), "success")
    return redirect(url_for(".index", series_id=series.id), 303)


@routes.post("/<kind>/back")
def back(series_id: int, kind: str) -> Redirect:
    """To our own words, in both languages."""
    with deed():
        series, worded = _worded_or_404(series_id, kind)
        wordings.word(series, worded, Bilingual("", ""))
    flash(_("Letters that are written from now on say it in our words again."), "success")
    return redirect(url_for(".index", series_id=series.id), 303)


@routes.get("/<kind>/letter")
def letter(series_id: int, kind: str) -> Response:
    """The letter alone, in the ``reading`` language, as it is saved: for the frame."""
    series, worded = _worded_or_404(series_id, kind)
    return _letter(series, worded, wordings.wording_of(series, worded), to=None)


@routes.post("/<kind>/letter")
def try_out(series_id: int, kind: str) -> Response | tuple[Response, int]:
    """The same with what is typed so far, which is not saved; what is wrong in the other language does not matter."""
    series, worded = _worded_or_404(series_id, kind)
    form = WordingForm(series, worded)
    form.validate()
    field = form[f"text_{_language()}"]
    if field.errors:
        wrong = Reading({}, "", render_template("desk/wordings/try_out.html", field=field), [])
        return letter_frames.letter_alone(wrong), 422
    return _letter(series, worded, form.words, to=_reader(series, form.reader.data))


def _reader(series: Series, person_id: int | None) -> Person | None:
    chosen = select(Person).join(Member, Member.person_id == Person.id)
    return db.session.scalar(chosen.where(Member.series_id == series.id, Person.id == person_id))


def _letter(series: Series, kind: LetterKind, text: Bilingual, *, to: Person | None) -> Response:
    read_in = _language()
    reader = samples.somebody(read_in) if to is None else samples.reading(to, read_in)
    one = samples.sample(kind, series, _next(series), to=reader, wording=text, at=clock.now())
    return letter_frames.letter_alone(outbox.read(one))


def _language() -> Language:
    asked = request.args.get("reading")
    return next((each for each in LANGUAGES if each == asked), "de" if language() == "de" else "en")
