"""A date poll: proposed dates, asked of a circle by personal link, until one is chosen."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, select, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from roundtable.db import Base, Bilingual, bilingual
from roundtable.domain.conditions import is_unset
from roundtable.domain.people.people import Person
from roundtable.domain.refusals import Refused
from roundtable.domain.series.series import Series

VoteAnswer = Literal["yes", "if_need_be", "no"]
VOTES: tuple[VoteAnswer, ...] = get_args(VoteAnswer)


class PollClosed(Refused):
    sentence = _l("This date poll is closed. The date has been chosen, or the poll was ended.")


class Poll(Base):
    __tablename__ = "polls"

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    # What those who are asked should know.
    note: Mapped[Bilingual] = bilingual("note")
    created_at: Mapped[datetime]
    # When the letters were queued.
    asked_at: Mapped[datetime | None]
    # Until then one may vote; none: until it is closed.
    answer_until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    # What it led to.
    roundtable_id: Mapped[int | None] = mapped_column(ForeignKey("roundtables.id", ondelete="SET NULL"), index=True)

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    series: Mapped[Series] = relationship()
    dates: Mapped[list[PollDate]] = relationship(
        back_populates="poll",
        order_by="PollDate.starts_at",
        cascade="all, delete-orphan",
    )
    voters: Mapped[list[PollVoter]] = relationship(back_populates="poll", cascade="all, delete-orphan")

    @property
    def chosen(self) -> PollDate | None:
        return next((each for each in self.dates if each.chosen_at is not None), None)

    @hybrid_property
    def is_open(self) -> bool:
        return is_unset(self.closed_at)

    def takes_votes(self, at: datetime) -> bool:
        return self.is_open and (self.answer_until is None or at <= self.answer_until)


class PollDate(Base):
    """A date that is proposed."""

    __tablename__ = "poll_dates"
    __table_args__ = (
        UniqueConstraint("poll_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        # One date a poll.
        Index(
            "uq_poll_dates_chosen",
            "poll_id",
            unique=True,
            sqlite_where=text("chosen_at IS NOT NULL"),
            postgresql_where=text("chosen_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    chosen_at: Mapped[datetime | None]

    poll: Mapped[Poll] = relationship(back_populates="dates")
    votes: Mapped[list[Vote]] = relationship(back_populates="date", cascade="all, delete-orphan")


class PollVoter(Base):
    """Somebody who is asked."""

    __tablename__ = "poll_voters"
    __table_args__ = (UniqueConstraint("poll_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="")
    # The assistant who voted for this person; empty: they did so themselves.
    given_by: Mapped[str] = mapped_column(default="")

    poll: Mapped[Poll] = relationship(back_populates="voters")
    person: Mapped[Person] = relationship()
    votes: Mapped[list[Vote]] = relationship(back_populates="voter", cascade="all, delete-orphan")


class Vote(Base):
    """What one voter says of one date."""

    __tablename__ = "votes"
    __table_args__ = (CheckConstraint(f"answer IN {VOTES}", name="answer_known"),)

    voter_id: Mapped[int] = mapped_column(ForeignKey("poll_voters.id", ondelete="CASCADE"), primary_key=True)
    date_id: Mapped[int] = mapped_column(ForeignKey("poll_dates.id", ondelete="CASCADE"), primary_key=True, index=True)
    answer: Mapped[VoteAnswer] = mapped_column(Text)

    voter: Mapped[PollVoter] = relationship(back_populates="votes")
    date: Mapped[PollDate] = relationship(back_populates="votes")


def latest_of(session: Session, series: Series) -> list[Poll]:
    """The last five with their dates, the latest first."""
    listed = select(Poll).where(Poll.series_id == series.id).options(selectinload(Poll.dates))
    return list(session.scalars(listed.order_by(Poll.id.desc()).limit(5)))
