"""What was said and agreed at a roundtable, and who was there."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import Base
from roundtable.domain.conditions import is_set
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable

AttendanceState = Literal["present", "excused", "represented", "absent"]
ATTENDANCE: tuple[AttendanceState, ...] = get_args(AttendanceState)


class MinutesApproved(Refused):
    sentence = _l("These minutes have been approved and can no longer be changed.")


class NothingToApprove(Refused):
    sentence = _l("Please take attendance and write at least one note, decision or commitment before approving.")


class Minutes(Base):
    __tablename__ = "minutes"

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), unique=True)
    begun_at: Mapped[datetime]
    attendance_closed_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    roundtable: Mapped[Roundtable] = relationship(back_populates="minutes")
    approved_by: Mapped[Account | None] = relationship()
    attendance: Mapped[list[Attendance]] = relationship(back_populates="minutes", cascade="all, delete-orphan")
    notes: Mapped[list[Note]] = relationship(back_populates="minutes", cascade="all, delete-orphan")
    decisions: Mapped[list[Decision]] = relationship(
        back_populates="minutes", order_by="Decision.id", cascade="all, delete-orphan"
    )

    @hybrid_property
    def is_attendance_closed(self) -> bool:
        return is_set(self.attendance_closed_at)

    @hybrid_property
    def is_approved(self) -> bool:
        return is_set(self.approved_at)

    def must_be_open(self) -> None:
        """Raises MinutesApproved."""
        if self.is_approved:
            raise MinutesApproved

    def note_on(self, item: AgendaItem) -> Note:
        """The note on this agenda item; a new, empty one the first time."""
        for note in self.notes:
            if note.item_id == item.id:
                return note
        note = Note(item=item, text="")
        self.notes.append(note)
        return note


class Attendance(Base):
    """Whether one person was there. Somebody represented was not; the delegate has an own row, present."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("minutes_id", "person_id"),
        CheckConstraint(f"state IN {ATTENDANCE}", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    # For whom somebody came, as it was on the day.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    represented_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[AttendanceState] = mapped_column(Text)
    recorded_at: Mapped[datetime]

    minutes: Mapped[Minutes] = relationship(back_populates="attendance")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    represented_by: Mapped[Person | None] = relationship(foreign_keys=[represented_by_id])
    organisation: Mapped[Organisation | None] = relationship()


class Note(Base):
    """What was said on one agenda item. Two who write at once: the second is shown the first's text."""

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("minutes_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(default="")

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    minutes: Mapped[Minutes] = relationship(back_populates="notes")
    item: Mapped[AgendaItem] = relationship()


class Decision(Base):
    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id", ondelete="SET NULL"), index=True)
    text: Mapped[str]
    is_public: Mapped[bool] = mapped_column(default=False)

    minutes: Mapped[Minutes] = relationship(back_populates="decisions")
    item: Mapped[AgendaItem | None] = relationship()
