"""Typst, and nothing else of the house: run as a program of its own where this process may not compile.

As a program: ``typesetting.py TEMPLATE`` reads the data and writes the PDF; without a template it reads words and
writes the characters in them that no font has.
"""

import re
import sys
from functools import cache
from typing import Any

PLAIN = "Libertinus Serif"
_WITHOUT_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_DISALLOWED = re.compile(r'the disallowed codepoint `"(.+?)"`', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}$")
_PROBE = f'#set document(title: "–")\n#set text(font: "{PLAIN}")\n#sys.inputs.data'.encode()


@cache
def _fonts() -> Any:
    """Those in the wheel of typst, and behind them those of this machine, for the world's scripts."""
    import typst  # noqa: PLC0415 - 40 MB of compiler, for who asks for a PDF that is not kept

    return typst.Fonts()


def typeset(template: str | bytes, data: str) -> bytes:
    """A PDF/UA-1 (ISO 14289-1). Raises RuntimeError: typst's own errors are such."""
    import typst  # noqa: PLC0415 - as above

    pdf: bytes = typst.compile(
        template, sys_inputs={"data": data}, format="pdf", pdf_standards="ua-1", font_paths=_fonts()
    )
    return pdf


def refused_character(error: str) -> str:
    """What the standard does not let pass, as it has no glyph or means nothing; empty: it is something else."""
    found = _WITHOUT_GLYPH.search(error) or _DISALLOWED.search(error)
    if found is None:
        return ""
    escaped = _ESCAPED.match(found[1])
    return chr(int(escaped[1], 16)) if escaped else found[1]


def refused_characters(words: str) -> str:
    """Each once. A try takes about a millisecond, and there is one for each that is found."""
    asked, found = "".join(sorted(set(words))), ""
    while True:
        try:
            typeset(_PROBE, asked)
        except RuntimeError as error:
            refused = refused_character(str(error))
            if not refused or refused not in asked:
                raise
            asked, found = asked.replace(refused, ""), found + refused
        else:
            return found


if __name__ == "__main__":
    given = sys.stdin.read()
    out = typeset(sys.argv[1], given) if len(sys.argv) > 1 else refused_characters(given).encode()
    sys.stdout.buffer.write(out)
