"""Telling people what has changed of a roundtable they are invited to: each what they have not been told, and once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions import planning
from roundtable.actions.writing import ASKING, write
from roundtable.domain import registrations
from roundtable.domain.editions import Edition
from roundtable.domain.invitations import Answer, Invitation
from roundtable.domain.people import Person
from roundtable.domain.roundtables import AlreadyCancelled, Roundtable
from roundtable.mail import letters, outbox


@dataclass(frozen=True, slots=True)
class Untold:
    """``number`` people do not know of all yet; ``before``: the roundtable as those know it who know the least."""

    before: Edition | None
    number: int


def untold(session: Session, roundtable: Roundtable, *, at: datetime) -> Untold:
    """What nobody, or not everybody, has been told of."""
    if roundtable.is_cancelled or roundtable.is_over(at):
        return Untold(None, 0)
    counted = (
        select(Edition, Person.language, func.count(Invitation.id))
        .join(
            Invitation,
            (Invitation.roundtable_id == Edition.roundtable_id) & (Invitation.told_sequence == Edition.sequence),
        )
        .join(Invitation.person)
        .outerjoin(Answer, (Answer.invitation_id == Invitation.id) & Answer.superseded_at.is_(None))
        .where(Edition.roundtable_id == roundtable.id, *planning.are_concerned())
        .group_by(Edition.id, Person.language)
        .order_by(Edition.sequence)
    )
    rows = session.execute(counted).all()
    known = [(edition, number) for edition, language, number in rows if edition.is_outdated(language)]
    return Untold(before=known[0][0] if known else None, number=sum(number for _, number in known))


def to_tell(session: Session, roundtable: Roundtable) -> list[tuple[Invitation, Edition]]:
    """Who does not know yet how it is today, by precedence, and what they know."""
    found = []
    for invitation in planning.concerned(session, roundtable):
        before = roundtable.as_told(invitation.told_sequence)
        if before is not None and before.is_outdated(invitation.person.language):
            found.append((invitation, before))
    return found


def tell(session: Session, roundtable: Roundtable, *, words: str, at: datetime) -> int:
    """A letter to each who does not know yet, with what is new to them; twice is once. Returns how many people.

    Whoever's invitation has not gone out yet gets that one anew, when it would have gone. ``words`` of the organiser
    may be empty.

    Raises:
        AlreadyCancelled
    """
    registrations.lock_seats(session, roundtable)
    if roundtable.is_cancelled:
        raise AlreadyCancelled
    unasked = planning.not_yet_asked(session, roundtable)
    told = to_tell(session, roundtable)
    for invitation, before in told:
        if invitation.person_id in unasked and invitation.answer is None:
            outbox.hold_back(session, roundtable, ASKING, at=at, to=invitation.person)
            send_after = max(at, unasked[invitation.person_id])
            write(session, invitation, planning.first_letter(invitation), at=at, send_after=send_after)
        else:
            write(session, invitation, letters.changed, at=at, before=before, words=words)
    return len(told)
