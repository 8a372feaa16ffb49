"""The address book on its way out, in the columns that importing understands again."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from roundtable.actions.people.rows import Ranks
from roundtable.documents import tables
from roundtable.documents.tables import Table
from roundtable.domain.people.people import NamingBasis, Person
from roundtable.sheets import cards, delimited
from roundtable.sheets.columns import LABELS
from roundtable.sheets.sheet import cell

# A whole name would only say again what its parts say.
COLUMNS = tuple(column for column in LABELS if column != "name")


def record(person: Person, ranks: Ranks, language: str) -> dict[str, str]:
    """One person as cells, by the names of COLUMNS; ranks and answers in this language."""
    since, organisation = person.in_office_since, person.organisation
    given = {
        "title": person.title,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "function_de": person.function.de,
        "function_en": person.function.en,
        "organisation": organisation.name if organisation is not None else "",
        "organisation_short": organisation.short_name if organisation is not None else "",
        "email": person.email,
        "assistant_email": person.assistant_email,
        "phone": person.phone,
        "language": person.language,
        "salutation_de": person.salutation.de,
        "salutation_en": person.salutation.en,
        "rank": ranks.name(person.rank, language),
        "in_office_since": since.isoformat() if since is not None else "",
        "naming_basis": _basis(person.naming_basis),
        "is_told_at_once": _("yes") if person.is_told_at_once else _("no"),
    }
    return {column: cell(given[column]) for column in COLUMNS}


def _basis(basis: NamingBasis | None) -> str:
    words = {"office_holder": _("public office"), "agreed": _("agreed")}
    return str(words[basis]) if basis is not None else ""


def _heads() -> list[str]:
    return [str(LABELS[column]) for column in COLUMNS]


def _rows(people: Iterable[Person], ranks: Ranks, language: str) -> list[list[str]]:
    return [list(record(person, ranks, language).values()) for person in people]


def as_csv(people: Iterable[Person], ranks: Ranks, language: str) -> bytes:
    return delimited.write(_heads(), _rows(people, ranks, language))


def as_workbook(people: Iterable[Person], ranks: Ranks, language: str) -> bytes:
    return tables.as_workbook([Table(_("People"), _heads(), _rows(people, ranks, language))])


def as_cards(people: Iterable[Person], ranks: Ranks, language: str) -> bytes:
    """One after the other, in UTF-8."""
    return "".join(cards.write(record(person, ranks, language)) for person in people).encode()
