"""Whom of the address book, and which organisation, a row of a file means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.people.rows import Value
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import Organisation, Person, folded
from roundtable.email_address import on_the_wire
from roundtable.sheets.sheet import cell

COLUMNS = {
    "title": Person.title,
    "given_name": Person.given_name,
    "family_name": Person.family_name,
    "function_de": Person.__table__.c.function_de,
    "function_en": Person.__table__.c.function_en,
    "email": Person.email,
    "assistant_email": Person.assistant_email,
    "phone": Person.phone,
    "language": Person.language,
    "salutation_de": Person.__table__.c.salutation_de,
    "salutation_en": Person.__table__.c.salutation_en,
    "rank": Person.rank,
    "in_office_since": Person.in_office_since,
    "naming_basis": Person.naming_basis,
    "is_told_at_once": Person.is_told_at_once,
}


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in the address book. ``values``: by the names of COLUMNS, text as a cell would have it."""

    id: int
    version: int
    organisation_id: int | None
    values: dict[str, Value]

    @property
    def name(self) -> str:
        return " ".join(str(self.values[key]) for key in ("title", "given_name", "family_name") if self.values[key])

    def is_called(self, name: str) -> bool:
        """Whether this is the whole name, with or without the title, in this order or the family's name first."""
        given, family = self.values["given_name"], self.values["family_name"]
        ways = (self.name, f"{given} {family}", f"{family}, {given}", f"{family}, {self.values['title']} {given}")
        return folded(name) in {folded(way) for way in ways}

    def is_somebody_else(self, said: Mapping[str, Value]) -> bool:
        """Whether neither given nor family name fits."""
        return all(
            folded(str(said.get(key) or "")) != folded(str(self.values[key])) for key in ("given_name", "family_name")
        )


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    id: int
    name: str
    short_name: str


class Book:
    """All people and organisations of an office, in two statements."""

    def __init__(self, session: Session, office: Office, *, to_write: bool) -> None:
        self.organisations: dict[int, KnownOrganisation] = {}
        self._organisations: dict[str, KnownOrganisation] = {}
        self._read_organisations(session, office)
        self._by_address: dict[str, Known] = {}
        self._by_name: dict[tuple[str, str], list[Known]] = {}
        self.ranks_in_use: set[int] = set()
        ours = select(Person.id, Person.version, Person.organisation_id, *COLUMNS.values())
        ours = ours.where(Person.office_id == office.id).order_by(Person.id)
        for id_, version, organisation_id, *found in session.execute(ours.with_for_update() if to_write else ours):
            values = {
                key: cell(each) if isinstance(each, str) else each for key, each in zip(COLUMNS, found, strict=True)
            }
            self._note(Known(id_, version, organisation_id, values))

    def _note(self, known: Known) -> None:
        self._by_address.setdefault(on_the_wire(str(known.values["email"])), known)
        self._by_name.setdefault(_name_key(known.values), []).append(known)
        self.ranks_in_use.add(int(str(known.values["rank"])))

    def _read_organisations(self, session: Session, office: Office) -> None:
        ours = select(Organisation.id, Organisation.name, Organisation.short_name)
        rows = session.execute(ours.where(Organisation.office_id == office.id).order_by(Organisation.id)).all()
        for id_, name, short in rows:
            self.organisations[id_] = KnownOrganisation(id_, cell(name), cell(short))
        known = self.organisations.values()
        # The exact name first, then what is nearly the same, short names last.
        for each in known:
            self._organisations.setdefault(each.name, each)
        for each in known:
            self._organisations.setdefault(f"~{folded(each.name)}", each)
        for each in known:
            if each.short_name:
                self._organisations.setdefault(f"~{folded(each.short_name)}", each)

    def organisation(self, name: str, short_name: str) -> KnownOrganisation | None:
        for key in (name, f"~{folded(name)}", f"~{folded(short_name)}"):
            if key.strip("~") and key in self._organisations:
                return self._organisations[key]
        return None

    def by_address(self, email: str) -> Known | None:
        return self._by_address.get(on_the_wire(email))

    def namesakes(
        self, said: Mapping[str, Value], organisation: KnownOrganisation | None, *, has_organisation: bool
    ) -> list[Known]:
        """Of the same organisation; of any where the row names none."""
        if not said.get("family_name"):
            return []
        found = self._by_name.get(_name_key(said), [])
        if not has_organisation:
            return found
        return [each for each in found if organisation is not None and each.organisation_id == organisation.id]


def _name_key(values: Mapping[str, Value]) -> tuple[str, str]:
    return folded(str(values.get("given_name") or "")), folded(str(values.get("family_name") or ""))
