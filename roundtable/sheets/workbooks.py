"""XLSX, read without trusting it: defusedxml, bounded before anything is unpacked."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l

from roundtable.sheets.sheet import MOST_COLUMNS, MOST_ROWS, SheetUnreadable, TooManyColumns, TooManyRows, cell

# 20,000 rows of 20 cells are about half of it.
MOST_UNPACKED = 60 * 1024 * 1024
MOST_PARTS = 1_000
# A million take half a minute to read, and most of it before the first row.
MOST_CELLS = 600_000


class WorkbookTooLarge(SheetUnreadable):
    sentence = _l("Unpacked, this workbook is far too large for a list of people. Please copy the list into a new one.")


class WorkbookBroken(SheetUnreadable):
    sentence = _l("This workbook cannot be read. Please open it, save it as XLSX once more and choose it again.")


def read(content: bytes) -> tuple[list[tuple[int, list[str]]], str]:
    """Rows with their numbers, and the name of the table they stand in where there are several.

    Raises:
        WorkbookTooLarge, WorkbookBroken, TooManyRows, TooManyColumns
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise WorkbookBroken from None
    # What a part says it holds is all that zipfile ever unpacks of it.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise WorkbookTooLarge
    try:
        if _cells(content) > MOST_CELLS:
            raise WorkbookTooLarge
        return _read(content)
    except SheetUnreadable:
        raise
    except Exception:  # a broken file breaks openpyxl in as many ways as it has parts
        raise WorkbookBroken from None


def _cells(content: bytes) -> int:
    """About how many, in all tables together."""
    number = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                part = archive.read(name)
                number += part.count(b"<c ") + part.count(b"<c>")
    return number


def _read(content: bytes) -> tuple[list[tuple[int, list[str]]], str]:
    import openpyxl  # noqa: PLC0415 - large, and needed on one page

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheets = [each for each in book.worksheets if each.sheet_state == "visible"] or book.worksheets
    for sheet in sheets:
        rows = list(_rows(sheet))
        if rows:
            return rows, sheet.title if len(sheets) > 1 else ""
    return [], ""


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    # A table may claim to reach the last column there is; then every row would be filled up to it.
    sheet.reset_dimensions()
    kept = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), start=1):
        cells = [_text(each) for each in row]
        if not any(cells):
            if number > 10 * MOST_ROWS:
                raise TooManyRows
            continue
        if any(cells[MOST_COLUMNS:]):
            raise TooManyColumns
        kept += 1
        if kept > MOST_ROWS + 1:
            raise TooManyRows
        yield number, cells


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return cell(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return cell(str(value))
