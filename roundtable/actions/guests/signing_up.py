"""Open registration: asking for a seat, confirming one's address, being let in or turned away."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering, inviting
from roundtable.db import Bilingual
from roundtable.domain import links
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Given, Invitation
from roundtable.domain.guests.registrations import OrganisationIsFull
from roundtable.domain.guests.sign_ups import (
    KEPT,
    TIME_TO_CONFIRM,
    AlreadyDecided,
    AlreadySignedUp,
    NotConfirmedYet,
    SignUp,
    SignUpClosed,
    TooManySignUps,
)
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.addresses import person_at
from roundtable.domain.people.people import Organisation, Person, organisation_called
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import AlreadyCancelled, AlreadyTookPlace, Roundtable
from roundtable.email_address import is_at
from roundtable.mail.letters import conversations, sign_up_letters
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LETTERS_AN_HOUR, LETTERS_A_DAY = 1, 3
UNCONFIRMED_A_DAY = 200


class NotShownYet(Refused):
    sentence = _l("Nobody can see this roundtable yet. Please show it to the public first; then registration can open.")


class NoTimeLeft(Refused):
    sentence = _l(
        "The time to answer is over, so nobody could register. Please set “Answers until” to a later day first."
    )


def open_registration(roundtable: Roundtable, *, is_moderated: bool, at: datetime) -> None:
    """From now on anybody may register on the public page; open already, only who decides is changed.

    Raises:
        AlreadyCancelled, NotShownYet, NoTimeLeft
    """
    if roundtable.is_cancelled:
        raise AlreadyCancelled
    if not roundtable.is_shown(at):
        raise NotShownYet
    if roundtable.is_over(at) or not roundtable.takes_answers(at):
        raise NoTimeLeft
    roundtable.registration_opened_at = roundtable.registration_opened_at or at
    roundtable.registration_is_moderated = is_moderated


def close_registration(roundtable: Roundtable) -> None:
    """Whoever has asked already and is waiting goes on waiting."""
    roundtable.registration_opened_at = None


def ask(
    session: Session,
    roundtable: Roundtable,
    *,
    title: str,
    given_name: str,
    family_name: str,
    function: str,
    organisation: str,
    email: str,
    language: str,
    at: datetime,
) -> None:
    """A letter to this address, by which its owner confirms. Whoever asks learns nothing about the address.

    Raises:
        SignUpClosed, TooManySignUps, CannotBeWrittenTo
    """
    registrations.lock_seats(session, roundtable)
    if not roundtable.takes_sign_ups(at):
        raise SignUpClosed
    if _unconfirmed_since(session, roundtable, at - DAY) >= UNCONFIRMED_A_DAY:
        raise TooManySignUps
    address = email.strip().lower()
    if _was_written_to(session, roundtable, address, at=at):
        return
    invitation = _invitation_to(session, roundtable, address)
    if invitation is not None and _is_invited(invitation):
        token = links.issue(session, at=at, invitation=invitation)
        outbox.queue(session, sign_up_letters.already_invited(invitation, token, at=at))
        return
    sign_up = _undecided_or_turned_away(session, roundtable, address)
    if sign_up is None:
        sign_up = SignUp(
            roundtable=roundtable,
            title=title,
            given_name=given_name,
            family_name=family_name,
            function=function,
            organisation=organisation,
            email=address,
            language=language,
            asked_at=at,
        )
        session.add(sign_up)
    token = links.issue(session, at=at, sign_up=sign_up)
    outbox.queue(session, sign_up_letters.confirm_address(sign_up, token, at=at, thread_id=_begun(session, sign_up)))


def confirm(session: Session, sign_up: SignUp, *, at: datetime) -> None:
    """The address is theirs: a seat or a place on the waiting list, or the office's word first. Twice is once.

    A person whose invitation was withdrawn waits for a person's word, moderated or not.

    Raises:
        SignUpClosed, AlreadySignedUp
    """
    registrations.lock_seats(session, sign_up.roundtable)
    if sign_up.state != "unconfirmed":
        return
    roundtable = sign_up.roundtable
    if not roundtable.takes_sign_ups(at):
        raise SignUpClosed
    if _undecided_or_turned_away(session, roundtable, sign_up.email) is not None:
        raise AlreadySignedUp
    sign_up.confirmed_at = at
    invitation = _invitation_to(session, roundtable, sign_up.email)
    if invitation is None or invitation.is_open:
        is_invited = invitation is not None and _is_invited(invitation)
        if is_invited or not roundtable.registration_is_moderated:
            try:
                with session.begin_nested():
                    _give_way(session, sign_up, at=at)
                return
            except OrganisationIsFull:
                # Whose seat it would be is for the office to say.
                session.refresh(sign_up)
    token = links.issue(session, at=at, sign_up=sign_up)
    outbox.queue(session, sign_up_letters.sign_up_received(sign_up, token, at=at, thread_id=_begun(session, sign_up)))


def let_in(session: Session, sign_up: SignUp, *, at: datetime, by: Account) -> None:
    """Invited and accepted at once: a seat, or the end of the waiting list, and a letter with the personal link.

    Raises:
        AlreadyDecided, NotConfirmedYet, AlreadyCancelled, AlreadyTookPlace, OrganisationIsFull
    """
    registrations.lock_seats(session, sign_up.roundtable)
    if sign_up.state == "let_in" and sign_up.decided_by_id == by.id:
        return
    _must_wait(sign_up)
    if sign_up.roundtable.is_cancelled:
        raise AlreadyCancelled
    if sign_up.roundtable.has_taken_place:
        raise AlreadyTookPlace
    _give_way(session, sign_up, at=at, by=by)


def let_in_chosen(session: Session, sign_ups: Sequence[SignUp], *, at: datetime, by: Account) -> list[SignUp]:
    """One after the other; those whom a rule stands against stay as they are. Returns who was let in."""
    let = []
    for sign_up in sign_ups:
        try:
            with session.begin_nested():
                let_in(session, sign_up, at=at, by=by)
            let.append(sign_up)
        except (AlreadyDecided, NotConfirmedYet, OrganisationIsFull):
            continue
    return let


def turn_away(session: Session, sign_up: SignUp, *, words: str = "", at: datetime, by: Account) -> None:
    """With a kind letter, and the organiser's own words in it where there are any.

    Raises:
        AlreadyDecided, NotConfirmedYet
    """
    registrations.lock_seats(session, sign_up.roundtable)
    if sign_up.state == "turned_away" and sign_up.decided_by_id == by.id:
        return
    _must_wait(sign_up)
    sign_up.turned_away_at, sign_up.turned_away_words, sign_up.decided_by = at, words, by
    begun = _begun(session, sign_up)
    outbox.queue(session, sign_up_letters.turned_away(sign_up, at=at, thread_id=begun))


def forget_unconfirmed(session: Session, *, at: datetime) -> None:
    """Who did not confirm in time was perhaps not even asked; with their links."""
    session.execute(delete(SignUp).where(~SignUp.is_confirmed, SignUp.asked_at <= at - TIME_TO_CONFIRM))


def forget_settled(session: Session, *, at: datetime) -> None:
    """What was entered for roundtables long over."""
    over = select(Roundtable.id).where(Roundtable.ends_at <= at - KEPT)
    session.execute(delete(SignUp).where(SignUp.roundtable_id.in_(over)))


def _must_wait(sign_up: SignUp) -> None:
    if sign_up.state == "unconfirmed":
        raise NotConfirmedYet
    if sign_up.state != "waiting":
        raise AlreadyDecided(sign_up)


def _begun(session: Session, sign_up: SignUp) -> str | None:
    """The letter that asked for their confirmation: what comes after belongs to the same conversation."""
    return conversations.about_sign_up(session, sign_up.roundtable, sign_up.email)


def _is_invited(invitation: Invitation) -> bool:
    return invitation.is_open and invitation.is_sent


def _give_way(session: Session, sign_up: SignUp, *, at: datetime, by: Account | None = None) -> None:
    """Into the address book, invited, accepted. Raises OrganisationIsFull."""
    roundtable = sign_up.roundtable
    invitation = _invitation_to(session, roundtable, sign_up.email)
    if invitation is None:
        person = _person(session, sign_up)
        invitation = Invitation(roundtable=roundtable, person=person, role="guest", prepared_at=at)
        session.add(invitation)
    elif not invitation.is_open:
        inviting.prepare(session, roundtable, [invitation.person], at=at)
    invitation.sent_at = invitation.sent_at or at
    invitation.thread_id = invitation.thread_id or _begun(session, sign_up)
    sign_up.invitation, sign_up.decided_by = invitation, by
    answering.accept(session, invitation, at=at, given=Given("sign_up", recorded_by=by))


def _invitation_to(session: Session, roundtable: Roundtable, address: str) -> Invitation | None:
    found = select(Invitation).join(Invitation.person).where(Invitation.roundtable_id == roundtable.id)
    return session.scalar(found.where(is_at(Person.email, address)).order_by(Invitation.id).limit(1))


def _undecided_or_turned_away(session: Session, roundtable: Roundtable, address: str) -> SignUp | None:
    found = select(SignUp).where(
        SignUp.roundtable_id == roundtable.id,
        is_at(SignUp.email, address),
        SignUp.is_confirmed,
        SignUp.invitation_id.is_(None),
    )
    return session.scalar(found.order_by(SignUp.id).limit(1))


def _unconfirmed_since(session: Session, roundtable: Roundtable, since: datetime) -> int:
    unconfirmed = select(func.count()).where(
        SignUp.roundtable_id == roundtable.id, ~SignUp.is_confirmed, SignUp.asked_at > since
    )
    return session.scalar(unconfirmed) or 0


def _was_written_to(session: Session, roundtable: Roundtable, address: str, *, at: datetime) -> bool:
    """Whether this address has had enough of these letters for now."""
    lately = select(func.count().filter(Letter.queued_at > at - HOUR), func.count()).where(
        Letter.roundtable_id == roundtable.id,
        Letter.kind == "confirm_address",
        is_at(Letter.recipient, address),
        Letter.queued_at > at - DAY,
    )
    in_an_hour, in_a_day = session.execute(lately).one()
    return bool(in_an_hour >= LETTERS_AN_HOUR or in_a_day >= LETTERS_A_DAY)


def _person(session: Session, sign_up: SignUp) -> Person:
    """Whoever has this address in the office's address book, untouched; otherwise a new entry."""
    office_id = sign_up.roundtable.series.office_id
    known = person_at(session, office_id, sign_up.email)
    if known is not None:
        return known
    is_german = sign_up.language == "de"
    person = Person(
        office_id=office_id,
        organisation=_organisation(session, office_id, sign_up.organisation),
        title=sign_up.title,
        given_name=sign_up.given_name,
        family_name=sign_up.family_name,
        function=Bilingual(sign_up.function if is_german else "", "" if is_german else sign_up.function),
        email=sign_up.email,
        language=sign_up.language,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        # Entered at the same moment for another roundtable.
        known = person_at(session, office_id, sign_up.email)
        if known is None:
            raise
        return known
    return person


def _organisation(session: Session, office_id: int, name: str) -> Organisation | None:
    """The one that is called so; otherwise a new one."""
    known = organisation_called(session, office_id, name)
    if known is not None or not name.strip():
        return known
    organisation = Organisation(office_id=office_id, name=name)
    try:
        with session.begin_nested():
            session.add(organisation)
    except IntegrityError:
        return session.scalar(
            select(Organisation).where(Organisation.office_id == office_id, Organisation.name == name)
        )
    return organisation
