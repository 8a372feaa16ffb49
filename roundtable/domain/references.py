"""What points at a row, found in the tables themselves, so that a table of tomorrow is not forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, func, select, update
from sqlalchemy.orm import Session

from roundtable.db import Base


def named(column: Column[Any]) -> str:
    """ "invitations.person_id"."""
    return f"{column.table.name}.{column.name}"


def pointing_at(table: Table) -> dict[str, Column[Any]]:
    """Every column whose foreign key leads to the table's ``id``, by its name."""
    found = {}
    for each in Base.metadata.sorted_tables:
        for column in each.columns:
            if any(key.column is table.c.id for key in column.foreign_keys):
                found[named(column)] = column
    return dict(sorted(found.items()))


def is_unique(column: Column[Any]) -> bool:
    """Whether a rule of its table forbids that two rows have the same value here, beside whatever else."""
    table: Table = column.table
    unique = [each.columns for each in table.constraints if isinstance(each, UniqueConstraint)]
    unique += [each.columns for each in table.indexes if each.unique]
    return column.primary_key or any(column.name in columns for columns in unique)


def counts(session: Session, columns: Mapping[str, Column[Any]], id_: int) -> dict[str, int]:
    """How many rows lead to this id by each column, in one statement."""
    numbers = [
        select(func.count()).select_from(column.table).where(column == id_).scalar_subquery()
        for column in columns.values()
    ]
    return dict(zip(columns, session.execute(select(*numbers)).one(), strict=True))


def repoint(session: Session, column: Column[Any], before: int, after: int) -> int:
    """Let everything that leads to the one lead to the other; whoever edits it at the moment is told. The number."""
    values: dict[str, Any] = {column.name: after}
    if "version" in column.table.columns:
        values["version"] = column.table.c.version + 1
    moved = update(column.table).where(column == before).values(values)
    return int(session.connection().execute(moved).rowcount)


def row_as_json(row: Any) -> dict[str, Any]:
    """A row of any table in plain words and numbers."""
    return {
        key: value if value is None or isinstance(value, str | int | bool) else str(value)
        for key, value in row._mapping.items()
    }
