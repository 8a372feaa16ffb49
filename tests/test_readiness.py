"""Whether the house can work is said truly, and in words."""

import shutil
import sys
from collections import namedtuple
from contextlib import closing
from contextvars import Context
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from roundtable import create_app, readiness
from roundtable.cli import migrations
from roundtable.db import db, only_looking
from tests.conftest import settings_for

DB = sys.modules["roundtable.db"]
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A house of the newest version; nobody waits for long."""
    monkeypatch.setattr(DB, "QUEUE_SECONDS", 0.05)
    monkeypatch.setattr(DB, "LOCKED_SECONDS", 0.05)
    app = create_app(settings_for(tmp_path))
    migrations.prepare(app)
    with app.app_context():
        upgrade()
        db.engine.dispose()
    assert _asked(app) == (200, "ok\n")
    # Another test may have looked at pages before in this thread.
    only_looking(False)
    return app


def _asked(app: Flask) -> tuple[int, str]:
    answer = Context().run(app.test_client().get, "/readyz")
    return answer.status_code, answer.get_data(as_text=True)


def test_the_newest_version_is_known_without_alembic() -> None:
    folder = Path(readiness.__file__).parents[1] / "migrations" / "versions"
    assert readiness.newest_version() in {path.name[:4] for path in folder.glob("*.py")}


def test_an_old_schema_is_not_ready(ready: Flask) -> None:
    with ready.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    status, said = _asked(ready)
    assert (status, "Run: roundtable upgrade" in said) == (503, True)


def test_a_full_disk_is_not_ready(ready: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 1024**2))
    status, said = _asked(ready)
    assert (status, said.partition(" in ")[0]) == (503, "Only 1 MB are free")


def test_a_database_that_another_program_has_locked_is_not_ready(ready: Flask) -> None:
    with ready.app_context(), closing(db.engine.raw_connection()) as other:
        other.cursor().execute("BEGIN IMMEDIATE")
        status, said = _asked(ready)
        other.cursor().execute("ROLLBACK")
    assert (status, said.partition(":")[0]) == (503, "The database cannot be written to")
    assert _asked(ready)[0] == 200


def test_writers_of_ours_that_do_not_end_are_said_too(ready: Flask) -> None:
    with ready.app_context(), db.engine.begin():
        assert _asked(ready)[0] == 503
    assert _asked(ready)[0] == 200
