"""All that is on record in an office: who did what, when, to what and why; to search, and as a file."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are older
from wtforms.validators import Optional

from roundtable import clock
from roundtable.db import db
from roundtable.documents import tables
from roundtable.documents.tables import Table
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.history import Entry
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import MOST_WORDS, Organisation, Person, folded
from roundtable.domain.series.series import zone_of
from roundtable.phrases import language, moment
from roundtable.web import downloads
from roundtable.web.desk.parts.history import WORDS, Event, events_of, history_of
from roundtable.web.desk.parts.list_filter import ListFilter
from roundtable.web.desk.parts.rights import own_office_or_404
from roundtable.web.paging import PER_PAGE

routes = Blueprint("history", __name__, url_prefix="/history")


class Filter(ListFilter):
    deed = SelectField(_l("What"), [Optional()])
    by = SelectField(_l("Who"), [Optional()])

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        by_words = sorted(WORDS.items(), key=lambda each: str(each[1]))
        self.deed.choices = [SelectChoice("", _("All")), *(SelectChoice(*each) for each in by_words)]
        theirs = select(Entry.account_id).where(Entry.office_id == office.id)
        colleagues = db.session.scalars(select(Account).where(Account.id.in_(theirs)).order_by(Account.name))
        self.by.choices = [SelectChoice("", _("All")), *(SelectChoice(str(each.id), each.name) for each in colleagues)]
        self.forgive(self.deed, self.by, self.about, self.since, self.until)

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked for, as it stands in an address."""
        return self.given("deed", "by", "about", "since", "until")

    def conditions(self, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        where: list[ColumnElement[bool]] = [Entry.office_id == self.office.id]
        if self.deed.data:
            where.append(Entry.deed == self.deed.data)
        if self.by.data:
            where.append(Entry.account_id == int(self.by.data))
        where += self.about_and_between(Entry.roundtable_id, Entry.happened_at, zone)
        return where + [_has(word) for word in self.q.split()[:MOST_WORDS]]


def _has(word: str) -> ColumnElement[bool]:
    people = select(Person.id).where(Person.sought_as.contains(folded(word), autoescape=True))
    organisations = select(Organisation.id).where(Organisation.sought_as.contains(folded(word), autoescape=True))
    return or_(
        Entry.about.icontains(word, autoescape=True),
        Entry.reason.icontains(word, autoescape=True),
        Entry.person_id.in_(people),
        Entry.organisation_id.in_(organisations),
    )


@routes.get("/")
def index() -> str:
    office = own_office_or_404("reach")
    zone, asked = zone_of(db.session(), office), Filter(office)
    page = history_of(*asked.conditions(zone), parameter="page", per_page=PER_PAGE)
    return render_template("desk/history/index.html", office=office, page=page, asked=asked, zone=zone)


@routes.get("/history.csv")
def as_csv() -> Response:
    """As it is filtered, with all its pages."""
    office = own_office_or_404("manage")
    zone = zone_of(db.session(), office)
    heads = [_("When"), _("Who"), _("What"), _("Series"), _("Roundtable"), _("About"), _("Reason")]
    rows = [_cells(each, zone) for each in events_of(*Filter(office).conditions(zone))]
    content = tables.as_csv(Table(_("History"), heads, rows))
    name = office.name.in_(language()), clock.now().astimezone(zone).date().isoformat()
    return downloads.made(content, downloads.CSV, _("History"), *name)


def _cells(event: Event, zone: ZoneInfo) -> list[str]:
    entry, roundtable = event.entry, event.entry.roundtable
    return [
        moment(entry.happened_at, zone),
        entry.account.name if entry.account is not None else "",
        str(event.words),
        roundtable.series.name.in_(language()) if roundtable is not None else "",
        str(roundtable.number) if roundtable is not None else "",
        event.about,
        entry.reason,
    ]
