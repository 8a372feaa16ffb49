"""What happened in an office, when, and by whom: written once, never changed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import Base
from roundtable.domain.office.accounts import Account


class Entry(Base):
    """``deed`` is a verb phrase key such as ``released_without_second_person``; ``reason`` what the person wrote.

    ``details``: JSON of what was there before, where the deed changed or removed it.
    """

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    happened_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    deed: Mapped[str]
    about: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    details: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="SET NULL"), index=True)

    account: Mapped[Account | None] = relationship()

    @property
    def told(self) -> dict[str, Any]:
        """``details``, read."""
        return json.loads(self.details) if self.details else {}
