"""A file beside the address book: what it would add, what it would change, and what cannot be taken."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from roundtable.actions.people import ranking
from roundtable.actions.people.address_index import Book, Known, KnownOrganisation
from roundtable.actions.people.rows import Ranks, Said, Understanding, Value, courtesy_in_full
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import folded
from roundtable.email_address import on_the_wire
from roundtable.sheets.sheet import Sheet

# In the order in which they ask for attention.
OUTCOMES = ("bad", "doubtful", "new", "changed", "same")


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    old: Value
    new: Value


@dataclass(slots=True)
class Compared:
    """One row. ``doubt``: ``same_name`` or ``same_address``; ``ways``: how it may be settled but for leaving it out."""

    line: int
    outcome: str
    said: Said
    known: Known | None = None
    changes: list[Change] = field(default_factory=list)
    doubt: str = ""
    ways: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        parts = (self.said.values.get(key) for key in ("title", "given_name", "family_name"))
        return " ".join(str(part) for part in parts if part) or str(self.said.values.get("email") or "")


@dataclass
class Comparison:
    rows: list[Compared]
    book: Book
    ranks: Ranks

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(row.outcome for row in self.rows)

    def of(self, outcome: str) -> list[Compared]:
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def changes_something(self) -> bool:
        return bool(self.counts["new"] or self.counts["changed"] or self.short_names)

    @cached_property
    def new_organisations(self) -> list[str]:
        """Whoever belongs to none that is known, in the file's order."""
        words = (organisation_words(row.said.values) for row in self.rows if row.outcome in ("new", "changed"))
        unknown = (name for name, short in words if name and self.book.organisation(name, short) is None)
        return list({folded(name): name for name in unknown}.values())

    @cached_property
    def short_names(self) -> list[tuple[KnownOrganisation, str]]:
        """Of organisations that are known without one; one that is there stays."""
        found: dict[int, tuple[KnownOrganisation, str]] = {}
        for row in self.rows:
            name, short = organisation_words(row.said.values)
            known = self.book.organisation(name, short) if short and row.outcome != "bad" else None
            if known is not None and not known.short_name and short not in (known.name, ""):
                found.setdefault(known.id, (known, short))
        return list(found.values())

    @cached_property
    def seal(self) -> str:
        """Changes with anything that would be written: agreeing takes what was seen."""
        seen = hashlib.sha256()
        for row in self.rows:
            version = (row.known.id, row.known.version) if row.known is not None else ()
            seen.update(repr((row.line, row.outcome, version, sorted(row.said.values.items()))).encode())
        return seen.hexdigest()[:32]


def compare(
    session: Session, office: Office, sheet: Sheet, places: Mapping[str, int], *, to_write: bool = False
) -> Comparison:
    """``to_write``: nobody else changes these people before the transaction ends."""
    book = Book(session, office, to_write=to_write)
    ranks = Ranks(ranking.ranks_of(session, office), book.ranks_in_use)
    understanding = Understanding(sheet, places, ranks)
    lines: dict[str, int] = {}
    rows = [_compared(row.line, understanding.said(row), book, lines) for row in sheet.rows]
    _settle_collisions(rows)
    return Comparison(rows, book, ranks)


def _compared(line: int, said: Said, book: Book, lines: dict[str, int]) -> Compared:
    email = str(said.values.get("email") or "")
    if not said.reasons and email:
        earlier = lines.setdefault(on_the_wire(email), line)
        if earlier != line:
            said.reasons.append(_("The address %(email)s stands in line %(line)s already.", email=email, line=earlier))
    if said.reasons:
        return Compared(line, "bad", said)
    known = book.by_address(email) if email else None
    if known is not None:
        return _met_by_address(line, said, known, book)
    organisation = book.organisation(*organisation_words(said.values))
    namesakes = book.namesakes(said.values, organisation, has_organisation=bool(organisation_words(said.values)[0]))
    if namesakes:
        return _met_by_name(line, said, namesakes, book)
    if not email:
        said.reasons.append(_("There is no e-mail address."))
    if not said.values.get("family_name"):
        said.reasons.append(_("There is no name."))
    if said.reasons:
        return Compared(line, "bad", said)
    return Compared(line, "new", said)


def _met_by_address(line: int, said: Said, known: Known, book: Book) -> Compared:
    changes = _changes(said, known, book)
    if said.values.get("family_name") and known.is_somebody_else(said.values):
        return Compared(line, "doubtful", said, known, changes, "same_address", ("same",))
    return Compared(line, "changed" if changes else "same", said, known, changes)


def _met_by_name(line: int, said: Said, namesakes: list[Known], book: Book) -> Compared:
    known = namesakes[0]
    changes = _changes(said, known, book)
    if not changes and len(namesakes) == 1:
        return Compared(line, "same", said, known)
    ways = ("same",) if len(namesakes) == 1 else ()
    if said.values.get("email"):
        ways = (*ways, "new")
    return Compared(line, "doubtful", said, known, changes, "same_name", ways)


def _settle_collisions(rows: list[Compared]) -> None:
    """Whoever one row meets by address cannot be meant by another one's name."""
    met = {row.known.id for row in rows if row.known is not None and row.outcome in ("changed", "same")}
    for row in rows:
        if row.doubt == "same_name" and row.known is not None and row.known.id in met:
            row.ways = tuple(way for way in row.ways if way != "same")


def organisation_words(values: Mapping[str, Value]) -> tuple[str, str]:
    name, short = str(values.get("organisation") or ""), str(values.get("organisation_short") or "")
    return name or short, short


def meant(said: Said, known: Known | None) -> dict[str, Value]:
    """What the address book would hold: a lone "Frau" as a whole salutation, a name that is the same as it is there."""
    values = {key: value for key, value in said.values.items() if key != "name"}
    if known is not None and "name" in said.values and known.is_called(str(said.values["name"])):
        for key in ("title", "given_name", "family_name"):
            values.pop(key, None)

    def of(key: str) -> str:
        return str(values.get(key) or (known.values[key] if known is not None else "") or "")

    return values | courtesy_in_full(values, of("title"), of("family_name"))


def _changes(said: Said, known: Known, book: Book) -> list[Change]:
    """Field by field; an empty cell changes nothing, nor does the same in other spaces."""
    changes = []
    for key, new in meant(said, known).items():
        if key in known.values and new != known.values[key]:
            if key == "email" and on_the_wire(str(new)) == on_the_wire(str(known.values[key])):
                continue
            changes.append(Change(key, known.values[key], new))
    name, short = organisation_words(said.values)
    organisation = book.organisation(name, short)
    if name and (organisation is None or organisation.id != known.organisation_id):
        old = book.organisations[known.organisation_id].name if known.organisation_id is not None else ""
        changes.append(Change("organisation", old, organisation.name if organisation is not None else name))
    return changes
