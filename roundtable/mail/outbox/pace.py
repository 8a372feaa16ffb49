"""How fast letters may follow each other: one measure for all workers, kept in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from roundtable.db import Base

NAME = "letters"


class Pace(Base):
    __tablename__ = "paces"

    name: Mapped[str] = mapped_column(primary_key=True)
    # When the next one may go.
    free_at: Mapped[datetime]


def take_turn(connection: Connection, per_minute: int, *, at: datetime) -> datetime | None:
    """None: this letter may go now, and the next one a step later. Otherwise when it may.

    Evenly spaced, so that no minute, wherever it begins, sees more than it may.
    """
    step = timedelta(minutes=1) / per_minute
    taken = update(Pace).where(Pace.name == NAME, Pace.free_at <= at).values(free_at=at + step)
    if connection.execute(taken).rowcount:
        return None
    free_at = connection.scalar(select(Pace.free_at).where(Pace.name == NAME))
    if free_at is not None:
        # A clock that was wrong for a while holds nobody up.
        return min(free_at, at + step)
    try:
        with connection.begin_nested():
            connection.execute(insert(Pace).values(name=NAME, free_at=at + step))
    except IntegrityError:
        return at + step
    return None
