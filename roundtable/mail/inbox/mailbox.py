"""The reply mailbox on the mail server (IMAP). A message leaves it only when it is kept here."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from roundtable.mail.inbox.parsing import MOST_BYTES
from roundtable.settings import Settings

TIMEOUT_SECONDS = 30.0
PORTS = {"imap": 143, "imaps": 993, "imap+starttls": 143}
DONE = "Processed"
# So many at a time; the rest comes with the next look.
MOST_AT_ONCE = 200


class MailboxDown(Exception):
    """The mailbox cannot be reached, does not let us in or does not do what we ask."""


class OpenMailbox:
    """A folder that is open. Each message is named by its UID there."""

    def __init__(self, box: BaseMailBox) -> None:
        self._box = box

    def waiting(self) -> list[str]:
        """The oldest first; what somebody has looked at elsewhere counts too."""
        return self._box.uids("ALL")[:MOST_AT_ONCE]

    def content(self, uid: str) -> bytes | None:
        """The message as it is, one byte more than we take at most; None where it is gone. It stays unseen."""
        status, found = self._box.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)")
        if status != "OK":
            raise MailboxDown(f"message {uid} cannot be read: {found!r}")
        return next((each[1] for each in found if isinstance(each, tuple) and isinstance(each[1], bytes)), None)

    def put_away(self, uid: str) -> None:
        """Into the folder of what is done, marked as seen."""
        self._box.flag(uid, "\\Seen", True)
        self._box.move(uid, DONE)

    def make_ready(self) -> None:
        if not self._box.folder.exists(DONE):
            self._box.folder.create(DONE)


@contextmanager
def opened(settings: Settings, *, timeout: float = TIMEOUT_SECONDS) -> Iterator[OpenMailbox]:
    """Sign in to ``imaps://user:password@host/folder``. Raises MailboxDown, here and whatever is done inside."""
    parts = urlsplit(settings.imap_url)
    where = f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}"
    try:
        box = _connected(settings.imap_url, timeout)
        try:
            box.login(unquote(parts.username or ""), unquote(parts.password or ""), None)
            box.folder.set(unquote(parts.path.strip("/")) or "INBOX")
            yield OpenMailbox(box)
        finally:
            with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
                box.logout()
            # Where the server is gone, signing out left the connection open.
            with suppress(OSError):
                box.client.shutdown()
    except (OSError, ValueError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise MailboxDown(f"{where}: {_said(error)}") from error


def _connected(url: str, timeout: float) -> BaseMailBox:
    """By TLS with the server's certificate checked; unencrypted only on this machine (settings.py sees to it)."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    if parts.scheme == "imaps":
        return MailBox(host, port, timeout, ssl_context=ssl.create_default_context())
    if parts.scheme == "imap+starttls":
        return MailBoxStartTls(host, port, timeout, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(host, port, timeout)


def _said(error: Exception) -> str:
    """The server's words in one line; never the address, which holds the password."""
    result = getattr(error, "command_result", None)
    if isinstance(result, tuple) and len(result) > 1 and result[1]:
        error_words = b" ".join(each for each in result[1] if isinstance(each, bytes)).decode("ascii", "replace")
        return error_words or str(result[0])
    return " ".join(str(error).split())[:300]
