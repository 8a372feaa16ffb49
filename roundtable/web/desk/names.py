"""Somebody of the address book, named by typing: an organisation or a person."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from roundtable.db import db
from roundtable.domain.people import Organisation, Person


def names_of(office_id: int) -> dict[str, Organisation | Person]:
    """Everybody in the address book, by what one types or chooses."""
    organisations = select(Organisation).where(Organisation.office_id == office_id).order_by(Organisation.name)
    people = (
        select(Person)
        .where(Person.office_id == office_id)
        .options(joinedload(Person.organisation))
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    names: dict[str, Organisation | Person] = {each.name: each for each in db.session.scalars(organisations)}
    for person in db.session.scalars(people):
        name = f"{person.name}, {person.organisation.label}" if person.organisation else person.name
        names.setdefault(name if name not in names else f"{name}, {person.email}", person)
    return names


def meant_by(typed: str, names: dict[str, Organisation | Person]) -> Organisation | Person | None:
    """Whom this means: the exact entry, or a name or short name that only one has."""
    if typed in names:
        return names[typed]
    wanted = typed.casefold()
    meant = []
    for each in names.values():
        known_as = {each.name} | ({each.short_name} if isinstance(each, Organisation) else set())
        if wanted in {name.casefold() for name in known_as}:
            meant.append(each)
    return meant[0] if len(meant) == 1 else None
