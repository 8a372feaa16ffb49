"""Answering: I am coming, I am sending a delegate, I cannot come. By link, or recorded by an organiser."""

from datetime import datetime
from functools import cache

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from roundtable.actions.guests import digesting
from roundtable.actions.guests.named_guests import invitation_beside, person_named
from roundtable.actions.sending import tell_moved_up, write, write_without_link
from roundtable.domain import links
from roundtable.domain.guests import registrations, waiting_list
from roundtable.domain.guests.invitations import BY_LINK, AnswerKind, AnswersClosed, Given, Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.letter_kinds import ASKING, overtaken_by
from roundtable.domain.office import history
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.mail.letters import letters
from roundtable.mail.outbox import holding
from roundtable.mail.outbox.outbox import Letter


class InvitationRevoked(Refused):
    sentence = _l("This invitation has been withdrawn. Please call the office.")


class CancelledMeanwhile(Refused):
    sentence = _l("This roundtable has been cancelled. No answer is needed any more.")


class DelegatesDoNotDelegate(Refused):
    sentence = _l(
        "You come on behalf of somebody else. If you cannot come, please decline: then they can send another person."
    )


class ReasonMissing(Refused):
    sentence = _l("Please say why this person gets the seat out of turn. The reason is kept on record.")


def accept(
    session: Session,
    invitation: Invitation,
    *,
    at: datetime,
    given: Given = BY_LINK,
) -> Registration:
    """A seat, or a place on the waiting list; the seat of one's delegate, if there was one. Twice is once.

    Raises:
        AnswersClosed, CancelledMeanwhile, InvitationRevoked
    """
    begin(session, invitation, at=at, recorded_by=given.recorded_by)
    held = invitation.registration
    if held is not None and _says_already(invitation, "accepted", given.note):
        return held
    _ask_no_more(session, invitation, at=at)
    delegate = invitation.delegate
    if delegate is not None:
        registrations.pass_on(session, delegate, invitation)
        end(session, delegate, at=at)
    registration = registrations.register(session, invitation, at=at)
    is_news = not (held and answer_is(invitation, "accepted"))
    invitation.record("accepted", at=at, given=given)
    if is_news:
        _confirm(session, invitation, registration, at=at)
    return registration


def decline(
    session: Session,
    invitation: Invitation,
    *,
    at: datetime,
    given: Given = BY_LINK,
) -> None:
    """Gives the seat back, the delegate's too; the next on the waiting list get it and are told. Twice is once.

    Raises:
        AnswersClosed, CancelledMeanwhile, InvitationRevoked
    """
    begin(session, invitation, at=at, recorded_by=given.recorded_by)
    if _says_already(invitation, "declined", given.note):
        return
    is_news = not answer_is(invitation, "declined")
    moved = []
    delegate = invitation.delegate
    if delegate is not None:
        moved += registrations.withdraw(session, delegate, at=at)
        end(session, delegate, at=at)
    if invitation.seats == 1:
        moved += send_home(session, invitation.companions, at=at)
    moved += registrations.withdraw(session, invitation, at=at)
    invitation.record("declined", at=at, given=given)
    _ask_no_more(session, invitation, at=at)
    if is_news:
        _confirm(session, invitation, None, at=at)
        _tell_head(session, invitation, at=at)
    tell_moved_up(session, moved, at=at)


def delegate(
    session: Session,
    invitation: Invitation,
    *,
    given_name: str,
    family_name: str,
    function: str,
    email: str,
    at: datetime,
    given: Given = BY_LINK,
) -> Registration:
    """Somebody comes instead, on the same seat or place in line, with an own invitation and link. Twice is once.

    Raises:
        AnswersClosed, CancelledMeanwhile, InvitationRevoked, DelegatesDoNotDelegate, NamesWrongDelegate
    """
    begin(session, invitation, at=at, recorded_by=given.recorded_by)
    if invitation.delegated_by is not None:
        raise DelegatesDoNotDelegate
    person = person_named(session, invitation, given_name, family_name, function, email, at=at)
    before = invitation.delegate
    ours = _invitation_of_delegate(session, invitation, person, at=at)
    ours.named_as = f"{given_name} {family_name}"
    held = ours.registration
    if held is not None and answer_is(invitation, "delegated"):
        return held
    registrations.pass_on(session, before or invitation, ours)
    if before is not None and before is not ours:
        end(session, before, at=at)
    registration = registrations.register(session, ours, at=at)
    invitation.record("delegated", at=at, given=given)
    _ask_no_more(session, invitation, at=at)
    _confirm(session, invitation, registration, at=at)
    write(session, ours, letters.delegate_invitation, at=at)
    return registration


def send_home(session: Session, companions: list[Invitation], *, at: datetime) -> list[Registration]:
    """Their seats are free and their links dead. Returns who moved up."""
    moved = []
    for each in companions:
        moved += registrations.withdraw(session, each, at=at)
        end(session, each, at=at)
    gone = {each.id for each in companions}
    return [each for each in moved if each.invitation_id not in gone]


