"""What the filters of long lists share: words, a series or roundtable, and days, as an address has them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager
from wtforms import DateField, Field, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are older
from wtforms.validators import Optional

from roundtable.clean_text import cleaned_line
from roundtable.db import db
from roundtable.domain.office.offices import Office
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.phrases import language, short_day
from roundtable.web.forms import Form

# The latest; who looks for an older one searches for its words.
ROUNDTABLES = 50


class ListFilter(Form):
    """Whatever does not fit is as good as empty: an address is typed, or shared, or old."""

    class Meta(Form.Meta):
        csrf = False

    about = SelectField(_l("Series or roundtable"), [Optional()])
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("Until"), [Optional()])

    def __init__(self, office: Office) -> None:
        super().__init__(formdata=request.args)
        self.office = office
        self.q = cleaned_line(request.args.get("q", ""))[:200]
        self.about.choices = [SelectChoice("", _("All")), *_abouts(office)]

    def forgive(self, *fields: Field) -> None:
        self.validate()
        for field in fields:
            if field.errors:
                field.data, field.raw_data, field.errors = None, None, []

    def given(self, *names: str) -> dict[str, Any]:
        """What was asked for in these fields, and the words, as they stand in an address."""
        said = {name: self[name].data for name in names}
        said = {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}
        return {name: value for name, value in {"q": self.q, **said}.items() if value}

    def about_and_between(
        self,
        roundtable_id: InstrumentedAttribute[int | None],
        moment: InstrumentedAttribute[datetime],
        zone: ZoneInfo,
    ) -> list[ColumnElement[bool]]:
        """Days begin and end in this zone."""
        where: list[ColumnElement[bool]] = []
        if self.about.data:
            number = int(self.about.data[1:])
            of_series = select(Roundtable.id).where(Roundtable.series_id == number)
            is_series = self.about.data.startswith("s")
            where.append(roundtable_id.in_(of_series) if is_series else roundtable_id == number)
        if self.since.data:
            where.append(moment >= _begin(self.since.data, zone))
        if self.until.data:
            where.append(moment < _begin(self.until.data + timedelta(days=1), zone))
        return where


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _abouts(office: Office) -> list[SelectChoice]:
    """Each series, its latest roundtables below it."""
    listed = select(Series).where(Series.office_id == office.id).order_by(Series.id)
    latest = (
        select(Roundtable)
        .join(Roundtable.series)
        .where(Series.office_id == office.id)
        .options(contains_eager(Roundtable.series))
        .order_by(Roundtable.starts_at.desc())
        .limit(ROUNDTABLES)
    )
    roundtables = db.session.scalars(latest).all()
    choices = []
    for series in db.session.scalars(listed):
        choices.append(SelectChoice(f"s{series.id}", series.name.in_(language())))
        choices += [
            SelectChoice(f"r{each.id}", f"– {each.number}., {short_day(each.starts_at, series.zone)}")
            for each in roundtables
            if each.series_id == series.id
        ]
    return choices
