"""The database brought from version to version."""

from flask import Flask

from roundtable.db import db
from roundtable.places import MIGRATIONS


def prepare(app: Flask) -> None:
    """Let Flask-Migrate's functions and commands know where our migrations lie."""
    from flask_migrate import Migrate  # noqa: PLC0415 - Alembic is large, and no page needs it

    Migrate(app, db, directory=str(MIGRATIONS))


def upgrade(app: Flask) -> None:
    """To the newest version; in the application's context."""
    from flask_migrate import upgrade as to_newest  # noqa: PLC0415 - as above

    prepare(app)
    to_newest()
