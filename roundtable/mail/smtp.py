"""Handing a letter to the mail server (RFC 5321), and knowing afterwards what became of it."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import unquote, urlsplit

from roundtable.settings import Settings

TIMEOUT_SECONDS = 60.0
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
# A fresh connection now and then: servers limit how many letters they take over one.
LETTERS_A_CONNECTION = 100
# RFC 4954 6: says something about our password, nothing about the letter.
NOT_LET_IN = (530, 534, 535, 538)


class RelayDown(Exception):
    """The mail server cannot be reached or does not let us in. No letter was touched."""


@dataclass(frozen=True, slots=True)
class Envelope:
    sender: str
    recipient: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Handover:
    """``accepted``; ``later`` and ``refused``: surely not accepted; ``unknown``: it may have arrived."""

    outcome: Literal["accepted", "later", "refused", "unknown"]
    reply: str


class Door(Protocol):
    def open(self) -> None:
        """Be ready for a letter. Raises RelayDown."""

    def hand_over(self, envelope: Envelope) -> Handover: ...

    def close(self) -> None: ...


class Catcher:
    """Takes every letter and sends none: for demonstrations."""

    def open(self) -> None:
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
        self._smtp: smtplib.SMTP | None = None
        self._letters = 0

    def open(self) -> None:
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
        self._smtp, self._letters = None, 0

    def hand_over(self, envelope: Envelope) -> Handover:
        smtp = self._smtp
        if smtp is None:
            return Handover("later", "no connection")
        self._letters += 1
        try:
            refusal = _announce(smtp, envelope)
        except ValueError as error:
            return Handover("refused", str(error))
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Handover("later", str(error))
        if refusal is not None:
            return refusal
        try:
            # From the first byte on the server may have taken it, whatever we hear: 250 passes responsibility.
            smtp.send(_dotted(envelope.message))
            return _judged(*smtp.getreply())
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Handover("unknown", str(error))

    def _connected(self) -> smtplib.SMTP:
        host, port, us, seconds = self._host, self._port, self._our_host, self._timeout
        context = ssl.create_default_context()
        smtp: smtplib.SMTP
        if self._scheme == "smtps":
            smtp = smtplib.SMTP_SSL(host, port, us, timeout=seconds, context=context)
        else:
            smtp = smtplib.SMTP(host, port, us, seconds)
        try:
            if self._scheme == "smtp+starttls":
                smtp.starttls(context=context)
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
        self._smtp = None


def door(settings: Settings, *, timeout: float = TIMEOUT_SECONDS) -> Door | None:
    """Where letters go; None: nowhere yet, they wait."""
    if settings.smtp_url:
        return Relay(settings.smtp_url, our_host=settings.host, timeout=timeout)
    return Catcher() if settings.is_demo else None


def _announce(smtp: smtplib.SMTP, envelope: Envelope) -> Handover | None:
    """Sender, recipient, DATA; what the server has against it, None when it listens."""
    options: list[str] = []
    if not (envelope.sender + envelope.recipient).isascii():
        if not smtp.has_extn("smtputf8"):
            return Handover("refused", "The mail server takes no addresses with umlauts (SMTPUTF8).")
        options = ["SMTPUTF8", "BODY=8BITMIME"]
        smtp.command_encoding = "utf-8"
    steps: list[tuple[Callable[[], tuple[int, bytes]], tuple[int, ...]]] = [
        (lambda: smtp.mail(envelope.sender, options), (250,)),
        (lambda: smtp.rcpt(envelope.recipient), (250, 251, 252)),
        (lambda: smtp.docmd("data"), (354,)),
    ]
    for step, expected in steps:
        code, words = step()
        if code not in expected:
            return Handover("refused" if _is_final(code) else "later", _reply(code, words))
    return None


def _judged(code: int, words: bytes) -> Handover:
    """The answer to the letter itself."""
    if 200 <= code < 300:
        return Handover("accepted", _reply(code, words))
    if _is_final(code):
        return Handover("refused", _reply(code, words))
    return Handover("later" if 400 <= code < 600 else "unknown", _reply(code, words))


def _is_final(code: int) -> bool:
    return 500 <= code < 600 and code not in NOT_LET_IN


def _reply(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}".strip()[:500]


def _dotted(message: bytes) -> bytes:
    """Every line that begins with a dot gets another, and a lone dot ends it (RFC 5321 4.5.2)."""
    stuffed = re.sub(rb"(?m)^\.", b"..", re.sub(rb"\r\n|\r|\n", b"\r\n", message))
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"