def give_seat(session: Session, registration: Registration, *, because: str, at: datetime, by: Account) -> None:
    """An organiser lets somebody who waits go first; the reason goes on record.

    Raises:
        NoSeatsLeft, ReasonMissing, CancelledMeanwhile
    """
    registrations.lock_seats(session, registration.roundtable)
    if not registration.is_waiting:
        return
    if not because:
        raise ReasonMissing
    if registration.roundtable.is_cancelled:
        raise CancelledMeanwhile
    registrations.give_seat(session, registration, at=at)
    history.record(
        session,
        registration.roundtable.series.office_id,
        "gave_seat_out_of_turn",
        at=at,
        by=by,
        reason=because,
        invitation_id=registration.invitation_id,
        person_id=registration.person_id,
        roundtable_id=registration.roundtable_id,
    )
    tell_moved_up(session, [registration], at=at)


def hold_back(session: Session, invitation: Invitation, *, at: datetime) -> None:
    """Letters to somebody who is not invited any more never go out."""
    holding.hold_back(session, invitation.roundtable, overtaken_by("last_word"), at=at, to=[invitation.person_id])


def begin(session: Session, invitation: Invitation, *, at: datetime, recorded_by: Account | None) -> None:
    """Lock the seats, and see whether anything may be answered now. Raises as the deeds below say."""
    session.flush()  # it may be new
    invitation_id = invitation.id
    registrations.lock_seats(session, invitation.roundtable)
    _read(session, invitation_id)
    if invitation.roundtable.is_cancelled:
        raise CancelledMeanwhile
    if not invitation.is_open:
        raise InvitationRevoked
    if recorded_by is None and not invitation.roundtable.takes_answers(at):
        raise AnswersClosed


def _read(session: Session, invitation_id: int) -> None:
    """All that an answer needs, in one go: as long as we hold the seats, everybody else waits."""
    invitation = session.scalars(_needed(), {"id": invitation_id}).unique().one()
    present = next((each for each in invitation.answers if each.is_current), None)
    set_committed_value(invitation, "answer", present)


@cache
def _needed() -> Select[Invitation]:
    roundtable = joinedload(Invitation.roundtable, innerjoin=True)
    return (
        select(Invitation)
        .where(Invitation.id == bindparam("id"))
        .options(
            joinedload(Invitation.person, innerjoin=True),
            joinedload(Invitation.answers),
            joinedload(Invitation.registration),
            joinedload(Invitation.delegates),
            roundtable.joinedload(Roundtable.minutes),
            roundtable.joinedload(Roundtable.series, innerjoin=True).joinedload(Series.office, innerjoin=True),
        )
    )


def answer_is(invitation: Invitation, kind: AnswerKind) -> bool:
    """Whether this is what counts at present."""
    return invitation.answer is not None and invitation.answer.kind == kind


def _says_already(invitation: Invitation, kind: AnswerKind, note: str) -> bool:
    """A second click, a second tab, the back button; a note that is new is worth recording."""
    answer = invitation.answer
    return answer is not None and answer.kind == kind and note in ("", answer.note)


def _confirm(session: Session, invitation: Invitation, registration: Registration | None, *, at: datetime) -> None:
    """The letter that says what was understood."""
    place = None
    if registration is not None and registration.is_waiting:
        session.flush()
        place = waiting_list.place_in_line(session, registration)
    digesting.tell_at_once(session, invitation, at=at)
    write(session, invitation, letters.answer_received, at=at, registration=registration, place=place)


def _ask_no_more(session: Session, invitation: Invitation, *, at: datetime) -> None:
    """They have answered: what would ask them to never goes out."""
    holding.hold_back(session, invitation.roundtable, overtaken_by("answer"), at=at, to=[invitation.person_id])


def _tell_head(session: Session, delegate: Invitation, *, at: datetime) -> None:
    """Where a delegate does not come, whoever sent them may answer again."""
    head = delegate.delegated_by
    if head is not None and head.is_open:
        write(session, head, letters.delegate_declined, at=at, delegate=delegate)


def end(session: Session, invitation: Invitation, *, at: datetime) -> None:
    """This delegate or companion is not needed any more."""
    invitation.revoked_at = at
    links.revoke_links(session, invitation, at=at)
    hold_back(session, invitation, at=at)
    if _expects_to_come(session, invitation, at=at):
        write_without_link(session, invitation, letters.uninvited, at=at)


def _expects_to_come(session: Session, invitation: Invitation, *, at: datetime) -> bool:
    """Whether a letter that asks them to come, or to keep the day, may have reached them, and they did not decline."""
    if invitation.roundtable.is_over(at) or answer_is(invitation, "declined"):
        return False
    asked = select(Letter.id).where(
        Letter.roundtable_id == invitation.roundtable_id,
        Letter.person_id == invitation.person_id,
        Letter.kind.in_(ASKING),
        Letter.state.in_(("sent", "handing_over", "uncertain")),
    )
    return bool(session.scalar(select(asked.exists())))


def _invitation_of_delegate(session: Session, invitation: Invitation, person: Person, *, at: datetime) -> Invitation:
    found = invitation_beside(session, invitation, person, at=at)
    found.delegated_by, found.brought_by = invitation, None
    session.flush()
    return found
