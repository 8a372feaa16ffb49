"""A mail server to fetch from: as much IMAP4rev1 as a client needs that lists, reads, flags and moves (RFC 3501)."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

COMMAND = re.compile(rb"(\S+) (UID )?(\S+) ?(.*)", re.DOTALL)
PARTIAL = re.compile(rb"BODY\.PEEK\[\]<(\d+)\.(\d+)>")


class Mailboxes:
    """``folders``: UIDs to messages. ``breaks_at``: hang up when this command comes, for as often as it says."""

    def __init__(self, *, can_move: bool = True) -> None:
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": {}}
        self.flags: dict[int, set[bytes]] = {}
        self.password, self.can_move = "geheim", can_move
        self.breaks_at: dict[str, int] = {}
        self.commands: list[str] = []
        self._next = 1

    def deliver(self, content: bytes, folder: str = "INBOX") -> int:
        uid, self._next = self._next, self._next + 1
        self.folders[folder][uid] = content
        return uid


class _Talk(socketserver.StreamRequestHandler):
    boxes: Mailboxes

    def handle(self) -> None:
        self.folder = ""
        self._say(b"* OK ready")
        while line := self.rfile.readline():
            match = COMMAND.fullmatch(line.strip())
            assert match, line
            tag, name, rest = match[1], match[3].upper().decode(), match[4]
            self.boxes.commands.append(name)
            if self.boxes.breaks_at.get(name, 0) > 0:
                self.boxes.breaks_at[name] -= 1
                return
            answer = getattr(self, f"do_{name}")(rest)
            self._say(tag + b" " + (answer or b"OK done"))
            if name == "LOGOUT":
                return

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def do_CAPABILITY(self, rest: bytes) -> None:
        self._say(b"* CAPABILITY IMAP4rev1" + (b" MOVE" if self.boxes.can_move else b""))

    def do_LOGIN(self, rest: bytes) -> bytes | None:
        return None if f'"{self.boxes.password}"'.encode() in rest else b"NO [AUTHENTICATIONFAILED] wrong password"

    def do_LIST(self, rest: bytes) -> None:
        for name in self.boxes.folders:
            if rest.endswith(f'"{name}"'.encode()):
                self._say(f'* LIST () "/" "{name}"'.encode())

    def do_CREATE(self, rest: bytes) -> None:
        self.boxes.folders[rest.strip(b'"').decode()] = {}

    def do_SELECT(self, rest: bytes) -> bytes | None:
        self.folder = rest.strip(b'"').decode()
        if self.folder not in self.boxes.folders:
            return b"NO no such folder"
        self._say(b"* %d EXISTS" % len(self.here))
        return b"OK [READ-WRITE] selected"

    @property
    def here(self) -> dict[int, bytes]:
        return self.boxes.folders[self.folder]

    def do_SEARCH(self, rest: bytes) -> None:
        self._say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in sorted(self.here)))

    def do_FETCH(self, rest: bytes) -> None:
        uid = int(rest.split()[0])
        if uid in self.here:
            match = PARTIAL.search(rest)
            assert match, rest
            content = self.here[uid][int(match[1]) : int(match[1]) + int(match[2])]
            self._say(b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%s)" % (uid, len(content), content))

    def do_STORE(self, rest: bytes) -> None:
        uid, _, flags = rest.partition(b" ")
        self.boxes.flags.setdefault(int(uid), set()).update(re.findall(rb"\\\w+", flags))

    def do_EXPUNGE(self, rest: bytes) -> None:
        for uid in [each for each in self.here if b"\\Deleted" in self.boxes.flags.get(each, ())]:
            del self.here[uid]

    def do_MOVE(self, rest: bytes) -> None:
        self.do_COPY(rest)
        del self.here[int(rest.split()[0])]

    def do_COPY(self, rest: bytes) -> None:
        uid, folder = rest.split()
        self.boxes.deliver(self.here[int(uid)], folder.strip(b'"').decode())

    def do_LOGOUT(self, rest: bytes) -> None:
        self._say(b"* BYE")

    def do_NOOP(self, rest: bytes) -> None:
        pass


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is gone is no news."""


@contextmanager
def imap_server(*, can_move: bool = True) -> Iterator[tuple[Mailboxes, str]]:
    """Run one. Yields what it holds and its ``imap://`` address."""
    boxes = Mailboxes(can_move=can_move)
    with _Server(("127.0.0.1", 0), type("Talk", (_Talk,), {"boxes": boxes})) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        try:
            yield boxes, f"imap://antwort:geheim@127.0.0.1:{server.server_address[1]}/INBOX"
        finally:
            server.shutdown()
