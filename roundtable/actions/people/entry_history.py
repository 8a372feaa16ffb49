"""What changed in the address book, for its history: who, when, and for each field what stood there before."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from roundtable.domain.office.accounts import Account
from roundtable.domain.office.history import Entry
from roundtable.domain.people.people import Organisation, Person, Rank
from roundtable.email_address import on_the_wire

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
    _record(session, thing, "added", {}, at=at, by=by)


def record_changed(
    session: Session, thing: Person | Organisation, before: Mapping[str, str], *, at: datetime, by: Account
) -> None:
    """``before``: what :func:`values_of` said. Nothing is written where nothing is different, but it is kept."""
    if isinstance(thing, Person):
        thing.named_at = None
    now = values_of(session, thing)
    changes = {name: [before.get(name, ""), value] for name, value in now.items() if before.get(name, "") != value}
    if changes:
        _record(session, thing, "changed", {"changes": changes}, at=at, by=by)


def record_removed(session: Session, thing: Person | Organisation, *, at: datetime, by: Account) -> None:
    """That somebody did it; who it was is forgotten with the entry (rule 26)."""
    kind = _kind(thing)
    session.add(Entry(office_id=thing.office_id, happened_at=at, account=by, deed=f"{kind}_removed", about=kind))


def record_merged(
    session: Session, kept: Person | Organisation, name: str, details: Mapping[str, Any], *, at: datetime, by: Account
) -> None:
    """``name``: whose entry is no more; ``details``: that entry, whole, and what could not be kept twice."""
    _record(session, kept, "merged", details, at=at, by=by, about=name)


def people_once_at(session: Session, email: str, *, office_id: int | None = None) -> list[Person]:
    """Whose address this was before it was corrected, or before the entry that had it was merged into theirs.

    As long as the history remembers: DETAILS_KEPT.
    """
    mailbox = on_the_wire(email).rpartition("@")[0]
    named = [Entry.deed.in_(("person_changed", "person_merged")), Entry.person_id.is_not(None)]
    found = select(Entry).where(*named, func.lower(Entry.details).contains(f"{mailbox}@", autoescape=True))
    if office_id is not None:
        found = found.where(Entry.office_id == office_id)
    ids = {each.person_id for each in session.scalars(found) if on_the_wire(email) in _addresses_before(each)}
    return list(session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id))) if ids else []


def _addresses_before(entry: Entry) -> set[str]:
    details = json.loads(entry.details)
    merged, changes = details.get("entry") or {}, details.get("changes") or {}
    found = [merged.get(name) or "" for name in ADDRESSES] + [changes.get(name, [""])[0] for name in ADDRESSES]
    return {on_the_wire(each) for each in found if each}


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
    deed: str,
    details: Mapping[str, Any],
    *,
    at: datetime,
    by: Account,
    about: str | None = None,
) -> None:
    kind = _kind(thing)
    session.add(
        Entry(
            office_id=thing.office_id,
            happened_at=at,
            account=by,
            deed=f"{kind}_{deed}",
            about=about if about is not None else thing.name,
            details=json.dumps(details, ensure_ascii=False, default=str) if details else "",
            person_id=thing.id if isinstance(thing, Person) else None,
            organisation_id=thing.id if isinstance(thing, Organisation) else None,
        )
    )


def _kind(thing: Person | Organisation) -> str:
    return "person" if isinstance(thing, Person) else "organisation"
