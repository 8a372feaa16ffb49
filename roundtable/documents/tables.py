"""Tables for spreadsheet programs. Every cell is text: nothing that somebody typed is ever run as a formula."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# OWASP, CSV injection; full-width signs are read as ASCII ones in East Asian settings.
FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")
WIDEST = 48
NARROWEST = 6


@dataclass(frozen=True, slots=True)
class Table:
    """``title``: on the tab; ``above``: a line above the heads, empty for none; ``page``: on each printed page."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    above: str = ""
    page: str = ""


def as_csv(table: Table) -> bytes:
    """UTF-8 with its mark, semicolons, CRLF: the only way German Excel opens right by a double click."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in (table.heads, *table.rows):
        writer.writerow([f"'{each}" if FORMULA.match(each) else each for each in map(_plain, row)])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def as_workbook(tables: Sequence[Table]) -> bytes:
    """One sheet each: A4 across, one page wide, heads frozen, repeated on every printed page and ready to filter."""
    import openpyxl  # noqa: PLC0415 - large, and needed for downloads alone

    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new one has a sheet
    for table in tables:
        _fill(book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", table.title)[:31]), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, table: Table) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - as above

    head = 2 if table.above else 1
    lines: list[Sequence[str]] = [[table.above]] if table.above else []
    for number, row in enumerate([*lines, table.heads, *table.rows], start=1):
        for column, words in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            # Set after the value: openpyxl takes a leading "=" for a formula; so does Excel when it is edited.
            cell.value = _plain(words)
            cell.data_type = "s"
            cell.number_format = "@"
            cell.quotePrefix = bool(FORMULA.match(words))
            cell.font = Font(bold=number <= head)
            cell.alignment = Alignment(vertical="top", wrap_text=number > head)
    last = get_column_letter(len(table.heads))
    for column, words in enumerate(table.heads, start=1):
        longest = max([len(words) + 3, *(len(row[column - 1]) for row in table.rows)])
        sheet.column_dimensions[get_column_letter(column)].width = min(WIDEST, max(NARROWEST, longest + 2))
    sheet.freeze_panes = f"A{head + 1}"
    sheet.auto_filter.ref = f"A{head}:{last}{head + len(table.rows)}"
    sheet.print_title_rows = f"1:{head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.right.text = table.page


def _plain(words: str) -> str:
    """One line without control characters, which XML and spreadsheets refuse; a tab or line break is a blank."""
    kept = (" " if each in "\t\r\n" else each for each in words)
    return "".join(each for each in kept if unicodedata.category(each) not in ("Cc", "Cs"))
