"""What a roundtable was before each change that calendars count: so that people can be told what is new, and once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import Base, Bilingual, bilingual

if TYPE_CHECKING:
    from roundtable.domain.roundtables.roundtables import Roundtable
    from roundtable.domain.series.series import Series

# Title, date, place and link: what calendars count, and people are told.
KEPT = ("motto", "starts_at", "ends_at", "has_hours", "venue", "address", "map_url")


class Edition(Base):
    """The roundtable as it was under this SEQUENCE, until it was changed."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("roundtable_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    # The series' name.
    name: Mapped[Bilingual] = bilingual("name")
    motto: Mapped[Bilingual] = bilingual("motto")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    has_hours: Mapped[bool]
    venue: Mapped[str]
    address: Mapped[str]
    map_url: Mapped[str]
    replaced_at: Mapped[datetime]

    roundtable: Mapped[Roundtable] = relationship(back_populates="editions")

    @property
    def series(self) -> Series:
        return self.roundtable.series

    @property
    def is_of_another_time(self) -> bool:
        now = values(self.roundtable)
        return any(getattr(self, name) != now[name] for name in ("starts_at", "ends_at", "has_hours"))

    def is_outdated(self, language: str) -> bool:
        """Whether a reader of this language finds anything different; what was changed and changed back is not."""
        now = values(self.roundtable)
        return any(_read(getattr(self, name), language) != _read(now[name], language) for name in now)


def values(roundtable: Roundtable) -> dict[str, Any]:
    """What an edition keeps of a roundtable."""
    return {"name": roundtable.series.name, **{name: getattr(roundtable, name) for name in KEPT}}


def _read(value: Any, language: str) -> Any:
    return value.in_(language) if isinstance(value, Bilingual) else value
