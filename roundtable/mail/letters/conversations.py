"""What a letter answers in its reader's mail program. Letters about an invitation know their thread by themselves."""

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from roundtable.domain.letter_kinds import LetterKind
from roundtable.domain.links import PersonalLink
from roundtable.domain.roundtables.polls import Poll
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.email_address import is_at
from roundtable.mail.outbox.outbox import IN_HAND, Letter

HAVE_IT = ("sent", *IN_HAND)


def about(session: Session, kind: LetterKind, person_id: int, link: ColumnElement[bool]) -> str | None:
    """Message-ID of the first letter of this kind that brought somebody a personal ``link`` to the same thing."""
    brought = Letter.queued_at == PersonalLink.issued_at
    first = select(Letter.message_id).join(PersonalLink, brought).where(link, Letter.kind == kind)
    return session.scalar(_earliest(first.where(Letter.person_id == person_id)))


def about_poll(session: Session, poll: Poll) -> dict[int, str]:
    """Message-ID of the first letter to each, by the person's id."""
    letters = select(Letter.person_id, Letter.message_id).where(Letter.poll_id == poll.id, Letter.state.in_(HAVE_IT))
    rows = session.execute(letters.where(Letter.person_id.is_not(None)).order_by(Letter.id.desc()))
    return {person_id: message_id for person_id, message_id in rows if person_id is not None}


def about_sign_up(session: Session, roundtable: Roundtable, email: str) -> str | None:
    """Message-ID of the first letter to whoever registered with this address."""
    address = is_at(Letter.recipient, email)
    first = select(Letter.message_id).where(
        Letter.roundtable_id == roundtable.id, Letter.kind == "confirm_address", address
    )
    return session.scalar(_earliest(first))


def _earliest(letters: Select[str]) -> Select[str]:
    return letters.where(Letter.state.in_(HAVE_IT)).order_by(Letter.id).limit(1)
