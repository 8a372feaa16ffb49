"""Every message is kept once, taken for what it is, and a letter that comes back is marked."""

import random
import threading
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions import forgetting
from roundtable.actions.post import receiving
from roundtable.db import db
from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.mail.inbox import inbox, parsing
from roundtable.mail.inbox.inbox import ReceivedMessage
from roundtable.mail.outbox.outbox import Letter
from tests.factories import AT, a_person, an_invitation, an_office
from tests.mail import replies, returns

PERSON = "robin@organisation.example"


def receive(session: Session, content: bytes) -> ReceivedMessage:
    received = receiving.receive(session, content, at=AT)
    assert received is not None
    return received


def number(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ReceivedMessage)) or 0


def test_the_same_message_is_kept_once_whichever_way_it_comes(session: Session) -> None:
    an_office(session)
    content = returns.written(PERSON, AT)
    received = receive(session, content)
    assert received.content == content
    by_another_way = b"Received: from here\r\n" + content
    assert receiving.receive(session, by_another_way.replace(b"\r\n", b"\n"), at=AT) is None
    assert receiving.receive(session, content.replace(b"stufenlos", b"breit"), at=AT) is not None
    assert number(session) == 2


def test_delivered_by_four_at_once_it_is_kept_once(app: Flask, session: Session) -> None:
    session.commit()
    content, ready, kept = returns.written(PERSON, AT), threading.Barrier(4), []

    def deliver() -> None:
        with app.app_context(), Session(db.engine) as mine:
            ready.wait()
            with mine.begin():
                kept.append(receiving.receive(mine, content, at=AT) is not None)

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept) == [False, False, False, True]
    assert number(session) == 1


def test_a_question_needs_a_person_and_goes_to_the_office_it_was_sent_to(session: Session) -> None:
    first, second = an_office(session), an_office(session, reply_email="zweite@lindenau.example")
    assert receive(session, returns.written(PERSON, AT)).office == first
    to_second = returns.written(PERSON, AT, "Noch eine").replace(b"antwort@", b"Zweite+abc@")
    received = receive(session, to_second)
    assert (received.kind, received.state, received.because) == ("mail", "open", "mail")
    assert received.office == second
    person = a_person(session, second, email=PERSON)
    to_nobody = receive(session, returns.written(PERSON, AT, "An?").replace(b"antwort@", b"wer@"))
    assert (to_nobody.office, to_nobody.person) == (second, person)


def test_a_message_that_names_no_office_waits_unless_one_alone_knows_the_sender(session: Session) -> None:
    first, second = an_office(session), an_office(session, reply_email="zweite@lindenau.example")

    def from_nobody(content: bytes) -> ReceivedMessage:
        return receive(session, content.replace(b"antwort@", b"wer@"))

    for content in (returns.written(PERSON, AT), returns.out_of_office(PERSON, AT)):
        received = from_nobody(content)
        assert (received.state, received.because, received.office) == ("open", "no_office", first)
    person = a_person(session, second, assistant_email=PERSON)
    received = from_nobody(returns.out_of_office(PERSON, AT + timedelta(minutes=1)))
    assert (received.state, received.office, received.person) == ("noted", second, person)
    a_person(session, first, email=PERSON)
    in_both = a_person(session, second, email=PERSON)
    received = from_nobody(returns.out_of_office(PERSON, AT + timedelta(minutes=2)))
    assert (received.state, received.because) == ("open", "no_office")
    to_second = returns.written(PERSON, AT, "Hallo").replace(b"antwort@", b"zweite@")
    assert receive(session, to_second).person == in_both


@pytest.mark.parametrize(
    "mark",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "X-Auto-Response-Suppress: All",
        "Precedence: auto_reply",
        "Precedence: bulk",
        "Return-Path: <>",
        "X-Autoreply: yes",
        "List-Id: <neues.organisation.example>",
    ],
)
def test_what_a_program_writes_is_noted_and_never_answered(session: Session, letter: Letter, mark: str) -> None:
    received = receive(session, returns.out_of_office(letter.recipient, AT, mark))
    assert (received.kind, received.state) == ("automatic", "noted")
    assert received.person == letter.person
    assert session.scalars(select(Letter)).all() == [letter]


def test_what_a_person_writes_is_not_automatic(session: Session) -> None:
    an_office(session)
    assert receive(session, returns.out_of_office(PERSON, AT, "Auto-Submitted: no")).kind == "mail"


def test_winmail_is_refused_politely(session: Session) -> None:
    an_office(session)
    received = receive(session, returns.in_winmail(PERSON, AT))
    assert (received.kind, received.state, received.because) == ("winmail", "open", "winmail")


