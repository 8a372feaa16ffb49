"""What somebody needs to take part: access, food, interpretation. Asked for one roundtable alone: it is health data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import Base
from roundtable.domain.invitations import Invitation

DIETS = ("", "vegetarian", "vegan", "no_pork", "gluten_free", "lactose_free", "other")
ACCESS = ("wheelchair", "hearing_loop", "large_print", "guide_dog", "seat_near_door")
INTERPRETATION = ("", "sign_language", "german", "english")


class Needs(Base):
    __tablename__ = "needs"
    __table_args__ = (
        CheckConstraint(f"diet IN {DIETS}", name="diet_known"),
        CheckConstraint(f"interpretation IN {INTERPRETATION}", name="interpretation_known"),
    )

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), primary_key=True)
    stated_at: Mapped[datetime]
    diet: Mapped[str] = mapped_column(Text, default="")
    diet_note: Mapped[str] = mapped_column(default="")
    # Keys of ACCESS, separated by blanks.
    access: Mapped[str] = mapped_column(default="")
    access_note: Mapped[str] = mapped_column(default="")
    interpretation: Mapped[str] = mapped_column(Text, default="")

    invitation: Mapped[Invitation] = relationship()

    @property
    def access_keys(self) -> tuple[str, ...]:
        return tuple(key for key in ACCESS if key in self.access.split())
