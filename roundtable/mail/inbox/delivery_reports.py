"""Letters that come back (RFC 3464), are late, or are answered by a program (RFC 3834)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Literal

from roundtable.mail.inbox.parsing import Arrived, body, clean, raw

MOST_SAID = 500
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_BOUNCING = re.compile(
    r"undeliver|delivery status|delivery has failed|delivery failed|failure notice|returned mail|mail delivery"
    r"|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|unzustellbarkeit",
    re.IGNORECASE,
)
_SENT_BY_SERVERS = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon")


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says became of a letter. ``is_permanent``: 5.x.x, the address does not take letters."""

    outcome: Literal["failed", "delayed", "arrived"]
    is_permanent: bool
    said: str
    # Of the letter that came back; empty where the server neither returned its headers nor answers to it.
    message_id: str
    recipients: tuple[str, ...]


def report(arrived: Arrived) -> Report | None:
    """What a delivery report says in the standard way; None: it is none."""
    if arrived.message is None:
        return None
    fields = list(_status_fields(arrived.message))
    about = [each for each in fields if raw(each, "Final-Recipient") or raw(each, "Action")]
    if not about:
        return None
    first = next((each for each in about if _word(each, "Action") == "failed"), about[0])
    status = _STATUS.search(raw(first, "Status"))
    said = _said(first)
    action = _word(first, "Action")
    outcome: Literal["failed", "delayed", "arrived"] = "arrived"
    if action == "failed" or (not action and status and status[1] == "5"):
        outcome = "failed"
    elif action == "delayed" or (not action and status and status[1] == "4"):
        outcome = "delayed"
    return Report(
        outcome=outcome,
        is_permanent=outcome == "failed" and status is not None and status[1] == "5",
        said=said,
        message_id=_returned_id(arrived.message) or _id(raw(arrived.message, "In-Reply-To")),
        recipients=tuple(dict.fromkeys(each for each in map(_recipient, _named(first)) if each)),
    )


def looks_returned(arrived: Arrived) -> bool:
    """A server that bounces in its own words."""
    return arrived.sender.partition("@")[0] in _SENT_BY_SERVERS or (
        has_no_sender(arrived) and bool(_BOUNCING.search(arrived.subject))
    )


def named_ids(arrived: Arrived, host: str) -> list[str]:
    """Message-IDs under our host anywhere in a bounce that cannot be understood."""
    named = [*re.findall(rf"<[0-9a-f-]{{36}}@{re.escape(host)}>", arrived.text), *arrived.references]
    for each in arrived.files:
        named += re.findall(rf"<[0-9a-f-]{{36}}@{re.escape(host)}>", each.content[:100_000].decode("latin-1"))
    return list(dict.fromkeys(named))[:20]


def has_no_sender(arrived: Arrived) -> bool:
    """The empty return path that no answer may ever go to (RFC 3834 2)."""
    message = arrived.message
    return (
        message is not None and message.get("Return-Path") is not None and raw(message, "Return-Path").strip() == "<>"
    )


def is_automatic(arrived: Arrived) -> bool:
    """Out-of-office and its kind: nobody typed it, and nothing of ours may ever answer it."""
    message = arrived.message
    if message is None:
        return False
    submitted = raw(message, "Auto-Submitted").split(";")[0].strip().lower()
    if submitted not in ("", "no") or has_no_sender(arrived):
        return True
    precedence = _word(message, "Precedence").replace("-", "_")
    if precedence in ("bulk", "junk", "list", "auto_reply"):
        return True
    marks = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Auto-Respond", "List-Id")
    return any(raw(message, each).strip().lower() not in ("", "no", "none") for each in marks)


def _status_fields(message: Message) -> Iterator[Message]:
    """The groups of a delivery report; a server that sends it as text is understood too."""
    for each in message.walk():
        if each.get_content_type() == "message/delivery-status":
            payload = each.get_payload()
            yield from (part for part in payload[:20] if isinstance(part, Message)) if isinstance(payload, list) else ()


def _word(fields: Message, name: str) -> str:
    return (raw(fields, name).strip().lower().split() or [""])[0]


def _said(fields: Message) -> str:
    diagnostic = raw(fields, "Diagnostic-Code").partition(";")
    words = " ".join(clean(diagnostic[2] or diagnostic[0]).split())
    status = " ".join(raw(fields, "Status").split())
    return (words if status and status in words else f"{status} {words}".strip())[:MOST_SAID]


def _named(fields: Message) -> list[str]:
    return [raw(fields, "Original-Recipient"), raw(fields, "Final-Recipient")]


def _recipient(value: str) -> str:
    return clean(value.rpartition(";")[2]).strip().strip("<>").lower()[:254]


def _returned_id(message: Message) -> str:
    """From the headers or the whole letter that the server sent back."""
    for each in message.walk():
        kind = each.get_content_type()
        if kind == "message/rfc822":
            payload = each.get_payload()
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                return _id(raw(payload[0], "Message-ID"))
        if kind in ("text/rfc822-headers", "message/rfc822-headers"):
            found = re.search(rb"^message-id:\s*(<[^<>\s]+>)", body(each)[:100_000], re.IGNORECASE | re.MULTILINE)
            if found:
                return found[1].decode("ascii", "replace")
    return ""


def _id(value: str) -> str:
    found = re.search(r"<[^<>\s]+>", value)
    return found[0] if found else ""
