"""Letters that were sent off together. How far they are, and stopping the rest, stands in outbox."""

from __future__ import annotations

from datetime import datetime

from flask_babel.speaklater import LazyString
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from roundtable.db import Base, Bilingual, bilingual
from roundtable.domain.letter_kinds import KINDS, MailingKind
from roundtable.domain.office.accounts import Account
from roundtable.domain.roundtables.roundtables import Roundtable


class Mailing(Base):
    __tablename__ = "mailings"

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    # The kind of its letters.
    kind: Mapped[MailingKind]
    queued_at: Mapped[datetime]
    send_after: Mapped[datetime]
    queued_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    stopped_at: Mapped[datetime | None]
    # The organiser's own, said in these letters alone; the reason for a new date, for example.
    words: Mapped[Bilingual] = bilingual("words")

    roundtable: Mapped[Roundtable] = relationship()
    queued_by: Mapped[Account | None] = relationship()

    @property
    def name(self) -> LazyString:
        """What its letters are called together."""
        name = KINDS[self.kind].mailing
        assert name is not None
        return name

    @property
    def is_news(self) -> bool:
        return KINDS[self.kind].tells == "news"


def queued(session: Session, roundtable: Roundtable, *, at: datetime) -> Mailing | None:
    """What a deed of this very moment sent off."""
    theirs = select(Mailing).where(Mailing.roundtable_id == roundtable.id, Mailing.queued_at == at)
    return session.scalar(theirs.order_by(Mailing.id.desc()).limit(1))
