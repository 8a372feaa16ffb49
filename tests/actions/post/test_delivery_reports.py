"""A letter that came back is marked where the report proves it; where anybody may have written it, a person decides."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from roundtable.actions.post import receiving
from roundtable.mail.inbox.inbox import ReceivedMessage
from roundtable.mail.outbox.outbox import Letter, LetterState
from tests.factories import AT, an_account
from tests.mail import returns


def receive(session: Session, content: bytes) -> ReceivedMessage:
    received = receiving.receive(session, content, at=AT)
    assert received is not None
    return received


def test_a_letter_that_comes_back_is_marked_and_so_is_the_address(session: Session, letter: Letter) -> None:
    person = letter.person
    assert person is not None
    received = receive(session, returns.returned(letter.message_id, letter.recipient.upper(), AT))
    assert (received.kind, received.state, received.because) == ("bounce", "recorded", "returned")
    assert (received.letter, received.office) == (letter, letter.office)
    assert (letter.state, letter.reply) == ("bounced", "550 5.1.1 no such mailbox here")
    assert person.email_bounced_at == AT
    person.email = person.email
    assert person.email_bounced_at == AT
    person.email = "richtig@organisation.example"
    assert person.email_bounced_at is None


def test_a_report_that_anybody_could_have_written_marks_nothing(session: Session, letter: Letter) -> None:
    """Whoever knows an address knows no Message-ID; whoever got a letter forwarded was not written to."""
    person = letter.person
    assert person is not None
    forged = [
        returns.returned("", letter.recipient, AT),
        returns.returned("<00000000-0000-4000-8000-000000000000@localhost>", letter.recipient, AT),
        returns.returned(letter.message_id, "alias@anderswo.example", AT),
    ]
    for content in forged:
        received = receive(session, content)
        assert (received.kind, received.state, received.because) == ("bounce", "open", "returned_unproven")
        assert (received.letter, received.office, received.person) == (letter, letter.office, person)
    assert (letter.state, person.email_bounced_at) == ("sent", None)
    receiving.mark_returned(session, received, at=AT, by=an_account(session, letter.office))
    assert (letter.state, person.email_bounced_at) == ("bounced", AT)


def test_a_server_may_answer_to_the_letter_in_place_of_returning_it(session: Session, letter: Letter) -> None:
    content = returns.returned("", letter.recipient, AT)
    received = receive(session, f"In-Reply-To: {letter.message_id}\r\n".encode() + content)
    assert (received.state, received.because) == ("recorded", "returned")
    assert letter.state == "bounced"


def test_a_report_about_nobody_we_wrote_to_waits_too(session: Session, letter: Letter) -> None:
    received = receive(session, returns.returned("", "wer@anders.example", AT))
    assert (received.state, received.because, received.letter) == ("open", "returned_unknown", None)


def test_our_own_mail_server_may_speak_against_a_report(
    app: Flask, session: Session, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.config["ROUNDTABLE"], "authserv_id", "mx.lindenau.example")
    content = returns.returned(letter.message_id, letter.recipient, AT)
    checked = (
        b"Authentication-Results: mx.lindenau.example; dmarc=fail header.from=mx.organisation.example\r\n" + content
    )
    assert receive(session, checked).because == "returned_unproven"
    assert letter.state == "sent"


@pytest.mark.parametrize("state", ["waiting", "failed", "given_up"])
def test_a_letter_that_never_left_marks_no_address(session: Session, letter: Letter, state: LetterState) -> None:
    letter.state = state
    received = receive(session, returns.returned(letter.message_id, letter.recipient, AT))
    assert (received.state, received.because) == ("open", "returned_unproven")
    assert letter.state == state
    assert letter.person is not None
    assert letter.person.email_bounced_at is None


def test_a_letter_that_left_long_ago_is_not_found_by_its_address(session: Session, letter: Letter) -> None:
    letter.state_since = AT - timedelta(days=8)
    assert receive(session, returns.returned("", letter.recipient, AT)).letter is None


@pytest.mark.parametrize(
    ("action", "status", "kind", "state", "marks_letter", "marks_address"),
    [
        ("delayed", "4.4.1", "delay", "noted", False, False),
        ("failed", "4.4.7", "bounce", "recorded", True, False),
        ("failed", "5.7.1", "bounce", "recorded", True, True),
        ("delivered", "2.0.0", "automatic", "noted", False, False),
        ("relayed", "2.0.0", "automatic", "noted", False, False),
    ],
)
def test_only_what_failed_for_good_marks_the_address(
    session: Session,
    letter: Letter,
    action: str,
    status: str,
    kind: str,
    state: str,
    marks_letter: bool,
    marks_address: bool,
) -> None:
    report = returns.returned(letter.message_id, letter.recipient, AT, action=action, status=status)
    received = receive(session, report)
    assert (received.kind, received.state) == (kind, state)
    assert (letter.state == "bounced") == marks_letter
    assert letter.person is not None
    assert (letter.person.email_bounced_at is not None) == marks_address


def test_what_never_left_does_not_come_back(session: Session, letter: Letter) -> None:
    letter.state = "waiting"
    receive(session, returns.returned(letter.message_id, letter.recipient, AT))
    assert letter.state == "waiting"


def test_the_assistants_address_does_not_mark_the_person(session: Session, letter: Letter) -> None:
    letter.recipient = "vorzimmer@organisation.example"
    receive(session, returns.returned(letter.message_id, letter.recipient, AT))
    assert letter.state == "bounced"
    assert letter.person is not None
    assert letter.person.email_bounced_at is None


def test_a_server_that_bounces_in_its_own_words_needs_a_person(session: Session, letter: Letter) -> None:
    received = receive(session, returns.returned_in_own_words(letter.message_id, AT))
    assert (received.kind, received.state, received.because) == ("bounce", "open", "returned_unclear")
    assert received.letter == letter
    assert letter.state == "sent"
