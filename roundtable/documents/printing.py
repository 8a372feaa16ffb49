"""From a template and its data to a tagged PDF."""

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from roundtable.documents import typesetting
from roundtable.domain.refusals import Refused

FOLDER = Path(__file__).parent
# Latin, Greek and Cyrillic letters and what stands between them: these the fonts that come along have.
_PLAIN = re.compile("[\\s\x20-\x7e\xa0-\u024f\u0370-\u0377\u0384-\u03ff\u0400-\u04ff\u2010-\u2027\u2030-\u205e€]*")
# For a character that no font has.
BOX = "□"


class CannotBePrinted(Refused):
    """PDF/UA-1 wants a glyph for each character, and no font of this machine has one."""

    def __init__(self, character: str, words: str = "") -> None:
        self.character = character
        if words:
            said = _(
                "The PDF cannot print “%(character)s” in “%(words)s”. Please write it in other characters.",
                character=_visible(character),
                words=words,
            )
        else:
            said = _(
                "The PDF cannot print “%(character)s”. Please write it in other characters.",
                character=_visible(character),
            )
        super().__init__(said)


def _visible(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"


def printed(template: str, data: Mapping[str, Any]) -> bytes:
    """PDF/UA-1 (ISO 14289-1). The data goes in as JSON, so that text stays text.

    A character that no font has is a box; the template is told in ``left_out`` of what that makes unreadable.
    """
    try:
        return compiled(template, _as_json({**data, "left_out": []}))
    except CannotBePrinted:
        missing = refused_characters("".join(texts(data)))
    table = {ord(each): "" if unicodedata.category(each) in ("Cc", "Cf") else BOX for each in missing}
    left_out = [each.translate(table) for each in _belonging_together(data) if _is_boxed(each, table)]
    return compiled(template, _as_json({**_boxed(data, table), "left_out": list(dict.fromkeys(left_out))}))


def _as_json(data: Any) -> str:
    return json.dumps(data, sort_keys=True)


def texts(data: Any) -> Iterator[str]:
    """Every text in it, however deep."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for each in data.values():
            yield from texts(each)
    elif isinstance(data, list | tuple):
        for each in data:
            yield from texts(each)


def _belonging_together(data: Mapping[str, Any]) -> Iterator[str]:
    """Each text, or all of a person's, so that a name of boxes alone can be told from others."""
    for each in data.values():
        for one in each if isinstance(each, list | tuple) else [each]:
            yield ", ".join(filter(None, texts(one)))


def _is_boxed(words: str, table: dict[int, str]) -> bool:
    return any(table.get(ord(each)) == BOX for each in words)


def _boxed(data: Any, table: dict[int, str]) -> Any:
    if isinstance(data, str):
        return data.translate(table)
    if isinstance(data, Mapping):
        return {key: _boxed(each, table) for key, each in data.items()}
    return [_boxed(each, table) for each in data] if isinstance(data, list | tuple) else data


def compiled(template: str, data: str) -> bytes:
    """Raises CannotBePrinted."""
    path = str(FOLDER / template)
    try:
        return typesetting.typeset(path, data) if _compiles_here() else _elsewhere(data, path)
    except RuntimeError as error:
        refused = typesetting.refused_character(str(error))
        if not refused:
            raise
        raise CannotBePrinted(refused) from error


def refused_characters(words: str) -> str:
    """Those that no font of this machine has, each once, and those that PDF/UA-1 does not take."""
    return typesetting.refused_characters(words) if _compiles_here() else _elsewhere(words).decode()


def refuse_unprintable(words: str) -> None:
    """Raises CannotBePrinted, with the word."""
    refused = refused_characters(words) if _PLAIN.fullmatch(words) is None else ""
    for word in words.split():
        for each in refused:
            if each in word:
                raise CannotBePrinted(each, word)


def _compiles_here() -> bool:
    return os.getpid() == _threads_live_in()


@cache
def _threads_live_in() -> int:
    """The process that compiled first. The compiler's threads do not survive a fork: a child would wait for ever."""
    return os.getpid()


def _elsewhere(data: str, *template: str) -> bytes:
    """In a process of its own. Raises RuntimeError."""
    command = [sys.executable, "-X", "utf8", typesetting.__file__, *template]
    done = subprocess.run(command, input=data.encode(), capture_output=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return done.stdout
