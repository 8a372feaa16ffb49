"""Personal links in what somebody sent us: whoever answers a letter of ours quotes it, link and all.

What opens one person's page is nobody else's to read, colleagues included (rule 2). Messages are kept as they came;
everything that is shown or saved of one goes through here. No parser of messages is needed, so nothing of what arrives
can escape it by being wrongly built.
"""

import re
from base64 import b64decode, encodebytes
from binascii import Error
from re import Match

from roundtable.mail.message.personal_links import DOORS

SHOWN, SHOWN_BYTES = "…", b"..."
# Quoted-printable and calendar files break a line anywhere (RFC 2045 6.7, RFC 5545 3.1), and so do programs that quote.
_BREAK = r"(?:=[ \t]*\r?\n|\r?\n[ \t>|]*)?"
# What checks links on the way writes them into its own, percent-encoded, more than once at times; HTML has other ways.
_PERCENT = rf"(?:%|=25){_BREAK}(?:25{_BREAK})*"
_SLASH = rf"(?:\\?/|{_PERCENT}2{_BREAK}[Ff]|=2[Ff]|&#0*47;|&#[xX]0*2[fF];|&sol;)"
_SIGN = rf"(?:[A-Za-z0-9_.-]|{_PERCENT}(?:5[Ff]|2[Dd])|=5[Ff]|=2[Dd])"
_DOOR = "|".join(_BREAK.join(door) for door in (*DOORS, "calendars", "digest"))
# Proofpoint writes underscores for slashes.
_UNDERSCORED = rf"_{_BREAK}(?:d{_BREAK}e|e{_BREAK}n){_BREAK}_{_BREAK}(?:{_DOOR}){_BREAK}_"
_OPENS = rf"({_SLASH}{_BREAK}(?:{_DOOR}){_BREAK}{_SLASH}|{_UNDERSCORED})"
# A token has 32 signs: only so many are followed over the end of a line.
_LINK = rf"{_OPENS}{_BREAK}{_SIGN}(?:{_BREAK}{_SIGN}){{15,31}}{_SIGN}*"
_IN_WORDS, _IN_BYTES = re.compile(_LINK), re.compile(_LINK.encode())
# Lines of nothing but base64, as mail has them; the last may be short.
_BASE64 = re.compile(
    rb"(?:^[A-Za-z0-9+/]{40,998}[ \t]*\r?\n)*^[A-Za-z0-9+/]{4,998}={0,2}[ \t]*(?:\r?\n|\Z)", re.MULTILINE
)
MOST_DEPTH = 3
OPEN = ("text/", "message/", "application/ics")


def without_links(words: str) -> str:
    return _IN_WORDS.sub(rf"\1{SHOWN}", words)


def is_laid_open(media_type: str, content: bytes) -> bool:
    """Whether ``masked`` has seen all of a file: words. Documents and pictures are compressed, links and all."""
    return media_type.startswith(OPEN) and b"\0" not in content


def masked(content: bytes, *, depth: int = 0) -> bytes:
    """The message with every token gone, in all its parts; the very same bytes where there is none."""
    kept, end = [], 0
    for run in _BASE64.finditer(content):
        opened = _opened(run, depth)
        if opened is not None:
            kept += [_IN_BYTES.sub(_dots, content[end : run.start()]), opened]
            end = run.end()
    kept.append(_IN_BYTES.sub(_dots, content[end:]))
    return b"".join(kept)


def _opened(run: Match[bytes], depth: int) -> bytes | None:
    """The lines with what they hold masked; None: they hold nothing of the kind, and may be words after all."""
    lines = run[0]
    if depth >= MOST_DEPTH:
        return None
    try:
        held = b64decode(lines)
    except Error:
        return None
    hidden = _masked_in(held, depth)
    if hidden != held:
        return encodebytes(hidden).replace(b"\n", b"\r\n")
    # By chance "/i/" and sixteen letters stand in every fourth of a megabyte: what is long is a file.
    return lines if len(lines) > 1_000 else None


def _masked_in(held: bytes, depth: int) -> bytes:
    if held.startswith((b"\xff\xfe", b"\xfe\xff")) or held[1:2] == b"\0":
        encoding = "utf-16" if held[1:2] != b"\0" else "utf-16-le"
        words = held.decode(encoding, "surrogatepass") if len(held) % 2 == 0 else ""
        return without_links(words).encode(encoding, "surrogatepass") if _IN_WORDS.search(words) else held
    return masked(held, depth=depth + 1)


def _dots(link: Match[bytes]) -> bytes:
    return link[1] + SHOWN_BYTES
