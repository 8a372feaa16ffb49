"""One request at a time is worked on in one process; whoever is still sending a form or a file waits outside.

Only one can run at any moment, and a second would be in its way each time it has asked the database: whoever holds the
seats, for whom all others wait, would have them three times as long. Neither senders on slow lines nor a request that
takes long, such as a mailing to thousands, keep anybody from their turn.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Longer than any page takes: after that, whoever waits does so no more.
PATIENCE_SECONDS = 0.25
IN_MEMORY, AT_ONCE = 256 * 1024, 64 * 1024


class Turns:
    """Stands before the application."""

    def __init__(self, application: WSGIApplication, most_bytes: int) -> None:
        self._application, self._most_bytes = application, most_bytes
        self._free = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._received(environ), self._turn():
            return self._application(environ, start_response)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        is_ours = self._free.acquire(timeout=PATIENCE_SECONDS)
        try:
            yield
        finally:
            if is_ours:
                self._free.release()

    @contextmanager
    def _received(self, environ: WSGIEnvironment) -> Iterator[None]:
        """All that is sent with the request is here; what is too long is left for the application to refuse."""
        length = environ.get("CONTENT_LENGTH") or ""
        left = int(length) if length.isdecimal() else 0
        if not 0 < left <= self._most_bytes:
            yield
            return
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            while left > 0 and (part := environ["wsgi.input"].read(min(left, AT_ONCE))):
                body.write(part)
                left -= len(part)
            body.seek(0)
            environ["wsgi.input"] = body
            yield


def init_app(app: Flask) -> None:
    app.wsgi_app = Turns(app.wsgi_app, app.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]
