"""Replying: an answer from a calendar program, recorded where it is surely the invited person's, else left to a person.

From proves nothing. An answer counts by itself when it names the invited address, comes from that address or from the
assistant's, and either our own mail server vouches for the sender or it refers to a letter that only they have.
"""

from datetime import datetime

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from roundtable.actions.guests import answering
from roundtable.calendar import replied
from roundtable.calendar.replied import Reply, SeveralAnswers
from roundtable.domain.guests.invitations import AnswersClosed, Given, Invitation
from roundtable.domain.office.accounts import Account
from roundtable.domain.people import addresses
from roundtable.domain.people.people import Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.email_address import is_at, on_the_wire
from roundtable.mail.inbox import authentication_results, inbox
from roundtable.mail.inbox.inbox import ReceivedMessage, Voucher
from roundtable.mail.inbox.masking import without_links
from roundtable.mail.inbox.parsing import Arrived
from roundtable.mail.outbox.outbox import Letter


class CannotBeRecorded(Refused):
    sentence = _l("This message says neither yes nor no. Please record what was meant on the page of the invitation.")


def receive(session: Session, received: ReceivedMessage, arrived: Arrived, *, at: datetime) -> bool:
    """Whether the message holds an answer from a calendar program, and if so what became of it."""
    replies, unread = _replies(arrived)
    if not replies and unread is None:
        return False
    received.kind = "reply"
    if len(replies) != 1 or unread is not None:
        received.ask_a_person("several" if replies or isinstance(unread, SeveralAnswers) else "broken")
        return True
    (reply, is_forwarded) = replies[0]
    _note(received, reply, at=at)
    invitation = _match(session, received, reply)
    if invitation is None:
        received.ask_a_person("not_invited" if received.roundtable is not None else "unknown_entry")
        return True
    if received.sequence is None:
        # Some programs leave it out: they speak of the entry as it is.
        received.sequence = invitation.roundtable.calendar_sequence
    received.vouched_by = _vouched_by(session, received, arrived, invitation)
    doubt = _doubt(received, reply, invitation, is_forwarded=is_forwarded)
    overtaken = _overtaken_by(session, received, reply, invitation)
    if invitation.roundtable.is_cancelled:
        received.decide("set_aside", "cancelled", at=at)
    elif doubt:
        received.ask_a_person(doubt)
    elif overtaken:
        received.decide("set_aside", overtaken, at=at)
    elif _is_of_earlier_version(reply, invitation):
        received.ask_a_person("earlier_version")
    else:
        _let_count(session, received, invitation, at=at)
    return True


def assign(session: Session, received: ReceivedMessage, invitation: Invitation, *, at: datetime, by: Account) -> None:
    """A person says whose answer it is, and it is recorded, after the deadline too.

    Raises:
        AlreadySettled, CancelledMeanwhile, InvitationRevoked
    """
    inbox.lock(session, received, "open", "set_aside")
    received.invitation, received.roundtable, received.person = invitation, invitation.roundtable, invitation.person
    received.office_is_guessed = False
    _record(session, received, invitation, at=at, by=by)
    received.decide("recorded", "by_person", at=at, by=by)


def _replies(arrived: Arrived) -> tuple[list[tuple[Reply, bool]], Refused | None]:
    """Each different answer once, and whether it lay in a forwarded message; what is called one and cannot be read."""
    found: dict[Reply, bool] = {}
    unread: Refused | None = None
    for part in arrived.calendars:
        try:
            reply = replied.read(part.content, part.charset)
        except replied.IsNoReply:
            continue
        except Refused as refused:
            unread = refused
            continue
        found[reply] = found.get(reply, True) and part.is_forwarded
    return list(found.items()), unread


def _note(received: ReceivedMessage, reply: Reply, *, at: datetime) -> None:
    received.kind = "counter" if reply.is_counter else "reply"
    received.calendar_uid, received.attendee, received.answer = reply.uid, reply.attendee, reply.answer
    received.note = without_links(reply.comment)
    received.delegated_to, received.sequence = reply.delegated_to, reply.sequence
    received.proposed_at = reply.proposed_at
    # A clock that is fast must not outrun what comes later.
    received.stamped_at = min(reply.stamped_at or received.sent_at or at, at)


def _match(session: Session, received: ReceivedMessage, reply: Reply) -> Invitation | None:
    """By UID and personal address; by the assistant's, or one they had before, where only one person has it."""
    received.roundtable = session.scalar(select(Roundtable).where(Roundtable.calendar_uid == reply.uid))
    if received.roundtable is None:
        return None
    received.office = received.roundtable.series.office
    theirs = (
        select(Invitation)
        .join(Invitation.person)
        .where(
            Invitation.roundtable_id == received.roundtable.id,
            or_(*(is_at(each, reply.attendee) for each in (Person.email, Person.assistant_email))),
        )
        .options(joinedload(Invitation.person), joinedload(Invitation.answer))
    )
    found = list(session.scalars(theirs)) or _once_invited_at(session, received.roundtable, reply.attendee)
    own = [each for each in found if on_the_wire(each.person.email) == on_the_wire(reply.attendee)]
    invitation = own[0] if own else found[0] if len(found) == 1 else None
    if invitation is not None:
        received.invitation, received.person = invitation, invitation.person
    return invitation


