"""Who is expected on the day: everybody with a seat, in the roundtable's order of precedence."""

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import Roundtable


def expected(session: Session, roundtable: Roundtable) -> list[Registration]:
    """Each with person, organisation, whom they come for and with whom; delegates and companions stand at their own."""
    seated = (
        select(Registration)
        .join(Registration.person)
        .where(
            Registration.roundtable_id == roundtable.id,
            Registration.is_confirmed,
        )
        .options(
            contains_eager(Registration.person).joinedload(Person.organisation),
            joinedload(Registration.organisation),
            joinedload(Registration.instead_of),
            joinedload(Registration.invitation).joinedload(Invitation.brought_by).joinedload(Invitation.person),
        )
        .order_by(*order_at(roundtable))
    )
    return list(session.scalars(seated))


def by_alphabet(registrations: list[Registration]) -> list[Registration]:
    """As a telephone book sorts (DIN 5007)."""
    return sorted(registrations, key=lambda each: (each.person.sorted_as, each.person_id))
