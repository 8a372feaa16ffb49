"""What the pages of the address book share: its entries, reached through the right to them, and their history."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from flask import abort, request, url_for
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from roundtable.db import db
from roundtable.domain.history import Entry
from roundtable.domain.offices import Office
from roundtable.domain.people import Organisation, Person
from roundtable.domain.series import Series
from roundtable.web.desk.rights import own_office_or_404

PER_PAGE = 25
Row = TypeVar("Row")


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """One page of a longer list; ``pages`` from 1. ``parameter``: what says in the address which page."""

    rows: list[Row]
    total: int
    number: int
    pages: int
    parameter: str = "page"

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def url_for(self, number: int) -> str:
        asked: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {}), self.parameter: number}
        return url_for(str(request.endpoint), **asked)


def slice_of(
    chosen: Select[Any], *, parameter: str = "page", per_page: int = PER_PAGE, number: int | None = None
) -> Slice[Any]:
    """The page asked for of what this statement finds; beyond the last one it is the last."""
    counted = select(func.count()).select_from(chosen.order_by(None).subquery())
    total = db.session.scalar(counted) or 0
    pages = max(1, -(-total // per_page))
    asked = request.args.get(parameter, 1, type=int) if number is None else number
    number = min(max(1, asked), pages)
    shown = chosen.limit(per_page).offset((number - 1) * per_page)
    return Slice(list(db.session.scalars(shown)), total, number, pages, parameter)


def slice_among(ids: list[int], number: int, per_page: int) -> Slice[int]:
    """That page of numbers that are known already."""
    pages = max(1, -(-len(ids) // per_page))
    number = min(max(1, number), pages)
    return Slice(ids[(number - 1) * per_page : number * per_page], len(ids), number, pages)


def part_of(rows: list[Row], *, per_page: int = PER_PAGE) -> Slice[Row]:
    """The page asked for of a list that is there already."""
    pages = max(1, -(-len(rows) // per_page))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return Slice(rows[(number - 1) * per_page : number * per_page], len(rows), number, pages)


def own_person_or_404(person_id: int, deed: str) -> Person:
    office = own_office_or_404(deed)
    person = db.session.get(Person, person_id, options=[joinedload(Person.organisation), joinedload(Person.office)])
    if person is None or person.office_id != office.id:
        abort(404)
    return person


def own_organisation_or_404(organisation_id: int, deed: str) -> Organisation:
    office = own_office_or_404(deed)
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None or organisation.office_id != office.id:
        abort(404)
    return organisation


def zone_of(office: Office) -> ZoneInfo:
    """Times of an office's page stand in the zone of its first series."""
    first = select(Series.timezone).where(Series.office_id == office.id).order_by(Series.id).limit(1)
    return ZoneInfo(db.session.scalar(first) or "Europe/Berlin")


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
