"""Whom a mailing may be written to: all of them as numbers, and in full only those of the page that is looked at."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from roundtable.actions.guests import inviting
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.letter_kinds import SentByHand
from roundtable.domain.people.people import Person, fits
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.message import headers
from roundtable.mail.message.headers import CannotBeWrittenTo

# To whom letters are sent by hand; "again": to some who are chosen, an invitation once more.
Meant = Literal[SentByHand, "again"]
MEANT: tuple[Meant, ...] = get_args(Meant)
NAMED_AT_MOST = 5


@dataclass(frozen=True)
class Recipients:
    """Ids of invitations by precedence. ``unreachable``: no letter can be written to their address."""

    ids: list[int]
    unreachable: set[int]
    bounced: set[int]
    languages: set[str]
    kind: Meant

    @property
    def reachable(self) -> list[int]:
        return [each for each in self.ids if each not in self.unreachable]

    @property
    def proposed(self) -> list[int]:
        """Whoever was chosen by hand is meant, wherever their letters come back from."""
        return [each for each in self.reachable if self.kind == "again" or each not in self.bounced]


def _meant(roundtable: Roundtable, kind: Meant, only: list[int], *, at: datetime) -> Select[Invitation]:
    """Those not yet written to, those who owe an answer, or the ones chosen by hand."""
    meant = (
        select(Invitation)
        .join(Invitation.person)
        .where(Invitation.roundtable_id == roundtable.id, Invitation.is_open)
        .order_by(*order_at(roundtable))
    )
    if kind == "reminder":
        return meant.where(*inviting.are_owing(roundtable, at=at))
    if kind == "again":
        return meant.where(Invitation.id.in_(only))
    meant = meant.where(~Invitation.is_sent)
    return meant.where(Invitation.announced_at.is_(None)) if kind == "save_the_date" else meant


def recipients_of(
    session: Session, roundtable: Roundtable, kind: Meant, only: list[int], *, at: datetime
) -> Recipients:
    """``only``: ids of those chosen by hand, where some are."""
    columns = (Invitation.id, Person.email, Person.email_bounced_at, Person.language)
    rows = session.execute(_meant(roundtable, kind, only, at=at).with_only_columns(*columns)).all()
    return Recipients(
        ids=[row.id for row in rows],
        unreachable={row.id for row in rows if not _can_be_written_to(row.email)},
        bounced={row.id for row in rows if row.email_bounced_at is not None},
        languages={row.language for row in rows},
        kind=kind,
    )


def _can_be_written_to(email: str) -> bool:
    try:
        headers.address("", email)
    except CannotBeWrittenTo:
        return False
    return True


def fitting(
    session: Session, roundtable: Roundtable, kind: Meant, only: list[int], words: str, *, at: datetime
) -> list[int]:
    """Ids of those of them whose name, organisation or address has all of these words."""
    meant = _meant(roundtable, kind, only, at=at).outerjoin(Person.organisation).where(*fits(words))
    return list(session.scalars(meant.with_only_columns(Invitation.id)))


def in_full(session: Session, ids: Iterable[int]) -> dict[int, Invitation]:
    """All that a letter to them needs."""
    found = select(Invitation).where(Invitation.id.in_(ids))
    loaded = found.options(
        joinedload(Invitation.person).joinedload(Person.organisation),
        joinedload(Invitation.delegated_by).joinedload(Invitation.person),
        joinedload(Invitation.brought_by).joinedload(Invitation.person),
    )
    return {each.id: each for each in session.scalars(loaded)}


def offices_among(session: Session, ids: Collection[int]) -> int:
    """To how many of these people's assistants a letter goes as well."""
    found = select(func.count()).select_from(Invitation).join(Invitation.person)
    return session.scalar(found.where(Invitation.id.in_(ids), Person.assistant_email != "")) or 0


def names_of_first(session: Session, ids: Sequence[int]) -> list[str]:
    """Of some that a sentence has room for."""
    few = list(ids[:NAMED_AT_MOST])
    loaded = in_full(session, few)
    return [loaded[each].person.name for each in few]
