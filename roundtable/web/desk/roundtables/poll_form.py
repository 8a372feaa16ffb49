"""The form that proposes dates: as many rows as are asked for, typed in the series' zone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, FieldList, FormField, TextAreaField, TimeField, ValidationError
from wtforms import Form as PlainForm
from wtforms.validators import Optional

from roundtable.actions.roundtables.polling import MOST, Proposed
from roundtable.db import Bilingual
from roundtable.domain.series.series import Series
from roundtable.web.forms import LINE, Form, LocalMoment, exists_in

ROWS, MORE_ROWS = 4, 4


class DateRow(PlainForm):
    day = DateField(_l("Day"), [Optional()])
    begins = TimeField(_l("Begins"), [Optional()])
    ends = TimeField(_l("Ends"), [Optional()])


class PollForm(Form):
    dates = FieldList(FormField(DateRow), min_entries=ROWS, max_entries=MOST)
    note_de = TextAreaField(_l("Note in German"), [LINE], render_kw={"rows": 2})
    note_en = TextAreaField(_l("Note in English"), [LINE], render_kw={"rows": 2})
    answer_until = LocalMoment(_l("Answers until"), [Optional()])

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    @property
    def note(self) -> Bilingual:
        return Bilingual(self.note_de.data or "", self.note_en.data or "")

    def add_rows(self) -> None:
        for _row in range(min(MORE_ROWS, MOST - len(self.dates.entries))):
            self.dates.append_entry()

    def validate_answer_until(self, field: Field) -> None:
        exists_in(self.zone, field.data)

    def validate_dates(self, field: Field) -> None:
        for row in self.dates.entries:
            self._check(row.form)
        if any(row.form.errors for row in self.dates.entries):
            raise ValidationError(_("Please check the dates."))

    def _check(self, row: DateRow) -> None:
        if row.day.data is None or row.errors:
            return
        for field in (row.begins, row.ends):
            if field.data is None:
                field.errors = [_("Please enter the hour.")]
                return
            try:
                exists_in(self.zone, datetime.combine(row.day.data, field.data))
            except ValidationError as error:
                field.errors = [str(error)]

    def proposed(self) -> list[Proposed]:
        """In UTC. An end before the beginning is the next morning."""
        dates = []
        for row in (each.form for each in self.dates.entries):
            day, begins, ends = row.day.data, row.begins.data, row.ends.data
            if day is None or begins is None or ends is None:
                continue
            starts_at = datetime.combine(day, begins, self.zone)
            ends_at = datetime.combine(day + timedelta(days=1 if ends <= begins else 0), ends, self.zone)
            dates.append(Proposed(starts_at.astimezone(UTC), ends_at.astimezone(UTC)))
        return dates


def empty_rows(series: Series) -> list[dict[str, Any]]:
    """The usual hours of the series, the days left open."""
    if series.begins_at is None:
        return [{} for _row in range(ROWS)]
    begins = datetime.combine(datetime(2000, 1, 1, tzinfo=UTC), series.begins_at)
    ends = begins + timedelta(minutes=series.lasts_minutes)
    return [{"begins": begins.time(), "ends": ends.time()} for _row in range(ROWS)]
