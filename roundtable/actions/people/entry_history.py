"""What changed in the address book, for its history: who, when, and for each field what stood there before."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from roundtable.domain.office import history
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.history import Entry, RecordedDeed
from roundtable.domain.people import addresses
from roundtable.domain.people.people import Organisation, Person, Rank

PLAIN_OF_PERSON = (
    "title",
    "given_name",
    "family_name",
    "email",
    "assistant_email",
    "phone",
    "language",
    "in_office_since",
    "naming_basis",
    "is_told_at_once",
)
PLAIN_OF_ORGANISATION = ("name", "short_name", "sector", "address", "article_de")
ADDRESSES = ("email", "assistant_email")
# What stood in an entry before it was changed, and whole entries that were merged into others.
DETAILS_KEPT = timedelta(days=365)


def values_of(session: Session, thing: Person | Organisation) -> dict[str, str]:
    """The fields that people fill in, as text; an organisation and a rank by name, because numbers move on."""
    if isinstance(thing, Organisation):
        return {name: _text(getattr(thing, name)) for name in PLAIN_OF_ORGANISATION}
    with session.no_autoflush:
        ranked = select(Rank).where(Rank.office_id == thing.office_id, Rank.number == thing.rank)
        rank = session.scalar(ranked) if thing.rank is not None else None
    values = {name: _text(getattr(thing, name)) for name in PLAIN_OF_PERSON}
    for name in ("function", "salutation"):
        words = getattr(thing, name)
        values |= {f"{name}_de": words.de or "", f"{name}_en": words.en or ""}
    values["organisation"] = thing.organisation.name if thing.organisation is not None else ""
    values["rank"] = (rank.name.de or rank.name.en) if rank is not None else ""
    return values


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def record_added(session: Session, thing: Person | Organisation, *, at: datetime, by: Account) -> None:
    """Flushes, for a history needs the entry's number."""
    session.flush()
    deed: RecordedDeed = "person_added" if isinstance(thing, Person) else "organisation_added"
    _record(session, thing, deed, {}, at=at, by=by)


def record_changed(
    session: Session, thing: Person | Organisation, before: Mapping[str, str], *, at: datetime, by: Account
) -> None:
    """``before``: what :func:`values_of` said. Nothing is written where nothing is different, but it is kept."""
    if isinstance(thing, Person):
        thing.named_at = None
    now = values_of(session, thing)
    changes = {name: [before.get(name, ""), value] for name, value in now.items() if before.get(name, "") != value}
    if changes:
        deed: RecordedDeed = "person_changed" if isinstance(thing, Person) else "organisation_changed"
        _record(session, thing, deed, {"changes": changes}, at=at, by=by)
    if isinstance(thing, Person):
        addresses.remember(session, thing, [changes[name][0] for name in ADDRESSES if name in changes], at=at)


def record_removed(session: Session, thing: Person | Organisation, *, at: datetime, by: Account) -> None:
    """That somebody did it; who it was is forgotten with the entry (rule 26)."""
    deed: RecordedDeed = "person_removed" if isinstance(thing, Person) else "organisation_removed"
    history.record(session, thing.office_id, deed, at=at, by=by)


def record_merged(
    session: Session, kept: Person | Organisation, name: str, details: Mapping[str, Any], *, at: datetime, by: Account
) -> None:
    """``name``: whose entry is no more; ``details``: that entry, whole, and what could not be kept twice."""
    deed: RecordedDeed = "person_merged" if isinstance(kept, Person) else "organisation_merged"
    _record(session, kept, deed, details, at=at, by=by, about=name)
    if isinstance(kept, Person):
        addresses.remember(session, kept, [details["entry"][name] for name in ADDRESSES], at=at)


def forget_old(session: Session, *, at: datetime) -> None:
    """That something was changed or merged stays; what stood there before is forgotten, and who somebody was who is
    removed since."""
    of_people = Entry.deed.in_(("person_added", "person_changed", "person_merged"))
    old = Entry.happened_at < at - DETAILS_KEPT
    session.execute(update(Entry).where(of_people, old, Entry.about != "").values(about="", details=""))
    of_organisations = Entry.deed.in_(("organisation_changed", "organisation_merged"))
    session.execute(update(Entry).where(of_organisations, old, Entry.details != "").values(details=""))
    removed = [of_people, Entry.person_id.is_(None), Entry.about != ""]
    session.execute(update(Entry).where(*removed).values(about="", details=""))


def _record(
    session: Session,
    thing: Person | Organisation,
    deed: RecordedDeed,
    details: Mapping[str, Any],
    *,
    at: datetime,
    by: Account,
    about: str | None = None,
) -> None:
    history.record(
        session,
        thing.office_id,
        deed,
        at=at,
        by=by,
        about=about if about is not None else thing.name,
        details=json.dumps(details, ensure_ascii=False, default=str) if details else "",
        person_id=thing.id if isinstance(thing, Person) else None,
        organisation_id=thing.id if isinstance(thing, Organisation) else None,
    )
