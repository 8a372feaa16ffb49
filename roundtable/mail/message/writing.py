"""A letter as it goes over the wire, byte by byte."""

import base64
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache

from roundtable.mail.message.headers import one_line

LINE = 76


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """``method`` as in ``content``: REQUEST and CANCEL speak to the reader's calendar, PUBLISH is a file to open."""

    method: str
    content: bytes


def write(
    *,
    sender: Address,
    reply_to: Address,
    recipient: Address,
    subject: str,
    text: str,
    html: str,
    language: str,
    at: datetime,
    message_id: str,
    thread_id: str | None,
    is_reply: bool = False,
    unsubscribe: str | None = None,
    calendar: CalendarPart | None = None,
) -> bytes:
    """The whole message as it goes over the wire, 7 bit unless an address itself has umlauts (RFC 6532).

    ``thread_id``: Message-ID of the first letter of the conversation; ``is_reply``: the reader has that letter.
    ``unsubscribe``: an address where one POST ends a subscription (RFC 8058).
    """
    headers = [
        ("From", _mailbox("From", sender)),
        ("Reply-To", _mailbox("Reply-To", reply_to)),
        ("To", _mailbox("To", recipient)),
        ("Subject", _folded("Subject", one_line(subject))),
        ("Date", format_datetime(at)),
        ("Message-ID", message_id),
    ]
    if thread_id and is_reply:
        headers.append(("In-Reply-To", thread_id))
    if thread_id:
        headers.append(("References", thread_id))
    # RFC 3834 5: tells out-of-office programs that no person typed this.
    headers.append(("Auto-Submitted", "auto-generated"))
    if unsubscribe:
        headers += [("List-Unsubscribe", f"<{unsubscribe}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]
    headers += [("Content-Language", language), ("MIME-Version", "1.0")]
    words = [_words("plain", text), _words("html", html)]
    if calendar is None:
        return _multipart("alternative", message_id, words, headers)
    encoded = base64.encodebytes(calendar.content).replace(b"\n", b"\r\n")
    # Programs draw their buttons for a part beside the text that is no attachment, and some find only a file.
    if calendar.method != "PUBLISH":
        words.append(_part(f'text/calendar; charset="UTF-8"; method={calendar.method}', "base64", encoded))
    both = _multipart("alternative", message_id, words)
    return _multipart("mixed", message_id, [both, _calendar_file(calendar.method, encoded)], headers)


# Put together here: the standard library's message objects take many times as long to come to the same bytes.
def _multipart(subtype: str, message_id: str, parts: list[bytes], headers: Sequence[tuple[str, str]] = ()) -> bytes:
    # No line of quoted-printable or base64 begins so (RFC 2045 6.7).
    boundary = f"=_{subtype}_{message_id.strip('<>').partition('@')[0]}"
    mark = f"\r\n--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + part for part in parts).removeprefix(b"\r\n") + mark + b"--\r\n"
    return _entity([*headers, ("Content-Type", f'multipart/{subtype}; boundary="{boundary}"')], body)


def _entity(headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return head.encode("ascii", "surrogateescape") + b"\r\n" + body


def _part(media_type: str, encoding: str, body: bytes, disposition: str = "") -> bytes:
    headers = [("Content-Type", media_type), ("Content-Transfer-Encoding", encoding)]
    return _entity([*headers, ("Content-Disposition", disposition)] if disposition else headers, body)


def _words(subtype: str, words: str) -> bytes:
    body = b2a_qp(words.replace("\n", "\r\n").encode(), istext=True)
    return _part(f'text/{subtype}; charset="utf-8"', "quoted-printable", body)


def _calendar_file(method: str, encoded: bytes) -> bytes:
    if method == "PUBLISH":
        media_type, name = 'text/calendar; charset="UTF-8"; method=PUBLISH', "roundtable.ics"
    else:
        media_type, name = "application/ics", "invite.ics"
    return _part(f'{media_type}; name="{name}"', "base64", encoded, f'attachment; filename="{name}"')


def _mailbox(header: str, who: Address) -> str:
    if not who.display_name:
        return _raw(who.addr_spec)
    if who.display_name.isascii():
        return _raw(str(who)) if len(str(who)) < LINE else f"{_quoted(who)}\r\n <{_raw(who.addr_spec)}>"
    return f"{_folded(header, who.display_name)}\r\n <{_raw(who.addr_spec)}>"


def _quoted(who: Address) -> str:
    return str(Address(who.display_name)).removesuffix(" <>")


@lru_cache(maxsize=256)  # the same office, about the same roundtable, a thousand times
def _folded(header: str, words: str) -> str:
    """Words as a header holds them: encoded where they need it (RFC 2047), in lines that are not too long."""
    return Header(words, None if words.isascii() else "utf-8", LINE, header).encode(linesep="\r\n")


def _raw(address_: str) -> str:
    """As compat32 wants bytes that are not ASCII."""
    return address_.encode().decode("ascii", "surrogateescape")
