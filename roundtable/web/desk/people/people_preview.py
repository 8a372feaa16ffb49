"""What a file would do to the address book, in pages and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from roundtable.actions.people.comparison import Compared, Comparison, meant
from roundtable.actions.people.rows import Value
from roundtable.domain.office.uploads import Upload
from roundtable.domain.people.people import NO_RANK
from roundtable.phrases import language, listed, short_day
from roundtable.sheets.columns import LABELS
from roundtable.sheets.sheet import Sheet

PER_PAGE = 25
# More are settled in the next round: importing the file again changes nothing that is done.
MOST_DOUBTFUL = 300
VIEWS = ("bad", "new", "changed", "same")


def assignment(by_hand: Mapping[int, str]) -> dict[str, Any]:
    """For addresses: what a person has said of single columns."""
    return {f"c{place}": column for place, column in sorted(by_hand.items())}


@dataclass(frozen=True)
class Column:
    place: int
    head: str
    example: str
    holds: str
    # Whether it is known what to do with it: it holds something, or somebody said to ignore it.
    is_clear: bool


@dataclass
class Preview:
    """``number``, ``pages`` and ``url_for`` are what the pagination asks for."""

    upload: Upload
    sheet: Sheet
    places: Mapping[str, int]
    by_hand: Mapping[int, str]
    comparison: Comparison
    asked_view: str
    asked_page: int
    # What stands chosen for the doubtful rows at first: ``same`` or ``new``; left out otherwise.
    asked_way: str = ""

    @cached_property
    def view(self) -> str:
        """The one asked for, or the first that has rows."""
        filled = [view for view in VIEWS if self.comparison.counts[view]]
        return self.asked_view if self.asked_view in filled else filled[0] if filled else ""

    @property
    def pages(self) -> int:
        return max(1, -(-self.comparison.counts[self.view] // PER_PAGE))

    @property
    def number(self) -> int:
        return min(max(1, self.asked_page), self.pages)

    @property
    def rows(self) -> list[Compared]:
        first = (self.number - 1) * PER_PAGE
        return self.comparison.of(self.view)[first : first + PER_PAGE]

    @cached_property
    def doubtful(self) -> list[Compared]:
        return self.comparison.of("doubtful")[:MOST_DOUBTFUL]

    @property
    def ways_at_once(self) -> dict[str, str]:
        """Where many are to be decided alike: each way, and the address at which it stands chosen for all of them."""
        found = [way for way in ("same", "new") if sum(way in row.ways for row in self.doubtful) > 1]
        here = {**self.assignment, "_anchor": "doubtful"}
        return {
            way: url_for("desk.people_import.show", upload_id=self.upload.id, way=way or None, **here)
            for way in (*found, *([""] if found else []))
            if way != self.asked_way
        }

    @property
    def further_doubtful(self) -> int:
        return self.comparison.counts["doubtful"] - len(self.doubtful)

    @property
    def may_be_imported(self) -> bool:
        return self.comparison.changes_something or any(row.ways for row in self.doubtful)

    @property
    def deed(self) -> str:
        """What the button does."""
        new, changed = (self.comparison.counts[view] for view in ("new", "changed"))
        add = ngettext("Add one person", "Add %(num)d people", new) if new else ""
        change = ngettext("Change one entry", "Change %(num)d entries", changed) if changed else ""
        if add and change:
            return listed([add, change[0].lower() + change[1:]])
        return add or change or str(_("Write what I have decided"))

    @property
    def assignment(self) -> dict[str, Any]:
        return assignment(self.by_hand)

    def url_for(self, number: int, view: str = "") -> str:
        values = {**self.assignment, "view": view or self.view, "page": number if number > 1 else None}
        return url_for("desk.people_import.show", upload_id=self.upload.id, **values)

    @cached_property
    def columns(self) -> list[Column]:
        """Of a list with heads; a card's own fields need no explanation."""
        if self.sheet.kind == "vcf":
            return []
        holds = {place: column for column, place in self.places.items()}
        examples = [
            next((row.cells[place] for row in self.sheet.rows[:50] if place < len(row.cells) and row.cells[place]), "")
            for place in range(len(self.sheet.heads))
        ]
        return [
            Column(place, head, examples[place][:80], holds.get(place, ""), place in holds or place in self.by_hand)
            for place, head in enumerate(self.sheet.heads)
            if head or examples[place]
        ]

    @property
    def unknown(self) -> list[str]:
        """Heads of columns that nothing is taken from, and nobody has said so."""
        return [
            each.head or _("Column %(number)s", number=each.place + 1) for each in self.columns if not each.is_clear
        ]

    def label(self, field: str) -> str:
        return str(LABELS[field])

    def in_words(self, field: str, value: Value) -> str:
        """As a person says it; "" where there is nothing."""
        match field, value:
            case ("rank", int()):
                return self.comparison.ranks.name(value, language()) if value != NO_RANK else str(_("no rank"))
            case ("language", _code):
                return str(_("German") if value == "de" else _("English"))
            case ("naming_basis", _basis):
                words = {"office_holder": _("public office"), "agreed": _("agreed"), None: _("no")}
                return str(words[value])  # type: ignore[index]  # it was understood as one of these
            case (_field, bool()):
                return str(_("yes") if value else _("no"))
            case (_field, date()):
                return short_day(value)
        return str(value or "")

    def about(self, row: Compared) -> str:
        """What would be written of somebody new, beside name, organisation and address."""
        shown = ("function_de", "function_en", "assistant_email", "phone", "salutation_de", "salutation_en")
        further = (*shown, "rank", "in_office_since", "naming_basis")
        values = meant(row.said, None)
        return " · ".join(self.in_words(key, values[key]) for key in further if values.get(key))

    def organisation(self, row: Compared) -> str:
        return str(row.said.values.get("organisation") or row.said.values.get("organisation_short") or "")
