"""What a letter shows its reader."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message

from roundtable.mail.message.headers import one_line


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """What a letter shows its reader. ``headers`` are decoded: From, To, Reply-To, Subject, Date."""

    headers: dict[str, str]
    text: str
    html: str
    attachments: list[Attachment]
    # What a calendar program finds in it; empty where there is nothing.
    calendar: bytes = b""


def read(content: bytes) -> Reading:
    message = message_from_bytes(content, policy=policy.compat32)
    reading = Reading(headers=_headers(message), text="", html="", attachments=[])
    text = html = ""
    calendar = b""
    for part in message.walk():
        if part.is_multipart():
            continue
        media_type, body = part.get_content_type(), part.get_payload(decode=True)
        content_ = body if isinstance(body, bytes) else b""
        if part.get_filename() is None and media_type == "text/plain" and not text:
            text = _decoded(part, content_)
        elif part.get_filename() is None and media_type == "text/html" and not html:
            html = _decoded(part, content_)
        elif part.get_filename() is None and media_type == "text/calendar" and not calendar:
            calendar = content_
        else:
            name = one_line(part.get_filename() or "") or f"part-{len(reading.attachments) + 1}"
            reading.attachments.append(Attachment(name, media_type, content_))
    if not calendar:
        calendar = next((each.content for each in reading.attachments if each.media_type == "text/calendar"), b"")
    return Reading(reading.headers, text, html, reading.attachments, calendar)


def _headers(message: Message) -> dict[str, str]:
    # The standard parser of 3.11 leaves gaps between adjacent encoded words; make_header does not.
    names = ("From", "To", "Reply-To", "Subject", "Date")
    return {name: one_line(str(make_header(decode_header(str(message[name]))))) for name in names if message[name]}


def _decoded(part: Message, body: bytes) -> str:
    try:
        return body.decode(part.get_content_charset() or "utf-8", "replace").replace("\r\n", "\n")
    except LookupError:
        return body.decode("utf-8", "replace").replace("\r\n", "\n")
