"""Inviting: choosing who, sending letters with personal links, reminding those who owe an answer, taking it back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnExpressionArgument, Select, false, select
from sqlalchemy.orm import Session, joinedload

from roundtable.actions.guests.answering import end
from roundtable.actions.sending import inviting_letter, tell_moved_up, write_to_all
from roundtable.db import NO_WORDS, Bilingual
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Answer, AnswersClosed, Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.letter_kinds import PRESSING, SentByHand
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import AlreadyCancelled, Roundtable
from roundtable.mail.letters import letters
from roundtable.mail.outbox import holding, outbox
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter

# Whoever was written to this recently is not reminded: a double click must not be a second letter.
LEAVE_IN_PEACE = timedelta(hours=20)
DOUBLE_CLICK = timedelta(minutes=5)


class AlreadyOver(Refused):
    sentence = _l("This roundtable is over. Nobody can be invited to it any more.")


class NothingToStop(Refused):
    sentence = _l("All letters of this mailing have been handed over. There is nothing left to stop.")


class HaveToHear(Refused):
    sentence = _l("Whoever was invited has to hear that the roundtable is cancelled. These letters cannot be stopped.")


@dataclass(frozen=True)
class Prepared:
    """``new`` are to be sent; ``already`` had an invitation before."""

    new: list[Invitation]
    already: list[Invitation]


def prepare(session: Session, roundtable: Roundtable, people: Iterable[Person], *, at: datetime) -> Prepared:
    """An invitation each, not yet sent. Somebody invited twice gets one; a revoked invitation opens again.

    Raises:
        AlreadyCancelled
    """
    chosen = {person.id: person for person in people}
    registrations.lock_seats(session, roundtable)
    if roundtable.is_cancelled:
        raise AlreadyCancelled
    there = {
        invitation.person_id: invitation
        for invitation in session.scalars(select(Invitation).where(Invitation.roundtable_id == roundtable.id))
    }
    members = {member.person_id: member for member in roundtable.series.members}
    prepared = Prepared(new=[], already=[])
    for person_id in chosen:
        invitation = there.get(person_id)
        if invitation is None:
            invitation = Invitation(roundtable_id=roundtable.id, person_id=person_id, prepared_at=at)
            member = members.get(person_id)
            invitation.role, invitation.seats = (member.role, member.seats) if member else ("guest", 1)
            session.add(invitation)
            prepared.new.append(invitation)
        elif invitation.is_open:
            prepared.already.append(invitation)
        else:
            _open_again(invitation, at=at)
            prepared.new.append(invitation)
    session.flush()
    return prepared


def announce(
    session: Session,
    roundtable: Roundtable,
    invitations: Sequence[Invitation],
    *,
    at: datetime,
    by: Account | None = None,
    send_after: datetime | None = None,
    words: Bilingual = NO_WORDS,
) -> list[Invitation]:
    """A save-the-date to each who has got neither that nor an invitation. Returns who is written to.

    ``words`` of the organiser stand above the text, with placeholders, as in the letters of ``send`` and ``remind``.

    Raises:
        AlreadyCancelled, AlreadyOver
    """
    ids = [invitation.id for invitation in invitations]
    _begin(session, roundtable)
    chosen = _of(roundtable).where(Invitation.id.in_(ids), ~Invitation.has_been_told)
    written = list(session.scalars(chosen))
    mailing = _mailing(session, roundtable, "save_the_date", written, at=at, by=by, send_after=send_after, words=words)
    write_to_all(
        session, written, lambda _: letters.save_the_date, mailing=mailing, at=at, send_after=send_after, personal=words
    )
    for invitation in written:
        invitation.announced_at = at
    return written


def send(
    session: Session,
    roundtable: Roundtable,
    invitations: Sequence[Invitation],
    *,
    at: datetime,
    by: Account | None = None,
    send_after: datetime | None = None,
    again: bool = False,
    words: Bilingual = NO_WORDS,
) -> list[Invitation]:
    """A letter with a fresh link to each not yet written to; ``again`` writes to those too. Returns who is written to.

    Whoever was written to again within the last minutes is left in peace: a double click is no second letter.

    Raises:
        AlreadyCancelled, AlreadyOver
    """
    ids = [invitation.id for invitation in invitations]
    _begin(session, roundtable)
    chosen = list(session.scalars(_of(roundtable).where(Invitation.id.in_(ids))))
    written = [each for each in chosen if each.sent_at is None or (again and each.sent_at <= at - DOUBLE_CLICK)]
    mailing = _mailing(session, roundtable, "invitation", written, at=at, by=by, send_after=send_after, words=words)
    write_to_all(session, written, inviting_letter, mailing=mailing, at=at, send_after=send_after, personal=words)
    for invitation in written:
        invitation.sent_at = at
    return written


def stop(session: Session, mailing: Mailing, *, at: datetime) -> int:
    """What still waits never goes out; whoever got nothing can be written to later. Returns how many letters.

    Whoever was to be told of a change does not know of it: the roundtable goes on saying so.

    Raises:
        NothingToStop, HaveToHear
    """
    if mailing.kind == "cancelled":
        raise HaveToHear
    registrations.lock_seats(session, mailing.roundtable)
    stopped = holding.stop(session, mailing, at=at)
    if not stopped:
        raise NothingToStop
    kinds = {letter.kind for letter in stopped}
    got = [Letter.kind.in_(kinds), Letter.roundtable_id == mailing.roundtable_id]
    if mailing.is_news:
        # An earlier one told them of something else.
        got = [Letter.mailing_id == mailing.id]
    reached = set(
        session.scalars(select(Letter.person_id).where(*got, Letter.state.in_(("waiting", "sent", *outbox.IN_HAND))))
    )
    left_out = {letter.person_id: letter for letter in reversed(stopped) if letter.person_id not in reached}
    for invitation in session.scalars(_of(mailing.roundtable).where(Invitation.person_id.in_(left_out))):
        if invitation.thread_id in {letter.message_id for letter in stopped}:
            invitation.thread_id = None
        if invitation.answer is not None and not mailing.is_news:
            # They know of it by another way.
            continue
        invitation.told_sequence = left_out[invitation.person_id].knew_sequence
        if mailing.kind == "save_the_date":
            invitation.announced_at = None
        elif mailing.kind == "invitation":
            invitation.sent_at = None
    session.flush()
    return len(stopped)


def _mailing(
    session: Session,
    roundtable: Roundtable,
    kind: SentByHand,
    written: Sequence[Invitation],
    *,
    at: datetime,
    by: Account | None,
    send_after: datetime | None,
    words: Bilingual,
) -> Mailing | None:
    """What these letters go out under; nothing where there are none."""
    if not written:
        return None
    mailing = Mailing(roundtable_id=roundtable.id, kind=kind, queued_at=at, send_after=send_after or at, queued_by=by)
    mailing.words = words
    session.add(mailing)
    return mailing


def owing(session: Session, roundtable: Roundtable, *, at: datetime) -> list[Invitation]:
    """Who was written to, has not answered, and was left in peace since the last letter; by precedence."""
    return list(session.scalars(_of(roundtable).where(*are_owing(roundtable, at=at))))


def are_owing(roundtable: Roundtable, *, at: datetime) -> list[ColumnExpressionArgument[bool]]:
    """The same as conditions for a statement about open invitations."""
    if roundtable.is_over(at) or not roundtable.takes_answers(at):
        return [false()]
    written_lately = select(Letter.person_id).where(
        Letter.roundtable_id == roundtable.id,
        Letter.kind.in_(PRESSING),
        Letter.queued_at > at - LEAVE_IN_PEACE,
        Letter.person_id.is_not(None),
    )
    return [
        Invitation.is_sent,
        ~select(Answer.id).where(Answer.invitation_id == Invitation.id, Answer.is_current).exists(),
        ~select(Registration.id).where(Registration.invitation_id == Invitation.id, Registration.is_live).exists(),
        Invitation.person_id.not_in(written_lately),
    ]


def remind(
    session: Session,
    roundtable: Roundtable,
    *,
    at: datetime,
    by: Account | None = None,
    seen: Collection[int] | None = None,
    words: Bilingual = NO_WORDS,
) -> list[Invitation]:
    """A reminder to each who owes an answer at this moment (rule 6); of those ``seen`` in the preview, by id.

    Returns who is written to.

    Raises:
        AlreadyCancelled, AlreadyOver, AnswersClosed
    """
    _begin(session, roundtable)
    if not roundtable.takes_answers(at):
        raise AnswersClosed(str(_l("The time to answer is over. Nobody is reminded any more.")))
    written = [each for each in owing(session, roundtable, at=at) if seen is None or each.id in seen]
    mailing = _mailing(session, roundtable, "reminder", written, at=at, by=by, send_after=None, words=words)
    write_to_all(session, written, lambda _: letters.reminder, mailing=mailing, at=at, personal=words)
    return written


def revoke(session: Session, invitation: Invitation, *, at: datetime) -> list[Registration]:
    """The link is dead, the seat free, the delegate's too. Returns those who moved up for it; they are told."""
    registrations.lock_seats(session, invitation.roundtable)
    moved = []
    for each in (*invitation.delegates, *invitation.brought, invitation):
        if not each.is_open:
            continue
        end(session, each, at=at)
        moved += registrations.withdraw(session, each, at=at)
    tell_moved_up(session, moved, at=at)
    return moved


def _open_again(invitation: Invitation, *, at: datetime) -> None:
    invitation.ask_again(at=at)
    invitation.prepared_at, invitation.revoked_at = at, None
    invitation.announced_at = invitation.sent_at = invitation.told_sequence = None
    invitation.delegated_by_id = invitation.brought_by_id = None


def _begin(session: Session, roundtable: Roundtable) -> None:
    registrations.lock_seats(session, roundtable)
    if roundtable.is_cancelled:
        raise AlreadyCancelled
    if roundtable.has_taken_place:
        raise AlreadyOver


def _of(roundtable: Roundtable) -> Select[Invitation]:
    """The open invitations, in order of precedence."""
    return (
        select(Invitation)
        .join(Invitation.person)
        .where(Invitation.roundtable_id == roundtable.id, Invitation.is_open)
        .options(
            joinedload(Invitation.person).joinedload(Person.organisation),
            joinedload(Invitation.answer),
            joinedload(Invitation.registration),
        )
        .order_by(*order_at(roundtable))
    )
