"""From a template and its data to a tagged PDF."""

import json
import re
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from roundtable.domain.refusals import Refused

GLYPHLESS = re.compile(r'the text `"(.+?)"` could not be displayed')
FOLDER = Path(__file__).parent


class CannotBePrinted(Refused):
    """PDF/UA-1 wants a glyph for each character, and our fonts have none for emoji or East Asian scripts."""

    def __init__(self, character: str, words: str = "") -> None:
        self.character = character
        if words:
            said = _(
                "The PDF cannot print “%(character)s” in “%(words)s”. Please write it in other characters.",
                character=character,
                words=words,
            )
        else:
            said = _("The PDF cannot print “%(character)s”. Please write it in other characters.", character=character)
        super().__init__(said)


def printed(template: str, data: Any) -> bytes:
    """PDF/UA-1 (ISO 14289-1). The data goes in as JSON, so that text stays text.

    Raises:
        CannotBePrinted
    """
    return compiled(template, json.dumps(data, sort_keys=True))


def compiled(template: str, data: str) -> bytes:
    import typst  # noqa: PLC0415 - 40 MB of compiler, for who asks for a PDF that is not kept

    try:
        pdf: bytes = typst.compile(
            str(FOLDER / template),
            format="pdf",
            pdf_standards="ua-1",
            ignore_system_fonts=True,
            sys_inputs={"data": data},
        )
    except typst.TypstError as error:
        without_glyph = GLYPHLESS.search(str(error))
        if without_glyph is None:
            raise
        raise CannotBePrinted(without_glyph[1]) from error
    return pdf
