"""What the pages of the address book share: its entries, reached through the right to them, and their history."""

import json
from dataclasses import dataclass, field
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from roundtable.db import db
from roundtable.domain.office.history import Entry
from roundtable.domain.office.offices import Deed
from roundtable.domain.people.people import Organisation, Person
from roundtable.web.desk.parts.paging import Slice, slice_of
from roundtable.web.desk.parts.rights import own_office_or_404


def own_person_or_404(person_id: int, deed: Deed) -> Person:
    office = own_office_or_404(deed)
    person = db.session.get(Person, person_id, options=[joinedload(Person.organisation), joinedload(Person.office)])
    if person is None or person.office_id != office.id:
        abort(404)
    return person


def own_organisation_or_404(organisation_id: int, deed: Deed) -> Organisation:
    office = own_office_or_404(deed)
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None or organisation.office_id != office.id:
        abort(404)
    return organisation


@dataclass(frozen=True)
class Event:
    """An entry of the history, its details read: ``changes`` as (field, before, after)."""

    entry: Entry
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    merged: dict[str, Any] = field(default_factory=dict)
    rules: list[dict[str, str]] = field(default_factory=list)


def history_of(where: ColumnElement[bool]) -> Slice[Event]:
    """Newest first."""
    told = select(Entry).where(where).options(joinedload(Entry.account)).order_by(Entry.happened_at.desc())
    found = slice_of(told.order_by(Entry.id.desc()), parameter="history", per_page=10)
    return Slice([_read(each) for each in found], found.total, found.number, found.pages, found.parameter)


def _read(entry: Entry) -> Event:
    details: Any = json.loads(entry.details) if entry.details.startswith("{") else {}
    changes = [(name, before, after) for name, (before, after) in details.get("changes", {}).items()]
    merged = {key: value for key, value in (details.get("entry") or {}).items() if value not in (None, "")}
    return Event(entry, changes, merged, details.get("rules", []))


def values_seen(*things: Person | Organisation) -> str:
    """What a page was about when it was drawn; carried by its form."""
    return "-".join(str(each.version) for each in things)
