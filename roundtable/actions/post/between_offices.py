"""Handing over: a message turns out to be meant for another office of this installation."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from roundtable.actions.post import receiving
from roundtable.domain.office import history
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office
from roundtable.domain.refusals import Refused
from roundtable.mail.inbox import inbox
from roundtable.mail.inbox.inbox import AlreadySettled, ReceivedMessage


class BelongsHere(Refused):
    sentence = _l("This message is about a letter or a roundtable of your office. It cannot be handed over.")


def reassign(session: Session, received: ReceivedMessage, to: Office, *, at: datetime, by: Account) -> None:
    """It leaves this office and needs somebody of the other; both histories say so, and who did it.

    Ask before whether ``by`` may decide in both. Nothing that the first office knows of the sender goes along.

    Raises:
        AlreadySettled: it has been dealt with, or reassigned, in the meantime.
        BelongsHere
    """
    office = received.office
    inbox.lock(session, received, "open")
    if office is None or received.office_id != office.id or to.id == office.id:
        raise AlreadySettled
    if not received.may_go_to_another_office:
        raise BelongsHere
    received.office, received.office_is_guessed = to, False
    received.person = receiving.known_sender(session, received)
    received.decide("open", "handed_over", at=at, by=by)
    # Of the message itself nothing: it ends earlier than the history.
    ours, theirs = office.name.in_(by.language), to.name.in_(by.language)
    history.record(session, office.id, "handed_message_over", at=at, by=by, about=theirs, message_id=received.id)
    history.record(session, to.id, "took_message_over", at=at, by=by, about=ours, message_id=received.id)
