"""What a row of a file says about a person: values as the address book holds them, or the reasons why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from roundtable.domain.people.people import NO_RANK, Rank, folded
from roundtable.mail.message import headers
from roundtable.sheets import names, values
from roundtable.sheets.columns import LABELS
from roundtable.sheets.sheet import Row, Sheet, cell
from roundtable.sheets.values import NotUnderstood

Value = str | int | bool | date | None
# As long as the forms allow.
LONGEST = {"function_de": 500, "function_en": 500, "salutation_de": 500, "salutation_en": 500}
LONGEST_NAME = 200
# Most addresses are of this kind; the others are looked at more closely.
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_BETWEEN_ADDRESSES = re.compile(r"[;,\s]+(?=[^;,\s]+@)")
_COURTESY = {
    "herr": ("Sehr geehrter Herr", "Dear Mr"),
    "herrn": ("Sehr geehrter Herr", "Dear Mr"),
    "frau": ("Sehr geehrte Frau", "Dear Ms"),
    "mr": ("Sehr geehrter Herr", "Dear Mr"),
    "ms": ("Sehr geehrte Frau", "Dear Ms"),
    "mrs": ("Sehr geehrte Frau", "Dear Mrs"),
}


@dataclass(slots=True)
class Said:
    """``values``: only what the row has; an empty cell says nothing. ``reasons``: why the row cannot be taken."""

    values: dict[str, Value] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class Ranks:
    """The office's ranks by name in either language, and by number."""

    def __init__(self, ranks: Sequence[Rank], held: Iterable[int]) -> None:
        self.names = {rank.number: rank.name for rank in ranks}
        self._by_name: dict[str, int] = {}
        for rank in ranks:
            for name in (rank.name.de, rank.name.en):
                if name:
                    self._by_name.setdefault(folded(cell(name)), rank.number)
        self._numbers = {*self.names, *held} if ranks else set(range(1, NO_RANK))

    def number(self, words: str) -> int:
        """Raises NotUnderstood."""
        found = self._by_name.get(folded(words))
        if found is None and words.isascii() and words.isdigit() and int(words[:9]) in self._numbers:
            found = int(words)
        if found is None:
            raise NotUnderstood(
                _("“%(words)s” is none of your ranks. Please add it to them, or correct it.", words=words)
            )
        return found

    def name(self, number: int, language: str) -> str:
        """What ``number`` understands again; nothing where there is no rank."""
        if number == NO_RANK:
            return ""
        name: str = cell(self.names[number].in_(language)) if number in self.names else ""
        return name if name and self._by_name.get(folded(name)) == number else str(number)


class Understanding:
    """Of one sheet, whose columns hold what ``places`` says."""

    def __init__(self, sheet: Sheet, places: Mapping[str, int], ranks: Ranks) -> None:
        self._places, self._ranks = places, ranks
        since = places.get("in_office_since")
        days = (row.cells[since] for row in sheet.rows if since is not None and since < len(row.cells))
        self._is_month_first = values.is_month_first(days)

    def said(self, row: Row) -> Said:
        said = Said()
        for column, place in self._places.items():
            words = row.cells[place] if place < len(row.cells) else ""
            if words:
                self._read(said, column, words)
        if row.left_out:
            said.remarks.append(_left_out(str(said.values.get("email", "")), row.left_out))
        _split_name(said.values)
        _check_lengths(said)
        if row.trouble:
            # Its cells may stand in the wrong columns: only who it may be about is shown.
            said.reasons = [_trouble(row)]
        return said

    def _read(self, said: Said, column: str, words: str) -> None:
        try:
            match column:
                case "email" | "assistant_email":
                    said.values[column] = _address(said, words)
                case "language":
                    said.values[column] = values.language(words)
                case "rank":
                    said.values[column] = self._ranks.number(words)
                case "in_office_since":
                    said.values[column] = values.day(words, month_first=self._is_month_first)
                case "naming_basis":
                    said.values[column] = values.naming_basis(words)
                case "is_told_at_once":
                    said.values[column] = values.yes_or_no(words)
                case _:
                    said.values[column] = words
        except NotUnderstood as reason:
            said.reasons.append(f"{LABELS[column]}: {reason}")


def _trouble(row: Row) -> str:
    if row.trouble == "too_wide":
        words = _("This row has more cells than there are columns. Perhaps quotation marks are missing around a comma.")
        return str(words)
    return str(_("This card cannot be read."))


def _left_out(taken: str, others: Iterable[str]) -> str:
    rest = ", ".join(others)
    return str(_("Several e-mail addresses: %(taken)s is taken, left out are %(others)s.", taken=taken, others=rest))


def _address(said: Said, words: str) -> str:
    """The first one; raises NotUnderstood."""
    if _PLAIN_ADDRESS.fullmatch(words):
        return words
    plain = re.sub(r"^mailto:", "", words, flags=re.IGNORECASE)
    if bracketed := re.fullmatch(r"[^<>]*<([^<>]+)>", plain):
        plain = bracketed[1]
    first, *others = _BETWEEN_ADDRESSES.split(plain.strip())
    if headers.is_address(re.sub(r"[^\x00-\x7f](?=.*@)", "x", first)) and not headers.is_address(first):
        words = _("We cannot write to “%(words)s”: before the @ stands an umlaut or a foreign letter.", words=first)
        raise NotUnderstood(words)
    if not headers.is_address(first):
        raise NotUnderstood(_("“%(words)s” is no e-mail address.", words=words[:LONGEST_NAME]))
    if others:
        said.remarks.append(_left_out(first, others))
    return first


def _split_name(found: dict[str, Value]) -> None:
    """``name`` stays beside its parts: somebody known may have them divided otherwise."""
    if "name" not in found:
        return
    if "family_name" in found:
        del found["name"]
        return
    title, given, family = names.parts(str(found["name"]))
    for key, part in (("title", title), ("given_name", given), ("family_name", family)):
        if part:
            found.setdefault(key, part)


def _check_lengths(said: Said) -> None:
    for column, value in said.values.items():
        most = LONGEST.get(column, LONGEST_NAME)
        if isinstance(value, str) and len(value) > most:
            words = _("longer than %(most)s characters. Perhaps a quotation mark is missing.", most=most)
            said.reasons.append(f"{LABELS[column]}: {words}")


def courtesy_in_full(said: Mapping[str, Value], title: str, family_name: str) -> dict[str, str]:
    """A salutation that is "Frau" or "Mr" alone becomes a line; any other stays as it is."""
    full = {}
    for key in ("salutation_de", "salutation_en"):
        words = str(said.get(key) or "")
        found = _COURTESY.get(words.casefold().rstrip("."))
        if found is None:
            continue
        # In German all titles are said, in English the highest alone.
        german = " ".join(filter(None, (found[0], title, family_name)))
        full[key] = german if key == "salutation_de" else f"{found[1]} {family_name}"
    return full
