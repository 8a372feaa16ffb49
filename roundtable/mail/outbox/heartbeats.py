"""Which workers run, and what keeps them from sending if anything does."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from roundtable.db import Base

RUNS_IF_SEEN_WITHIN = timedelta(minutes=3)


class WorkerBeat(Base):
    __tablename__ = "worker_beats"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    # What the mail server said when it last did not let us in; empty: all is well.
    trouble: Mapped[str] = mapped_column(default="")


def beat(session: Session, worker: str, *, at: datetime, trouble: str = "") -> None:
    session.merge(WorkerBeat(name=worker, seen_at=at, trouble=trouble))
    session.execute(delete(WorkerBeat).where(WorkerBeat.seen_at < at - timedelta(days=1)))


def stop_beating(session: Session, worker: str) -> None:
    session.execute(delete(WorkerBeat).where(WorkerBeat.name == worker))


def running_workers(session: Session, *, at: datetime) -> list[WorkerBeat]:
    """Those seen lately, the last seen first."""
    lately = select(WorkerBeat).where(WorkerBeat.seen_at > at - RUNS_IF_SEEN_WITHIN)
    return list(session.scalars(lately.order_by(WorkerBeat.seen_at.desc())))
