"""What the pages of the address book share: its entries, reached through the right to them."""

from flask import abort
from sqlalchemy.orm import joinedload

from roundtable.db import db
from roundtable.domain.office.offices import Deed
from roundtable.domain.people.people import Organisation, Person
from roundtable.web.desk.parts.rights import own_office_or_404


def own_person_or_404(person_id: int, deed: Deed) -> Person:
    office = own_office_or_404(deed)
    person = db.session.get(Person, person_id, options=[joinedload(Person.organisation), joinedload(Person.office)])
    if person is None or person.office_id != office.id:
        abort(404)
    return person


def own_organisation_or_404(organisation_id: int, deed: Deed) -> Organisation:
    office = own_office_or_404(deed)
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None or organisation.office_id != office.id:
        abort(404)
    return organisation


def values_seen(*things: Person | Organisation) -> str:
    """What a page was about when it was drawn; carried by its form."""
    return "-".join(str(each.version) for each in things)
