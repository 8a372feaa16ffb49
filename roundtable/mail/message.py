"""A letter as bytes (RFC 5322) and back: written strictly, read leniently."""

import base64
import re
import unicodedata
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import Header, decode_header, make_header
from email.headerregistry import Address
from email.message import Message
from email.quoprimime import body_encode
from email.utils import format_datetime
from functools import lru_cache

from flask_babel import lazy_gettext as _l

from roundtable.domain.refusals import Refused

# What opens somebody's personal page is nobody else's to read, colleagues included (rule 2).
PERSONAL = re.compile(rb"(/(?:i|poll|minutes|commitments|quote|registration)/)[A-Za-z0-9_-]{16,}")
# Header lines stay as they are written.
AS_IT_IS = policy.compat32.clone(max_line_length=None, linesep="\r\n", mangle_from_=False)
LINE = 76


class CannotBeWrittenTo(Refused):
    sentence = _l("This e-mail address cannot be written to. Please correct it in the address book.")


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


def one_line(words: str) -> str:
    """Words that fit into a header: no line break, no control or direction character (RFC 5322 2.2)."""
    kept = (" " if unicodedata.category(letter) == "Zs" or letter in "\t\r\n" else letter for letter in words)
    return " ".join("".join(each for each in kept if unicodedata.category(each)[0] != "C").split())


def address(name: str, email: str) -> Address:
    """Raises CannotBeWrittenTo. A domain with umlauts goes over the wire in ASCII (RFC 5891)."""
    local, _, domain = email.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
        if not local or not domain or any(letter.isspace() or not letter.isprintable() for letter in email.strip()):
            raise ValueError(email)
        return Address(one_line(name), addr_spec=f"{local}@{domain}")
    except (ValueError, IndexError, MessageError):
        raise CannotBeWrittenTo from None


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
) -> bytes:
    """The whole message as it goes over the wire, 7 bit unless an address itself has umlauts (RFC 6532)."""
    letter = Message(policy=AS_IT_IS)
    letter["From"] = _mailbox("From", sender)
    letter["Reply-To"] = _mailbox("Reply-To", reply_to)
    letter["To"] = _mailbox("To", recipient)
    letter["Subject"] = _folded("Subject", one_line(subject))
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = message_id
    if thread_id:
        letter["In-Reply-To"] = thread_id
        letter["References"] = thread_id
    # RFC 3834 5: tells out-of-office programs that no person typed this.
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = language
    letter["MIME-Version"] = "1.0"
    letter["Content-Type"] = "multipart/alternative"
    letter.attach(_part("plain", text))
    letter.attach(_part("html", html))
    return letter.as_bytes()


def _part(subtype: str, words: str) -> Message:
    # Encoded here: the standard library's own message objects take ten times as long to come to the same bytes.
    part = Message(policy=AS_IT_IS)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(words.replace("\n", "\r\n").encode(), istext=True).decode("ascii"))
    return part


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


def read(content: bytes) -> Reading:
    message = message_from_bytes(content, policy=policy.compat32)
    reading = Reading(headers=_headers(message), text="", html="", attachments=[])
    text = html = ""
    for part in message.walk():
        if part.is_multipart():
            continue
        media_type, body = part.get_content_type(), part.get_payload(decode=True)
        content_ = body if isinstance(body, bytes) else b""
        if part.get_filename() is None and media_type == "text/plain" and not text:
            text = _decoded(part, content_)
        elif part.get_filename() is None and media_type == "text/html" and not html:
            html = _decoded(part, content_)
        else:
            name = one_line(part.get_filename() or "") or f"part-{len(reading.attachments) + 1}"
            reading.attachments.append(Attachment(name, media_type, content_))
    return Reading(reading.headers, text, html, reading.attachments)


def without_personal_links(content: bytes) -> bytes:
    """The same letter with "…" for the token in every personal link; the very same bytes where there is none."""
    message = message_from_bytes(content, policy=AS_IT_IS)
    found = 0
    for part in message.walk():
        body = part.get_payload(decode=True)
        if part.get_content_maintype() != "text" or not isinstance(body, bytes):
            continue
        shortened, number = PERSONAL.subn(rb"\1" + _ellipsis(part), body)
        if number:
            _put(part, shortened)
        found += number
    return message.as_bytes(policy=AS_IT_IS) if found else content


def _ellipsis(part: Message) -> bytes:
    is_encoded = _encoding(part) in ("quoted-printable", "base64")
    return "…".encode() if is_encoded and part.get_content_charset() == "utf-8" else b"..."


def _encoding(part: Message) -> str:
    return str(part["Content-Transfer-Encoding"] or "").strip().lower()


def _put(part: Message, body: bytes) -> None:
    match _encoding(part):
        case "quoted-printable":
            part.set_payload(body_encode(body.decode("latin-1"), eol="\r\n"))
        case "base64":
            part.set_payload(base64.encodebytes(body).decode().replace("\n", "\r\n"))
        case _:
            part.set_payload(body.decode("ascii", "surrogateescape"))


def _headers(message: Message) -> dict[str, str]:
    # The standard parser of 3.11 leaves gaps between adjacent encoded words; make_header does not.
    names = ("From", "To", "Reply-To", "Subject", "Date")
    return {name: one_line(str(make_header(decode_header(str(message[name]))))) for name in names if message[name]}


def _decoded(part: Message, body: bytes) -> str:
    try:
        return body.decode(part.get_content_charset() or "utf-8", "replace").replace("\r\n", "\n")
    except LookupError:
        return body.decode("utf-8", "replace").replace("\r\n", "\n")
