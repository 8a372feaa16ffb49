"""What a roundtable is about, where it is, and whose seats there are: the form, and what it shows."""

from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import URL, InputRequired, NumberRange, Optional

from roundtable.db import Bilingual
from roundtable.domain.guests.registrations import MoreReservedThanSeats
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web.desk.parts.dates import local
from roundtable.web.forms import LINE, TEXT, Form, LocalMoment, exists_in

MOST_COMPANIONS = 5


class DetailsForm(Form):
    version = HiddenField()
    motto_de = StringField(_l("Motto in German"), [LINE])
    motto_en = StringField(_l("Motto in English"), [LINE])
    question_de = TextAreaField(_l("Question in German"), [TEXT])
    question_en = TextAreaField(_l("Question in English"), [TEXT])
    venue = StringField(_l("Venue"), [LINE])
    address = TextAreaField(_l("Address"), [LINE])
    map_url = StringField(_l("Link to a map"), [Optional(), LINE, URL(message=_l("Please enter a web address."))])
    access_notes_de = TextAreaField(_l("How to get in, in German"), [TEXT])
    access_notes_en = TextAreaField(_l("How to get in, in English"), [TEXT])
    seats = IntegerField(_l("Seats"), [InputRequired(), NumberRange(0, 10_000)])
    reserved_seats = IntegerField(
        _l("Of these, kept for the host and the speakers"), [Optional(), NumberRange(0, 10_000)], default=0
    )
    seats_per_organisation = IntegerField(_l("Most seats for one organisation"), [Optional(), NumberRange(1, 10_000)])
    companions = IntegerField(
        _l("Companions that each person may bring"), [Optional(), NumberRange(0, MOST_COMPANIONS)], default=0
    )
    answer_until = LocalMoment(_l("Answers until"), [Optional()])

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def validate_answer_until(self, field: Field) -> None:
        exists_in(self.zone, field.data)

    def validate_reserved_seats(self, field: Field) -> None:
        if self.seats.data is not None and field.data is not None and field.data > self.seats.data:
            raise ValidationError(str(MoreReservedThanSeats.sentence))

    def words(self, name: str) -> Bilingual:
        return Bilingual(self[f"{name}_de"].data or "", self[f"{name}_en"].data or "")


def details_of(roundtable: Roundtable) -> dict[str, Any]:
    """What the form shows, and what it is compared with when somebody else was quicker."""
    return {
        "motto_de": roundtable.motto.de,
        "motto_en": roundtable.motto.en,
        "question_de": roundtable.question.de,
        "question_en": roundtable.question.en,
        "venue": roundtable.venue,
        "address": roundtable.address,
        "map_url": roundtable.map_url,
        "access_notes_de": roundtable.access_notes.de,
        "access_notes_en": roundtable.access_notes.en,
        "seats": roundtable.seats,
        "reserved_seats": roundtable.reserved_seats,
        "seats_per_organisation": roundtable.seats_per_organisation,
        "companions": roundtable.companions,
        "answer_until": local(roundtable.answer_until, roundtable.series.zone),
    }
