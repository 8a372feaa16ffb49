"""Inviting: once each, sent once, reminders only to those who owe an answer (rules 2, 6, 22)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering, inviting
from roundtable.actions.guests.inviting import AlreadyOver
from roundtable.domain.links import link_by_token
from roundtable.domain.record.minutes import Minutes
from roundtable.domain.roundtables.roundtables import AlreadyCancelled
from roundtable.mail.outbox.outbox import Letter
from tests.factories import a_person, a_roundtable, a_token, an_invitation, seat_of, worded


def _recipients(session: Session, kind: str) -> list[str]:
    return list(session.scalars(select(Letter.recipient).where(Letter.kind == kind).order_by(Letter.id)))


def test_somebody_invited_twice_gets_one_invitation(session: Session, at: datetime) -> None:
    there = an_invitation(session)
    person = a_person(session, there.person.office)
    prepared = inviting.prepare(session, there.roundtable, [person, there.person, person], at=at)
    assert [each.person for each in prepared.new] == [person]
    assert prepared.already == [there]
    assert prepared.new[0].sent_at is None
    assert _recipients(session, "invitation") == []


def test_each_is_written_to_once_with_an_own_link(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    new = [an_invitation(session, roundtable, sent_at=None) for _ in range(3)]
    later = at + timedelta(hours=3)
    assert len(inviting.send(session, roundtable, new, at=at, send_after=later)) == 3
    assert inviting.send(session, roundtable, new, at=at) == []
    assert sorted(_recipients(session, "invitation")) == sorted(each.person.email for each in new)
    assert {each.send_after for each in session.scalars(select(Letter))} == {later}
    assert len(inviting.send(session, roundtable, new[:1], at=at + timedelta(hours=1), again=True)) == 1


def test_only_those_who_owe_an_answer_are_reminded(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    silent, yes, no, head, revoked = (an_invitation(session, roundtable) for _ in range(5))
    an_invitation(session, roundtable, sent_at=None)
    answering.accept(session, yes, at=at)
    answering.decline(session, no, at=at)
    answering.delegate(
        session, head, at=at, given_name="Mira", family_name="Roth", function="Referentin", email="m@o.example"
    )
    inviting.revoke(session, revoked, at=at)
    assert inviting.remind(session, roundtable, at=at) == [silent]
    assert inviting.remind(session, roundtable, at=at) == []
    assert _recipients(session, "reminder") == [silent.person.email]


def test_one_held_long_ago_may_be_recorded_until_attendance_is_taken(session: Session) -> None:
    invitation = an_invitation(session)
    roundtable, later = invitation.roundtable, invitation.roundtable.ends_at + timedelta(days=700)
    assert inviting.send(session, roundtable, [invitation], at=later, again=True) == [invitation]
    roundtable.minutes = Minutes(begun_at=later, attendance_closed_at=later)
    with pytest.raises(AlreadyOver):
        inviting.send(session, roundtable, [invitation], at=later, again=True)


def test_nobody_is_written_to_after_a_cancellation(session: Session, at: datetime) -> None:
    invitation = an_invitation(session)
    roundtable = invitation.roundtable
    roundtable.cancel(worded("Sturm"), at=at)
    for deed in (
        lambda: inviting.remind(session, roundtable, at=at),
        lambda: inviting.prepare(session, roundtable, [], at=at),
    ):
        with pytest.raises(AlreadyCancelled):
            deed()
    assert session.scalars(select(Letter)).all() == []


def test_a_revoked_link_is_dead_and_the_next_moves_up(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    head, waiting = (an_invitation(session, roundtable) for _ in range(2))
    sent = answering.delegate(
        session, head, at=at, given_name="Mira", family_name="Roth", function="Referentin", email="m@o.example"
    ).invitation
    answering.accept(session, waiting, at=at)
    tokens = [a_token(session, invitation=each) for each in (head, sent)]
    moved = inviting.revoke(session, head, at=at)
    waiting_letters = select(Letter.recipient).where(Letter.kind == "delegate_invitation", Letter.state == "waiting")
    assert session.scalars(waiting_letters).all() == []
    assert [each.invitation for each in moved] == [waiting]
    assert [link_by_token(session, token, at=at) for token in tokens] == [None, None]
    assert seat_of(session, sent) is None
    assert _recipients(session, "seat_free") == [waiting.person.email]


def test_inviting_a_revoked_person_again_starts_anew(session: Session, at: datetime) -> None:
    invitation = an_invitation(session)
    answering.decline(session, invitation, at=at)
    inviting.revoke(session, invitation, at=at)
    prepared = inviting.prepare(session, invitation.roundtable, [invitation.person], at=at)
    assert prepared.new == [invitation]
    assert (invitation.is_open, invitation.sent_at, invitation.answer) == (True, None, None)
