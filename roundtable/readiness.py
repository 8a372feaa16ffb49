"""Whether the house can work: the schema, the room on the disk, the lock for writing. In words that say what to do."""

import shutil
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from roundtable.db import only_looking
from roundtable.places import MIGRATIONS

# Below this the next upload or a busy hour of SQLite's journal may not fit.
LEAST_FREE_BYTES = 50 * 1024 * 1024


def hindrances(engine: Engine, data: Path) -> list[str]:
    """One sentence for each thing that stands in the way; empty where the house can work."""
    return _schema(engine) or [*_disk(data), *_lock(engine)]


def newest_version() -> str:
    """Of the migrations, which are numbered."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _schema(engine: Engine) -> list[str]:
    try:
        with engine.connect() as connection:
            present = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return ["The database does not answer or has no tables yet. Run: roundtable upgrade"]
    if present != newest_version():
        return [f"The database is at version {present}, not at {newest_version()}. Run: roundtable upgrade"]
    return []


def _disk(data: Path) -> list[str]:
    free = shutil.disk_usage(data).free
    if free < LEAST_FREE_BYTES:
        return [f"Only {free // 1024 // 1024} MB are free in {data}: what people write may be lost. Make room there."]
    return []


def _lock(engine: Engine) -> list[str]:
    """Takes the lock as any writer does, and lets go of it."""
    only_looking(False)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql" and connection.scalar(text("SELECT pg_is_in_recovery()")):
                return ["The database only follows another one and takes no writing."]
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        return [f"The database cannot be written to: {cause}. End the program that has locked it."]
    return []
