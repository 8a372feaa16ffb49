"""What a roundtable talks about, in order, and the papers that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    Select,
    Text,
    UniqueConstraint,
    bindparam,
    case,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from roundtable.db import Base, Bilingual, bilingual
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.roundtables import Roundtable

# The first two appear by themselves from the second roundtable on (rule 14).
ItemKind = Literal["approval_of_minutes", "state_of_commitments", "topic"]
KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
ON_A_PAGE = 20


class AgendaItem(Base):
    __tablename__ = "agenda_items"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind_known"),
        CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name="duration_sane"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(Text, default="topic")
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


@dataclass(frozen=True, slots=True)
class Part:
    """One page of an agenda, counted from 1: its items, each with the moment it begins.

    ``total`` items and ``minutes`` are those of all pages; ``looks_back``: commitments are on one of them.
    """

    items: list[tuple[AgendaItem, datetime]]
    number: int
    total: int = 0
    minutes: int = 0
    looks_back: bool = False

    @property
    def pages(self) -> int:
        return _pages(self.total)

    @property
    def first(self) -> int:
        """Which of all items stands first here, from 1."""
        return (self.number - 1) * ON_A_PAGE + 1


def part_of(session: Session, roundtable: Roundtable, number: int, *load: ORMOption, only_public: bool = False) -> Part:
    """This page of the agenda, read alone; beyond the last one it is the last.

    ``only_public``: internal items are left out, but not the time they take.
    """
    asked = {"roundtable_id": roundtable.id, "after": (number - 1) * ON_A_PAGE}
    read = (_PUBLIC if only_public else _EVERYTHING).options(*load)
    rows = session.execute(read, asked).all()
    if rows:
        timed = [(item, roundtable.starts_at + timedelta(minutes=before)) for item, before, *_ in rows]
        total, minutes, looks_back = rows[0][2:]
        return Part(timed, number, total, minutes, bool(looks_back))
    if number == 1:
        return Part([], 1)
    there_are = select(func.count()).where(AgendaItem.roundtable_id == roundtable.id)
    total = session.scalar(there_are.where(AgendaItem.is_public) if only_public else there_are) or 0
    return part_of(session, roundtable, _pages(total), *load, only_public=only_public)


def _pages(total: int) -> int:
    return max(1, -(-total // ON_A_PAGE))


def page_of(session: Session, item: AgendaItem) -> int:
    """On which page of the whole agenda this item stands."""
    here = tuple_(AgendaItem.position, AgendaItem.id) < tuple_(item.position, item.id)
    before = select(func.count()).where(AgendaItem.roundtable_id == item.roundtable_id, here)
    return (session.scalar(before) or 0) // ON_A_PAGE + 1


def _read(*, only_public: bool) -> Select[AgendaItem, int, int, int, int]:
    """Items ``after`` so many, the minutes before each, and what the whole agenda adds up to."""
    order, minutes = (AgendaItem.position, AgendaItem.id), AgendaItem.duration_minutes
    here = AgendaItem.roundtable_id == bindparam("roundtable_id")
    before = (func.sum(minutes).over(order_by=order, rows=(None, 0)) - minutes).label("before")
    timed = select(*order, before).where(here)
    back = func.max(case((AgendaItem.kind == "state_of_commitments", 1), else_=0))
    added = select(func.count().label("total"), func.sum(minutes).label("minutes"), back.label("back")).where(here)
    if only_public:
        # Added up before the internal ones go. Not else: SQLite then stops counting where the page ends.
        every = timed.add_columns(AgendaItem.is_public).subquery()
        timed = select(every.c.position, every.c.id, every.c.before).where(every.c.is_public)
        added = added.where(AgendaItem.is_public)
    shown = timed.order_by(timed.selected_columns.position, timed.selected_columns.id).limit(ON_A_PAGE)
    page, whole = shown.offset(bindparam("after", type_=Integer)).subquery(), added.subquery()
    return (
        select(AgendaItem, page.c.before, whole.c.total, whole.c.minutes, whole.c.back)
        .join(page, page.c.id == AgendaItem.id)
        .join(whole, true())
        .order_by(*order)
    )


# Made once: to say it anew for each request takes as long as to ask the database.
_EVERYTHING, _PUBLIC = _read(only_public=False), _read(only_public=True)


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
