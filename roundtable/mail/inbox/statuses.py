"""When we last looked into the reply mailbox, and what keeps us out of it if anything does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, Session, mapped_column

from roundtable.db import Base
from roundtable.settings import Settings

MAILBOX = "replies"
# A mail server that is started again is no trouble yet; nor is a look that somebody's timetable makes but rarely.
PATIENCE = timedelta(minutes=5)
LOOKS_WITHIN = timedelta(hours=1)


class MailboxLook(Base):
    """One row: there is one mailbox."""

    __tablename__ = "mailbox_looks"

    name: Mapped[str] = mapped_column(primary_key=True)
    looked_at: Mapped[datetime]
    # None: all is well. Since the first look of those that failed one after the other.
    failing_since: Mapped[datetime | None]
    # What the mail server said last; the log knows more.
    said: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True, slots=True)
class Unread:
    """Messages may lie in the mailbox that nobody here sees. ``since``: none where it has never been looked into."""

    because: str
    since: datetime | None = None
    said: str = ""


def record(session: Session, *, at: datetime, is_read: bool, said: str = "") -> None:
    """``said``: what the mail server said; empty where it was not its fault."""
    before = session.get(MailboxLook, MAILBOX)
    since = (before.failing_since if before is not None else None) or at
    session.merge(MailboxLook(name=MAILBOX, looked_at=at, failing_since=None if is_read else since, said=said))


def unread(session: Session, settings: Settings, *, at: datetime) -> Unread | None:
    """None: the mailbox is read, or there is none of ours to read."""
    if not settings.imap_url:
        return None
    look = session.get(MailboxLook, MAILBOX)
    if look is None:
        return Unread("nobody_looks")
    if at - look.looked_at > LOOKS_WITHIN:
        return Unread("nobody_looks", look.looked_at)
    if look.failing_since is not None and at - look.failing_since >= PATIENCE:
        return Unread("mailbox_down", look.failing_since, look.said)
    return None
