"""The quotes of a roundtable: written down, put in order, shown to their speakers, released."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.actions.press import drafting, quoting
from roundtable.db import db
from roundtable.domain.links import NO_TOKEN
from roundtable.domain.office.history import Entry
from roundtable.domain.people.people import Person
from roundtable.domain.press.quotes import Quote
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters import letters
from roundtable.mail.outbox import outbox
from roundtable.phrases import language
from roundtable.web.desk.parts import selection
from roundtable.web.desk.parts.choosing import PersonField
from roundtable.web.desk.parts.conflicts import Other, others_values, seal_of
from roundtable.web.desk.parts.history import latest_of
from roundtable.web.desk.parts.rights import me, own_roundtable_or_404
from roundtable.web.edge import deed
from roundtable.web.forms import LINE, TEXT, Form, SelectChoice, can_be_printed

routes = Blueprint("quotes", __name__, url_prefix="/roundtables/<int:roundtable_id>/quotes")

LANGUAGE_NAMES = [("de", _l("German")), ("en", _l("English"))]


class QuoteForm(Form):
    """The words and whose they are."""

    text = TextAreaField(_l("Words"), [InputRequired(), TEXT, can_be_printed], render_kw={"rows": 7})
    attribution = StringField(_l("Speaker as introduced"), [LINE, can_be_printed])
    version = HiddenField()


class NewQuoteForm(QuoteForm):
    person = PersonField(_l("Speaker"), validators=[InputRequired()])
    language = SelectField(
        _l("Language"), choices=[SelectChoice(*each) for each in LANGUAGE_NAMES], validators=[InputRequired()]
    )


class RecordForm(Form):
    """The hash says which words were read out."""

    note = TextAreaField(_l("Who released the words, and how?"), [InputRequired(), TEXT], render_kw={"rows": 3})
    fingerprint = HiddenField()


def _quote_or_404(roundtable: Roundtable, quote_id: int) -> Quote:
    found = select(Quote).where(Quote.id == quote_id, Quote.roundtable_id == roundtable.id)
    quote = db.session.scalar(found.options(joinedload(Quote.person)))
    if quote is None:
        abort(404)
    return quote


def _index(roundtable: Roundtable, form: NewQuoteForm) -> str:
    quotes = quoting.quotes_of(db.session(), roundtable)
    return render_template(
        "desk/quotes/index.html",
        roundtable=roundtable,
        by_language=[
            (code, words, [each for each in quotes if each.language == code]) for code, words in LANGUAGE_NAMES
        ],
        askable=[each for each in quotes if quoting.may_be_asked(each) and each.state in ("draft", "changed")],
        count=len(quotes),
        form=form,
    )


def _new_form(roundtable: Roundtable) -> NewQuoteForm:
    form = NewQuoteForm()
    people, is_first = drafting.quotable(roundtable)
    form.person.offer(people, is_first.desc(), *order_at(roundtable))
    if form.language.data is None:
        form.language.data = language()
    return form


@routes.get("")
def index(roundtable_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "see")
    return _index(roundtable, _new_form(roundtable))


@routes.post("")
def create(roundtable_id: int) -> Response | str | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "press")
    form = _new_form(roundtable)
    if selection.is_only_looking():
        return _index(roundtable, form)
    if form.validate_on_submit():
        person = db.session.get_one(Person, form.person.data)
        with deed(form, at={Refused: "person"}) as done:
            quoting.write_quote(
                db.session(),
                roundtable,
                person,
                language=form.language.data,
                text=form.text.data or "",
                attribution=form.attribution.data or "",
                at=clock.now(),
                by=me(),
            )
        if done:
            flash(_("The quote of %(name)s is written down. Ask for its release next.", name=person.name), "success")
            return _back(roundtable)
    return _index(roundtable, form), 422


@routes.get("/<int:quote_id>/edit")
def edit(roundtable_id: int, quote_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "press")
    quote = _quote_or_404(roundtable, quote_id)
    return _edit(quote, QuoteForm(data={**_values(quote), "version": seal_of(_values(quote))}))


def _values(quote: Quote) -> dict[str, str]:
    return {"text": quote.text, "attribution": quote.attribution}


def _edit(quote: Quote, form: QuoteForm, others: Sequence[Other] = ()) -> str:
    proposed = quoting.proposed_attribution(quote.roundtable, quote.person, quote.language)
    return render_template(
        "desk/quotes/edit.html",
        roundtable=quote.roundtable,
        quote=quote,
        form=form,
        proposed=proposed,
        others=others,
        history=latest_of(Entry.quote_id == quote.id),
    )


@routes.post("/<int:quote_id>/edit")
def update(roundtable_id: int, quote_id: int) -> Response | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "press")
    quote = _quote_or_404(roundtable, quote_id)
    form, seal = QuoteForm(), seal_of(_values(quote))
    if not form.validate_on_submit():
        return _edit(quote, form), 422
    others = others_values(form, _values(quote))
    if form.version.data != seal and others:
        # What was released meanwhile is not voided by somebody who has not seen it.
        form.version.data = seal
        return _edit(quote, form, others), 409
    given = form.attribution.data or quoting.proposed_attribution(roundtable, quote.person, quote.language)
    with deed():
        is_void = quoting.edit(
            db.session(), quote, text=form.text.data or "", attribution=given, at=clock.now(), by=me()
        )
    if is_void:
        flash(_("Saved. The words differ now from those that were released: please ask again."), "warning")
    else:
        flash(_("Saved."), "success")
    return _back(roundtable)


@routes.post("/<int:quote_id>/move")
def move(roundtable_id: int, quote_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "press")
    with deed():
        quoting.move(
            db.session(),
            _quote_or_404(roundtable, quote_id),
            up=request.form.get("to") == "up",
            at=clock.now(),
            by=me(),
        )
    return _back(roundtable)


@routes.post("/<int:quote_id>/delete")
def delete(roundtable_id: int, quote_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "press")
    quote = _quote_or_404(roundtable, quote_id)
    name = quote.person.name
    with deed():
        quoting.remove(db.session(), quote, at=clock.now(), by=me())
    flash(_("The quote of %(name)s is taken out.", name=name), "success")
    return _back(roundtable)


def _asked(roundtable: Roundtable, numbers: list[int]) -> list[Quote]:
    quotes = quoting.quotes_of(db.session(), roundtable)
    return [each for each in quotes if each.id in numbers and quoting.may_be_asked(each)]


@routes.get("/ask")
def ask_form(roundtable_id: int) -> str:
    """Nothing bulk leaves unseen (rule 22): who, how many, and one letter in full."""
    roundtable = own_roundtable_or_404(roundtable_id, "press")
    quotes = _asked(roundtable, request.args.getlist("quotes", type=int))
    shown = next((each for each in quotes if each.id == request.args.get("look_at", type=int)), None)
    shown = shown or (quotes[0] if quotes else None)
    letter = letters.quote_to_release(shown, NO_TOKEN, at=clock.now()) if shown else None
    return render_template(
        "desk/quotes/ask_form.html",
        roundtable=roundtable,
        quotes=quotes,
        shown=shown,
        letter=letter,
        reading=outbox.read(letter) if letter else None,
    )


@routes.post("/ask")
def ask(roundtable_id: int) -> Response:
    roundtable = own_roundtable_or_404(roundtable_id, "press")
    quotes = _asked(roundtable, request.form.getlist("quotes", type=int))
    with deed():
        for quote in quotes:
            quoting.ask_for_release(db.session(), quote, at=clock.now())
    if quotes:
        number = len(quotes)
        flash(ngettext("One letter is on its way.", "%(num)d letters are on their way.", number), "success")
    else:
        flash(_("There was nobody left to write to. Nothing has been sent."), "info")
    return _back(roundtable)


def _record_form(quote: Quote, form: RecordForm) -> str:
    form.fingerprint.data = quote.fingerprint
    return render_template("desk/quotes/record_form.html", roundtable=quote.roundtable, quote=quote, form=form)


@routes.get("/<int:quote_id>/record")
def record_form(roundtable_id: int, quote_id: int) -> str:
    roundtable = own_roundtable_or_404(roundtable_id, "press")
    return _record_form(_quote_or_404(roundtable, quote_id), RecordForm())


@routes.post("/<int:quote_id>/record")
def record_release(roundtable_id: int, quote_id: int) -> Response | tuple[str, int]:
    roundtable = own_roundtable_or_404(roundtable_id, "press")
    quote = _quote_or_404(roundtable, quote_id)
    form = RecordForm()
    if form.validate_on_submit():
        seen, note = form.fingerprint.data or "", form.note.data or ""
        with deed(form, at={Refused: "note"}) as done:
            quoting.record_release(db.session(), quote, fingerprint=seen, note=note, at=clock.now(), by=me())
        if done:
            flash(_("Recorded: %(name)s has released these words.", name=quote.person.name), "success")
            return _back(roundtable)
    return _record_form(quote, form), 422


def _back(roundtable: Roundtable) -> Response:
    return redirect(url_for(".index", roundtable_id=roundtable.id), 303)
