"""A mail server to test with: it takes letters, refuses them, or breaks off, by the recipient's address."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Inbox:
    """What arrived. ``says`` answers RCPT for an address, ``says_after_data`` answers the letter; "break" hangs up."""

    def __init__(self) -> None:
        self.says: dict[str, str] = {}
        self.says_after_data: dict[str, str] = {}
        self.messages: list[bytes] = []
        self.connections = 0
        self.on_letter: Callable[[int], None] = lambda number: None

    @property
    def message_ids(self) -> list[str]:
        return [str(message_from_bytes(each)["Message-ID"]) for each in self.messages]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> Any:
        self.connections += 1
        session.host_name = hostname
        return lines

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = self.says.get(address, "250 fine")
        if answer == "break":
            return _hang_up(server)
        if answer.startswith("25"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.says_after_data.get(envelope.rcpt_tos[0], "250 taken")
        if answer == "break before taking it":
            return _hang_up(server)
        if not answer.startswith(("4", "5")):
            self.messages.append(envelope.original_content or b"")
        await asyncio.to_thread(self.on_letter, len(self.messages))
        return _hang_up(server) if answer == "break" else answer


def _hang_up(server: SMTP) -> str:
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()
    return "421 gone"


@contextmanager
def relay(password: str = "", inbox: Inbox | None = None, **options: Any) -> Iterator[tuple[Inbox, str]]:
    """Run one, with a password for those it lets in. Yields what it takes in and its ``smtp://`` address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    inbox = inbox or Inbox()

    def knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == password.encode(), handled=False)

    if password:
        options |= {"authenticator": knows, "auth_required": True, "auth_require_tls": False}
    controller = Controller(inbox, hostname="127.0.0.1", port=port, decode_data=False, **options)
    controller.start()
    inbox.connections = 0
    try:
        yield inbox, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
