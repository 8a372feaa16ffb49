"""One request at a time is worked on in one process; whoever is still sending a form or a file waits outside.

Only one can run at any moment, and a second would be in its way each time it has asked the database: whoever holds the
seats, for whom all others wait, would have them three times as long. Neither senders on slow lines nor a request that
takes long, such as a mailing to thousands, keep anybody from their turn.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Nobody can be called away from a line that brings nothing. So whoever sends slowly holds few of a process' threads
# (``serving/processes.py``), as many for everybody behind one address; what a browser sends is here in no time.
MOST_SENDERS, SENDERS_WAIT_SECONDS = 4, 2.0
# Longer than any page takes: after that, whoever waits does so no more.
PATIENCE_SECONDS = 0.25
TOO_MANY_SENDERS = (
    b"Von dieser Adresse wird gerade zu viel gesendet. Bitte laden Sie die Seite gleich neu.\n"
    b"Too much is being sent from this address. Please reload the page in a moment.\n"
)
IN_MEMORY, AT_ONCE = 256 * 1024, 64 * 1024


class Senders:
    """Who is sending us something right now, by address of origin."""

    def __init__(self) -> None:
        self._number: Counter[str] = Counter()
        self._fewer = threading.Condition()

    def come(self, origin: str) -> bool:
        """False: too many from there are still sending."""
        with self._fewer:
            if not self._fewer.wait_for(lambda: self._number[origin] < MOST_SENDERS, SENDERS_WAIT_SECONDS):
                return False
            self._number[origin] += 1
            return True

    def leave(self, origin: str) -> None:
        with self._fewer:
            self._number[origin] -= 1
            if not self._number[origin]:
                del self._number[origin]
            self._fewer.notify_all()


class Turns:
    """Stands before the application."""

    def __init__(self, application: WSGIApplication, most_bytes: int) -> None:
        self._application, self._most_bytes = application, most_bytes
        self._free, self._senders = threading.Lock(), Senders()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with ExitStack() as stack:
            if not self._is_received(environ, stack):
                start_response(
                    "503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "10")]
                )
                return [TOO_MANY_SENDERS]
            stack.enter_context(self._turn())
            return self._application(environ, start_response)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        is_ours = self._free.acquire(timeout=PATIENCE_SECONDS)
        try:
            yield
        finally:
            if is_ours:
                self._free.release()

    def _is_received(self, environ: WSGIEnvironment, stack: ExitStack) -> bool:
        """All that is sent with the request is here; what is too long is left for the application to refuse.

        False: too many from the same address are still sending.
        """
        length = environ.get("CONTENT_LENGTH") or ""
        left = int(length) if length.isdecimal() else 0
        if not 0 < left <= self._most_bytes:
            return True
        origin = environ.get("REMOTE_ADDR", "")
        if not self._senders.come(origin):
            return False
        try:
            body = stack.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - the stack closes it
            while left > 0 and (part := environ["wsgi.input"].read(min(left, AT_ONCE))):
                body.write(part)
                left -= len(part)
        finally:
            self._senders.leave(origin)
        body.seek(0)
        environ["wsgi.input"] = body
        return True


def init_app(app: Flask) -> None:
    app.wsgi_app = Turns(app.wsgi_app, app.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]
