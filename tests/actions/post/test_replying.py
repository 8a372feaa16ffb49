"""An answer from a calendar program counts when it is surely the invited person's; others wait for a person."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering
from roundtable.actions.post import replying
from roundtable.actions.roundtables import planning, telling
from roundtable.db import NO_WORDS
from roundtable.domain.guests.invitations import Invitation
from roundtable.mail.inbox.inbox import AlreadySettled
from roundtable.mail.letters import letters
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.actions.calendar_answers import LATER, PASSED, answer_of, email, outcome, receive, uid
from tests.factories import AT, a_person, a_roundtable, a_token, an_account, an_invitation, worded
from tests.mail import replies


@pytest.mark.parametrize("program", replies.PROGRAMS)
@pytest.mark.parametrize("answer", ["ACCEPTED", "DECLINED"])
def test_the_answer_of_every_program_counts(
    session: Session, invitation: Invitation, program: Callable[..., bytes], answer: str
) -> None:
    received = receive(session, program(uid(invitation), email(invitation), answer, AT, PASSED))
    assert outcome(received) == ("recorded", "by_itself")
    assert (received.kind, received.vouched_by, received.invitation) == ("reply", "server", invitation)
    found = answer_of(session, invitation)
    assert found is not None
    assert (found.kind, found.via, found.given_by) == (answer.lower(), "calendar", "")
    assert (invitation.registration is not None) == (answer == "ACCEPTED")
    confirmed = session.scalars(select(Letter).where(Letter.kind == "answer_received")).all()
    assert [each.recipient for each in confirmed] == [email(invitation)]


@pytest.mark.parametrize("program", replies.PROGRAMS)
def test_what_nobody_vouches_for_waits_for_a_person(
    session: Session, invitation: Invitation, program: Callable[..., bytes]
) -> None:
    received = receive(session, program(uid(invitation), email(invitation), "DECLINED", AT))
    assert outcome(received) == ("open", "unproven")
    assert (received.invitation, received.answer) == (invitation, "DECLINED")
    assert answer_of(session, invitation) is None


FORGED = [
    "Authentication-Results: mx.boese.example; dmarc=pass header.from=organisation.example",
    "Authentication-Results: mx.lindenau.example; dmarc=fail header.from=organisation.example",
    "Authentication-Results: mx.lindenau.example; dmarc=pass header.from=boese.example",
    "Authentication-Results: mx.lindenau.example; spf=pass smtp.mailfrom=x@boese.example",
    "Authentication-Results: mx.lindenau.example; dkim=pass header.d=boese.example",
    "Authentication-Results: mx.lindenau.example (x; dmarc=pass header.from=organisation.example); dkim=none",
    'Authentication-Results: mx.lindenau.example; spf=fail smtp.mailfrom="a; dmarc=pass"@boese.example',
    "Authentication-Results: mx.lindenau.example; dmarc=fail header.from=organisation.example;\r\n"
    " spf=softfail smtp.mailfrom=x;dmarc=pass header.from=organisation.example",
    f"Authentication-Results: mx.lindenau.example; dmarc=fail\r\n{PASSED}",
    f"{PASSED}\r\nFrom: a second one <x@boese.example>",
]


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_reply_changes_nothing(session: Session, invitation: Invitation, forged: str) -> None:
    received = receive(session, replies.exchange(uid(invitation), email(invitation), "DECLINED", AT, forged))
    assert outcome(received) == ("open", "unproven")
    assert answer_of(session, invitation) is None


@pytest.mark.parametrize(
    "passed",
    [
        "Authentication-Results: mx.lindenau.example; dkim=pass header.d=organisation.example header.s=k1",
        "Authentication-Results: mx.lindenau.example 1; dkim=fail header.d=x.example;"
        " dkim=pass header.i=@organisation.example",
        "Authentication-Results: mx.lindenau.example;"
        " spf=pass (ok; really) smtp.mailfrom=x@organisation.example; dmarc=none",
    ],
)
def test_dkim_or_spf_in_the_name_of_the_sender_are_enough(
    session: Session, invitation: Invitation, passed: str
) -> None:
    received = receive(session, replies.google(uid(invitation), email(invitation), "ACCEPTED", AT, passed))
    assert outcome(received) == ("recorded", "by_itself")


def test_without_a_server_that_vouches_the_letter_itself_does(
    app: Flask, session: Session, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.config["ROUNDTABLE"], "authserv_id", "")
    other = an_invitation(session, invitation.roundtable)
    mine, theirs = (
        outbox.queue(session, letters.invitation(each, a_token(session, invitation=each), at=AT))
        for each in (invitation, other)
    )
    session.flush()
    refers = f"In-Reply-To: {theirs.message_id}"
    received = receive(session, replies.exchange(uid(invitation), email(invitation), "ACCEPTED", AT, PASSED, refers))
    assert outcome(received) == ("open", "unproven")
    refers = f"References: <a@b.example>\r\n {mine.message_id}"
    received = receive(session, replies.apple(uid(invitation), email(invitation), "ACCEPTED", AT, refers))
    assert outcome(received) == ("recorded", "by_itself")
    assert (received.vouched_by, received.letter) == ("letter", mine)


def test_the_letter_vouches_for_nobody_whom_the_server_refutes(session: Session, invitation: Invitation) -> None:
    letter = outbox.queue(session, letters.invitation(invitation, a_token(session, invitation=invitation), at=AT))
    session.flush()
    headers = (FORGED[1], f"References: {letter.message_id}")
    received = receive(session, replies.exchange(uid(invitation), email(invitation), "DECLINED", AT, *headers))
    assert outcome(received) == ("open", "unproven")


def test_the_assistant_answers_for_the_person(session: Session, invitation: Invitation) -> None:
    invitation.person.assistant_email = "Vorzimmer@organisation.example"
    sent = replies.google(uid(invitation), email(invitation), "ACCEPTED", AT, PASSED)
    sent = sent.replace(f"Ahrens <{email(invitation)}>".encode(), b"Ahrens <vorzimmer@organisation.example>")
    assert outcome(receive(session, sent)) == ("recorded", "by_itself")
    found = answer_of(session, invitation)
    assert found is not None
    assert found.given_by == "Vorzimmer@organisation.example"


def test_anybody_else_waits_for_a_person(session: Session, invitation: Invitation) -> None:
    a, b = uid(invitation), email(invitation)
    colleague = replies.google(a, b, "ACCEPTED", AT, PASSED).replace(f"<{b}>".encode(), b"<kim@organisation.example>")
    assert outcome(receive(session, colleague)) == ("open", "other_sender")
    invitation.person.assistant_email = "buero@organisation.example"
    session.flush()
    as_assistant = replies.google(a, "buero@organisation.example", "ACCEPTED", AT, PASSED)
    assert outcome(receive(session, as_assistant)) == ("open", "other_address")
    stranger = receive(session, replies.google(a, "fremd@organisation.example", "ACCEPTED", AT, PASSED))
    assert outcome(stranger) == ("open", "not_invited")
    assert (stranger.roundtable, stranger.invitation) == (invitation.roundtable, None)
    assert outcome(receive(session, replies.apple("x@y", b, "ACCEPTED", AT, PASSED))) == ("open", "unknown_entry")
    inside = replies.exchange(a, b, "ACCEPTED", AT, PASSED)
    wrapped = (
        replies.head(b, "antwort@lindenau.example", "WG: Zugesagt", AT, PASSED)
        + 'Content-Type: multipart/mixed; boundary="w"\r\n\r\n--w\r\nContent-Type: message/rfc822\r\n\r\n'
    ).encode()
    assert outcome(receive(session, wrapped + inside + b"\r\n--w--\r\n")) == ("open", "forwarded")
    assert answer_of(session, invitation) is None


def test_answers_of_several_people_wait_for_a_person(session: Session, invitation: Invitation) -> None:
    a, b = uid(invitation), email(invitation)
    two = "ATTENDEE;PARTSTAT=DECLINED:mailto:zweite@organisation.example"
    assert outcome(receive(session, replies.google(a, b, "ACCEPTED", AT, PASSED, extra=two))) == ("open", "several")
    both = replies.calendar(replies.entry(a, b, "ACCEPTED", AT), replies.entry(a, b, "DECLINED", AT))
    message = (
        replies.head(b, "antwort@lindenau.example", "Zweierlei", AT, PASSED) + "Content-Type: text/calendar\r\n\r\n"
    )
    assert outcome(receive(session, message.encode() + both)) == ("open", "several")
    one_day = replies.google(a, b, "ACCEPTED", LATER, PASSED, extra="RECURRENCE-ID:20260401T120000Z")
    assert outcome(receive(session, one_day)) == ("open", "several")
    assert answer_of(session, invitation) is None


@pytest.mark.parametrize("answer", ["TENTATIVE", "DELEGATED"])
def test_neither_yes_nor_no_decides_nothing(session: Session, invitation: Invitation, answer: str) -> None:
    to = ';DELEGATED-TO="mailto:Vertretung@organisation.example"' if answer == "DELEGATED" else ""
    ics = replies.calendar(
        replies.entry(uid(invitation), email(invitation), answer, AT, parameters=to, comment="Kläre ich\\, bis Freitag")
    )
    message = (
        replies.head(email(invitation), "antwort@lindenau.example", "Re", AT, PASSED)
        + "Content-Type: text/calendar\r\n\r\n"
    )
    received = receive(session, message.encode() + ics)
    assert outcome(received) == ("open", answer.lower())
    assert received.note == "Kläre ich, bis Freitag"
    assert received.delegated_to == ("vertretung@organisation.example" if to else "")
    assert answer_of(session, invitation) is None
    with pytest.raises(replying.CannotBeRecorded):
        replying.assign(session, received, invitation, at=LATER, by=an_account(session))


def test_a_proposal_of_another_time_is_shown(session: Session, invitation: Invitation) -> None:
    lines = replies.entry(uid(invitation), email(invitation), "TENTATIVE", AT)
    lines[3] = 'DTSTART;TZID="W. Europe Standard Time":20260402T100000'
    message = (
        replies.head(email(invitation), "antwort@lindenau.example", "Neu", AT, PASSED)
        + "Content-Type: text/calendar\r\n\r\n"
    )
    received = receive(session, message.encode() + replies.calendar(lines, method="COUNTER"))
    assert (received.kind, *outcome(received)) == ("counter", "open", "counter")
    assert received.proposed_at == datetime.fromisoformat("2026-04-02T08:00:00+00:00")


def test_the_comment_becomes_the_note(session: Session, invitation: Invitation) -> None:
    said = "<b>Leider</b> krank" + "!" * 900
    receive(session, replies.google(uid(invitation), email(invitation), "DECLINED", AT, PASSED, comment=said))
    found = answer_of(session, invitation)
    assert found is not None
    assert found.note == said[:500]


def test_an_older_answer_changes_nothing(session: Session, invitation: Invitation) -> None:
    a, b = uid(invitation), email(invitation)
    receive(session, replies.google(a, b, "DECLINED", AT + timedelta(minutes=20), PASSED))
    assert outcome(receive(session, replies.google(a, b, "ACCEPTED", AT, PASSED))) == ("set_aside", "older")
    again = replies.apple(a, b, "DECLINED", AT + timedelta(minutes=20), PASSED)
    assert outcome(receive(session, again)) == ("set_aside", "said_already")
    newest = replies.google(a, b, "ACCEPTED", AT + timedelta(minutes=25), PASSED)
    assert outcome(receive(session, newest)) == ("recorded", "by_itself")
    assert invitation.answer is not None
    assert invitation.answer.kind == "accepted"


def test_a_forged_one_from_the_future_blocks_nothing(session: Session, invitation: Invitation) -> None:
    a, b = uid(invitation), email(invitation)
    receive(session, replies.google(a, b, "DECLINED", AT + timedelta(days=900), sequence="99"))
    assert outcome(receive(session, replies.google(a, b, "ACCEPTED", AT, PASSED))) == ("recorded", "by_itself")


def test_an_answer_on_the_page_since_stands(session: Session, invitation: Invitation) -> None:
    answering.accept(session, invitation, at=AT + timedelta(minutes=5))
    received = receive(session, replies.google(uid(invitation), email(invitation), "DECLINED", AT, PASSED))
    assert outcome(received) == ("set_aside", "answered_since")
    assert answer_of(session, invitation).kind == "accepted"  # type: ignore[union-attr]  # it was given above


def test_what_was_said_of_the_old_date_does_not_count_for_the_new(session: Session, invitation: Invitation) -> None:
    roundtable = invitation.roundtable
    moved: dict[str, Any] = {
        "starts_at": roundtable.starts_at + timedelta(days=7),
        "ends_at": roundtable.ends_at + timedelta(days=7),
    }
    planning.reschedule(session, roundtable, because=worded("Messe"), at=AT + timedelta(minutes=9), **moved)
    a, b = uid(invitation), email(invitation)
    assert outcome(receive(session, replies.google(a, b, "ACCEPTED", AT, PASSED))) == ("set_aside", "earlier_date")
    old_entry = replies.google(a, b, "ACCEPTED", AT + timedelta(minutes=12), PASSED)
    assert outcome(receive(session, old_entry)) == ("open", "earlier_version")
    new_entry = replies.google(a, b, "ACCEPTED", AT + timedelta(minutes=15), PASSED, sequence="1")
    assert outcome(receive(session, new_entry)) == ("recorded", "by_itself")


def test_an_entry_older_than_what_they_were_told_of_waits_for_a_person(
    session: Session, invitation: Invitation
) -> None:
    roundtable, a, b = invitation.roundtable, uid(invitation), email(invitation)
    with roundtable.revised(AT):
        roundtable.venue = "Altes Rathaus"
    session.flush()
    telling.tell(session, roundtable, words=NO_WORDS, at=AT)
    old_entry = replies.google(a, b, "ACCEPTED", AT + timedelta(minutes=5), PASSED)
    assert outcome(receive(session, old_entry)) == ("open", "earlier_version")
    # Nobody was told of the next one.
    with roundtable.revised(AT):
        roundtable.venue = "Neues Rathaus"
    new_entry = replies.google(a, b, "ACCEPTED", AT + timedelta(minutes=9), PASSED, sequence="1")
    assert outcome(receive(session, new_entry)) == ("recorded", "by_itself")


def test_a_number_that_rose_without_a_letter_makes_no_answer_old(session: Session, invitation: Invitation) -> None:
    invitation.roundtable.changed_in_calendars(AT)
    received = receive(session, replies.google(uid(invitation), email(invitation), "ACCEPTED", AT, PASSED))
    assert outcome(received) == ("recorded", "by_itself")


def test_after_the_deadline_a_person_decides(session: Session, invitation: Invitation) -> None:
    invitation.roundtable.answer_until = AT - timedelta(days=1)
    received = receive(session, replies.google(uid(invitation), email(invitation), "DECLINED", AT, PASSED))
    assert outcome(received) == ("open", "too_late")
    by = an_account(session, invitation.roundtable.series.office)
    replying.assign(session, received, invitation, at=LATER, by=by)
    found = answer_of(session, invitation)
    assert found is not None
    assert (found.kind, found.via, found.recorded_by) == ("declined", "calendar", by)
    assert outcome(received) == ("recorded", "by_person")
    with pytest.raises(AlreadySettled):
        replying.assign(session, received, invitation, at=LATER, by=by)


def test_a_cancelled_roundtable_needs_no_answer(session: Session, invitation: Invitation) -> None:
    planning.cancel(session, invitation.roundtable, because=worded("Sturm"), at=AT)
    received = receive(session, replies.google(uid(invitation), email(invitation), "ACCEPTED", AT, PASSED))
    assert outcome(received) == ("set_aside", "cancelled")


def test_a_withdrawn_invitation_waits_for_a_person(session: Session, invitation: Invitation) -> None:
    invitation.revoked_at = AT
    received = receive(session, replies.google(uid(invitation), email(invitation), "ACCEPTED", AT, PASSED))
    assert outcome(received) == ("open", "withdrawn")


def test_seats_are_counted_as_always(session: Session, invitation: Invitation) -> None:
    invitation.roundtable.seats = 1
    answering.accept(session, an_invitation(session, invitation.roundtable), at=AT)
    receive(session, replies.google(uid(invitation), email(invitation), "ACCEPTED", AT, PASSED))
    assert answer_of(session, invitation) is not None
    assert invitation.registration is not None
    assert invitation.registration.state == "waiting"


def test_an_assistant_of_two_is_nobody_in_particular(session: Session, invitation: Invitation) -> None:
    shared = "buero@organisation.example"
    invitation.person.assistant_email = shared
    second = a_person(session, invitation.roundtable.series.office, assistant_email=shared)
    an_invitation(session, invitation.roundtable, second)
    received = receive(session, replies.google(uid(invitation), shared, "ACCEPTED", AT, PASSED))
    assert outcome(received) == ("open", "not_invited")
    assert a_roundtable(session).calendar_uid != received.calendar_uid


@pytest.mark.parametrize("typed", ["robin@klimabündnis.example", "robin@xn--klimabndnis-yhb.example"])
@pytest.mark.parametrize("written", ["robin@klimabündnis.example", "robin@xn--klimabndnis-yhb.example"])
def test_a_domain_with_umlauts_is_the_same_in_ascii(
    session: Session, invitation: Invitation, typed: str, written: str
) -> None:
    invitation.person.email = typed
    session.flush()
    passed = "Authentication-Results: mx.lindenau.example; dmarc=pass header.from=xn--klimabndnis-yhb.example"
    received = receive(session, replies.exchange(uid(invitation), written, "ACCEPTED", AT, passed))
    assert outcome(received) == ("recorded", "by_itself")
    assert received.invitation == invitation


def test_ss_is_not_the_letter_that_looks_like_it(session: Session, invitation: Invitation) -> None:
    invitation.person.email = "robin@straße.example"
    session.flush()
    received = receive(session, replies.exchange(uid(invitation), "robin@strasse.example", "ACCEPTED", AT, PASSED))
    assert outcome(received) == ("open", "not_invited")
