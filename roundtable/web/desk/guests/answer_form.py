"""The form by which an organiser records an answer given by phone, letter or in person."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from roundtable.web.forms import LINE, NAME, Form, SelectChoice, is_address

OF_A_DELEGATE = ("given_name", "family_name", "function", "email")


class AnswerForm(Form):
    kind = RadioField(
        _l("Answer"),
        [InputRequired(_l("Please choose an answer."))],
        choices=[
            SelectChoice("accepted", _l("Is coming")),
            SelectChoice("delegated", _l("Sends a delegate")),
            SelectChoice("declined", _l("Cannot come")),
        ],
    )
    via = RadioField(
        _l("How it reached you"),
        [InputRequired(_l("Please say how the answer reached you."))],
        choices=[
            SelectChoice("phone", _l("By phone")),
            SelectChoice("letter", _l("By letter or e-mail")),
            SelectChoice("in_person", _l("In person")),
        ],
    )
    note = TextAreaField(_l("Note"), [LINE], render_kw={"rows": 2})
    given_name = StringField(_l("First name"), [NAME])
    family_name = StringField(_l("Last name"), [NAME])
    function = StringField(_l("Function"), [NAME])
    email = EmailField(_l("E-mail address"), [NAME])

    def validate(self, extra_validators: Any = None) -> bool:
        is_fine: bool = super().validate(extra_validators)
        if self.kind.data == "delegated":
            is_fine = _delegate_is_named(self, ("family_name", "email")) and is_fine
        return is_fine


def _delegate_is_named(form: AnswerForm, names: Sequence[str]) -> bool:
    wrong = False
    for name in names:
        field = form[name]
        try:
            if not field.data:
                raise ValidationError(_("Please fill this in for the delegate."))
            if name == "email":
                is_address(form, field)
        except ValidationError as error:
            field.errors = [*field.errors, str(error)]
            wrong = True
    return not wrong
