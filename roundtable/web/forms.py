"""What every form shares: the person's own language, stripped input, words instead of codes."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, ValidationError
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined]  # its types are older
from wtforms.validators import InputRequired, Length, StopValidation

from roundtable import clean_text
from roundtable.documents.printing import CannotBePrinted, refuse_unprintable
from roundtable.mail.message import headers


class AtMost(Length):
    """What is too long is refused before anything else looks at it: readers of addresses and zones take their time."""

    def __call__(self, form: Any, field: Field) -> None:
        try:
            super().__call__(form, field)  # type: ignore[arg-type]  # of text
        except ValidationError as error:
            raise StopValidation(*error.args) from None


NAME = AtMost(max=200)
LINE = AtMost(max=500)
TEXT = AtMost(max=20_000)


# Somebody may have been in office for long.
FIRST_YEAR, LAST_YEAR = 1950, 2100
MOST_TOLD = 5
OF_ONE_LINE = ("StringField", "EmailField", "TelField")
CLEANED = (*OF_ONE_LINE, "TextAreaField")


def stripped(value: Any) -> Any:
    return clean_text.cleaned(value) if isinstance(value, str) else value


def on_one_line(value: Any) -> Any:
    """Browsers send no line break from a line; programs do."""
    return clean_text.cleaned_line(value) if isinstance(value, str) else value


def in_our_time(value: date) -> None:
    """Raises ValidationError for a year that is a slip of the finger."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(_("Please check the year."))


class Form(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """Checks shape only. What is true is decided by the domain."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        @property
        def csrf(self) -> bool:
            """Where a personal link proves who asks, no session is needed for it (``web/security.py``)."""
            return not g.get("is_guest", False)

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
            filters = list(unbound_field.kwargs.get("filters", ()))
            if unbound_field.field_class.__name__ in OF_ONE_LINE:
                filters.append(on_one_line)
            elif unbound_field.field_class.__name__ == "TextAreaField":
                filters.append(stripped)
            bound: Field = unbound_field.bind(form=form, filters=filters, **options)
            return bound

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for field in self:
            _say_what_went(field)
            try:
                if field.data == "" and any(isinstance(each, InputRequired) for each in field.validators):
                    # It has seen blanks, which are nothing once they are stripped.
                    raise ValidationError(_("Please fill this in."))
                if isinstance(field.data, date):
                    in_our_time(field.data)
            except ValidationError as error:
                if not field.errors:
                    field.errors = [*field.errors, str(error)]
                good = False
        return good


def _say_what_went(field: Field) -> None:
    """Nothing that was typed is changed unseen."""
    typed = field.raw_data if field.type in CLEANED else None
    went = clean_text.what_went(typed[0]) if typed and isinstance(typed[0], str) else []
    if went:
        said = _("“%(field)s”: characters that nobody sees were taken out or replaced (%(what)s).")
        flash(said % {"field": field.label.text, "what": ", ".join(went[:MOST_TOLD])}, "info")


class LocalMoment(DateTimeLocalField):
    """A moment typed in the series' zone; a validator asks ``exists_in``."""

    def in_zone(self, zone: ZoneInfo) -> datetime:
        naive: datetime = self.data  # type: ignore[assignment]  # validated as present
        return naive.replace(tzinfo=zone)


def exists_in(zone: ZoneInfo, value: datetime) -> None:
    """Raises ValidationError for an hour that is skipped when the clocks go forward, or a year out of this world."""
    in_our_time(value)
    aware = value.replace(tzinfo=zone)
    if aware.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != value:
        raise ValidationError(_("This hour does not exist: the clocks go forward that night."))


def can_be_printed(form: Any, field: Field) -> None:
    """Said where it is typed, not when it is to be published."""
    try:
        refuse_unprintable(field.data or "")
    except CannotBePrinted as refused:
        raise ValidationError(str(refused)) from refused


def is_address(form: Any, field: Field) -> None:
    """An e-mail address that a letter of ours can be written to; international ones included."""
    if not headers.is_address(field.data or ""):
        raise ValidationError(_l("Please enter an e-mail address such as name@example.org."))
