"""Handing a letter to the mail server (RFC 5321), and knowing afterwards what became of it."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol
from urllib.parse import unquote, urlsplit

from roundtable import clock
from roundtable.settings import Settings

TIMEOUT_SECONDS = 60.0
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
# A fresh connection now and then: servers limit how many letters they take over one.
LETTERS_A_CONNECTION = 100
# After this long without a letter we ask whether the server is still there.
ASK_AFTER = timedelta(seconds=10)
# RFC 4954 6: says something about our password, nothing about the letter.
NOT_LET_IN = (530, 534, 535, 538)
# RFC 5321 3.8: the server closes; whatever the letter.
CLOSES = 421


class RelayDown(Exception):
    """The mail server cannot be reached or does not let us in. No letter was touched."""


@dataclass(frozen=True, slots=True)
class Envelope:
    sender: str
    recipient: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Handover:
    """``accepted``; ``later`` and ``refused``: surely not accepted; ``unknown``: it may have arrived.

    ``is_down``: the next letter would fare no better, whoever gets it.
    """

    outcome: Literal["accepted", "later", "refused", "unknown"]
    reply: str
    is_down: bool = False


class Door(Protocol):
    @property
    def is_open(self) -> bool:
        """Whether it takes a letter without knocking."""

    def open(self) -> None:
        """Be ready for a letter. Raises RelayDown."""

    def announce(self, envelope: Envelope) -> None:
        """Say who writes to whom, and do not wait for what the server says. Nothing of the letter itself goes yet."""

    def hand_over(self, envelope: Envelope) -> Handover: ...

    def close(self) -> None: ...


class Catcher:
    """Takes every letter and sends none: for demonstrations."""

    is_open = True

    def open(self) -> None:
        pass

    def announce(self, envelope: Envelope) -> None:
        pass

    def hand_over(self, envelope: Envelope) -> Handover:
        return Handover("accepted", "caught")

    def close(self) -> None:
        pass


class Relay:
    """A mail server behind ``smtp://``, ``smtps://`` or ``smtp+starttls://user:password@host:port``."""

    def __init__(self, url: str, *, our_host: str, timeout: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(url)
        self._scheme, self._host = parts.scheme, parts.hostname or "localhost"
        self._port = parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._our_host, self._timeout = our_host, timeout
        # Reading what this machine trusts takes a tenth of a second: once, and only where it is asked.
        self._context = ssl.create_default_context() if self._scheme != "smtp" else None
        self._smtp: smtplib.SMTP | None = None
        self._letters = 0
        self._announced: Envelope | None = None
        # When a letter went well and left the connection as it was.
        self._well_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        if self._smtp is None or self._well_at is None or self._letters >= LETTERS_A_CONNECTION:
            return False
        return clock.now() - self._well_at < ASK_AFTER

    def open(self) -> None:
        if self.is_open:
            return
        if self._smtp is not None and self._letters < LETTERS_A_CONNECTION and self._is_alive(self._smtp):
            return
        self.close()
        try:
            self._smtp = self._connected()
        except smtplib.SMTPResponseException as error:
            raise RelayDown(f"{self._host}:{self._port}: {_reply(error.smtp_code, error.smtp_error)}") from error
        except (OSError, ValueError, smtplib.SMTPException) as error:
            raise RelayDown(f"{self._host}:{self._port}: {error}") from error

    def close(self) -> None:
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self._smtp.close()
        self._smtp, self._letters, self._well_at, self._announced = None, 0, None, None

    def announce(self, envelope: Envelope) -> None:
        """The server thinks about it while we do something else: about the recipient too where it offers pipelining."""
        smtp = self._smtp
        if smtp is None or not self.is_open or not _is_plain(envelope):
            return
        # A connection that has broken off is found out when the letter is handed over.
        with suppress(OSError, smtplib.SMTPException):
            smtp.send(_beginning(envelope) if smtp.has_extn("pipelining") else _from(envelope))
        self._announced = envelope

    def hand_over(self, envelope: Envelope) -> Handover:
        smtp = self._smtp
        if smtp is None:
            return Handover("later", "no connection")
        self._letters += 1
        self._well_at, announced, self._announced = None, self._announced, None
        try:
            if announced is not None and announced is not envelope:
                raise smtplib.SMTPException("another letter was announced")
            refusal = _asked(smtp, envelope, is_announced=announced is not None)
        except ValueError as error:
            return Handover("refused", str(error))
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Handover("later", str(error), is_down=True)
        if refusal is not None:
            return refusal
        try:
            # From the first byte on the server may have taken it, whatever we hear: 250 passes responsibility.
            smtp.send(_dotted(envelope.message))
            handover = _judged(*smtp.getreply())
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Handover("unknown", str(error), is_down=True)
        if handover.outcome == "accepted":
            self._well_at = clock.now()
        return handover

    def _connected(self) -> smtplib.SMTP:
        host, port, us, seconds = self._host, self._port, self._our_host, self._timeout
        smtp: smtplib.SMTP
        if self._scheme == "smtps":
            smtp = smtplib.SMTP_SSL(host, port, us, timeout=seconds, context=self._context)
        else:
            smtp = smtplib.SMTP(host, port, us, seconds)
        try:
            if self._scheme == "smtp+starttls":
                smtp.starttls(context=self._context)
            smtp.ehlo_or_helo_if_needed()
            if self._user:
                smtp.login(self._user, self._password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _is_alive(self, smtp: smtplib.SMTP) -> bool:
        try:
            return smtp.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp, self._well_at = None, None


def door(settings: Settings, *, timeout: float = TIMEOUT_SECONDS) -> Door | None:
    """Where letters go; None: nowhere yet, they wait."""
    if settings.smtp_url:
        return Relay(settings.smtp_url, our_host=settings.host, timeout=timeout)
    return Catcher() if settings.is_demo else None


def _asked(smtp: smtplib.SMTP, envelope: Envelope, *, is_announced: bool) -> Handover | None:
    """Sender, recipient, DATA; what the server has against it, None when it listens."""
    options: list[str] = []
    if not (envelope.sender + envelope.recipient).isascii():
        if not smtp.has_extn("smtputf8"):
            return Handover("refused", "The mail server takes no addresses with umlauts (SMTPUTF8).")
        options = ["SMTPUTF8", "BODY=8BITMIME"]
        smtp.command_encoding = "utf-8"
    elif smtp.has_extn("pipelining") and _is_plain(envelope):
        return _asked_at_once(smtp, "" if is_announced else _beginning(envelope))
    steps: list[tuple[Callable[[], tuple[int, bytes]], tuple[int, ...]]] = [
        (smtp.getreply if is_announced else lambda: smtp.mail(envelope.sender, options), EXPECTED[0]),
        (lambda: smtp.rcpt(envelope.recipient), EXPECTED[1]),
        (lambda: smtp.docmd("data"), EXPECTED[2]),
    ]
    for step, expected in steps:
        code, words = step()
        if code not in expected:
            return _judged(code, words, expected)
    return None


def _is_plain(envelope: Envelope) -> bool:
    both = envelope.sender + envelope.recipient
    return both.isascii() and "\r" not in both and "\n" not in both


def _beginning(envelope: Envelope) -> str:
    return f"{_from(envelope)}RCPT TO:<{envelope.recipient}>\r\n"


def _from(envelope: Envelope) -> str:
    return f"MAIL FROM:<{envelope.sender}>\r\n"


def _asked_at_once(smtp: smtplib.SMTP, beginning: str) -> Handover | None:
    """The same in one round trip instead of three (RFC 2920); ``beginning``: what has not been said yet."""
    smtp.send(f"{beginning}DATA\r\n")
    replies = [smtp.getreply() for _ in EXPECTED]
    refusals = [
        _judged(*reply, expected) for reply, expected in zip(replies, EXPECTED, strict=True) if reply[0] not in expected
    ]
    if refusals and replies[-1][0] in EXPECTED[-1]:
        # It listens although there is nobody to write to: a lone dot ends what never began (RFC 2920 3.1).
        smtp.send(".\r\n")
        smtp.getreply()
    return refusals[0] if refusals else None


# Replies to MAIL, RCPT and DATA that lead on.
EXPECTED: tuple[tuple[int, ...], ...] = ((250,), (250, 251, 252), (354,))


def _judged(code: int, words: bytes, expected: tuple[int, ...] = ()) -> Handover:
    """A reply to the letter itself, or one that was not ``expected`` on the way there."""
    reply, is_down = _reply(code, words), code in (CLOSES, *NOT_LET_IN)
    if not expected and 200 <= code < 300:
        return Handover("accepted", reply)
    if 500 <= code < 600 and code not in NOT_LET_IN:
        return Handover("refused", reply)
    return Handover("later" if expected or 400 <= code < 600 else "unknown", reply, is_down)


def _reply(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}".strip()[:500]


def _dotted(message: bytes) -> bytes:
    """Every line that begins with a dot gets another, and a lone dot ends it (RFC 5321 4.5.2)."""
    ends = message.count(b"\r\n")
    if message.count(b"\n") != ends or message.count(b"\r") != ends:
        message = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    stuffed = b"." + stuffed if stuffed.startswith(b".") else stuffed
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"