def test_a_message_without_an_office_is_kept(session: Session) -> None:
    assert receive(session, returns.written(PERSON, AT)).office is None


NASTY = [
    b"",
    b"\x00" * 100,
    b"no header at all",
    b"From: \xff\xfe\r\nSubject: =?utf-99?q?x?= \x00\r\n\r\n\x00",
    b"Subject: =?utf-8?b?!!!!?=\r\nDate: 99 Foo 99999\r\nFrom: @@@,,<>;:\r\n\r\n",
    b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)),
    b"Content-Type: text/plain; " + b'a=";";' * 200_000 + b"\r\n\r\nx",
    b"Content-Type: text/calendar; charset=\x00\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n",
    b"Content-Type: text/calendar\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"A" * 100_001,
    b"Content-Type: text/calendar\r\n\r\n" + b"BEGIN:VEVENT\r\n" * 20_000,
    b"Content-Type: text/plain; charset=idna\r\n\r\n" + b"\xff." * 2000,
    b"Content-Type: message/rfc822\r\n\r\n" * 90,
    b"Authentication-Results: " + b"(" * 100_000 + b"\r\n\r\n",
]


@pytest.mark.parametrize("content", NASTY)
def test_whatever_comes_ends_up_stored(session: Session, content: bytes) -> None:
    an_office(session)
    received = receive(session, content)
    session.commit()
    assert (received.content, received.state) == (content, "open")


def test_what_is_too_long_is_cut_and_says_so(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST_BYTES", 400)
    an_office(session)
    received = receive(session, returns.written(PERSON, AT, body="x" * 4000))
    assert (received.state, received.because, len(received.content)) == ("open", "too_long", 400)
    assert received.sender == PERSON


def test_a_bug_of_ours_loses_no_message(session: Session, letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object, **__: object) -> None:
        session.add(Answer(invitation_id=1, kind="nonsense", answered_at=AT, via="x"))
        session.flush()

    monkeypatch.setattr(receiving, "_receive_report", bug)
    received = receive(session, returns.returned(letter.message_id, letter.recipient, AT))
    session.commit()
    assert (received.state, received.because) == ("open", "unreadable")


def test_what_is_dealt_with_is_forgotten_after_a_year_and_the_rest_after_two(session: Session, letter: Letter) -> None:
    receive(session, returns.out_of_office(PERSON, AT))
    waiting = receive(session, returns.written(PERSON, AT))
    forgetting.forget_old(session, at=AT + timedelta(days=360))
    assert number(session) == 2
    forgetting.forget_old(session, at=AT + timedelta(days=366))
    assert session.scalars(select(ReceivedMessage)).all() == [waiting]
    forgetting.forget_old(session, at=AT + timedelta(days=730))
    assert number(session) == 1
    forgetting.forget_old(session, at=AT + timedelta(days=731))
    assert number(session) == 0


def mangled(content: bytes, seed: int) -> bytes:
    """Bytes flipped, pieces cut out, doubled or swapped."""
    chance, found = random.Random(seed), bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at, end = sorted(chance.randrange(len(found) + 1) for _ in range(2))
        match chance.randrange(4):
            case 0:
                found[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del found[at : min(end, at + 200)]
            case 2:
                found[at:at] = found[at : min(end, at + 200)]
            case _:
                found[at:at] = chance.choice([b"\x00", b"\r\n\r\n", b"--b1--", b"=?utf-8?q?=", b";", b'"', b"\xf0\x9f"])
    return bytes(found)


def some_messages(invitation: Invitation) -> list[bytes]:
    uid, email = invitation.roundtable.calendar_uid, invitation.person.email
    answered = [program(uid, email, "ACCEPTED", AT) for program in replies.PROGRAMS]
    others = [returns.returned("<a@b>", email, AT), returns.in_html(email, AT), returns.in_winmail(email, AT)]
    return [*answered, *others]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0, 7), seed=st.integers(0, 2**32))
def test_a_mangled_message_never_raises_and_is_always_stored(
    app: Flask, session: Session, which: int, seed: int
) -> None:
    invitation = session.scalar(select(Invitation)) or an_invitation(session)
    content = mangled(some_messages(invitation)[which], seed)
    before = number(session)
    kept = receiving.receive(session, content, at=AT)
    session.flush()
    assert number(session) == before + (kept is not None)
    assert kept is None or kept.content == content
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=400))
def test_reading_raises_nothing(content: bytes) -> None:
    found = parsing.read(content)
    assert "\x00" not in found.subject + found.text + found.sender
