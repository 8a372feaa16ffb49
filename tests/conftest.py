"""What every test may ask for. A test that asks for ``app``, ``session`` or ``client`` runs on both databases."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

import roundtable.models  # noqa: F401 - all tables
from roundtable import create_app
from roundtable.db import Base, db, only_looking
from roundtable.settings import Settings
from roundtable.web.security import limiter
from tests import postgresql
from tests.pages import PageClient

IS_CI = os.environ.get("CI") == "true"
# A Wednesday in winter time, 10:00 in Berlin. Factories count from here.
AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)

for _name in [name for name in os.environ if name.startswith("ROUNDTABLE_") and name != "ROUNDTABLE_PAGES"]:
    del os.environ[_name]


def missing(what: str) -> None:
    """Without it a developer's run goes on, the shared one fails."""
    if IS_CI:
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


def settings_for(data: Path, database_url: str = "", **more: str) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it
        secret_key="only-for-tests-" + "x" * 40,
        base_url="http://localhost",  # type: ignore[arg-type]  # pydantic makes it an address
        data=data,
        database_url=database_url,
        **more,  # type: ignore[arg-type]
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: whoever is done early then helps with the short ones."""
    items.sort(key=lambda item: "browser" not in item.path.parts)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """An address with ``{}`` where the name of a database goes; ``postgres`` always exists."""
    try:
        running = postgresql.server()
        url = running.__enter__()
    except (OSError, RuntimeError) as error:
        missing(f"PostgreSQL ({error})")
    yield url
    running.__exit__(None, None, None)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """``sqlite`` or ``postgresql``: asking for it runs the test on each."""
    return str(request.param)


@pytest.fixture(scope="session")
def _compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Each template is compiled once a run, not once a worker and database."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "compiled"
    folder.mkdir(mode=0o700, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture(scope="session")
def _app(
    database: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    _compiled_templates: FileSystemBytecodeCache,
) -> Iterator[Flask]:
    # Another one each time: tests of the two databases may follow each other in any order.
    data, url = tmp_path_factory.mktemp("data"), ""
    if database == "postgresql":
        url = postgresql.create_database(request.getfixturevalue("postgresql_url"), data.name)
    app = create_app(settings_for(data, url))
    app.testing = True
    app.jinja_env.bytecode_cache = _compiled_templates
    statements: list[str] = []
    app.extensions["statements"] = statements
    with app.app_context():
        engine = db.engine
        Base.metadata.create_all(engine)

    @event.listens_for(engine, "before_cursor_execute")
    def _note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    yield app
    engine.dispose()


@pytest.fixture
def app(_app: Flask) -> Flask:
    """The application with an empty database and an empty data folder; CSRF and rate limits are on."""
    with _app.app_context():
        _empty(db.engine)
    data: Path = _app.config["ROUNDTABLE"].data
    for path in data.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
    limiter.reset()
    only_looking(False)
    _app.extensions["statements"].clear()
    return _app


def _empty(engine: Engine) -> None:
    deletions = [f"DELETE FROM {name}" for name in Base.metadata.tables]
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # In one go: each statement of its own would wait for an answer.
            connection.exec_driver_sql(";".join(["SET LOCAL session_replication_role = replica", *deletions]))
        else:
            for statement in ["PRAGMA defer_foreign_keys = ON", *deletions]:
                connection.exec_driver_sql(statement)


@pytest.fixture
def at() -> Iterator[datetime]:
    """The present moment: the clock stands still at AT."""
    with time_machine.travel(AT, tick=False):
        yield AT


@pytest.fixture
def session(app: Flask, at: datetime) -> Iterator[Session]:
    """For arranging and for looking afterwards; requests have their own (they see what was committed).

    The client commits it before each request and forgets what it had read after it.
    """
    with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def client(app: Flask, session: Session) -> PageClient:
    """The one client that all page tests go through: it checks every answer."""
    return PageClient(app, session)