def _once_invited_at(session: Session, roundtable: Roundtable, email: str) -> list[Invitation]:
    people = addresses.people_once_at(session, email, office_id=roundtable.series.office_id)
    theirs = [Invitation.roundtable_id == roundtable.id, Invitation.person_id.in_([each.id for each in people])]
    return list(session.scalars(select(Invitation).where(*theirs))) if people else []


def _vouched_by(session: Session, received: ReceivedMessage, arrived: Arrived, invitation: Invitation) -> Voucher:
    """ "server": our mail server has checked the sender; "letter": it refers to one that we wrote to them."""
    if arrived.message is None or not arrived.is_sender_plain:
        return ""
    authserv_id = current_app.config["ROUNDTABLE"].authserv_id
    verdict = authentication_results.verdict(arrived.message, on_the_wire(arrived.sender), authserv_id)
    if verdict != "silent":
        return "server" if verdict == "good" else ""
    known = select(Letter).where(
        Letter.message_id.in_(arrived.references),
        Letter.roundtable_id == invitation.roundtable_id,
        Letter.person_id == invitation.person_id,
    )
    letter = session.scalars(known.order_by(Letter.id.desc())).first()
    if letter is None:
        return ""
    received.letter = letter
    return "letter"


def _doubt(received: ReceivedMessage, reply: Reply, invitation: Invitation, *, is_forwarded: bool) -> str:
    """Why this cannot count by itself; empty: it can."""
    person = invitation.person
    theirs = {on_the_wire(each) for each in (person.email, person.assistant_email) if each}
    if reply.is_of_one_day:
        return "several"
    if not invitation.is_open:
        return "withdrawn"
    if on_the_wire(reply.attendee) != on_the_wire(person.email):
        return "other_address"
    senders = [received.sender, *([reply.sent_by] if reply.sent_by else [])]
    if any(on_the_wire(each) not in theirs for each in senders):
        return "other_sender"
    if is_forwarded:
        return "forwarded"
    if reply.is_counter:
        return "counter"
    if reply.answer in ("TENTATIVE", "DELEGATED"):
        return reply.answer.lower()
    return "" if received.vouched_by else "unproven"


def _overtaken_by(session: Session, received: ReceivedMessage, reply: Reply, invitation: Invitation) -> str:
    """What came later than this answer was given, if anything did."""
    mine = _order(received)
    others = select(ReceivedMessage).where(
        ReceivedMessage.invitation_id == invitation.id,
        ReceivedMessage.id != received.id,
        or_(ReceivedMessage.vouched_by != "", ReceivedMessage.state == "recorded"),
        ReceivedMessage.stamped_at.is_not(None),
    )
    for other in session.scalars(others):
        theirs = _order(other)
        if theirs > mine:
            return "older"
        if theirs == mine and other.answer == received.answer and other.state == "recorded":
            return "said_already"
    answer = invitation.answer
    if answer is not None and answer.via != "calendar" and answer.answered_at > mine[1]:
        return "answered_since"
    new_date = _last_new_date(session, invitation)
    return "earlier_date" if new_date is not None and new_date > mine[1] else ""


def _order(received: ReceivedMessage) -> tuple[int, datetime]:
    """RFC 5546 2.1.5: by SEQUENCE, then by DTSTAMP."""
    return (received.sequence or 0, received.stamped_at or received.received_at)


def _last_new_date(session: Session, invitation: Invitation) -> datetime | None:
    """When they were last told of another date."""
    told = select(func.max(Letter.queued_at)).where(
        Letter.kind == "new_date",
        Letter.roundtable_id == invitation.roundtable_id,
        Letter.person_id == invitation.person_id,
    )
    return session.scalar(told)


def _is_of_earlier_version(reply: Reply, invitation: Invitation) -> bool:
    """It answers an older entry than they were told of: which one they mean is not for us to guess.

    A number that rose without their being told makes no answer old.
    """
    told = invitation.told_sequence
    return reply.sequence is not None and told is not None and reply.sequence < told


def _let_count(session: Session, received: ReceivedMessage, invitation: Invitation, *, at: datetime) -> None:
    try:
        with session.begin_nested():
            _record(session, received, invitation, at=at)
    except AnswersClosed:
        received.ask_a_person("too_late")
    except Refused:
        received.ask_a_person("refused")
    else:
        received.decide("recorded", "by_itself", at=at)


def _record(
    session: Session, received: ReceivedMessage, invitation: Invitation, *, at: datetime, by: Account | None = None
) -> None:
    deed = {"ACCEPTED": answering.accept, "DECLINED": answering.decline}.get(received.answer)
    if deed is None:
        raise CannotBeRecorded
    assistant = invitation.person.assistant_email
    sender, own = on_the_wire(received.sender), on_the_wire(invitation.person.email)
    is_assistant = bool(assistant) and sender == on_the_wire(assistant) != own
    given_by = assistant if is_assistant else ""
    deed(session, invitation, at=at, given=Given("calendar", received.note, given_by, by))
