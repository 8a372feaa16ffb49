"""Writers of one SQLite database follow one another."""

import threading
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from roundtable.db import prepare_engine


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
