"""Coming along: companions, and colleagues on the other seats of an organisation."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering
from roundtable.actions.guests.named_guests import invitation_beside, person_named
from roundtable.actions.sending import tell_moved_up, write
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.office.accounts import Account
from roundtable.domain.refusals import Refused
from roundtable.mail.letters import letters


class NobodyMoreToBring(Refused):
    sentence = _l("You have named as many people as may come with you. Please take one back first.")


class FirstAnswer(Refused):
    sentence = _l("Please say first whether you are coming. Then you can name who comes with you.")


def bring(
    session: Session,
    invitation: Invitation,
    *,
    given_name: str,
    family_name: str,
    function: str,
    email: str,
    at: datetime,
    recorded_by: Account | None = None,
) -> Registration:
    """Somebody comes along, on a seat or a place in line of their own, with an own link. Twice is once.

    A companion, or a colleague on another seat of the organisation.

    Raises:
        AnswersClosed, CancelledMeanwhile, InvitationRevoked, FirstAnswer, NobodyMoreToBring, NamesWrongDelegate,
        OrganisationIsFull
    """
    answering.begin(session, invitation, at=at, recorded_by=recorded_by)
    if not (answering.answer_is(invitation, "accepted") or answering.answer_is(invitation, "delegated")):
        raise FirstAnswer
    person = person_named(session, invitation, given_name, family_name, function, email, at=at)
    there = next((each for each in invitation.companions if each.person_id == person.id), None)
    if there is not None:
        return registrations.register(session, there, at=at)
    if not invitation.may_bring:
        raise NobodyMoreToBring
    ours = invitation_beside(session, invitation, person, at=at)
    ours.delegated_by, ours.brought_by, ours.named_as = None, invitation, f"{given_name} {family_name}"
    session.flush()
    registration = registrations.register(session, ours, at=at)
    session.expire(invitation, ["brought"])
    write(session, ours, letters.companion_invitation, at=at)
    return registration


def leave_behind(session: Session, companion: Invitation, *, at: datetime, recorded_by: Account | None = None) -> None:
    """Whoever named this companion takes them back; the seat goes to the next on the waiting list.

    Raises:
        AnswersClosed, CancelledMeanwhile, InvitationRevoked
    """
    answering.begin(session, companion, at=at, recorded_by=recorded_by)
    tell_moved_up(session, answering.send_home(session, [companion], at=at), at=at)
