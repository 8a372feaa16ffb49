"""Every building block of the pages in every state, to look at before using one."""

from datetime import date

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    FileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Optional

from roundtable.web.forms import NAME, TEXT, Form, SelectChoice
from roundtable.web.paging import Page, of_this_address

routes = Blueprint("components", __name__)

_MISSING = InputRequired(_l("Please fill this in."))


class SampleForm(Form):
    name = StringField(_l("Name"), [_MISSING, NAME])
    email = EmailField(_l("E-mail address"), [_MISSING, NAME])
    note = TextAreaField(_l("Note"), [Optional(), TEXT])
    language = SelectField(
        _l("Language"),
        [_MISSING],
        choices=[SelectChoice("", _l("Please choose")), SelectChoice("de", "Deutsch"), SelectChoice("en", "English")],
    )
    answer = RadioField(
        _l("Answer"),
        [_MISSING],
        choices=[SelectChoice("yes", _l("I am coming")), SelectChoice("no", _l("I cannot come"))],
    )
    agreed = BooleanField(_l("My name may be published"), [_MISSING])
    day = DateField(_l("Day"), [_MISSING])
    begins = TimeField(_l("Begins"), [_MISSING])
    closes = DateTimeLocalField(_l("Deadline"), [_MISSING])
    paper = FileField(_l("Paper"), [_MISSING])


@routes.get("/components")
def show() -> str:
    form = SampleForm(formdata=None, data={"name": "Anna Weiß", "day": date(2026, 11, 23)})
    wrong = SampleForm(formdata=None, prefix="wrong")
    wrong.validate()
    page = Page[object]([], 0, 2, 7, of_this_address())
    return render_template("desk/components/show.html", form=form, wrong=wrong, page=page)


@routes.post("/components")
def try_out() -> Response:
    """The samples may be pressed; nothing happens."""
    return redirect(url_for("desk.components.show"), 303)
