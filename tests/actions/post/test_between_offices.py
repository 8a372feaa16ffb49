"""A message that nothing ties to one of several offices: who gets it, and how it reaches the right one."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.post import between_offices, receiving, replying
from roundtable.actions.post.between_offices import BelongsHere
from roundtable.domain.office.history import Entry
from roundtable.domain.office.offices import Office, OfficeMember
from roundtable.mail.inbox import inbox
from roundtable.mail.inbox.inbox import AlreadySettled, ReceivedMessage
from tests.factories import AT, a_person, a_roundtable, a_series, an_account, an_invitation, an_office
from tests.mail import replies, returns

PERSON = "robin@organisation.example"


@pytest.fixture
def offices(session: Session) -> tuple[Office, Office]:
    return an_office(session), an_office(session, reply_email="zweite@lindenau.example")


def receive(session: Session, content: bytes) -> ReceivedMessage:
    received = receiving.receive(session, content, at=AT)
    assert received is not None
    return received


def to_nobody(subject: str = "An wen?") -> bytes:
    return returns.written(PERSON, AT, subject).replace(b"antwort@", b"wer@")


def numbers_seen(session: Session, office: Office) -> dict[str, int]:
    """How many messages each role sees."""
    seen = {}
    for role in ("owner", "organiser", "minute_taker", "press_officer", "viewer"):
        member = OfficeMember(office_id=office.id, role=role)
        seen[role] = inbox.counts(session, inbox.seen_by([member]))["all"]
        assert sum(inbox.waiting(session, inbox.seen_by([member]))) == seen[role]
    return seen


def test_what_may_be_meant_for_another_office_is_seen_by_those_who_decide(
    session: Session, offices: tuple[Office, Office]
) -> None:
    first, second = offices
    for content in (to_nobody(), b"\x00 nothing to read"):
        received = receive(session, content)
        assert (received.office, received.office_is_guessed, received.state) == (first, True, "open")
    session.flush()
    assert numbers_seen(session, first) == {
        "owner": 2,
        "organiser": 2,
        "minute_taker": 0,
        "press_officer": 0,
        "viewer": 0,
    }
    assert set(numbers_seen(session, second).values()) == {0}
    assert receive(session, returns.written(PERSON, AT)).office_is_guessed is False
    assert numbers_seen(session, first)["viewer"] == 1


def test_the_only_office_need_not_guess(session: Session) -> None:
    an_office(session)
    received = receive(session, to_nobody())
    assert (received.office_is_guessed, received.because) == (False, "no_office")


def test_an_office_that_does_not_know_the_sender_gets_nothing_of_those_who_do(
    session: Session, offices: tuple[Office, Office]
) -> None:
    _first, second = offices
    third = an_office(session, reply_email="dritte@lindenau.example")
    for office in (second, third):
        a_person(session, office, email=PERSON)
    received = receive(session, to_nobody())
    assert (received.office, received.office_is_guessed, received.because) == (second, True, "no_office")


def test_it_is_handed_over_and_both_histories_say_so(session: Session, offices: tuple[Office, Office]) -> None:
    first, second = offices
    a_person(session, first, email=PERSON)
    theirs = a_person(session, second, email=PERSON)
    received, by = receive(session, returns.written(PERSON, AT)), an_account(session, first)
    later = AT + timedelta(hours=1)
    between_offices.reassign(session, received, second, at=later, by=by)
    session.flush()
    assert (received.office, received.person, received.office_is_guessed) == (second, theirs, False)
    assert (received.state, received.because, received.decided_at, received.decided_by) == (
        "open",
        "handed_over",
        later,
        by,
    )
    entries = session.scalars(select(Entry).order_by(Entry.id)).all()
    assert [(each.office_id, each.deed, each.about, each.account) for each in entries] == [
        (first.id, "handed_message_over", second.name.de, by),
        (second.id, "took_message_over", first.name.de, by),
    ]
    assert not any(PERSON in each.about for each in entries)


def test_what_is_about_something_of_this_office_stays(session: Session, offices: tuple[Office, Office]) -> None:
    first, second = offices
    invitation = an_invitation(session, a_roundtable(session, a_series(session, first)))
    uid, email = invitation.roundtable.calendar_uid, invitation.person.email
    received = receive(session, replies.google(uid, email, "DECLINED", AT))
    assert received.state == "open"
    with pytest.raises(BelongsHere):
        between_offices.reassign(session, received, second, at=AT, by=an_account(session, first))
    assert (received.office, session.scalars(select(Entry)).all()) == (first, [])


def test_whose_answer_is_recorded_is_no_guess_any_more(session: Session, offices: tuple[Office, Office]) -> None:
    invitation = an_invitation(session, a_roundtable(session, a_series(session, offices[0])))
    content = replies.google("fremd@x.example", PERSON, "DECLINED", AT).replace(b"antwort@", b"wer@")
    received = receive(session, content)
    assert (received.office_is_guessed, received.because) == (True, "unknown_entry")
    replying.assign(session, received, invitation, at=AT, by=an_account(session, offices[0]))
    assert (received.office_is_guessed, received.state) == (False, "recorded")


def test_what_is_dealt_with_or_gone_is_not_handed_over(session: Session, offices: tuple[Office, Office]) -> None:
    first, second = offices
    received, by = receive(session, to_nobody()), an_account(session, first)
    with pytest.raises(AlreadySettled):
        between_offices.reassign(session, received, first, at=AT, by=by)
    receiving.settle(session, received, at=AT, by=by)
    with pytest.raises(AlreadySettled):
        between_offices.reassign(session, received, second, at=AT, by=by)
