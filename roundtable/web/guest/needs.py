"""What I need to take part: access, food, interpretation."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from roundtable import clock
from roundtable.db import db
from roundtable.domain.guests.invitations import AnswersClosed, Invitation
from roundtable.domain.guests.needs import ACCESS, DIETS, INTERPRETATION, Needs, state_needs
from roundtable.web.edge import deed
from roundtable.web.forms import LINE, Form, SelectChoice
from roundtable.web.guest import mine

routes = Blueprint("needs", __name__, url_prefix="/i/<token>/needs")

DIET_WORDS = {
    "": _l("no special food"),
    "vegetarian": _l("vegetarian"),
    "vegan": _l("vegan"),
    "no_pork": _l("without pork"),
    "gluten_free": _l("gluten-free"),
    "lactose_free": _l("lactose-free"),
    "other": _l("other"),
}
ACCESS_WORDS = {
    "wheelchair": _l("place for a wheelchair"),
    "hearing_loop": _l("hearing loop"),
    "large_print": _l("papers in large print"),
    "guide_dog": _l("comes with a guide dog"),
    "seat_near_door": _l("seat near the door"),
}
INTERPRETATION_WORDS = {
    "": _l("no interpretation"),
    "sign_language": _l("sign language"),
    "german": _l("interpretation into German"),
    "english": _l("interpretation into English"),
}


class Boxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NeedsForm(Form):
    access = Boxes(_l("Access"), choices=[SelectChoice(key, ACCESS_WORDS[key]) for key in ACCESS])
    access_note = StringField(_l("Something else about access"), [LINE])
    diet = RadioField(_l("Food"), choices=[SelectChoice(key, DIET_WORDS[key]) for key in DIETS], default="")
    diet_note = StringField(_l("Something else about food, for example an allergy"), [LINE])
    interpretation = RadioField(
        _l("Interpretation"),
        choices=[SelectChoice(key, INTERPRETATION_WORDS[key]) for key in INTERPRETATION],
        default="",
    )


@routes.get("/")
def show(token: str) -> str:
    invitation = mine.invitation_or_404(token)
    return _page(invitation, token, NeedsForm(data=_values(db.session.get(Needs, invitation.id))))


def _page(invitation: Invitation, token: str, form: NeedsForm) -> str:
    is_over = invitation.roundtable.is_over(clock.now())
    return render_template("guest/needs/show.html", form=form, is_over=is_over, **mine.words(invitation, token))


def _values(needs: Needs | None) -> dict[str, Any]:
    if needs is None:
        return {}
    plain = {name: getattr(needs, name) for name in ("diet", "diet_note", "access_note", "interpretation")}
    return {**plain, "access": list(needs.access_keys)}


@routes.post("/")
def state(token: str) -> Response | tuple[str, int]:
    invitation = mine.invitation_or_404(token)
    if invitation.roundtable.is_over(clock.now()) or invitation.roundtable.is_cancelled:
        raise AnswersClosed
    form = NeedsForm()
    if not form.validate_on_submit():
        return _page(invitation, token, form), 422
    with deed():
        state_needs(
            db.session(),
            invitation,
            diet=form.diet.data or "",
            diet_note=form.diet_note.data or "",
            access=form.access.data or [],
            access_note=form.access_note.data or "",
            interpretation=form.interpretation.data or "",
            at=clock.now(),
        )
    flash(_("Thank you. We have noted what you need."), "success")
    return redirect(url_for("guest.invitation.show", token=token, given_by=mine.typed_by() or None), 303)
