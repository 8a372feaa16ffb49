"""Which letters of the office a list shows: by standing, kind, series or roundtable, words, and day."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import contains_eager
from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import Optional

from roundtable.clean_text import cleaned_line
from roundtable.db import db
from roundtable.domain.letter_kinds import KINDS
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import MOST_WORDS, Person, folded
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.mail.outbox.outbox import Letter
from roundtable.mail.outbox.statuses import STANDINGS, Standing
from roundtable.web.filters import short_day
from roundtable.web.forms import Form, SelectChoice
from roundtable.web.languages import language

# The latest; who looks for an older one searches for its words.
ROUNDTABLES = 50


class Filter(Form):
    """Whatever does not fit is as good as empty: an address is typed, or shared, or old."""

    class Meta(Form.Meta):
        csrf = False

    state = HiddenField()
    kind = SelectField(_l("Which letter"), [Optional()])
    about = SelectField(_l("Series or roundtable"), [Optional()])
    since = DateField(_l("Written from"), [Optional()])
    until = DateField(_l("Written until"), [Optional()])

    def __init__(self, office: Office) -> None:
        super().__init__(formdata=request.args)
        self.office = office
        self.q = cleaned_line(request.args.get("q", ""))[:200]
        self.kind.choices = [
            SelectChoice("", _("All")),
            *(SelectChoice(name, kind.label) for name, kind in KINDS.items()),
        ]
        self.about.choices = [SelectChoice("", _("All")), *_abouts(office)]
        self.validate()
        for field in (self.kind, self.about, self.since, self.until):
            if field.errors:
                field.data, field.raw_data, field.errors = None, None, []

    @property
    def standing(self) -> Standing | None:
        typed = self.state.data
        return typed if typed in STANDINGS else None

    @property
    def chosen(self) -> dict[str, Any]:
        """What was asked for, as it stands in an address, the standing aside."""
        days = {name: self[name].data and self[name].data.isoformat() for name in ("since", "until")}
        given = {"q": self.q, "kind": self.kind.data, "about": self.about.data, **days}
        return {name: value for name, value in given.items() if value}

    def conditions(self, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """For a statement about letters; days begin and end in this zone."""
        where: list[ColumnElement[bool]] = [Letter.office_id == self.office.id]
        if self.kind.data:
            where.append(Letter.kind == self.kind.data)
        if self.about.data:
            number = int(self.about.data[1:])
            of_series = select(Roundtable.id).where(Roundtable.series_id == number)
            is_series = self.about.data.startswith("s")
            where.append(Letter.roundtable_id.in_(of_series) if is_series else Letter.roundtable_id == number)
        if self.since.data:
            where.append(Letter.queued_at >= _begin(self.since.data, zone))
        if self.until.data:
            where.append(Letter.queued_at < _begin(self.until.data + timedelta(days=1), zone))
        return where + [_has(word) for word in self.q.split()[:MOST_WORDS]]


def _has(word: str) -> ColumnElement[bool]:
    theirs = select(Person.id).where(Person.sought_as.contains(folded(word), autoescape=True))
    return or_(
        Letter.subject.icontains(word, autoescape=True),
        Letter.recipient.icontains(word, autoescape=True),
        Letter.person_id.in_(theirs),
    )


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
