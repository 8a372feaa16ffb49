"""Correcting the address that a letter did not reach, and sending it anew."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response
from wtforms import EmailField
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.actions import readdressing
from roundtable.db import db
from roundtable.domain.people import AlreadyThere, Person
from roundtable.domain.refusals import Refused
from roundtable.mail.outbox import Letter
from roundtable.web.desk.letters import own_letter_or_404
from roundtable.web.desk.rights import me
from roundtable.web.forms import NAME, Form, is_address

routes = Blueprint("readdressing", __name__, url_prefix="/letters/<int:letter_id>/address")


class AddressForm(Form):
    email = EmailField(_l("Correct e-mail address"), [InputRequired(), NAME, is_address])


def _own(letter_id: int) -> tuple[Letter, Person]:
    letter = own_letter_or_404(letter_id, "invite")
    if letter.person is None or not readdressing.may_be_readdressed(letter):
        abort(404)
    return letter, letter.person


@routes.get("")
def edit(letter_id: int) -> str:
    letter, person = _own(letter_id)
    to_assistant = readdressing.went_to_assistant(letter)
    return _page(letter, person, AddressForm(data={"email": person.assistant_email if to_assistant else person.email}))


@routes.post("")
def correct(letter_id: int) -> Response | tuple[str, int]:
    letter = own_letter_or_404(letter_id, "invite")
    if letter.replaced_by_id is not None:
        # A second click.
        return redirect(url_for("desk.letters.show", letter_id=letter.replaced_by_id), 303)
    letter, person = _own(letter_id)
    form = AddressForm()
    if form.validate_on_submit():
        try:
            again = readdressing.correct_and_send(db.session(), letter, form.email.data or "", by=me(), at=clock.now())
            db.session.commit()
        except (Refused, IntegrityError) as refusal:
            db.session.rollback()
            form.email.errors = [str(refusal if isinstance(refusal, Refused) else AlreadyThere())]
        else:
            flash(_("The address is corrected, and the letter is written anew."), "success")
            return redirect(url_for("desk.letters.show", letter_id=again.id), 303)
    return _page(letter, person, form), 422


def _page(letter: Letter, person: Person, form: AddressForm) -> str:
    return render_template(
        "desk/readdressing/edit.html",
        letter=letter,
        person=person,
        office=letter.office,
        form=form,
        to_assistant=readdressing.went_to_assistant(letter),
    )
