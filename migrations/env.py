"""How migrations run: whole or not at all, on SQLite as on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

import roundtable.models  # noqa: F401 - all tables, else they would be dropped
from roundtable.db import Base, UTCDateTime, db

# Any number, the same in every process: two that upgrade at once do it one after the other.
UPGRADE_LOCK = 7_268_113


def render_item(kind: str, thing: Any, _: AutogenContext) -> str | Literal[False]:
    """A migration knows nothing of our code, which moves on."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UTCDateTime) else False


def number(_: Any, revision: Any, directives: list[MigrationScript]) -> None:
    """Count migrations instead of drawing a random name; write none where nothing changed."""
    script = directives[0]
    asked = getattr(context.config.cmd_opts, "autogenerate", False)
    if asked and script.upgrade_ops is not None and script.upgrade_ops.is_empty():
        directives.clear()
        return
    script.rev_id = f"{int(revision[0]) + 1 if revision else 1:04}"


def keys_still_lead_somewhere(ctx: MigrationContext, *_: Any, **__: Any) -> None:
    """Runs inside each migration's transaction, which an error rolls back."""
    if ctx.dialect.name == "sqlite":
        lost = ctx.connection.execute(text("PRAGMA foreign_key_check")).all() if ctx.connection else []
        if lost:
            raise RuntimeError(f"rows point to nothing after this migration: {lost[:5]}")


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """SQLite: keys off, else rebuilding a parent table deletes its children. PostgreSQL: one upgrade at a time.

    See https://www.sqlite.org/lang_altertable.html#otheralter, step 1: only outside a transaction.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": UPGRADE_LOCK})
        connection.commit()
        yield
        return
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    with db.engine.connect() as connection, alone(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            process_revision_directives=number,
            on_version_apply=keys_still_lead_somewhere,
            transactional_ddl=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    db.engine.dispose()


run()
