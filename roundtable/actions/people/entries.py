"""Entries of the address book, as they are typed: written, with their history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from roundtable.actions.people import entry_history
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office
from roundtable.domain.people import people
from roundtable.domain.people.addresses import person_at
from roundtable.domain.people.people import AlreadyThere, NameTaken, Organisation, Person


def write_person(session: Session, person: Person, fields: Mapping[str, Any], *, at: datetime, by: Account) -> None:
    """New or there already; ``fields`` are its own by name. Raises AlreadyThere."""
    with session.no_autoflush:
        if person_at(session, person.office.id, fields["email"], but=person) is not None:
            raise AlreadyThere
        if fields["naming_basis"] != person.naming_basis:
            person.naming_agreed_at = at if fields["naming_basis"] == "agreed" else None
        _write(session, person, fields, at=at, by=by)


def write_organisation(
    session: Session, organisation: Organisation, fields: Mapping[str, str], *, at: datetime, by: Account
) -> None:
    """New or there already; ``fields`` are its own by name. Raises NameTaken."""
    other = people.organisation_called(session, organisation.office.id, fields["name"], but=organisation)
    if fields["name"] != organisation.name and other is not None:
        raise NameTaken
    _write(session, organisation, fields, at=at, by=by)


def _write(
    session: Session, entry: Person | Organisation, fields: Mapping[str, Any], *, at: datetime, by: Account
) -> None:
    before = entry_history.values_of(session, entry) if entry.id else None
    for name, value in fields.items():
        setattr(entry, name, value)
    session.add(entry)
    if before is None:
        entry_history.record_added(session, entry, at=at, by=by)
    else:
        entry_history.record_changed(session, entry, before, at=at, by=by)


def organisation_called(session: Session, office: Office, typed: str) -> Organisation:
    """The one of this name or short name, or a new one."""
    return people.organisation_called(session, office.id, typed) or Organisation(office=office, name=typed)
