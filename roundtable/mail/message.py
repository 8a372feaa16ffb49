"""A letter as bytes (RFC 5322) and back: written strictly, read leniently."""

import base64
import re
import unicodedata
from binascii import b2a_qp
from collections.abc import Sequence
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

from roundtable import email_address
from roundtable.domain.refusals import Refused

# What opens somebody's personal page is nobody else's to read, colleagues included (rule 2).
DOORS = ("i", "poll", "minutes", "commitments", "quote", "registration")
PERSONAL = re.compile(rf"(/(?:{'|'.join(DOORS)})/)[A-Za-z0-9_-]{{16,}}".encode())
# Two dot-atoms (RFC 5322 3.2.3) need no parser; most addresses are that.
_ATOMS = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_PLAIN = re.compile(f"{_ATOMS}@{_ATOMS}", re.ASCII)
_UNSUBSCRIBING = re.compile(r"(/digest/)[^/>]+")


class _AsItIs(policy.Compat32):
    """Header lines stay as they are written; the standard policy folds them anew, at a third of a letter's cost."""

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}{self.linesep}".encode("ascii", "surrogateescape")


AS_IT_IS = _AsItIs(max_line_length=None, linesep="\r\n", mangle_from_=False)
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
    # What a calendar program finds in it; empty where there is nothing.
    calendar: bytes = b""


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """``method`` as in ``content``: REQUEST and CANCEL speak to the reader's calendar, PUBLISH is a file to open."""

    method: str
    content: bytes


def one_line(words: str) -> str:
    """Words that fit into a header: no line break, no control or direction character (RFC 5322 2.2)."""
    if words.isprintable() and words.isascii():
        return " ".join(words.split())
    kept = (" " if unicodedata.category(letter) == "Zs" or letter in "\t\r\n" else letter for letter in words)
    return " ".join("".join(each for each in kept if unicodedata.category(each)[0] != "C").split())


@lru_cache(1000)
def address(name: str, email: str) -> Address:
    """Raises CannotBeWrittenTo. A domain with umlauts goes over the wire in ASCII."""
    local, _, domain = email.strip().rpartition("@")
    try:
        domain = email_address.domain_on_the_wire(domain)
        if _PLAIN.fullmatch(f"{local}@{domain}"):
            return Address(one_line(name), local, domain)
        if not local or not domain or any(letter.isspace() or not letter.isprintable() for letter in email.strip()):
            raise ValueError(email)
        return Address(one_line(name), addr_spec=f"{local}@{domain}")
    except (ValueError, IndexError, MessageError):
        raise CannotBeWrittenTo from None


def is_address(typed: str) -> bool:
    """Whether a letter of ours can be written to it as it stands; international ones included."""
    try:
        written = address("", typed)
    except CannotBeWrittenTo:
        return False
    # A comment in brackets is dropped on the way, so that two different lines would be one address.
    return "." in written.domain and written.username == typed.rpartition("@")[0]


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
    if message["List-Unsubscribe"]:
        shown = _UNSUBSCRIBING.sub(r"\1...", message["List-Unsubscribe"])
        found += shown != message["List-Unsubscribe"]
        message.replace_header("List-Unsubscribe", shown)
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
