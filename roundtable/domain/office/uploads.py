"""A file that somebody looks at before it changes anything; it is gone after a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column, relationship

from roundtable.db import Base
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office

KEPT = timedelta(days=1)


class Upload(Base):
    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    uploaded_at: Mapped[datetime]
    file_name: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))

    office: Mapped[Office] = relationship()
    account: Mapped[Account] = relationship()


def keep(
    session: Session, office: Office, content: bytes, *, file_name: str, uploaded_at: datetime, by: Account
) -> Upload:
    upload = Upload(office=office, account=by, uploaded_at=uploaded_at, file_name=file_name, content=content)
    session.add(upload)
    return upload


def discard(session: Session, upload: Upload) -> None:
    session.delete(upload)
