"""Whom of the address book a page or a file is to show: words, filter and order stand in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from roundtable.clean_text import cleaned_line
from roundtable.db import LANGUAGES, db
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import PRECEDENCE, Organisation, Person, fits
from roundtable.web.addresses import LARGEST_NUMBER

# In a longer list nobody finds anything; its names are searched by words.
MOST_LISTED = 500


@dataclass(frozen=True)
class Search:
    words: str
    order: str
    organisation: int | None
    rank: int | None
    language: str | None

    @classmethod
    def asked(cls) -> Search:
        """As the address has it; what cannot be asked for is not asked for."""
        language = request.args.get("language")
        return cls(
            words=cleaned_line(request.args.get("q", ""))[:200],
            order="precedence" if request.args.get("order") == "precedence" else "name",
            organisation=_number("organisation"),
            rank=_number("rank"),
            language=language if language in LANGUAGES else None,
        )

    @property
    def is_filtered(self) -> bool:
        return self.organisation is not None or self.rank is not None or self.language is not None

    def values(self, **other: Any) -> dict[str, Any]:
        """For ``url_for``: this search, with something else where ``other`` says so."""
        mine = {
            "q": self.words or None,
            "order": self.order if self.order != "name" else None,
            "organisation": self.organisation,
            "rank": self.rank,
            "language": self.language,
        }
        return {**mine, **other}

    def found(self, office: Office) -> Select[Person]:
        """Without order. Every word has to stand in the name, the function, the organisation or the address."""
        people = select(Person).where(Person.office_id == office.id)
        if self.words:
            people = people.outerjoin(Person.organisation).where(*fits(self.words))
        for column, value in ((Person.organisation_id, self.organisation), (Person.rank, self.rank)):
            if value is not None:
                people = people.where(column == value)
        return people.where(Person.language == self.language) if self.language is not None else people

    def ordered(self, office: Office) -> Select[Person]:
        """With their organisations."""
        found = self.found(office) if self.words else self.found(office).outerjoin(Person.organisation)
        order = PRECEDENCE if self.order == "precedence" else (Person.sorted_as, Person.id)
        return found.options(contains_eager(Person.organisation)).order_by(*order)


def _number(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return number if number is not None and 0 <= number <= LARGEST_NUMBER else None


def organisations_to_choose(office: Office, search: Search) -> list[tuple[int, str]]:
    """Number and name of those that have people; the chosen one alone where there are too many to list."""
    listed = (
        select(Organisation.id, Organisation.name)
        .where(
            Organisation.office_id == office.id,
            select(Person.id).where(Person.organisation_id == Organisation.id).exists(),
        )
        .order_by(Organisation.sought_as, Organisation.id)
        .limit(MOST_LISTED + 1)
    )
    found = [(row.id, row.name) for row in db.session.execute(listed)]
    if len(found) <= MOST_LISTED:
        return found
    chosen = select(Organisation.name).where(
        Organisation.office_id == office.id, Organisation.id == (search.organisation or 0)
    )
    name = db.session.scalar(chosen)
    return [(search.organisation or 0, name)] if name is not None else []
