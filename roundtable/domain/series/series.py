"""A recurring roundtable: its host, motto and members."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Literal, get_args
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Text, Time, UniqueConstraint, select
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from roundtable.db import Base, Bilingual, Language, bilingual
from roundtable.domain.conditions import Moment, has_come
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.refusals import Refused

if TYPE_CHECKING:
    from roundtable.domain.roundtables.roundtables import Roundtable
    from roundtable.domain.series.wordings import LetterWording

MemberRole = Literal["host", "member", "guest", "press"]
MEMBER_ROLES: tuple[MemberRole, ...] = get_args(MemberRole)


class ZoneInUse(Refused):
    sentence = _l(
        "Roundtables are planned in this time zone already: another one would change their hours."
        " Begin a new series for another zone."
    )


class ShortNameTaken(Refused):
    sentence = _l("This short name is taken. Please choose another.")


class Series(Base):
    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Bilingual] = bilingual("name")
    purpose: Mapped[Bilingual] = bilingual("purpose")
    motto: Mapped[Bilingual] = bilingual("motto")
    language: Mapped[Language] = mapped_column(Text, default="de")
    timezone: Mapped[str] = mapped_column(default="Europe/Berlin")
    host_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    venue: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    seats: Mapped[int] = mapped_column(default=40)
    # Shown to the public from this moment on.
    public_since: Mapped[datetime | None]
    # An RFC 5545 recurrence rule such as "FREQ=MONTHLY;INTERVAL=3;BYDAY=3WE"; see domain/series/rhythm.py.
    rhythm: Mapped[str] = mapped_column(default="")
    begins_at: Mapped[time | None] = mapped_column(Time)
    lasts_minutes: Mapped[int] = mapped_column(default=120)
    # ISO 3166-2, for public holidays: "DE-BE".
    region: Mapped[str] = mapped_column(default="")

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    office: Mapped[Office] = relationship()
    host: Mapped[Person | None] = relationship()
    members: Mapped[list[Member]] = relationship(back_populates="series", cascade="all, delete-orphan")
    roundtables: Mapped[list[Roundtable]] = relationship(
        back_populates="series", order_by="Roundtable.number", cascade="all, delete-orphan"
    )
    wordings: Mapped[list[LetterWording]] = relationship(back_populates="series", cascade="all, delete-orphan")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def day_at(self, moment: datetime) -> date:
        """Which day it is then where the roundtables take place (rule 33)."""
        return moment.astimezone(self.zone).date()

    @hybrid_method
    def is_public(self, at: Moment) -> bool:
        return has_come(self.public_since, at)

    @contextmanager
    def revised(self, at: datetime) -> Iterator[None]:
        """A new name given within is a change of each roundtable that lies ahead."""
        with ExitStack() as changes:
            for each in self.roundtables:
                if not (each.is_cancelled or each.is_over(at)):
                    changes.enter_context(each.revised(at))
            yield

    def count_time_in(self, timezone: str) -> None:
        """Raises ZoneInUse for another zone once there are roundtables, whose days and hours it would change."""
        if timezone != self.timezone and self.roundtables:
            raise ZoneInUse
        self.timezone = timezone

    def show_publicly(self, shown: bool, *, at: datetime) -> None:
        """Since when stays what it was while it is shown."""
        if shown != (self.public_since is not None):
            self.public_since = at if shown else None


class Member(Base):
    """Who is invited to every roundtable of a series: a person, or an organisation with its seats and its head."""

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("series_id", "person_id"),
        UniqueConstraint("series_id", "organisation_id", name="uq_members_series_id_organisation_id"),
        CheckConstraint(f"role IN {MEMBER_ROLES}", name="role_known"),
        CheckConstraint("seats >= 1", name="seats_at_least_one"),
        CheckConstraint("seats = 1 OR organisation_id IS NOT NULL", name="only_organisations_have_seats"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    # The head, where an organisation is the member.
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    seats: Mapped[int] = mapped_column(default=1)
    role: Mapped[MemberRole] = mapped_column(Text, default="member")

    series: Mapped[Series] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


def zone_of(session: Session, office: Office) -> ZoneInfo:
    """Where a time belongs to no series, it stands in the zone of the office's first one."""
    first = select(Series.timezone).where(Series.office_id == office.id).order_by(Series.id).limit(1)
    return ZoneInfo(session.scalar(first) or "Europe/Berlin")
