"""What a calendar program sent, received, and what became of it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from roundtable.actions.post import receiving
from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.mail.inbox.inbox import ReceivedMessage
from tests.factories import AT

PASSED = "Authentication-Results: mx.lindenau.example; dmarc=pass header.from=organisation.example"
LATER = AT + timedelta(minutes=30)


def email(invitation: Invitation) -> str:
    return invitation.person.email


def uid(invitation: Invitation) -> str:
    return invitation.roundtable.calendar_uid


def receive(session: Session, content: bytes, at: datetime = LATER) -> ReceivedMessage:
    received = receiving.receive(session, content, at=at)
    assert received is not None
    session.expire_all()
    return received


def outcome(received: ReceivedMessage) -> tuple[str, str]:
    return received.state, received.because


def answer_of(session: Session, invitation: Invitation) -> Answer | None:
    session.flush()
    session.expire_all()
    return invitation.answer
