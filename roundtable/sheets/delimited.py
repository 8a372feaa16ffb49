"""CSV (RFC 4180) as spreadsheet programs write it, and as German Excel opens it right."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _

from roundtable.sheets.sheet import NotText, SheetUnreadable, cell

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SEPARATORS = ";,\t"
# A cell that begins so is run as a formula (OWASP, CSV injection); an apostrophe before it makes it text.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_SAYS_SEPARATOR = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


def decoded(content: bytes) -> str:
    """UTF-8, UTF-16 where a mark says so, else Windows-1252. Raises NotText."""
    encodings = [encoding for mark, encoding in MARKS if content.startswith(mark)] or ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise NotText


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins in. Raises SheetUnreadable."""
    first = 0
    if said := _SAYS_SEPARATOR.match(text):
        separator, text, first = said[1], text[said.end() :], 1
    else:
        separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        line = first + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            words = _("Line %(line)s cannot be read. Perhaps a quotation mark is missing.", line=line)
            raise SheetUnreadable(words) from None
        yield line, [cell(without_apostrophe(each)) for each in cells]


def _separator(text: str) -> str:
    """The one that stands most often in one of the first lines, outside quotation marks."""
    lines = re.sub(r'"[^"]*"', "", text[:65_536]).splitlines()[:10]
    counted = {each: max((line.count(each) for line in lines), default=0) for each in SEPARATORS}
    return max(SEPARATORS, key=lambda each: counted[each])


def is_formula(words: str) -> bool:
    """Whether a spreadsheet program would run it; full-width signs are read as ASCII ones in East Asian settings."""
    return _FORMULA.match(words) is not None


def with_apostrophe(words: str) -> str:
    return f"'{words}" if is_formula(words) else words


def without_apostrophe(words: str) -> str:
    """Undoes ``with_apostrophe``."""
    return words[1:] if words[:1] == "'" and is_formula(words) else words


def write(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, semicolons, CRLF: the only way German Excel opens by a double click."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([with_apostrophe(each) for each in row] for row in rows)
    return codecs.BOM_UTF8 + out.getvalue().encode()
