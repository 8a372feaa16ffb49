"""Tables for spreadsheet programs. Every cell is text: nothing that somebody typed is ever run as a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from roundtable.clean_text import cleaned_line
from roundtable.sheets import delimited

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
    return delimited.write(table.heads, ([cleaned_line(each) for each in row] for row in table.rows))


def as_workbook(tables: Sequence[Table]) -> bytes:
    """One sheet each: A4 across, one page wide, heads frozen, repeated on every printed page and ready to filter."""
    import openpyxl  # noqa: PLC0415 - large, and needed for downloads alone

    book = openpyxl.Workbook(write_only=True)
    for table in tables:
        _fill(book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", table.title)[:31]), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, table: Table) -> None:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - as above
    from openpyxl.worksheet.worksheet import Worksheet  # noqa: PLC0415 - as above

    head = 2 if table.above else 1
    rows = [[cleaned_line(each) for each in row] for row in table.rows]
    last = get_column_letter(len(table.heads))
    for column, words in enumerate(table.heads, start=1):
        longest = max([len(words) + 3, *(len(row[column - 1]) for row in rows)])
        sheet.column_dimensions[get_column_letter(column)].width = min(WIDEST, max(NARROWEST, longest + 2))
    sheet.freeze_panes = f"A{head + 1}"
    sheet.auto_filter.ref = f"A{head}:{last}{head + len(rows)}"
    sheet.print_title_rows = f"1:{head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.right.text = table.page

    bold, top, wrapped = Font(bold=True), Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)

    def text(words: str, *, is_head: bool) -> Any:
        if not words:
            return None
        cell = WriteOnlyCell(sheet, value=words)
        # Set after the value: openpyxl takes a leading "=" for a formula; so does Excel when it is edited.
        cell.data_type, cell.number_format = "s", "@"
        cell.alignment = top if is_head else wrapped
        if is_head:
            cell.font = bold
        if delimited.is_formula(words):
            cell.quotePrefix = True
        return cell

    for heads in [[table.above]] * (head - 1) + [table.heads]:
        sheet.append([text(cleaned_line(each), is_head=True) for each in heads])
    for row in rows:
        sheet.append([text(each, is_head=False) for each in row])
