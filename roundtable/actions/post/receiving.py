"""Receiving: a message from the reply mailbox is kept, taken for something, and does what it may do by itself."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from roundtable.actions.post import replying
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office
from roundtable.domain.people.addresses import people_once_at
from roundtable.domain.people.people import Person
from roundtable.email_address import is_at, on_the_wire
from roundtable.mail.inbox import authentication_results, delivery_reports, inbox
from roundtable.mail.inbox.delivery_reports import Report
from roundtable.mail.inbox.inbox import AlreadySettled, ReceivedMessage
from roundtable.mail.inbox.parsing import Arrived
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter

# A report that does not return our headers is about a letter of the last days.
COMES_BACK_WITHIN = timedelta(days=7)
HAS_LEFT = ("handing_over", "sent", "uncertain", "bounced")
# settle, reopen or mark_returned.
Decision = Callable[..., None]
logger = logging.getLogger("roundtable.receiving")


def receive(session: Session, content: bytes, *, at: datetime) -> ReceivedMessage | None:
    """Keep one message and do what it may do by itself; None where it has come before.

    Whatever is in it, it ends up stored: what cannot be dealt with needs a person.
    """
    kept = inbox.keep(session, content, at=at)
    if kept is None:
        return None
    received, arrived = kept
    received.office, is_certain = _office(session, arrived)
    received.office_is_guessed = not is_certain and _has_several_offices(session)
    session.flush()
    if not arrived.is_readable:
        return received
    try:
        with session.begin_nested():
            _sort(session, received, arrived, at=at)
            if received.letter is not None or received.roundtable is not None:
                received.office_is_guessed = False
            elif not is_certain:
                _leave_to_a_person(received)
            session.flush()
    except OperationalError:  # The database, not the message: whoever brought it keeps it and comes again.
        raise
    except Exception:
        logger.exception("Message %s is kept, but could not be dealt with", received.id)
        received.ask_a_person("unreadable")
        session.flush()
    return received


def _sort(session: Session, received: ReceivedMessage, arrived: Arrived, *, at: datetime) -> None:
    report = delivery_reports.report(arrived)
    if report is not None:
        _receive_report(session, received, arrived, report, at=at)
    elif delivery_reports.looks_returned(arrived):
        _receive_unclear_report(session, received, arrived)
    elif replying.receive(session, received, arrived, at=at):
        pass
    elif arrived.has_winmail and not arrived.calendars:
        received.kind = "winmail"
        received.ask_a_person("winmail")
    elif delivery_reports.is_automatic(arrived):
        received.kind, received.state, received.because = "automatic", "noted", "automatic"
    elif arrived.sender:
        received.kind = "mail"
        received.ask_a_person("mail")
    if received.person is None and received.kind in ("mail", "automatic", "winmail"):
        received.person = known_sender(session, received)


def _leave_to_a_person(received: ReceivedMessage) -> None:
    """Nothing says whose it is: somebody has to look, whatever it seems to be."""
    if received.state != "open" or received.because == "mail":
        received.ask_a_person("no_office")


def settle(session: Session, received: ReceivedMessage, *, at: datetime, by: Account) -> None:
    """A person has dealt with it. Raises AlreadySettled."""
    inbox.lock(session, received, "open")
    received.decide("settled", received.because, at=at, by=by)


def reopen(session: Session, received: ReceivedMessage, *, at: datetime, by: Account) -> None:
    """It needs a person again; what was recorded stays recorded. Raises AlreadySettled."""
    inbox.lock(session, received, "settled", "set_aside", "noted")
    received.ask_a_person(received.because)


def mark_returned(session: Session, received: ReceivedMessage, *, at: datetime, by: Account) -> None:
    """A person has read that the letter came back for good. Raises AlreadySettled."""
    inbox.lock(session, received, "open")
    if received.letter is None:
        raise AlreadySettled
    came_back(session, received.letter, reason=received.subject, is_permanent=True, at=at)
    received.decide("recorded", "returned", at=at, by=by)


def _receive_report(
    session: Session, received: ReceivedMessage, arrived: Arrived, report: Report, *, at: datetime
) -> None:
    """A letter came back, is late, or has arrived after all.

    Anybody can write such a report. It marks something by itself only where it names the Message-ID of a letter that
    left us and the very address that this letter went to, and our own mail server does not speak against its sender.
    """
    letter = _letter_of(session, report)
    received.said = report.said
    _link(received, letter)
    if report.outcome != "failed":
        received.kind = "delay" if report.outcome == "delayed" else "automatic"
        received.decide("noted", report.outcome, at=at)
        return
    received.kind = "bounce"
    if letter is None:
        likely = _last_to(session, report, at=at)
        _link(received, likely)
        received.ask_a_person("returned_unknown" if likely is None else "returned_unproven")
    elif not _is_proven(letter, report, arrived):
        received.ask_a_person("returned_unproven")
    else:
        came_back(session, letter, reason=report.said, is_permanent=report.is_permanent, at=at)
        received.decide("recorded", "returned" if report.is_permanent else "returned_for_now", at=at)


def _is_proven(letter: Letter, report: Report, arrived: Arrived) -> bool:
    recipients = {on_the_wire(each) for each in report.recipients}
    if letter.state not in HAS_LEFT or on_the_wire(letter.recipient) not in recipients or arrived.message is None:
        return False
    authserv_id = current_app.config["ROUNDTABLE"].authserv_id
    return authentication_results.verdict(arrived.message, on_the_wire(arrived.sender), authserv_id) != "bad"


def came_back(session: Session, letter: Letter, *, reason: str, is_permanent: bool, at: datetime) -> None:
    """The letter came back; where the address takes none for good, its entry in the address book says so."""
    outbox.bounce(session, letter, reason=reason, at=at)
    person = letter.person
    if is_permanent and person is not None and on_the_wire(person.email) == on_the_wire(letter.recipient):
        person.email_bounced_at = person.email_bounced_at or at


def _receive_unclear_report(session: Session, received: ReceivedMessage, arrived: Arrived) -> None:
    """In a server's own words: which letter it is about may be found, what became of it is for a person to read."""
    received.kind = "bounce"
    host = current_app.config["ROUNDTABLE"].host
    named = select(Letter).where(Letter.message_id.in_(delivery_reports.named_ids(arrived, host)))
    _link(received, session.scalars(named.order_by(Letter.id.desc())).first())
    received.ask_a_person("returned_unclear")


