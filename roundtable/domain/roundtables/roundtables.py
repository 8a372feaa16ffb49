"""One meeting of a series: when, where, how many seats, and what its calendar entry is called for life."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, UniqueConstraint, and_
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import Base, Bilingual, bilingual
from roundtable.domain.conditions import Moment, has_come, is_not, is_set
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.editions import Edition, values
from roundtable.domain.series.series import Series

if TYPE_CHECKING:
    from roundtable.domain.guests.invitations import Invitation
    from roundtable.domain.record.minutes import Minutes
    from roundtable.domain.roundtables.agenda import AgendaItem

# Rule 12: a cancelled roundtable stays in the feeds this long.
CANCELLED_STAYS = timedelta(days=30)


class EndsBeforeItStarts(Refused):
    sentence = _l("The roundtable would end before it starts. Please check both times.")


class AlreadyCancelled(Refused):
    sentence = _l("This roundtable has been cancelled. Plan a new one instead.")


class AlreadyTookPlace(Refused):
    sentence = _l("This roundtable has been held: its attendance is recorded. Its date stays as it was.")


class Roundtable(Base):
    __tablename__ = "roundtables"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("seats >= 0", name="seats_not_negative"),
        CheckConstraint("reserved_seats >= 0 AND reserved_seats <= seats", name="reserved_within_seats"),
        CheckConstraint("companions >= 0", name="companions_not_negative"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_because_de = '' AND cancelled_because_en = '')",
            name="cancelled_with_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    number: Mapped[int]
    motto: Mapped[Bilingual] = bilingual("motto")
    question: Mapped[Bilingual] = bilingual("question")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # Before the hours are fixed the roundtable is a day ("time to follow") and starts_at is its midnight.
    hours_fixed_at: Mapped[datetime | None]
    venue: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    map_url: Mapped[str] = mapped_column(default="")
    access_notes: Mapped[Bilingual] = bilingual("access_notes")
    seats: Mapped[int]
    # Of these, kept for the host and the speakers.
    reserved_seats: Mapped[int] = mapped_column(default=0)
    # How many may come from one organisation; none: as many as there are seats.
    seats_per_organisation: Mapped[int | None]
    # How many each invited person may bring.
    companions: Mapped[int] = mapped_column(default=0)
    # From then on anybody may register on the public page; each is let in by a person where it is moderated.
    registration_opened_at: Mapped[datetime | None]
    registration_is_moderated: Mapped[bool] = mapped_column(default=True)
    # Until then an answer may be given and changed; none: until attendance has been taken.
    answer_until: Mapped[datetime | None]
    public_since: Mapped[datetime | None]
    # RFC 5545 3.8.4.7, 3.8.7.4, 3.8.7.2: one UID for life; the number rises and the stamp moves with each change.
    calendar_uid: Mapped[str] = mapped_column(unique=True)
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    calendar_changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    # In one language or both; people and the public read it.
    cancelled_because: Mapped[Bilingual] = bilingual("cancelled_because")

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    series: Mapped[Series] = relationship(back_populates="roundtables")
    agenda: Mapped[list[AgendaItem]] = relationship(
        back_populates="roundtable", order_by="AgendaItem.position", cascade="all, delete-orphan"
    )
    invitations: Mapped[list[Invitation]] = relationship(back_populates="roundtable", cascade="all, delete-orphan")
    editions: Mapped[list[Edition]] = relationship(
        back_populates="roundtable", order_by="Edition.sequence", cascade="all, delete-orphan"
    )
    minutes: Mapped[Minutes | None] = relationship(back_populates="roundtable", cascade="all, delete-orphan")

    @hybrid_property
    def is_cancelled(self) -> bool:
        return is_set(self.cancelled_at)

    @hybrid_property
    def has_hours(self) -> bool:
        return is_set(self.hours_fixed_at)

    @property
    def day(self) -> date:
        """The day it starts, in the series' zone."""
        return self.series.day_at(self.starts_at)

    @hybrid_method
    def is_over(self, at: Moment) -> bool:
        return has_come(self.ends_at, at)

    @property
    def has_taken_place(self) -> bool:
        """Whether attendance has been taken. One that was held long ago can be recorded until then, answers and all."""
        return self.minutes is not None and self.minutes.is_attendance_closed

    def takes_answers(self, at: datetime) -> bool:
        """Whether an answer may still be given or changed by link (rule 4)."""
        if self.is_cancelled or self.has_taken_place:
            return False
        return self.answer_until is None or at <= self.answer_until

    def takes_sign_ups(self, at: datetime) -> bool:
        """Whether anybody may register on the public page now."""
        is_open = has_come(self.registration_opened_at, at)
        return is_open and self.is_shown(at) and self.takes_answers(at) and not self.is_over(at)

    def move_to(self, starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
        """Give it another date, with hours.

        Raises:
            AlreadyCancelled, AlreadyTookPlace, EndsBeforeItStarts
        """
        self._must_lie_ahead()
        if ends_at <= starts_at:
            raise EndsBeforeItStarts
        with self.revised(at):
            self.starts_at, self.ends_at = starts_at, ends_at
            self.hours_fixed_at = self.hours_fixed_at or at

    def cancel(self, because: Bilingual, *, at: datetime) -> None:
        """Raises AlreadyCancelled, AlreadyTookPlace."""
        self._must_lie_ahead()
        self.cancelled_at, self.cancelled_because = at, because
        self.changed_in_calendars(at)

    def _must_lie_ahead(self) -> None:
        if self.is_cancelled:
            raise AlreadyCancelled
        if self.has_taken_place:
            raise AlreadyTookPlace

    @contextmanager
    def revised(self, at: datetime) -> Iterator[None]:
        """Whatever of title, date, place and link is changed within is one change to every calendar, or none."""
        before, sequence = values(self), self.calendar_sequence
        yield
        if values(self) != before:
            self.editions.append(Edition(sequence=sequence, replaced_at=at, **before))
            self.changed_in_calendars(at)

    def as_told(self, sequence: int | None) -> Edition | None:
        """What it was when somebody was told of this SEQUENCE; None where that is what it is today."""
        if sequence is None:
            return None
        return next((each for each in self.editions if each.sequence >= sequence), None)

    def changed_in_calendars(self, at: datetime) -> None:
        # Calendar programs ignore a change unless SEQUENCE rises and DTSTAMP is newer (RFC 5546 2.1.4, 2.1.5).
        self.calendar_sequence += 1
        self.newer_in_calendars(at)

    def newer_in_calendars(self, at: datetime) -> None:
        """Words changed, not time or place: a newer stamp, the same SEQUENCE (RFC 5546 2.1.4)."""
        self.calendar_changed_at = max(at, self.calendar_changed_at + timedelta(seconds=1))

    @hybrid_method
    def stays_in_feeds(self, at: datetime) -> bool:
        return is_not(has_come(self.cancelled_at, at - CANCELLED_STAYS))

    @hybrid_method
    def is_public(self, at: Moment) -> bool:
        return has_come(self.public_since, at)

    def show_publicly(self, shown: bool, *, at: datetime) -> None:
        """Since when stays what it was while it is shown."""
        if shown != self.is_public(at):
            self.public_since = at if shown else None

    @hybrid_method
    def is_shown(self, at: Moment) -> bool:
        """Whether the public sees it: it is public, and so is its series."""
        return self.is_public(at) and self.series.is_public(at)

    @is_shown.expression
    @classmethod
    def _is_shown(cls, at: Moment) -> ColumnElement[bool]:
        return and_(cls.is_public(at), cls.series.has(Series.is_public(at)))
