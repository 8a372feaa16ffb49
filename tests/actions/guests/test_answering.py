"""Answering: yes, no, somebody else; changed, repeated, too late (rules 4, 5, 7, 8)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering, inviting
from roundtable.actions.guests.answering import CancelledMeanwhile, DelegatesDoNotDelegate
from roundtable.actions.guests.named_guests import DelegateIsOneself, NamesWrongDelegate
from roundtable.actions.roundtables import readers
from roundtable.domain.guests.invitations import AnswersClosed, Given, Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.links import link_by_token
from roundtable.domain.office.history import Entry
from roundtable.domain.people.people import Person
from roundtable.mail.outbox.outbox import Letter
from tests.factories import a_person, a_roundtable, a_token, an_account, an_invitation, seat_of, worded

DELEGATE: dict[str, Any] = dict(
    given_name="Mira", family_name="Stellmacher", function="Referentin", email="Mira@organisation.example"
)


def _letters(session: Session) -> list[tuple[str, str]]:
    return [(each.kind, each.recipient) for each in session.scalars(select(Letter).order_by(Letter.id))]


def _seat(session: Session, invitation: Invitation) -> str | None:
    held = seat_of(session, invitation)
    return held.state if held else None


def test_a_yes_is_a_seat_and_a_letter(session: Session, at: datetime) -> None:
    invitation = an_invitation(session)
    assert answering.accept(session, invitation, at=at).state == "confirmed"
    assert _letters(session) == [("answer_received", invitation.person.email)]


def test_the_same_answer_twice_changes_nothing(session: Session, at: datetime) -> None:
    invitation = an_invitation(session)
    for _ in range(2):
        answering.accept(session, invitation, at=at)
    for _ in range(2):
        answering.delegate(session, invitation, at=at, **DELEGATE)
    for _ in range(2):
        answering.decline(session, invitation, at=at, given=Given(note="krank"))
    assert [each.kind for each in invitation.answers] == ["accepted", "delegated", "declined"]
    kinds = [kind for kind, _ in _letters(session)]
    assert kinds == ["answer_received", "answer_received", "delegate_invitation", "answer_received"]


def test_a_no_gives_the_seat_to_the_next_who_is_told(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    first, second = (an_invitation(session, roundtable) for _ in range(2))
    answering.accept(session, first, at=at)
    answering.accept(session, second, at=at)
    answering.decline(session, first, at=at)
    assert (_seat(session, first), _seat(session, second)) == (None, "confirmed")
    assert _letters(session)[-1] == ("seat_free", second.person.email)


def test_the_delegate_sits_on_the_seat_of_the_head(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    head, waiting = (an_invitation(session, roundtable) for _ in range(2))
    answering.accept(session, head, at=at)
    answering.accept(session, waiting, at=at)
    held = answering.delegate(session, head, at=at, **DELEGATE)
    assert (held.state, held.instead_of, held.person.email) == ("confirmed", head.person, "mira@organisation.example")
    assert held.organisation_id == head.person.organisation_id
    assert _seat(session, waiting) == "waiting"
    assert _letters(session)[-1] == ("delegate_invitation", "mira@organisation.example")


def test_a_delegate_keeps_the_place_in_line(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    first, head, last = (an_invitation(session, roundtable) for _ in range(3))
    for each in (first, head, last):
        answering.accept(session, each, at=at)
    answering.delegate(session, head, at=at, **DELEGATE)
    answering.decline(session, first, at=at)
    assert head.delegate is not None
    assert (_seat(session, head.delegate), _seat(session, last)) == ("confirmed", "waiting")


def test_coming_after_all_ends_the_delegate(session: Session, at: datetime) -> None:
    head = an_invitation(session)
    sent = answering.delegate(session, head, at=at, **DELEGATE).invitation
    token = a_token(session, invitation=sent)
    held = answering.accept(session, head, at=at)
    assert (held.person, held.instead_of, held.state) == (head.person, None, "confirmed")
    assert not sent.is_open
    assert link_by_token(session, token, at=at) is None


def test_another_delegate_takes_over_and_the_first_may_be_named_again(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    head, waiting = (an_invitation(session, roundtable) for _ in range(2))
    first = answering.delegate(session, head, at=at, **DELEGATE)
    answering.accept(session, waiting, at=at)
    other = answering.delegate(session, head, at=at, **{**DELEGATE, "email": "other@organisation.example"})
    assert other is first
    assert other.person.email == "other@organisation.example"
    again = answering.delegate(session, head, at=at, **DELEGATE)
    assert (again.person.email, again.state) == ("mira@organisation.example", "confirmed")
    assert [each.person.email for each in head.delegates if each.is_open] == ["mira@organisation.example"]


def test_whoever_is_in_the_address_book_stays_as_they_stand_there(session: Session, at: datetime) -> None:
    head = an_invitation(session)
    known = a_person(session, head.person.office, email="Mira@organisation.example", family_name="Stellmacher-Roth")
    held = answering.delegate(session, head, at=at, **DELEGATE)
    assert held.person is known
    assert known.family_name == "Stellmacher-Roth"
    assert len(session.scalars(select(Person)).all()) == 2


def test_who_cannot_be_a_delegate(session: Session, at: datetime) -> None:
    head = an_invitation(session)
    other = an_invitation(session, head.roundtable)
    with pytest.raises(DelegateIsOneself):
        answering.delegate(session, head, at=at, **{**DELEGATE, "email": head.person.email.upper()})
    with pytest.raises(NamesWrongDelegate):
        answering.delegate(session, head, at=at, **{**DELEGATE, "email": other.person.email})
    sent = answering.delegate(session, head, at=at, **DELEGATE).invitation
    with pytest.raises(DelegatesDoNotDelegate):
        answering.delegate(session, sent, at=at, **{**DELEGATE, "email": "third@organisation.example"})


def test_a_delegate_who_declines_leaves_the_choice_to_the_head(session: Session, at: datetime) -> None:
    head = an_invitation(session)
    sent = answering.delegate(session, head, at=at, **DELEGATE).invitation
    answering.decline(session, sent, at=at)
    assert head.delegate is sent
    assert _seat(session, sent) is None
    assert _letters(session)[-1] == ("delegate_declined", head.person.email)
    assert answering.delegate(session, head, at=at, **DELEGATE).state == "confirmed"
    # The no of before counts no more: they hear of what changes.
    assert sent.answer is None
    assert sent in readers.concerned(session, head.roundtable)
    assert [each.kind for each in sent.answers] == ["declined"]
    told = session.scalars(select(Letter).where(Letter.kind == "delegate_declined")).one()
    assert told.state == "given_up"


@pytest.mark.parametrize("deed", ["accept", "decline", "delegate"])
def test_whoever_answers_is_not_reminded_any_more(session: Session, at: datetime, deed: str) -> None:
    invitation = an_invitation(session)
    assert inviting.remind(session, invitation.roundtable, at=at) == [invitation]
    details = DELEGATE if deed == "delegate" else {}
    getattr(answering, deed)(session, invitation, at=at, **details)
    reminder = session.scalars(select(Letter).where(Letter.kind == "reminder")).one()
    assert reminder.state == "given_up"


def test_after_the_deadline_only_organisers_record(session: Session, at: datetime) -> None:
    invitation = an_invitation(session, a_roundtable(session, answer_until=at - timedelta(minutes=1)))
    with pytest.raises(AnswersClosed):
        answering.accept(session, invitation, at=at)
    by = an_account(session, invitation.roundtable.series.office)
    answering.accept(session, invitation, at=at, given=Given(via="phone", note="rief an", recorded_by=by))
    assert invitation.answer is not None
    assert (invitation.answer.via, invitation.answer.note, invitation.answer.recorded_by) == ("phone", "rief an", by)


def test_nobody_answers_a_cancelled_roundtable(session: Session, at: datetime) -> None:
    invitation = an_invitation(session)
    invitation.roundtable.cancel(worded("Sturm"), at=at)
    with pytest.raises(CancelledMeanwhile):
        answering.accept(session, invitation, at=at, given=Given(recorded_by=an_account(session)))
    assert session.scalars(select(Registration)).all() == []


def test_a_seat_out_of_turn_needs_a_reason_that_stays(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    first, second = (an_invitation(session, roundtable) for _ in range(2))
    answering.accept(session, first, at=at)
    held = answering.accept(session, second, at=at)
    by = an_account(session, roundtable.series.office)
    roundtable.seats = 2
    with pytest.raises(answering.ReasonMissing):
        answering.give_seat(session, held, because="", at=at, by=by)
    answering.give_seat(session, held, because="hält den Vortrag", at=at, by=by)
    assert held.state == "confirmed"
    assert [each.reason for each in session.scalars(select(Entry))] == ["hält den Vortrag"]
    assert _letters(session)[-1] == ("seat_free", second.person.email)
