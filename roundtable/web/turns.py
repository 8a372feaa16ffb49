"""Two requests at a time are worked on in one process; whoever is still sending a form or a file waits outside.

Each that is worked on holds a page's worth of memory, and only one of them runs at any moment; while one waits for the
database, the other is rendered. Senders on slow lines keep nobody from their turn.
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

AT_A_TIME = 2
IN_MEMORY, AT_ONCE = 256 * 1024, 64 * 1024


class Turns:
    """Stands before the application."""

    def __init__(self, application: WSGIApplication, most_bytes: int) -> None:
        self._application, self._most_bytes = application, most_bytes
        self._free = threading.BoundedSemaphore(AT_A_TIME)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._received(environ), self._free:
            return self._application(environ, start_response)

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
