"""The form of a series: what it is, when it meets, what each roundtable begins with."""

import re
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from roundtable.db import Bilingual
from roundtable.domain.series.rhythm import Rhythm, RuleNotUnderstood, regions
from roundtable.domain.series.series import Series
from roundtable.phrases import language
from roundtable.web.forms import LINE, NAME, TEXT, Form, SelectChoice

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WORDS = ("name", "purpose", "motto")
PLAIN = ("language", "venue", "address", "seats", "begins_at", "lasts_minutes", "region")
# No library knows their names; they are the same in both languages for offices.
LAENDER = {
    "DE-BB": "Brandenburg",
    "DE-BE": "Berlin",
    "DE-BW": "Baden-Württemberg",
    "DE-BY": "Bayern",
    "DE-HB": "Bremen",
    "DE-HE": "Hessen",
    "DE-HH": "Hamburg",
    "DE-MV": "Mecklenburg-Vorpommern",
    "DE-NI": "Niedersachsen",
    "DE-NW": "Nordrhein-Westfalen",
    "DE-RP": "Rheinland-Pfalz",
    "DE-SH": "Schleswig-Holstein",
    "DE-SL": "Saarland",
    "DE-SN": "Sachsen",
    "DE-ST": "Sachsen-Anhalt",
    "DE-TH": "Thüringen",
    "AT-1": "Burgenland",
    "AT-2": "Kärnten",
    "AT-3": "Niederösterreich",
    "AT-4": "Oberösterreich",
    "AT-5": "Salzburg",
    "AT-6": "Steiermark",
    "AT-7": "Tirol",
    "AT-8": "Vorarlberg",
    "AT-9": "Wien",
}


class SeriesForm(Form):
    version = HiddenField()
    name_de = StringField(_l("Name in German"), [InputRequired(), NAME])
    name_en = StringField(_l("Name in English"), [NAME])
    purpose_de = TextAreaField(_l("Purpose in German"), [TEXT])
    purpose_en = TextAreaField(_l("Purpose in English"), [TEXT])
    motto_de = StringField(_l("Motto in German"), [LINE])
    motto_en = StringField(_l("Motto in English"), [LINE])
    language = SelectField(
        _l("Main language"),
        [InputRequired()],
        choices=[SelectChoice("de", _l("German")), SelectChoice("en", _l("English"))],
    )
    timezone = StringField(_l("Time zone"), [InputRequired(), NAME], default="Europe/Berlin")
    venue = StringField(_l("Usual venue"), [LINE])
    address = TextAreaField(_l("Address"), [LINE])
    seats = IntegerField(_l("Seats"), [InputRequired(), NumberRange(0, 10_000)], default=40)
    rhythm_every = IntegerField(_l("Every how many"), [Optional(), NumberRange(1, 52)], default=3)
    rhythm_unit = SelectField(_l("Months or weeks"), choices=[], default="")
    rhythm_which = SelectField(_l("Which one of the month"), coerce=int, choices=[], default=1)
    rhythm_weekday = SelectField(_l("Weekday"), coerce=int, choices=[], default=2)
    begins_at = TimeField(_l("Usual beginning"), [Optional()])
    lasts_minutes = IntegerField(_l("Duration in minutes"), [InputRequired(), NumberRange(15, 24 * 60)], default=120)
    region = SelectField(_l("Public holidays"), choices=[], default="")
    is_public = BooleanField(_l("Show this series to the public"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = Locale(language()).days["format"]["wide"]
        self.rhythm_unit.choices = [
            SelectChoice("", _("no rhythm")),
            SelectChoice("months", _("months")),
            SelectChoice("weeks", _("weeks")),
        ]
        which = {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth"), -1: _("last")}
        self.rhythm_which.choices = [SelectChoice(key, words) for key, words in which.items()]
        self.rhythm_weekday.choices = [SelectChoice(number, days[number]) for number in range(7)]
        self.region.choices = [SelectChoice("", _("none")), *_regions()]

    @property
    def rhythm(self) -> str:
        """The rule, empty where there is none. Raises RuleNotUnderstood."""
        if not self.rhythm_unit.data:
            return ""
        which = self.rhythm_which.data if self.rhythm_unit.data == "months" else None
        return Rhythm(self.rhythm_every.data or 0, self.rhythm_weekday.data, which).rule

    def validate_rhythm_every(self, field: Field) -> None:
        try:
            _rule = self.rhythm
        except RuleNotUnderstood:
            raise ValidationError(
                _("Please enter a number from 1 to 24 for months, or from 1 to 52 for weeks.")
            ) from None

    def validate_timezone(self, field: Field) -> None:
        if field.data not in available_timezones() or "/" not in field.data:
            raise ValidationError(_("Please enter a zone such as Europe/Berlin."))


class NewSeriesForm(SeriesForm):
    slug = StringField(_l("Short name in addresses"), [NAME])

    def validate_slug(self, field: Field) -> None:
        if field.data and not SLUG.fullmatch(field.data):
            raise ValidationError(_("Please use small letters, digits and hyphens only."))


def _regions() -> list[SelectChoice]:
    """Parts of Germany, Austria and Switzerland under their codes, then countries by name."""
    territories = Locale(language()).territories
    named = [(code, _region_name(code, territories)) for code in regions()]
    return [SelectChoice(code, name) for code, name in named]


def _region_name(code: str, territories: Any) -> str:
    country, _dash, part = code.partition("-")
    name = territories.get(country, country)
    return f"{name}: {LAENDER.get(code, part)}" if part else str(name)


def _rhythm_values(series: Series) -> dict[str, Any]:
    if not series.rhythm:
        return {}
    rhythm = Rhythm.from_rule(series.rhythm)
    unit = "weeks" if rhythm.which is None else "months"
    of_month = {"rhythm_which": rhythm.which} if rhythm.which is not None else {}
    return {"rhythm_every": rhythm.every, "rhythm_unit": unit, "rhythm_weekday": rhythm.weekday, **of_month}


def values(series: Series) -> dict[str, Any]:
    """What the form shows."""
    words = {f"{name}_{lang}": getattr(getattr(series, name), lang) for name in WORDS for lang in ("de", "en")}
    plain = {name: getattr(series, name) for name in (*PLAIN, "timezone")}
    return {**words, **plain, **_rhythm_values(series), "is_public": series.public_since is not None}


def typed(form: SeriesForm) -> dict[str, Any]:
    """The series' own fields by name."""
    words = {name: Bilingual(form[f"{name}_de"].data or "", form[f"{name}_en"].data or "") for name in WORDS}
    return {**words, **{name: form[name].data for name in PLAIN}, "rhythm": form.rhythm}
