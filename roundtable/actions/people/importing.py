"""Taking into the address book what a person has seen and agreed to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from roundtable.actions.people.address_index import COLUMNS, Known
from roundtable.actions.people.comparison import Compared, Comparison, meant, organisation_words
from roundtable.domain.office import history
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import NO_RANK, Organisation, Person, folded, seeking_words, sorting_words
from roundtable.domain.refusals import Refused

# Many rows at once go by the tables; the models are not told.
PEOPLE, ORGANISATIONS = cast(Table, Person.__table__), cast(Table, Organisation.__table__)
BLANK: dict[str, Any] = {
    **dict.fromkeys(COLUMNS, ""),
    "language": "de",
    "rank": NO_RANK,
    "in_office_since": None,
    "naming_basis": None,
    "is_told_at_once": False,
}


class HasChangedSince(Refused):
    sentence = _l("The address book has changed since you looked. Please look again; nothing has been written.")


class OnePersonTwice(Refused):
    """Two rows were both said to be the same person."""


@dataclass(frozen=True, slots=True)
class Imported:
    added: int
    changed: int
    organisations: int


def import_people(
    session: Session,
    office: Office,
    comparison: Comparison,
    *,
    choices: Mapping[int, str],
    file_name: str,
    at: datetime,
    by: Account | None,
) -> Imported:
    """Write what is new and what changes; a doubtful row only as ``choices`` has it (line: ``same`` or ``new``).

    The same few statements for one row and for ten thousand. Nothing is written that is there already.

    Raises:
        OnePersonTwice
    """
    new, changed = _chosen(comparison, choices)
    organisations = _organisations(session, office, comparison, [*new, *changed])
    added = [_row(row, None, organisations) for row in new]
    for values in added:
        values |= {"office_id": office.id, "naming_agreed_at": at if values["naming_basis"] == "agreed" else None}
    if added:
        session.execute(insert(PEOPLE), added)
    _change(session, changed, organisations, at=at)
    filled = _fill_short_names(session, comparison)
    done = Imported(len(added), len(changed), organisations.added)
    if added or changed or filled:
        numbers = {"added": done.added, "changed": done.changed, "organisations": done.organisations}
        details = json.dumps({**numbers, **{f"rows_{key}": number for key, number in comparison.counts.items()}})
        history.record(session, office.id, "imported_people", at=at, by=by, about=file_name, details=details)
    session.flush()
    session.expire_all()
    return done


def _chosen(comparison: Comparison, choices: Mapping[int, str]) -> tuple[list[Compared], list[Compared]]:
    new, changed = comparison.of("new"), comparison.of("changed")
    met: dict[int, Compared] = {}
    for row in comparison.of("doubtful"):
        way = choices.get(row.line)
        if way not in row.ways:
            continue
        if way == "new":
            new.append(row)
            continue
        assert row.known is not None
        earlier = met.setdefault(row.known.id, row)
        if earlier is not row:
            words = _(
                "Lines %(one)s and %(two)s cannot both be %(name)s.",
                one=earlier.line,
                two=row.line,
                name=row.known.name,
            )
            raise OnePersonTwice(words)
        if row.changes:
            changed.append(row)
    return new, changed


@dataclass(frozen=True, slots=True)
class _Organisations:
    """Where rows belong: ``ids`` by folded name, for those that were not there."""

    comparison: Comparison
    ids: dict[str, int]
    added: int

    def id_of(self, row: Compared, known_person: Known | None) -> int | None:
        name, short = organisation_words(row.said.values)
        if not name:
            return known_person.organisation_id if known_person is not None else None
        known = self.comparison.book.organisation(name, short)
        return known.id if known is not None else self.ids[folded(name)]


def _organisations(
    session: Session, office: Office, comparison: Comparison, rows: Iterable[Compared]
) -> _Organisations:
    unknown: dict[str, tuple[str, str]] = {}
    for row in rows:
        name, short = organisation_words(row.said.values)
        if name and comparison.book.organisation(name, short) is None:
            known_short = unknown.get(folded(name), ("", ""))[1]
            unknown[folded(name)] = (unknown.get(folded(name), (name,))[0], known_short or short)
    if not unknown:
        return _Organisations(comparison, {}, 0)
    made = [
        {
            "office_id": office.id,
            "name": name,
            "short_name": short if short != name else "",
            "sought_as": seeking_words(name, short if short != name else ""),
        }
        for name, short in unknown.values()
    ]
    session.execute(insert(ORGANISATIONS), made)
    ours = select(Organisation.name, Organisation.id).where(Organisation.office_id == office.id)
    ids = {row.name: row.id for row in session.execute(ours)}
    return _Organisations(comparison, {key: ids[name] for key, (name, _short) in unknown.items()}, len(made))


def _row(row: Compared, known: Known | None, organisations: _Organisations) -> dict[str, Any]:
    """All columns of a person, folded words included: inserts and updates of many go by Core, which tells no model."""
    values: dict[str, Any] = {**(known.values if known is not None else BLANK)}
    values |= {key: value for key, value in meant(row.said, known).items() if key in COLUMNS}
    if known is not None and not any(change.field == "email" for change in row.changes):
        values["email"] = known.values["email"]
    names = (values["title"], values["given_name"], values["family_name"])
    return {
        **values,
        "organisation_id": organisations.id_of(row, known),
        "sorted_as": sorting_words(names[2], names[1]),
        "sought_as": seeking_words(*names, values["email"], values["function_de"], values["function_en"]),
    }


def _change(session: Session, rows: list[Compared], organisations: _Organisations, *, at: datetime) -> None:
    agreed: list[dict[str, Any]] = []
    other: list[dict[str, Any]] = []
    for row in rows:
        assert row.known is not None
        values = _row(row, row.known, organisations)
        values |= {"person": row.known.id, "version": row.known.version + 1, "named_at": None}
        if values["naming_basis"] == row.known.values["naming_basis"]:
            other.append(values)
        else:
            agreed.append({**values, "naming_agreed_at": at if values["naming_basis"] == "agreed" else None})
    for group in (agreed, other):
        if group:
            written: dict[str, Any] = {name: bindparam(name) for name in group[0] if name != "person"}
            session.execute(update(PEOPLE).where(PEOPLE.c.id == bindparam("person")).values(written), group)


def _fill_short_names(session: Session, comparison: Comparison) -> int:
    """For organisations that had none."""
    found = comparison.short_names
    if found:
        statement = update(ORGANISATIONS).where(ORGANISATIONS.c.id == bindparam("organisation"))
        session.execute(
            statement.values(short_name=bindparam("short"), sought_as=bindparam("sought")),
            [
                {"organisation": each.id, "short": short, "sought": seeking_words(each.name, short)}
                for each, short in found
            ],
        )
    return len(found)
