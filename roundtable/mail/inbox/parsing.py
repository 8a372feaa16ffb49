"""A message that somebody sent us, read leniently and within bounds: whatever arrives, reading it raises nothing."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from html import unescape

import nh3

from roundtable.clean_text import cleaned
from roundtable.mail.inbox.masking import without_links
from roundtable.mail.message.headers import one_line
from roundtable.mail.message.reading import Attachment

# What mail servers commonly take; more is cut off and said so.
MOST_BYTES = 25 * 1024 * 1024
MOST_PARTS, MOST_DEPTH = 100, 10
MOST_TEXT, MOST_HEADER, MOST_REFERENCES, MOST_FILES = 100_000, 2_000, 50, 50
LONGEST_NAME = 120
# One header field of a part; the standard parser takes quadratic time over a long one.
_FIELD = re.compile(rb"^content-[a-z-]+:.*(?:\n[ \t].*)*", re.IGNORECASE | re.MULTILINE)
_NESTING = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
LONGEST_FIELD, MOST_FIELDS = 8_192, 1_000
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_ONE_ADDRESS = re.compile(r"(?:[^<>,;@]*<([^<>\s,;@\"]+@[^<>\s,;@\"]+)>|([^<>\s,;@\"]+@[^<>\s,;@\"]+))")
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/h[1-6]|/li)\b[^>]{0,200}>", re.IGNORECASE)
WINMAIL = ("application/ms-tnef", "application/vnd.ms-tnef")
CALENDARS = ("text/calendar", "application/ics", "application/calendar")


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """``is_forwarded``: it lies in a message inside the message."""

    content: bytes
    charset: str
    is_forwarded: bool


@dataclass(slots=True)
class Arrived:
    """``sender`` in lower case. ``is_sender_plain``: there is one From with one address, whoever reads it."""

    message_id: str = ""
    sender: str = ""
    sender_name: str = ""
    is_sender_plain: bool = False
    subject: str = ""
    sent_at: datetime | None = None
    recipients: frozenset[str] = frozenset()
    # Message-IDs that In-Reply-To and References name.
    references: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    files: list[Attachment] = field(default_factory=list)
    calendars: list[CalendarPart] = field(default_factory=list)
    is_readable: bool = True
    # Parsed, for those who look at further headers; None where it could not be.
    message: Message | None = None

    @property
    def has_winmail(self) -> bool:
        return any(each.media_type in WINMAIL or each.name.lower() == "winmail.dat" for each in self.files)


def read(content: bytes) -> Arrived:
    """Everything we want to know of it; of what cannot be read, its headers at least."""
    found = Arrived()
    try:
        headers = BytesHeaderParser(policy=policy.compat32).parsebytes(content[: 64 * 1024])
        _read_headers(headers, found)
        if not _is_bounded(content):
            found.is_readable = False
            return found
        found.message = message_from_bytes(content, policy=policy.compat32)
        _read_parts(found.message, found)
    # The standard library raises what it likes over hostile input; such a message is shown, not read.
    except Exception:
        found.is_readable = False
    return found


def fingerprint(content: bytes) -> str:
    """The same for the same message delivered twice: other servers' stamps and line ends do not count."""
    head, _, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    kept = [each for each in _unfolded(head) if each.lower().startswith((b"message-id:", b"from:", b"date:"))]
    return hashlib.sha256(b"\n".join([*kept, b"", body.rstrip()])).hexdigest()


def _unfolded(head: bytes) -> list[bytes]:
    return re.sub(rb"\n[ \t]+", b" ", head).split(b"\n")


def _is_bounded(content: bytes) -> bool:
    """Whether parsing takes reasonable time and depth."""
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if sum(1 for _ in _NESTING.finditer(content)) > MOST_PARTS:
        return False
    for number, each in enumerate(_FIELD.finditer(content)):
        if number > MOST_FIELDS or each.end() - each.start() > LONGEST_FIELD:
            return False
    return True


