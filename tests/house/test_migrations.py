"""Migrations make exactly the tables that the models describe, and take them away again."""

from collections.abc import Iterator
from contextvars import Context
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from roundtable import create_app
from roundtable.db import Base, db
from tests.conftest import create_database, settings_for


@pytest.fixture
def fresh(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database has no table yet."""
    url = ""
    if database == "postgresql":
        url = create_database(request.getfixturevalue("postgresql_url"), tmp_path.name)
    app = create_app(settings_for(tmp_path, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_migrations_equal_the_models(fresh: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata})
        assert compare_metadata(context, Base.metadata) == []
        assert inspect(connection).get_check_constraints("roundtables"), "constraints did not come along"
    assert Context().run(fresh.test_client().get, "/readyz").status_code == 200


def test_migrations_can_be_taken_back(fresh: Flask) -> None:
    upgrade()
    downgrade(revision="base")
    with db.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    upgrade()
