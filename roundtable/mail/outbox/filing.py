"""What is kept of a letter that goes nowhere any more: everything but its personal links (rule 2)."""

import re
from base64 import b64decode
from binascii import Error

from roundtable.mail.message.personal_links import DOORS, PERSONAL, without_personal_links

BOUNDARY = re.compile(rb'(?i)boundary="?([^"\r\n;]+)')
ENCODING = re.compile(rb"(?i)content-transfer-encoding:\s*([\w-]+)")
# Quoted-printable may break a line anywhere (RFC 2045 6.7).
_BREAK = rb"(?:=\r\n)?"
_SPREAD = b"|".join(_BREAK.join(letter.encode() for letter in f"/{door}/") for door in DOORS)
QUOTED = re.compile(rb"(" + _SPREAD + rb")(?:" + _BREAK + rb"[A-Za-z0-9_-]){16,}")


def shortened(content: bytes) -> bytes:
    """The letter with "…" for the token in every personal link; the very same bytes where there is none.

    Our own letters are plain enough to be cut where they stand, ten times as fast as taking a message apart and putting
    it together again, which is what anything unexpected gets.
    """
    quickly = _part(content)
    return quickly if quickly is not None else without_personal_links(content)


def _part(part: bytes) -> bytes | None:
    """None: not one of ours."""
    head, gap, body = part.partition(b"\r\n\r\n")
    boundary = BOUNDARY.search(head)
    if boundary is not None:
        line = b"\r\n--" + boundary[1]
        before, *inner, after = (b"\r\n" + body).split(line)
        parts = [_part(each) for each in inner]
        if not inner or None in parts:
            return None
        return head + gap + line.join([before, *(each for each in parts if each is not None), after])[2:]
    encoding = ENCODING.search(head)
    match encoding[1].lower() if encoding else b"7bit":
        case b"quoted-printable":
            return head + gap + QUOTED.sub(rb"\1=E2=80=A6", body)
        case b"base64" if not _opens_something(body):
            return part
        case b"7bit" | b"8bit":
            return head + gap + PERSONAL.sub(rb"\1...", body)
    return None


def _opens_something(body: bytes) -> bool:
    try:
        return PERSONAL.search(b64decode(body)) is not None
    except Error:
        return True
