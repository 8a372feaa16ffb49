"""What a file says, whatever it was written with: heads and rows of text, each with its line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from roundtable.clean_text import cleaned_line
from roundtable.domain.refusals import Refused

MOST_ROWS = 20_000
MOST_COLUMNS = 100
# Longer than anything the address book holds; what is beyond is not kept.
LONGEST_CELL = 1_000


class SheetUnreadable(Refused):
    """The sentence says what the file is, and what to do."""


class NotText(SheetUnreadable):
    sentence = _l("This file is no list we can read. Please choose a CSV, XLSX or vCard file.")


class TooManyRows(SheetUnreadable):
    sentence = _l("The file has more than 20,000 rows. Please split it.")


class TooManyColumns(SheetUnreadable):
    sentence = _l("The file has more than 100 columns. Please leave out those that say nothing about people.")


class NobodyInIt(SheetUnreadable):
    sentence = _l("There is nobody in this file: below the line with the column names stands nothing.")


def cell(words: str) -> str:
    """A line as the address book may hold it."""
    return cleaned_line(words[:LONGEST_CELL])


@dataclass(frozen=True, slots=True)
class Row:
    """``trouble``: why the row itself cannot be read (``too_wide``, ``no_card``). ``left_out``: further addresses."""

    line: int
    cells: tuple[str, ...]
    trouble: str = ""
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """``kind``: ``csv``, ``xlsx`` or ``vcf``. ``part``: the table that was read, where the file has several."""

    kind: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    part: str = ""

    def as_bytes(self) -> bytes:
        rows = [[row.line, row.cells, row.trouble, row.left_out] for row in self.rows]
        return json.dumps([self.kind, self.heads, rows, self.part], ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Sheet:
        """What ``as_bytes`` gave."""
        kind, heads, rows, part = json.loads(content)
        read = (Row(line, tuple(cells), trouble, tuple(left_out)) for line, cells, trouble, left_out in rows)
        return cls(kind, tuple(heads), tuple(read), part)


def bounded(rows: Iterable[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Without empty rows and trailing empty cells. Raises TooManyRows, TooManyColumns."""
    kept: list[tuple[int, list[str]]] = []
    for line, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise TooManyColumns
        if len(kept) > MOST_ROWS:
            raise TooManyRows
        kept.append((line, cells))
    return kept
