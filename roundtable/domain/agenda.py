"""What a roundtable talks about, in order, and the papers that go with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import Base, Bilingual, bilingual
from roundtable.domain.accounts import Account
from roundtable.domain.people import Person
from roundtable.domain.roundtables import Roundtable

# The first two appear by themselves from the second roundtable on (rule 14).
KINDS = ("approval_of_minutes", "state_of_commitments", "topic")


class AgendaItem(Base):
    __tablename__ = "agenda_items"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind_known"),
        CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name="duration_sane"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(Text, default="topic")
    title: Mapped[Bilingual] = bilingual("title")
    description: Mapped[Bilingual] = bilingual("description")
    duration_minutes: Mapped[int] = mapped_column(default=15)
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    is_public: Mapped[bool] = mapped_column(default=False)

    roundtable: Mapped[Roundtable] = relationship(back_populates="agenda")
    speaker: Mapped[Person | None] = relationship()
    papers: Mapped[list[Paper]] = relationship(back_populates="item", order_by="Paper.id", cascade="all, delete-orphan")


class Paper(Base):
    """A paper of an agenda item; every upload is a new version, none is overwritten."""

    __tablename__ = "papers"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]

    item: Mapped[AgendaItem] = relationship(back_populates="papers")
    versions: Mapped[list[PaperVersion]] = relationship(
        back_populates="paper", order_by="PaperVersion.number", cascade="all, delete-orphan"
    )

    @property
    def current(self) -> PaperVersion:
        return self.versions[-1]


class PaperVersion(Base):
    __tablename__ = "paper_versions"
    __table_args__ = (UniqueConstraint("paper_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id", ondelete="CASCADE"))
    number: Mapped[int]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    paper: Mapped[Paper] = relationship(back_populates="versions")
    uploaded_by: Mapped[Account | None] = relationship()


def beginnings(roundtable: Roundtable) -> list[datetime]:
    """When each agenda item begins, in the order of the agenda."""
    moment, times = roundtable.starts_at, []
    for item in roundtable.agenda:
        times.append(moment)
        moment += timedelta(minutes=item.duration_minutes)
    return times


def move(roundtable: Roundtable, item: AgendaItem, *, up: bool) -> None:
    """Swap an item with its neighbour; at the edge nothing happens."""
    items = list(roundtable.agenda)
    here = items.index(item)
    there = here - 1 if up else here + 1
    if 0 <= there < len(items):
        items[here], items[there] = items[there], items[here]
    for position, each in enumerate(items, start=1):
        each.position = position
    roundtable.agenda.sort(key=lambda each: each.position)
