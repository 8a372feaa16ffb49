"""A letter went to a wrong address: the address book is corrected, and the letter written anew, its link fresh."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar, assert_never

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests.answering import answer_is
from roundtable.actions.press import quoting
from roundtable.actions.record import following_up
from roundtable.actions.roundtables import telling
from roundtable.actions.roundtables.readers import Reader
from roundtable.actions.sending import inviting_letter, remember
from roundtable.db import NO_WORDS
from roundtable.domain import links
from roundtable.domain.guests import waiting_list
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.letter_kinds import BY_HAND, KINDS
from roundtable.domain.links import PersonalLink
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.addresses import person_at
from roundtable.domain.people.people import AlreadyThere, Person
from roundtable.domain.press.quotes import Quote
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.polls import PollVoter
from roundtable.email_address import is_at
from roundtable.mail.letters import letters, poll_letters, sign_up_letters
from roundtable.mail.message import headers
from roundtable.mail.outbox import outbox, settling
from roundtable.mail.outbox.outbox import Letter

Thing = TypeVar("Thing")


class NotAgain(Refused):
    sentence = _l("This letter cannot be written anew from here. Please correct the address in the address book.")


class RegistrationMovedOn(NotAgain):
    sentence = _l("This letter cannot be written anew: the registration that it is about has moved on since.")


class RegisteredAlready(Refused):
    sentence = _l("Somebody has registered for this roundtable with this address already.")


class SameAddress(Refused):
    sentence = _l("This is the address that the letter went to. Please enter the correct one.")


def may_be_readdressed(letter: Letter) -> bool:
    """Whether it went to somebody we can write to again, did not reach them, and still says what is true."""
    if letter.state not in settling.MAY_BE_READDRESSED or letter.overtaken_at is not None:
        return False
    about = KINDS[letter.kind].about
    return about == "sign_up" if letter.person_id is None else about not in ("sign_up", "answers")


def went_to_assistant(letter: Letter) -> bool:
    person = letter.person
    return (
        person is not None
        and letter.recipient != _wire(person.email)
        and letter.recipient == _wire(person.assistant_email)
    )


def correct_and_send(session: Session, letter: Letter, email: str, *, by: Account, at: datetime) -> Letter:
    """The new letter. The old one is over, and its link opens nothing any more: a stranger may have it.

    Raises:
        NotAgain, SameAddress, AlreadyThere, RegisteredAlready, HasMovedOn
    """
    if not may_be_readdressed(letter):
        raise NotAgain
    if _wire(email) == letter.recipient:
        raise SameAddress
    if letter.person is not None:
        again = _to_person(session, letter, letter.person, email, at)
    else:
        again = _to_sign_up(session, letter, email, at)
    # It goes with the others, and when it was planned.
    again.mailing = letter.mailing
    if letter.state == "waiting" and not letter.tries:
        again.send_after = max(at, letter.send_after)
    session.flush()
    settling.put_in_its_place(session, letter, again, by=by, at=at)
    return again


def reader_of(session: Session, letter: Letter) -> Person | SignUp:
    """Whose address it is. Raises NotAgain where it has been overtaken what a registration was told."""
    return letter.person or _sign_up(session, letter)


def address_of(letter: Letter, reader: Person | SignUp) -> str:
    """As it is entered today."""
    return reader.assistant_email if isinstance(reader, Person) and went_to_assistant(letter) else reader.email


def _sign_up(session: Session, letter: Letter) -> SignUp:
    """Of which the letter still says what is true."""
    asked = select(SignUp).where(SignUp.roundtable_id == letter.roundtable_id)
    told = "unconfirmed" if KINDS[letter.kind].asks == "to_confirm" else "waiting"
    if letter.kind == "turned_away":
        told = "turned_away"
        asked = asked.where(SignUp.turned_away_words.is_not(None))
    else:
        went_along = select(PersonalLink.sign_up_id).where(PersonalLink.issued_at == letter.queued_at)
        asked = asked.where(SignUp.id.in_(went_along))
    found = [each for each in session.scalars(asked) if each.state == told and _wire(each.email) == letter.recipient]
    if len(found) != 1:
        raise RegistrationMovedOn
    return found[0]


def _to_sign_up(session: Session, letter: Letter, email: str, at: datetime) -> Letter:
    """An address that was confirmed is corrected on the organiser's word, as one of the address book is."""
    sign_up, address = _sign_up(session, letter), email.strip().lower()
    same = select(SignUp.id).where(
        SignUp.roundtable_id == sign_up.roundtable_id, is_at(SignUp.email, address), SignUp.is_confirmed
    )
    if sign_up.is_confirmed and session.scalar(same.limit(1)) is not None:
        raise RegisteredAlready
    sign_up.email = address
    links.revoke_links_of_sign_up(session, sign_up, at=at)
    if letter.kind == "turned_away":
        return outbox.queue(session, sign_up_letters.turned_away(sign_up, at=at))
    token = links.issue(session, at=at, sign_up=sign_up)
    return outbox.queue(session, getattr(sign_up_letters, letter.kind)(sign_up, token, at=at))