def _letter_of(session: Session, report: Report) -> Letter | None:
    """By our Message-ID, which nobody guesses."""
    if not report.message_id:
        return None
    return session.scalar(select(Letter).where(Letter.message_id == report.message_id))


def _last_to(session: Session, report: Report, *, at: datetime) -> Letter | None:
    """The last one handed over to this address lately: a person may find that it is this one."""
    lately = (
        select(Letter)
        .where(
            func.lower(Letter.recipient).in_(report.recipients),
            Letter.state.in_(("sent", "uncertain", "handing_over")),
            Letter.state_since >= at - COMES_BACK_WITHIN,
        )
        .order_by(Letter.state_since.desc(), Letter.id.desc())
    )
    return session.scalars(lately.limit(1)).first()


def _link(received: ReceivedMessage, letter: Letter | None) -> None:
    if letter is not None:
        received.letter, received.office = letter, letter.office
        received.person, received.roundtable = letter.person, letter.roundtable


def _office(session: Session, arrived: Arrived) -> tuple[Office | None, bool]:
    """Whose it is until a letter or an invitation says better, and whether that is certain.

    The office it is addressed to; where no address of an office stands on it, the only one that knows the sender. Else
    the first of those who know the sender, or of all, where a person decides.
    """
    offices = list(session.scalars(select(Office).order_by(Office.id)))
    addressed = {_bare(each) for each in arrived.recipients}
    for office in offices:
        if {_bare(office.reply_email), _bare(office.sender_email)} & addressed:
            return office, True
    known = {each.office_id for each in _people_at(session, arrived.sender)}
    likely = [each for each in offices if each.id in known] or offices
    return (likely[0] if likely else None), len(known) == 1


def _has_several_offices(session: Session) -> bool:
    return (session.scalar(select(func.count()).select_from(Office)) or 0) > 1


def _bare(address: str) -> str:
    """Without the detail behind a plus sign (RFC 5233)."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def known_sender(session: Session, received: ReceivedMessage) -> Person | None:
    """As its office knows them; nobody where it may be one of several."""
    found = [each for each in _people_at(session, received.sender) if each.office == received.office]
    return found[0] if len(found) == 1 else None


def _people_at(session: Session, email: str) -> list[Person]:
    """Who has this address, else whose assistant does, else who had it before it was corrected or merged away."""
    if not email:
        return []
    for column in (Person.email, Person.assistant_email):
        found = session.scalars(select(Person).where(is_at(column, email)).order_by(Person.id)).all()
        if found:
            return list(found)
    return people_once_at(session, email)
