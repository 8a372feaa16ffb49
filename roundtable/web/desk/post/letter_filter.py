"""Which letters of the office a list shows: by standing, kind, series or roundtable, words, and day."""

from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select
from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import Optional

from roundtable.domain.letter_kinds import KINDS
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import MOST_WORDS, Person, folded
from roundtable.mail.outbox.outbox import Letter
from roundtable.mail.outbox.statuses import STANDINGS, Standing
from roundtable.web.desk.parts.list_filter import ListFilter
from roundtable.web.forms import SelectChoice


class Filter(ListFilter):
    state = HiddenField()
    kind = SelectField(_l("Which letter"), [Optional()])
    since = DateField(_l("Written from"), [Optional()])
    until = DateField(_l("Written until"), [Optional()])

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.kind.choices = [
            SelectChoice("", _("All")),
            *(SelectChoice(name, kind.label) for name, kind in KINDS.items()),
        ]
        self.forgive(self.kind, self.about, self.since, self.until)

    @property
    def standing(self) -> Standing | None:
        typed = self.state.data
        return typed if typed in STANDINGS else None

    @property
    def chosen(self) -> dict[str, Any]:
        """What was asked for, as it stands in an address, the standing aside."""
        return self.given("kind", "about", "since", "until")

    def conditions(self, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """For a statement about letters; days begin and end in this zone."""
        where: list[ColumnElement[bool]] = [Letter.office_id == self.office.id]
        if self.kind.data:
            where.append(Letter.kind == self.kind.data)
        where += self.about_and_between(Letter.roundtable_id, Letter.queued_at, zone)
        return where + [_has(word) for word in self.q.split()[:MOST_WORDS]]


def _has(word: str) -> ColumnElement[bool]:
    theirs = select(Person.id).where(Person.sought_as.contains(folded(word), autoescape=True))
    return or_(
        Letter.subject.icontains(word, autoescape=True),
        Letter.recipient.icontains(word, autoescape=True),
        Letter.person_id.in_(theirs),
    )
