"""Correcting the address that a letter did not reach, and sending it anew."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import EmailField
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.actions.post import readdressing
from roundtable.db import db
from roundtable.domain.people.people import AlreadyThere
from roundtable.domain.refusals import Refused
from roundtable.mail.outbox.outbox import Letter
from roundtable.web.desk.parts.rights import me
from roundtable.web.desk.post.letters import own_letter_or_404
from roundtable.web.edge import deed
from roundtable.web.forms import NAME, Form, is_address

routes = Blueprint("readdressing", __name__, url_prefix="/letters/<int:letter_id>/address")


class AddressForm(Form):
    email = EmailField(_l("Correct e-mail address"), [InputRequired(), NAME, is_address])


def _own(letter_id: int) -> Letter:
    letter = own_letter_or_404(letter_id, "invite")
    return letter if readdressing.may_be_readdressed(letter) else abort(404)


@routes.get("")
def edit(letter_id: int) -> Response | str:
    letter = _own(letter_id)
    try:
        reader = readdressing.reader_of(db.session(), letter)
    except Refused as refusal:
        flash(str(refusal), "info")
        return redirect(url_for("desk.letters.show", letter_id=letter.id), 303)
    return _page(letter, reader.name, AddressForm(data={"email": readdressing.address_of(letter, reader)}))


@routes.post("")
def correct(letter_id: int) -> Response | tuple[str, int]:
    letter = own_letter_or_404(letter_id, "invite")
    if letter.replaced_by_id is not None:
        # A second click.
        return redirect(url_for("desk.letters.show", letter_id=letter.replaced_by_id), 303)
    letter, form = _own(letter_id), AddressForm()
    if form.validate_on_submit():
        with deed(form, at={Refused: "email"}, clash=AlreadyThere) as done:
            again = readdressing.correct_and_send(db.session(), letter, form.email.data or "", by=me(), at=clock.now())
        if done:
            flash(_("The address is corrected, and the letter is written anew."), "success")
            return redirect(url_for("desk.letters.show", letter_id=again.id), 303)
    return _page(letter, letter.person.name if letter.person is not None else letter.recipient, form), 422


def _page(letter: Letter, name: str, form: AddressForm) -> str:
    return render_template(
        "desk/readdressing/edit.html",
        letter=letter,
        name=name,
        office=letter.office,
        form=form,
        is_in_address_book=letter.person is not None,
        to_assistant=readdressing.went_to_assistant(letter),
    )
