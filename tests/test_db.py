"""Writers of one SQLite database follow one another."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from roundtable.db import WaitedTooLong, leave_no_journal, prepare_engine

# The package calls what lies in it by the same name.
MODULE = sys.modules["roundtable.db"]


def _impatient(path: Path) -> Engine:
    """An engine as another process would have it; SQLite itself never waits for the lock."""
    engine = create_engine(f"sqlite:///{path}")
    prepare_engine(engine)
    return engine


def test_writers_queue_instead_of_trying_again_and_again(tmp_path: Path) -> None:
    engines = [_impatient(tmp_path / "queue.sqlite3") for _ in range(4)]
    with engines[0].begin() as connection:
        connection.execute(text("CREATE TABLE notes (words TEXT)"))
    wrong: list[str] = []

    def write(engine: Engine) -> None:
        try:
            for number in range(25):
                with engine.connect() as connection:
                    # Before a transaction, on the driver's own cursor.
                    connection.connection.cursor().execute("PRAGMA busy_timeout = 0")
                    connection.execute(text("INSERT INTO notes VALUES (:words)"), {"words": str(number)})
                    connection.commit()
        except Exception as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=write, args=[engine]) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []
    with engines[0].connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM notes")) == 100
    for engine in engines:
        engine.dispose()


def test_whoever_gives_up_lets_the_next_one_write(tmp_path: Path) -> None:
    first, second = (_impatient(tmp_path / "queue.sqlite3") for _ in range(2))
    with first.begin() as connection:
        connection.execute(text("CREATE TABLE notes (words TEXT)"))
    with first.connect() as connection:
        connection.execute(text("INSERT INTO notes VALUES ('never')"))
        connection.rollback()
    with second.begin() as connection:
        connection.execute(text("INSERT INTO notes VALUES ('kept')"))
    with first.connect() as connection:
        assert connection.scalars(text("SELECT words FROM notes")).all() == ["kept"]
    first.dispose()
    second.dispose()


def test_waiting_for_other_writers_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "QUEUE_SECONDS", 0.05)
    first, second = (_impatient(tmp_path / "queue.sqlite3") for _ in range(2))
    with first.begin() as connection:
        connection.execute(text("CREATE TABLE notes (words TEXT)"))
        with pytest.raises(WaitedTooLong), second.begin():
            pass
    # Whoever gave up stands in nobody's way once the turn would have come.
    monkeypatch.undo()
    for engine in (first, second):
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO notes VALUES ('kept')"))
        engine.dispose()


def test_waiting_for_a_lock_has_an_end(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "QUEUE_SECONDS", 1.0)
    monkeypatch.setattr(MODULE, "LOCKED_SECONDS", 0.0)
    engine = create_engine(postgresql_url.format("postgres"))
    prepare_engine(engine)
    key = text("SELECT pg_advisory_xact_lock(1)")
    with engine.begin() as first:
        first.execute(key)
        with pytest.raises(OperationalError), engine.begin() as second:
            second.execute(key)
    engine.dispose()


def test_what_a_killed_program_left_of_its_journal_is_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    killed = (
        "import os, sqlite3\n"
        f"connection = sqlite3.connect({str(path)!r}, isolation_level=None)\n"
        "connection.execute('PRAGMA journal_mode=WAL')\n"
        "connection.execute('CREATE TABLE notes (words TEXT)')\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", killed], check=True)
    assert path.with_name("journal.sqlite3-wal").exists()
    engine = _impatient(path)
    leave_no_journal(engine)
    assert not path.with_name("journal.sqlite3-wal").exists()
