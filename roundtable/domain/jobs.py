"""Periodic work: many workers, exactly one run a slot."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from roundtable.db import Base


class JobRun(Base):
    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(primary_key=True)
    # The beginning of the hour or day that the run is for.
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]


def begin(session: Session, job: str, slot: datetime, *, at: datetime) -> bool:
    """Whether this run is ours: the first to write the row has it, and commits it together with the work."""
    if session.get(JobRun, (job, slot)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(JobRun(job=job, slot=slot, begun_at=at))
    except IntegrityError:
        return False
    return True
