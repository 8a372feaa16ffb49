"""Gathering the circle of a series: who belongs to it, in which role, with how many seats."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.domain.people.people import Person
from roundtable.domain.refusals import Refused
from roundtable.domain.series.series import Member, MemberRole, Series


class AlreadyMember(Refused):
    sentence = _l("This person, or their organisation, belongs to the series already.")


class NoOrganisation(Refused):
    sentence = _l("This person has no organisation in the address book. Add them as a person, or enter it there first.")


class OnlyOrganisationsHaveSeats(Refused):
    sentence = _l("Only an organisation can have more than one seat. Add it with this person as its head.")


def add_member(session: Session, series: Series, person: Person, *, seats: int | None = None) -> Member:
    """A person; with ``seats`` the person's organisation, whose head they are.

    Raises:
        AlreadyMember, NoOrganisation
    """
    if seats is not None and person.organisation_id is None:
        raise NoOrganisation
    organisation_id = person.organisation_id if seats is not None else None
    there = select(Member.id).where(Member.series_id == series.id)
    same = Member.person_id == person.id
    if organisation_id is not None:
        same |= Member.organisation_id == organisation_id
    if session.scalar(there.where(same).limit(1)) is not None:
        raise AlreadyMember
    member = Member(person=person, organisation_id=organisation_id, seats=seats or 1)
    series.members.append(member)
    session.flush()
    return member


def change_member(session: Session, member: Member, *, role: MemberRole, seats: int) -> None:
    """A series has one host: whoever was it before is a member from now on.

    Raises:
        OnlyOrganisationsHaveSeats
    """
    if seats != 1 and member.organisation_id is None:
        raise OnlyOrganisationsHaveSeats
    series = member.series
    if role == "host":
        for other in series.members:
            if other is not member and other.role == "host":
                other.role = "member"
        series.host = member.person
    elif member.role == "host" and series.host_id == member.person_id:
        series.host = None
    member.role, member.seats = role, seats
    session.flush()


def remove_member(session: Session, member: Member) -> None:
    """Invitations that were sent stay; the next roundtable is planned without them."""
    series = member.series
    if series.host_id == member.person_id:
        series.host = None
    series.members.remove(member)
    session.flush()
