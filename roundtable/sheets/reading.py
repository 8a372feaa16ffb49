"""A file of whatever kind as a sheet; the name it came with proves nothing."""

import io
import zipfile
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from roundtable.files import MAX_BYTES, FileEmpty, FileTooLarge
from roundtable.sheets import cards, columns, delimited, workbooks
from roundtable.sheets.sheet import MOST_ROWS as MOST
from roundtable.sheets.sheet import NobodyInIt, NotText, Row, Sheet, SheetUnreadable, TooManyRows, bounded

# Above the line with the column names may stand a title or a date.
LINES_ABOVE = 10
_PACKED, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_OTHERS = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")


class OldExcel(SheetUnreadable):
    sentence = _l("This is an old Excel file (XLS) or one with a password. Please save it as XLSX without a password.")


class OtherOffice(SheetUnreadable):
    sentence = _l("This is an OpenDocument or Word file. Please save the list as XLSX or CSV.")


def read(content: bytes) -> Sheet:
    """Raises FileEmpty, FileTooLarge, SheetUnreadable with a sentence that says what to do."""
    if not content.strip():
        raise FileEmpty
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    if content.startswith(_PACKED):
        _refuse_other_packages(content)
        rows, part = workbooks.read(content)
        return _headed("xlsx", bounded(rows), part)
    if content.startswith(_OLD_EXCEL):
        raise OldExcel
    if content.startswith(_OTHERS):
        raise NotText
    text = delimited.decoded(content)
    if cards.is_card(text):
        if text.upper().count("BEGIN:VCARD") > MOST:
            raise TooManyRows
        return cards.read(text)
    return _headed("csv", bounded(delimited.rows_of(text)))


def _refuse_other_packages(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if {"mimetype", "word/document.xml"} & set(archive.namelist()):
                raise OtherOffice
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise NotText from None


def _headed(kind: str, rows: Sequence[tuple[int, list[str]]], part: str = "") -> Sheet:
    """The first row is the heads, unless a later one knows more of them. Raises NobodyInIt."""
    known = [len(columns.recognised(cells)) for _line, cells in rows[:LINES_ABOVE]]
    at = known.index(max(known)) if known and max(known) > 1 else 0
    if len(rows) <= at + 1:
        raise NobodyInIt
    heads = tuple(rows[at][1])
    below = (Row(line, tuple(cells), "too_wide" if len(cells) > len(heads) else "") for line, cells in rows[at + 1 :])
    return Sheet(kind, heads, tuple(below), part)
