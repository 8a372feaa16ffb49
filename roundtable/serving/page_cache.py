"""Public pages and files as they went out last, sent again as long as they would come out the same.

What the public sees follows from its address, from the data and from the clock, which counts whole seconds. So what is
kept holds for one :data:`Era`: until anything is committed, by any process on any host, or the second is over. Nothing
has to say what it changed, and an embargo ends to the second. A private calendar follows from its secret address in the
same way. In quiet hours a page is rendered once a second at most; while letters go out or answers come in, more often.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, request
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from werkzeug.http import is_resource_modified

from roundtable import clock
from roundtable.db import db

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
Era = tuple[object, datetime]

# In each process; what would not fit is rendered anew.
MOST_BYTES = 8 * 1024 * 1024
ERA = "roundtable.era"
# Different as soon as somebody else has committed: https://www.sqlite.org/pragma.html#pragma_data_version (on one
# connection that never writes), https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
WHAT_IS_COMMITTED = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}
# Who has a page already is not told these again (RFC 9110 15.4.5).
ABOUT_THE_BODY = ("content-type", "content-length", "content-language", "last-modified")


class Eras:
    """Tells on a connection of its own which era it is."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._statement = engine, WHAT_IS_COMMITTED[engine.dialect.name]
        self._connection: DBAPIConnection | None = None
        self._one_at_a_time = threading.Lock()
        event.listen(engine, "engine_disposed", lambda _: self._hang_up())

    def now(self) -> Era | None:
        """None while the database does not answer."""
        try:
            with self._one_at_a_time:
                cursor = (self._connection or self._connect()).cursor()
                cursor.execute(self._statement)
                committed = cursor.fetchall()[0][0]
                cursor.close()
        except Exception:  # whatever the driver raises; the page itself will say what is wrong
            self._hang_up()
            return None
        return committed, clock.now()

    def _connect(self) -> DBAPIConnection:
        pooled = self._engine.raw_connection()
        connection: DBAPIConnection = pooled.driver_connection  # type: ignore[assignment]  # there is one: it is new
        pooled.detach()
        if self._engine.dialect.name == "postgresql":
            connection.autocommit = True
        self._connection = connection
        return connection

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()


@dataclass(frozen=True, slots=True)
class Page:
    """One answer as it went over the wire."""

    era: Era
    headers: Headers
    body: bytes
    etag: str | None
    last_modified: str | None

    def send(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asks = "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ
        if asks and not is_resource_modified(environ, self.etag, last_modified=self.last_modified):
            start_response("304 NOT MODIFIED", [each for each in self.headers if each[0].lower() not in ABOUT_THE_BODY])
            return ()
        start_response("200 OK", self.headers)
        return (self.body,)


class PageCache:
    """Stands before the application: what it keeps never gets as far as a request."""

    def __init__(self, application: WSGIApplication, eras: Eras) -> None:
        self._application, self._eras = application, eras
        self._pages: dict[tuple[str, ...], Page] = {}
        self._era: Era | None = None
        self._bytes = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET":
            return self._application(environ, start_response)
        address = _address(environ)
        page = self._pages.get(address)
        if page is not None and page.era == self._eras.now():
            return page.send(environ, start_response)
        return self._render(address, environ, start_response)

    def _render(
        self, address: tuple[str, ...], environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        said: list[tuple[str, Headers]] = []

        def note(status: str, headers: Headers, *rest: object) -> Callable[[bytes], object]:
            said.append((status, headers))
            return start_response(status, headers, *rest)  # type: ignore[arg-type]  # exc_info, as it came

        answer = self._application(environ, note)
        era: Era | None = environ.get(ERA)
        if era is None or not said or not _is_for_everybody(*said[-1]):
            return answer
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        self._cache(address, era, said[-1][1], body)
        return (body,)

    def _cache(self, address: tuple[str, ...], era: Era, headers: Headers, body: bytes) -> None:
        if era != self._era:
            self._pages, self._era, self._bytes = {}, era, 0
        self._bytes += len(body)
        if self._bytes <= MOST_BYTES:
            named = {name.lower(): value for name, value in headers}
            lasting = [each for each in headers if each[0].lower() != "date"]
            self._pages[address] = Page(era, lasting, body, named.get("etag"), named.get("last-modified"))


def _address(environ: WSGIEnvironment) -> tuple[str, ...]:
    names = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
    return tuple(environ.get(name, "") for name in names)


def _is_for_everybody(status: str, headers: Headers) -> bool:
    """A whole page that knows nobody: no cookie, not read from one, not forbidden to be kept."""
    return status.startswith("200") and not any(
        name == "set-cookie" or name == "vary" or (name == "cache-control" and "no-store" in value)
        for name, value in ((name.lower(), value) for name, value in headers)
    )


def init_app(app: Flask, *doors: Blueprint) -> None:
    """Keep what these blueprints answer."""
    with app.app_context():
        eras = Eras(db.engine)

    def begin() -> None:
        # Before anything is read: what is committed while the page is rendered belongs to the next era.
        if request.method == "GET":
            request.environ[ERA] = eras.now()

    def conclude(response: Response) -> Response:
        """Whoever has the page already need not get it again."""
        if request.method in ("GET", "HEAD") and response.status_code == 200 and "ETag" not in response.headers:
            response.headers.setdefault("Cache-Control", "no-cache")
            response.add_etag()
            response.make_conditional(request)
        return response

    for door in doors:
        app.before_request_funcs.setdefault(door.name, []).insert(0, begin)
        app.after_request_funcs.setdefault(door.name, []).insert(0, conclude)
    app.wsgi_app = PageCache(app.wsgi_app, eras)  # type: ignore[method-assign]
