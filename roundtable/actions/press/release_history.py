"""What happened to a release and to all that stands in it: who changed it, and who saw what (rule 18)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from roundtable.actions.press import quoting
from roundtable.domain.office import history
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.history import DeedOfRelease, Entry, RecordedDeed
from roundtable.domain.press.releases import Release

# Since the last of these what is changed needs another look.
MARKS: tuple[RecordedDeed, ...] = ("release_begun", "release_published", "release_corrected")
CHANGES: tuple[RecordedDeed, ...] = ("release_edited", "quotes_changed", "agreements_changed")


def remember(
    session: Session,
    release: Release,
    deed: DeedOfRelease,
    *,
    at: datetime,
    by: Account | None,
    reason: str = "",
    details: str = "",
) -> None:
    things: history.Things = {"release_id": release.id, "roundtable_id": release.roundtable_id}
    history.record(session, release.office_id, deed, at=at, by=by, reason=reason, details=details, **things)
    session.flush()


def history_of(session: Session, release: Release) -> list[Entry]:
    """What happened to this release, and to quotes and agreements that stand in it, the newest first."""
    entries = select(Entry).where(_is_about(release)).order_by(Entry.id.desc())
    return list(session.scalars(entries.options(joinedload(Entry.account))))


def hands(session: Session, release: Release) -> set[int]:
    """Ids of the accounts that changed text, quotes or agreements since the draft was begun, or last published."""
    marked = select(func.max(Entry.id)).where(Entry.release_id == release.id, Entry.deed.in_(MARKS))
    changed = select(Entry.account_id).where(
        _is_about(release),
        Entry.deed.in_(CHANGES),
        Entry.id > func.coalesce(marked.scalar_subquery(), 0),
    )
    found = {*session.scalars(changed), *([] if release.is_published else [release.edited_by_id])}
    return {each for each in found if each is not None}


def _is_about(release: Release) -> ColumnElement[bool]:
    quotes = and_(Entry.deed == "quotes_changed", Entry.details == quoting.in_language(release.language))
    stands_in_it = or_(quotes, Entry.deed == "agreements_changed")
    return or_(Entry.release_id == release.id, and_(Entry.roundtable_id == release.roundtable_id, stands_in_it))
