"""Naming somebody who is not invited: who they are in the address book, and an invitation beside one's own."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from roundtable.db import Bilingual
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.addresses import person_at
from roundtable.domain.people.people import Person
from roundtable.domain.refusals import Refused
from roundtable.email_address import on_the_wire

MOST_NAMED_A_DAY = 10


class NamesWrongDelegate(Refused):
    sentence = _l("This person is already invited. Please name somebody else.")


class TooManyNamed(Refused):
    sentence = _l("You have named ten people within a day. Please call the office if you need to name more.")


class DelegateIsOneself(NamesWrongDelegate):
    sentence = _l("This is your own e-mail address. Please give that of the person who comes instead of you.")


def person_named(
    session: Session,
    invitation: Invitation,
    given_name: str,
    family_name: str,
    function: str,
    email: str,
    *,
    at: datetime,
) -> Person:
    """Whoever has this address in the office's address book, as they stand there; otherwise a new entry."""
    head = invitation.person
    address = email.strip().lower()
    if on_the_wire(address) == on_the_wire(head.email):
        raise DelegateIsOneself
    known = person_at(session, head.office_id, address)
    if known is not None:
        return known
    person = Person(
        office_id=head.office_id,
        organisation_id=head.organisation_id,
        given_name=given_name,
        family_name=family_name,
        function=Bilingual(function if head.language == "de" else "", function if head.language == "en" else ""),
        email=address,
        language=head.language,
        named_at=at,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        # Entered at the same moment for another roundtable.
        known = person_at(session, head.office_id, address)
        if known is None:
            raise
        return known
    return person


def invitation_beside(session: Session, invitation: Invitation, person: Person, *, at: datetime) -> Invitation:
    """An invitation for somebody whom this guest names; theirs again, where they were named before.

    Raises:
        NamesWrongDelegate: they are invited themselves, or named by somebody else.
        TooManyNamed: each gets a letter, at an address that nobody has checked.
    """
    found = session.scalar(
        select(Invitation).where(
            Invitation.roundtable_id == invitation.roundtable_id, Invitation.person_id == person.id
        )
    )
    if found is None:
        _must_not_flood(session, invitation, at)
        found = Invitation(roundtable=invitation.roundtable, person=person, role="guest", prepared_at=at, sent_at=at)
        session.add(found)
        return found
    named_by = found.delegated_by_id or found.brought_by_id
    if named_by is None or (found.is_open and named_by != invitation.id):
        raise NamesWrongDelegate
    if not found.is_open or (found.answer is not None and found.answer.kind == "declined"):
        found.revoked_at, found.sent_at = None, at
        found.ask_again(at=at)
    return found


def _must_not_flood(session: Session, invitation: Invitation, at: datetime) -> None:
    named = or_(Invitation.delegated_by_id == invitation.id, Invitation.brought_by_id == invitation.id)
    lately = select(func.count()).where(named, Invitation.prepared_at > at - timedelta(days=1))
    if (session.scalar(lately) or 0) >= MOST_NAMED_A_DAY:
        raise TooManyNamed
