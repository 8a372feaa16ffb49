"""Who has to hear of a change of a roundtable, and what each of them knows of it by now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnExpressionArgument, Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from roundtable.actions.sending import inviting_letter
from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.letter_kinds import ASKING, INVITING, KEEPING, TELLING, overtaken_by
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.editions import Edition
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters import letters
from roundtable.mail.outbox.outbox import IN_HAND, UNSENT, Letter

# Of these at least one copy may have arrived.
MAY_HAVE_ARRIVED = ("sent", "bounced", *IN_HAND)


@dataclass(frozen=True, slots=True)
class Awaited:
    """The letter that asks somebody to come, or to keep the day, and that surely has not gone out."""

    send_after: datetime
    mailing_id: int | None


@dataclass(frozen=True, slots=True)
class Reader:
    """One who has to hear of a change.

    ``known``: SEQUENCEs of the roundtable as they know it, first the one that they surely know: a letter that waits has
    told them nothing. Then the one they were last told of, where that letter may have arrived, or where others wait
    that cannot go out without one that says all. ``awaited``: what waits to ask them, where they have not answered.
    ``knows``: something may have reached them, or they have answered; if not, they know nothing of this roundtable.
    """

    invitation: Invitation
    known: Sequence[int]
    awaited: Awaited | None
    knows: bool

    @property
    def before(self) -> Edition | None:
        """The roundtable as they know it, where that is not what it is today."""
        return next((each for each in map(self._edition, self.known) if self._is_news(each)), None)

    @property
    def held(self) -> Registration | None:
        """The seat, or the place in line, that they or their delegate have."""
        delegate = self.invitation.delegate
        return self.invitation.registration or (delegate.registration if delegate is not None else None)

    @property
    def was_told_otherwise(self) -> bool:
        """Whether their last letter, on its way or not, says something else than what holds today."""
        return self._is_news(self._edition(self.invitation.told_sequence))

    def _edition(self, sequence: int | None) -> Edition | None:
        return self.invitation.roundtable.as_told(sequence)

    def _is_news(self, before: Edition | None) -> bool:
        return before is not None and before.is_outdated(self.invitation.person.language)


def readers_of(session: Session, roundtable: Roundtable) -> list[Reader]:
    """Everybody concerned, by precedence. Ask before anything is held back."""
    written = _written(session, roundtable)
    return [_reader(each, written[each.person_id]) for each in concerned(session, roundtable)]


def who_knows(session: Session, roundtable: Roundtable) -> dict[int, bool]:
    """Ids of the invitations of everybody concerned, by precedence, and whether something may have reached them."""
    written = _written(session, roundtable)
    columns = (Invitation.id, Invitation.person_id, Invitation.sent_at, Answer.id.label("answer_id"))
    rows = session.execute(_concerned(roundtable).with_only_columns(*columns)).all()
    return {
        row.id: _knows(_awaited(row.sent_at, row.answer_id is not None, written[row.person_id]), written[row.person_id])
        for row in rows
    }


def _written(session: Session, roundtable: Roundtable) -> defaultdict[int, list[Any]]:
    """The letters to each guest, by the id of the person."""
    columns = (Letter.person_id, Letter.kind, Letter.state, Letter.send_after, Letter.mailing_id, Letter.knew_sequence)
    to_guests = select(*columns, Letter.overtaken_at).where(
        Letter.roundtable_id == roundtable.id, Letter.kind.in_(overtaken_by("last_word")), Letter.person_id.is_not(None)
    )
    written: defaultdict[int, list[Any]] = defaultdict(list)
    for row in session.execute(to_guests.order_by(Letter.id)):
        written[row.person_id].append(row)
    return written


def _knows(awaited: Awaited | None, written: Sequence[Any]) -> bool:
    return awaited is None or any(each.kind in ASKING and each.state in MAY_HAVE_ARRIVED for each in written)


def _reader(invitation: Invitation, written: Sequence[Any]) -> Reader:
    awaited = _awaited(invitation.sent_at, invitation.answer is not None, written)
    if not _knows(awaited, written):
        return Reader(invitation, [], awaited, knows=False)
    unsent = [each for each in written if each.state in UNSENT and each.overtaken_at is None]
    known = {each.knew_sequence for each in unsent if each.kind in TELLING and each.knew_sequence is not None}
    known = {min(known)} if known else set()
    is_ambiguous = any(each.state in IN_HAND or each.kind not in TELLING for each in unsent)
    if invitation.told_sequence is not None and (is_ambiguous or not known):
        known.add(invitation.told_sequence)
    return Reader(invitation, sorted(known), awaited, knows=True)


def _awaited(sent_at: datetime | None, has_answered: bool, written: Sequence[Any]) -> Awaited | None:
    kinds = INVITING if sent_at is not None else KEEPING
    first = [each for each in written if each.kind in kinds]
    waiting = [each for each in first if each.state in ("waiting", "failed")]
    if has_answered or not waiting or any(each.state in MAY_HAVE_ARRIVED for each in first):
        return None
    return Awaited(waiting[-1].send_after, waiting[-1].mailing_id)


def first_letter(invitation: Invitation) -> Callable[..., Letter]:
    """What went out to them, or was about to, before anything else."""
    return letters.save_the_date if not invitation.is_sent else inviting_letter(invitation)


def concerned(session: Session, roundtable: Roundtable) -> list[Invitation]:
    """The invited and those who keep the day free, less who declined, by precedence."""
    delegates = selectinload(Invitation.delegates)
    found = _concerned(roundtable).options(
        joinedload(Invitation.person).joinedload(Person.organisation),
        joinedload(Invitation.answer),
        joinedload(Invitation.registration),
        delegates.joinedload(Invitation.person),
        delegates.joinedload(Invitation.registration),
    )
    return list(session.scalars(found))


def _concerned(roundtable: Roundtable) -> Select[Invitation]:
    return (
        select(Invitation)
        .join(Invitation.person)
        .outerjoin(Answer, (Answer.invitation_id == Invitation.id) & Answer.is_current)
        .where(Invitation.roundtable_id == roundtable.id, *are_concerned())
        .order_by(*order_at(roundtable))
    )


def are_concerned() -> list[ColumnExpressionArgument[bool]]:
    """Conditions for a statement about invitations, outer-joined with the answers that count."""
    return [
        Invitation.has_been_told,
        Invitation.is_open,
        or_(Answer.id.is_(None), Answer.kind != "declined"),
    ]
