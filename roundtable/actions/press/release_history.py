"""What happened to a release and to all that stands in it: who changed it, and who saw what (rule 18)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from roundtable.actions.press import quoting
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.history import Entry
from roundtable.domain.press.quotes import Quote
from roundtable.domain.press.releases import Release

# Since the last of these what is changed needs another look.
MARKS = ("release_begun", "release_published", "release_corrected")
CHANGES = ("release_edited", "quotes_changed", "agreements_changed")


def remember(
    session: Session,
    release: Release,
    deed: str,
    *,
    at: datetime,
    by: Account | None,
    reason: str = "",
    details: str = "",
) -> None:
    about = f"release:{release.id}"
    what = dict(deed=deed, about=about, reason=reason, details=details)
    session.add(Entry(office_id=release.office_id, happened_at=at, account=by, **what))
    session.flush()


def history_of(session: Session, release: Release) -> list[Entry]:
    """What happened to this release, and to quotes and agreements that stand in it, the newest first."""
    entries = select(Entry).where(Entry.office_id == release.office_id, Entry.about.in_(_abouts(release)))
    return list(session.scalars(entries.order_by(Entry.id.desc()).options(joinedload(Entry.account))))


def hands(session: Session, release: Release) -> set[int]:
    """Ids of the accounts that changed text, quotes or agreements since the draft was begun, or last published."""
    marked = select(func.max(Entry.id)).where(Entry.about == f"release:{release.id}", Entry.deed.in_(MARKS))
    changed = select(Entry.account_id).where(
        Entry.about.in_(_abouts(release)),
        Entry.deed.in_(CHANGES),
        Entry.id > func.coalesce(marked.scalar_subquery(), 0),
    )
    if release.is_published:
        return {each for each in session.scalars(changed) if each is not None}
    written = select(Quote.written_by_id).where(
        Quote.roundtable_id == release.roundtable_id, Quote.language == release.language
    )
    found = {release.edited_by_id, *session.scalars(changed.union(written))}
    return {each for each in found if each is not None}


def _abouts(release: Release) -> list[str]:
    return [
        f"release:{release.id}",
        quoting.about(release.roundtable_id, release.language),
        f"agreements:{release.roundtable_id}",
    ]
