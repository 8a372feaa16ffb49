"""Who does what until when; lives on after the roundtable it was made at."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, get_args

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Text, func, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship, selectinload

from roundtable.db import Base
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series

CommitmentState = Literal["open", "under_way", "done", "dropped"]
STATES: tuple[CommitmentState, ...] = get_args(CommitmentState)
SETTLED: tuple[CommitmentState, ...] = ("done", "dropped")


class Commitment(Base):
    __tablename__ = "commitments"

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id", ondelete="SET NULL"), index=True)
    text: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    due_on: Mapped[date | None]
    is_public: Mapped[bool] = mapped_column(default=False)

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    series: Mapped[Series] = relationship()
    roundtable: Mapped[Roundtable] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    person: Mapped[Person | None] = relationship()
    reports: Mapped[list[Report]] = relationship(
        back_populates="commitment", order_by="Report.id", cascade="all, delete-orphan"
    )

    @hybrid_property
    def state(self) -> CommitmentState:
        return self.reports[-1].state if self.reports else "open"

    @state.inplace.expression
    @classmethod
    def _state(cls) -> ColumnElement[CommitmentState]:
        last = select(Report.state).where(Report.commitment_id == cls.id).order_by(Report.id.desc()).limit(1)
        return func.coalesce(last.correlate(cls).scalar_subquery(), "open")

    def state_at(self, moment: datetime) -> CommitmentState:
        """Where it stood by the reports there were then."""
        then = [report.state for report in self.reports if report.reported_at <= moment]
        return then[-1] if then else "open"

    @hybrid_property
    def is_settled(self) -> bool:
        return self.state in SETTLED

    @is_settled.inplace.expression
    @classmethod
    def _is_settled(cls) -> ColumnElement[bool]:
        return cls.state.in_(SETTLED)

    def is_overdue(self, today: date) -> bool:
        return not self.is_settled and self.due_on is not None and self.due_on < today

    def report(
        self,
        state: CommitmentState,
        note: str,
        *,
        at: datetime,
        by: Person | None = None,
        recorded_by: Account | None = None,
    ) -> Report:
        """Add where it stands; earlier reports stay."""
        report = Report(state=state, note=note, reported_at=at, person=by, recorded_by=recorded_by)
        self.reports.append(report)
        return report


class Report(Base):
    __tablename__ = "reports"
    __table_args__ = (CheckConstraint(f"state IN {STATES}", name="state_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    state: Mapped[CommitmentState] = mapped_column(Text)
    note: Mapped[str] = mapped_column(default="")
    reported_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    commitment: Mapped[Commitment] = relationship(back_populates="reports")
    person: Mapped[Person | None] = relationship()
    recorded_by: Mapped[Account | None] = relationship()


def owed_at(session: Session, roundtable: Roundtable) -> list[tuple[Commitment, CommitmentState]]:
    """What earlier roundtables had left when this one began, each with its state by the end of that day's minutes."""
    minutes = roundtable.minutes
    until = minutes.approved_at if minutes is not None else None
    earlier = (
        select(Commitment)
        .join(Commitment.roundtable)
        .where(Commitment.series_id == roundtable.series_id, Roundtable.number < roundtable.number)
        .options(joinedload(Commitment.organisation), joinedload(Commitment.person), selectinload(Commitment.reports))
        .order_by(Commitment.due_on.is_(None), Commitment.due_on, Commitment.id)
    )
    return [
        (each, each.state_at(until) if until is not None else each.state)
        for each in session.scalars(earlier)
        if each.state_at(roundtable.starts_at) not in SETTLED
    ]


def unsettled(session: Session, series_id: int) -> list[Commitment]:
    """What is still owed in this series, the earliest due first, undated last; everything a page shows is loaded."""
    owed = (
        select(Commitment)
        .where(Commitment.series_id == series_id, ~Commitment.is_settled)
        .options(
            joinedload(Commitment.organisation),
            joinedload(Commitment.person),
            joinedload(Commitment.roundtable),
            selectinload(Commitment.reports),
        )
        .order_by(Commitment.due_on.is_(None), Commitment.due_on, Commitment.id)
    )
    return list(session.scalars(owed))


def owed_before(session: Session, roundtable: Roundtable) -> list[Commitment]:
    """What the agenda item "state of the commitments" is about: promised at earlier roundtables and not settled now."""
    owed = unsettled(session, roundtable.series_id)
    return [each for each in owed if each.roundtable.number < roundtable.number]
