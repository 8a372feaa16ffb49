"""What every form shares: the person's own language, stripped input, words instead of codes."""

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, ValidationError
from wtforms.validators import InputRequired, Length

from roundtable.mail.message import headers

NAME = Length(max=200)
LINE = Length(max=500)
TEXT = Length(max=20_000)


# Characters that no text needs, pasted text brings them along: XML and PostgreSQL refuse some, others turn the words
# around that follow (Unicode UAX 9).
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
# Somebody may have been in office for long.
FIRST_YEAR, LAST_YEAR = 1950, 2100


def stripped(value: Any) -> Any:
    return CONTROL.sub("", value).strip() if isinstance(value, str) else value


def on_one_line(value: Any) -> Any:
    """Browsers send no line break from a line; programs do."""
    return " ".join(stripped(value).splitlines()) if isinstance(value, str) else value


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
            if unbound_field.field_class.__name__ in ("StringField", "EmailField", "TelField"):
                filters.append(on_one_line)
            elif unbound_field.field_class.__name__ == "TextAreaField":
                filters.append(stripped)
            bound: Field = unbound_field.bind(form=form, filters=filters, **options)
            return bound

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for field in self:
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


def is_address(form: Any, field: Field) -> None:
    """An e-mail address that a letter of ours can be written to; international ones included."""
    if not headers.is_address(field.data or ""):
        raise ValidationError(_l("Please enter an e-mail address such as name@example.org."))
