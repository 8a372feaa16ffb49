"""The fields that ask for a date: typed in the series' zone, hours that do not exist refused at the field."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, TimeField, ValidationError
from wtforms.validators import InputRequired, Optional

from roundtable.domain.roundtables.roundtables import EndsBeforeItStarts, Roundtable
from roundtable.web.forms import Form, LocalMoment, exists_in

# An end before the beginning means the next morning, but only that of one long evening; else it is a slip.
LONGEST_NIGHT = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Moments:
    starts_at: datetime
    ends_at: datetime
    has_hours: bool


class DateForm(Form):
    """Day and hours; both hours may stay empty while they are open."""

    day = DateField(_l("Day"), [InputRequired()])
    begins = TimeField(_l("Begins"), [Optional()])
    ends = TimeField(_l("Ends"), [Optional()])
    answer_until = LocalMoment(_l("Answers until"), [Optional()])

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def validate_answer_until(self, field: Field) -> None:
        exists_in(self.zone, field.data)

    def validate(self, extra_validators: Any = None) -> bool:
        return bool(super().validate(extra_validators)) and self._has_good_hours()

    def moments(self) -> Moments:
        """In UTC. A day without hours runs from its midnight to the next."""
        begins, ends = self._typed()
        if begins is None or ends is None:
            midnight = datetime.combine(cast(date, self.day.data), time(0))
            return Moments(self._in_utc(midnight), self._in_utc(midnight + timedelta(days=1)), False)
        return Moments(self._in_utc(begins), self._in_utc(ends), True)

    def answers_until(self) -> datetime | None:
        return self.answer_until.in_zone(self.zone).astimezone(UTC) if self.answer_until.data else None

    def _typed(self) -> tuple[datetime | None, datetime | None]:
        """What the clock on the wall shows at beginning and end."""
        day = cast(date, self.day.data)
        begins = datetime.combine(day, self.begins.data) if self.begins.data is not None else None
        ends = datetime.combine(day, self.ends.data) if self.ends.data is not None else None
        if begins and ends and ends <= begins:
            ends += timedelta(days=1)
        return begins, ends

    def _has_good_hours(self) -> bool:
        begins, ends = self._typed()
        if (begins is None) != (ends is None):
            return _say(self.begins if begins is None else self.ends, _("Please enter both hours."))
        if begins is None or ends is None:
            return True
        for field, moment in ((self.begins, begins), (self.ends, ends)):
            try:
                exists_in(self.zone, moment)
            except ValidationError as error:
                return _say(field, str(error))
        if ends.date() > begins.date() and ends - begins > LONGEST_NIGHT:
            return _say(self.ends, str(EndsBeforeItStarts()))
        return True

    def _in_utc(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=self.zone).astimezone(UTC)


def date_values(roundtable: Roundtable) -> dict[str, Any]:
    """A roundtable's date as a DateForm shows it."""
    zone = roundtable.series.zone
    starts, ends = roundtable.starts_at.astimezone(zone), roundtable.ends_at.astimezone(zone)
    return {
        "day": starts.date(),
        "begins": starts.time() if roundtable.has_hours else None,
        "ends": ends.time() if roundtable.has_hours else None,
        "answer_until": local(roundtable.answer_until, zone),
    }


def local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """As a clock in the zone shows it, for a field."""
    return moment.astimezone(zone).replace(tzinfo=None) if moment else None


def _say(field: Field, sentence: str) -> bool:
    field.errors = [*field.errors, sentence]
    return False
