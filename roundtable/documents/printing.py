"""From a template and its data to a tagged PDF."""

import json
import os
import re
import subprocess
import sys
from functools import cache
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
    compile_here = os.getpid() == _threads_live_in()
    try:
        return _compiled(template, data) if compile_here else _compiled_elsewhere(template, data)
    except RuntimeError as error:
        without_glyph = GLYPHLESS.search(str(error))
        if without_glyph is None:
            raise
        raise CannotBePrinted(without_glyph[1]) from error


@cache
def _threads_live_in() -> int:
    """The process that compiled first. The compiler's threads do not survive a fork: a child would wait for ever."""
    return os.getpid()


OPTIONS: dict[str, Any] = {"format": "pdf", "pdf_standards": "ua-1", "ignore_system_fonts": True}
ALONE = """
import json, sys, typst
path, options = sys.argv[1:]
sys.stdout.buffer.write(typst.compile(path, sys_inputs={"data": sys.stdin.read()}, **json.loads(options)))
"""


def _compiled(template: str, data: str) -> bytes:
    """Raises RuntimeError: typst's own errors are such."""
    import typst  # noqa: PLC0415 - 40 MB of compiler, for who asks for a PDF that is not kept

    pdf: bytes = typst.compile(str(FOLDER / template), sys_inputs={"data": data}, **OPTIONS)
    return pdf


def _compiled_elsewhere(template: str, data: str) -> bytes:
    """The same in a process of its own. Raises RuntimeError."""
    command = [sys.executable, "-X", "utf8", "-c", ALONE, str(FOLDER / template), json.dumps(OPTIONS)]
    done = subprocess.run(command, input=data.encode(), capture_output=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return done.stdout
