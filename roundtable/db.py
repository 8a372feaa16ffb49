"""The base of all models, UTC times, wording in two languages, and the write lock."""

import os
import sys
import threading
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Date, DateTime, Engine, MetaData, Text, event
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Composite, DeclarativeBase, Session, composite, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

if sys.platform == "win32":
    fcntl = None
else:
    import fcntl

# Nobody waits longer: first for our other writers, then for another program that has locked the database.
QUEUE_SECONDS, LOCKED_SECONDS = 10.0, 5.0

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. Refuses naive ones: they are a bug, not a time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"a moment without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UTCDateTime(), date: Date(), str: Text(), Literal: Text()},
    )


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same words in German and English; either may be empty."""

    de: str
    en: str

    def in_(self, language: str) -> str:
        """The words in this language, or in the other where this one has none."""
        first, second = (self.de, self.en) if language == "de" else (self.en, self.de)
        return first or second

    def __bool__(self) -> bool:
        return bool(self.de or self.en)


NO_WORDS = Bilingual("", "")


def bilingual(name: str) -> Composite[Bilingual]:
    """Two columns, ``<name>_de`` and ``<name>_en``, read and written as one :class:`Bilingual`."""
    return composite(
        Bilingual,
        mapped_column(f"{name}_de", Text, default="", nullable=False),
        mapped_column(f"{name}_en", Text, default="", nullable=False),
    )


# expire_on_commit off: a page is rendered after the edge commits, without reading everything again.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


_looking: ContextVar[bool] = ContextVar("looking", default=False)


class LookingChangesNothing(RuntimeError):
    """A request that may only look tried to write. A bug, never the visitor's doing."""


def only_looking(value: bool) -> None:
    """Say whether what follows in this thread only reads (GET, HEAD) or may write."""
    _looking.set(value)


@event.listens_for(Session, "before_flush")
def _refuse_writes_while_looking(session: Session, *_: Any) -> None:
    if _looking.get() and (session.new or session.deleted or any(map(session.is_modified, session.dirty))):
        raise LookingChangesNothing("a GET request tried to write")


class WaitedTooLong(OperationalError):
    """Others have been writing for longer than anybody should wait. Nothing was saved; trying again may help."""

    def __init__(self) -> None:
        super().__init__("BEGIN IMMEDIATE", None, TimeoutError("others have been writing for too long"))


class _Place:
    """Somebody's place in the queue. A thread of its own stands there: nobody can be called away from flock(2)."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        self._has_come, self._has_left, self._one_at_a_time = threading.Event(), False, threading.Lock()

    def comes_within(self, seconds: float) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            threading.Thread(target=self._stand, name="writer", daemon=True).start()
            return self._has_come.wait(seconds)
        self._has_come.set()
        return True

    def _stand(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        with self._one_at_a_time:
            self._has_come.set()
            if self._has_left:
                os.close(self._file)

    def leave(self) -> None:
        """The next one comes; from a place that has not come yet, as soon as it does."""
        with self._one_at_a_time:
            self._has_left = True
            if self._has_come.is_set():
                os.close(self._file)


class WritersQueue:
    """Writers of one SQLite database, in all processes of this machine, one after the other.

    Left to itself SQLite tries again and again, with pauses of up to a tenth of a second
    (https://www.sqlite.org/c3ref/busy_timeout.html): whoever came first may wait longest, while nobody writes. A lock
    on a file passes on at once (flock(2)), and the kernel lets go of it should a process be killed.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def wait_in(self, held: dict[Any, Any], *, seconds: float) -> None:
        """``held``: what is kept beside a connection until it goes back to its pool.

        Raises:
            WaitedTooLong: it was not our turn within ``seconds``.
        """
        if fcntl is None or self in held:
            return
        place = _Place(self._path)
        if not place.comes_within(seconds):
            place.leave()
            raise WaitedTooLong
        held[self] = place

    def leave(self, held: dict[Any, Any]) -> None:
        place = held.pop(self, None)
        if place is not None:
            place.leave()


def _wait_for_locks_no_longer(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """PostgreSQL: for the session, so outside a transaction, which could be rolled back."""
    before, connection.autocommit = connection.autocommit, True
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{QUEUE_SECONDS + LOCKED_SECONDS:.0f}s'")
    cursor.close()
    connection.autocommit = before


def prepare_engine(engine: Engine) -> None:
    """SQLite in WAL mode, foreign keys on, writers queue from their first statement.

    The driver's own transactions are off (``isolation_level=None``): it would begin late and lose updates
    (https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#pysqlite-serializable).
    """
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _wait_for_locks_no_longer)
        return
    queue = WritersQueue(f"{engine.url.database}-writers")

    @event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={LOCKED_SECONDS * 1000:.0f}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if _looking.get():
            connection.exec_driver_sql("BEGIN")
        else:
            queue.wait_in(connection.info, seconds=QUEUE_SECONDS)
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _checkin(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        queue.leave(record.info)


def leave_no_journal(engine: Engine) -> None:
    """SQLite takes its journal into the database when the last connection closes: of others, killed ones, too."""
    engine.dispose()
    with engine.connect():
        pass
    engine.dispose()