def _read_headers(message: Message, found: Arrived) -> None:
    found.message_id = next(iter(_MESSAGE_ID.findall(raw(message, "Message-ID"))), "")
    found.subject = header(message, "Subject")
    senders = message.get_all("From") or []
    written = raw(message, "From")
    found.is_sender_plain = len(senders) == 1 and _one_address(written) != ""
    name, address = next(iter(getaddresses([written])), ("", ""))
    found.sender = clean(_one_address(written) or address).lower()[:254]
    found.sender_name = _words(name)[:LONGEST_NAME]
    found.sent_at = _moment(raw(message, "Date"))
    to = [str(each)[:MOST_HEADER] for name in _RECIPIENTS for each in (message.get_all(name) or [])[:5]]
    found.recipients = frozenset(clean(address).lower() for _, address in getaddresses(to) if address)
    named = f"{raw(message, 'In-Reply-To')} {str(message.get('References', ''))[-20 * MOST_HEADER :]}"
    found.references = tuple(dict.fromkeys(_MESSAGE_ID.findall(named)))[-MOST_REFERENCES:]


_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")


def raw(message: Message, name: str) -> str:
    """The first header of this name as it stands, raw umlauts too (RFC 6532), cut to a sensible length."""
    found = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return found[:MOST_HEADER].encode(errors="surrogateescape").decode(errors="replace")


def header(message: Message, name: str) -> str:
    return _words(raw(message, name))


def _words(value: str) -> str:
    # Said to be in a charset that nobody knows: as it stands.
    with suppress(ValueError, LookupError):
        value = str(make_header(decode_header(value)))
    return clean(one_line(value))[:500]


def clean(words: str) -> str:
    """Without what can be neither seen nor stored, and without anybody's personal link."""
    return without_links(cleaned(words))


def _one_address(written: str) -> str:
    """The address where there can be no two opinions about it: what others checked is what we read."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", written.replace("\r", "").replace("\n", " ")).strip()
    match = _ONE_ADDRESS.fullmatch(bare)
    return (match[1] or match[2]) if match and "(" not in bare else ""


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, TypeError, OverflowError):
        return None


def parts(message: Message, *, depth: int = 0, is_forwarded: bool = False) -> Iterator[tuple[Message, bool]]:
    """Every part that holds no further ones, and whether it lies in a message inside the message."""
    payload = message.get_payload()
    if not isinstance(payload, list):
        yield message, is_forwarded
        return
    if depth >= MOST_DEPTH:
        return
    inside = is_forwarded or message.get_content_maintype() == "message"
    for each in payload[:MOST_PARTS]:
        if isinstance(each, Message):
            yield from parts(each, depth=depth + 1, is_forwarded=inside)


def _read_parts(message: Message, found: Arrived) -> None:
    for number, (part, is_forwarded) in enumerate(parts(message)):
        if number >= MOST_PARTS:
            break
        media_type, content, name = part.get_content_type(), body(part), _name_of(part)
        is_calendar = media_type in CALENDARS or name.lower().endswith(".ics")
        if is_calendar and content:
            charset = str(part.get_content_charset() or "utf-8")
            found.calendars.append(CalendarPart(content, charset, is_forwarded))
        if not name and media_type == "text/plain" and not found.text:
            found.text = decoded(part, content)[:MOST_TEXT]
        elif not name and media_type == "text/html" and not found.html:
            found.html = decoded(part, content)[: 5 * MOST_TEXT]
        elif content and len(found.files) < MOST_FILES:
            found.files.append(
                Attachment(name or f"part-{number + 1}{'.ics' if is_calendar else ''}", media_type, content)
            )
    if not found.text and found.html:
        found.text = text_of(found.html)


def body(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def decoded(part: Message, content: bytes) -> str:
    """By the charset it names, else as UTF-8, without invisible characters."""
    try:
        words = content.decode(str(part.get_content_charset() or "utf-8"), "replace")
    except (LookupError, ValueError):
        words = content.decode("utf-8", "replace")
    return clean(words[: 6 * MOST_TEXT].replace("\r\n", "\n").replace("\r", "\n"))


def text_of(html: str) -> str:
    """The words of a page, without anything else."""
    bare = nh3.clean(_BREAKS.sub("\n\\g<0>", html), tags=set(), clean_content_tags={"script", "style", "title"})
    return re.sub(r"[ \t]*\n\s*\n+", "\n\n", clean(unescape(bare))).strip()[:MOST_TEXT]


def _name_of(part: Message) -> str:
    """A file's own name without its folder; empty where it has none."""
    name = _words(str(part.get_filename() or "")[:MOST_HEADER])
    return re.sub(r'[\\/:*?"<>|]+', "-", name).strip(" .-")[-LONGEST_NAME:]