def _to_person(session: Session, letter: Letter, person: Person, email: str, at: datetime) -> Letter:
    is_for_assistant = went_to_assistant(letter)
    if is_for_assistant:
        person.assistant_email = email
    else:
        _correct(session, person, email)
    session.flush()
    links.revoke_issued(session, letter.queued_at, person_id=person.id, is_for_assistant=is_for_assistant, at=at)
    return _written_anew(session, letter, person, is_for_assistant, at)


def _wire(email: str) -> str:
    return headers.address("", email).addr_spec if email else ""


def _correct(session: Session, person: Person, email: str) -> None:
    if person_at(session, person.office_id, email, but=person) is not None:
        raise AlreadyThere
    person.email, person.named_at = email, None


def _written_anew(session: Session, letter: Letter, person: Person, for_assistant: bool, at: datetime) -> Letter:
    about = KINDS[letter.kind].about
    match about:
        case "invitation":
            return _about_invitation(session, letter, for_assistant, at)
        case "poll":
            return _about_poll(session, letter, person, for_assistant, at)
        case "quote":
            quoted = select(Quote).where(Quote.roundtable_id == letter.roundtable_id, Quote.person_id == person.id)
            open_ones = [quote for quote in session.scalars(quoted) if quote.asked_at == letter.queued_at]
            return quoting.ask_for_release(session, _only(open_ones), at=at)
        case "commitment":
            promised = select(Commitment).where(
                Commitment.roundtable_id == letter.roundtable_id, links.reported_on_by(person.id)
            )
            unsettled = [each for each in session.scalars(promised) if not each.is_settled]
            return following_up.ask_for_report(session, _only(unsettled), at=at, to=person)
        case "sign_up" | "answers":
            raise NotAgain
        case _:
            assert_never(about)


def _about_poll(session: Session, letter: Letter, person: Person, for_assistant: bool, at: datetime) -> Letter:
    asked = select(PollVoter).where(PollVoter.poll_id == letter.poll_id, PollVoter.person_id == person.id)
    voter = _only(session.scalars(asked).all())
    if letter.kind == "poll_closed":
        return outbox.queue(session, poll_letters.poll_closed(voter, chosen=voter.poll.chosen, at=at))
    token = links.issue(session, at=at, poll_voter=voter, is_for_assistant=for_assistant)
    return outbox.queue(session, getattr(poll_letters, letter.kind)(voter, token, at=at, for_assistant=for_assistant))


def _about_invitation(session: Session, letter: Letter, for_assistant: bool, at: datetime) -> Letter:
    is_uninvited = letter.kind == "uninvited"
    of_both = select(Invitation).where(
        Invitation.roundtable_id == letter.roundtable_id,
        Invitation.person_id == letter.person_id,
        ~Invitation.is_open if is_uninvited else Invitation.is_open,
    )
    invitation = _only(session.scalars(of_both).all())
    if is_uninvited:
        return outbox.queue(session, letters.uninvited(invitation, at=at, for_assistant=for_assistant))
    write: Callable[..., Letter] = getattr(letters, letter.kind)
    told: dict[str, object] = {}
    if KINDS[letter.kind].tells == "news":
        write = _news(session, invitation, letter)
    elif letter.kind == "delegate_declined":
        told = {"delegate": _only([each for each in [invitation.delegate] if each and answer_is(each, "declined")])}
    elif letter.kind == "answer_received":
        seat = invitation.registration
        waits = seat is not None and seat.is_waiting
        told = {"registration": seat, "place": waiting_list.place_in_line(session, seat) if seat and waits else None}
    elif KINDS[letter.kind].asks == "to_come":
        write = inviting_letter(invitation)
    if letter.mailing is not None and letter.mailing.kind in BY_HAND:
        told = {"personal": letter.mailing.words}
    token = links.issue(session, at=at, invitation=invitation, is_for_assistant=for_assistant)
    if invitation.thread_id == letter.message_id:
        # They have not got what the conversation began with.
        invitation.thread_id = None
    again = outbox.queue(session, write(invitation, token, at=at, for_assistant=for_assistant, **told))
    again.knew_sequence = letter.knew_sequence
    if not for_assistant:
        remember(invitation, again)
    return again


def _news(session: Session, invitation: Invitation, letter: Letter) -> Callable[..., Letter]:
    """What has changed since they knew it, up to this day, with the reason or words that the letter gave."""
    roundtable, mailing = invitation.roundtable, letter.mailing
    knew = [letter.knew_sequence] if letter.knew_sequence is not None else []
    reader = Reader(invitation, knew, awaited=None, knows=True)
    if reader.before is None and (knew or letter.kind == "changed"):
        # It has been changed back since.
        raise NotAgain
    words = mailing.words if mailing is not None else NO_WORDS
    return telling.letter_of(reader, words, waiting_list.places_in_line(session, roundtable))


def _only(things: Sequence[Thing]) -> Thing:
    """Where there is none, or several, nobody guesses which was meant."""
    if len(things) != 1:
        raise NotAgain
    return things[0]
