"""Letters that were sent off together. How far they are, and stopping the rest, stands in outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roundtable.db import Base
from roundtable.domain.accounts import Account
from roundtable.domain.roundtables import Roundtable


class Mailing(Base):
    __tablename__ = "mailings"

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    # The kind of its letters, for example "invitation".
    kind: Mapped[str]
    queued_at: Mapped[datetime]
    send_after: Mapped[datetime]
    queued_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    stopped_at: Mapped[datetime | None]

    roundtable: Mapped[Roundtable] = relationship()
    queued_by: Mapped[Account | None] = relationship()
