"""An address that was corrected, or merged away, is still known as its person's, and nobody else's by mistake."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from roundtable.actions import merging, receiving, recording, replying
from roundtable.domain.invitations import Answer, Invitation
from roundtable.mail.inbox import ReceivedMessage
from tests.factories import AT, a_person, an_account, an_invitation, an_office
from tests.mail import replies, returns

PASSED = "Authentication-Results: mx.lindenau.example; dmarc=pass header.from=organisation.example"
LATER = AT + timedelta(minutes=30)


@pytest.fixture
def invitation(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Invitation:
    monkeypatch.setattr(app.config["ROUNDTABLE"], "authserv_id", "mx.lindenau.example")
    return an_invitation(session)


def email(invitation: Invitation) -> str:
    return invitation.person.email


def uid(invitation: Invitation) -> str:
    return invitation.roundtable.calendar_uid


def receive(session: Session, content: bytes, at: datetime = LATER) -> ReceivedMessage:
    received = receiving.receive(session, content, at=at)
    assert received is not None
    session.expire_all()
    return received


def outcome(received: ReceivedMessage) -> tuple[str, str]:
    return received.state, received.because


def answer_of(session: Session, invitation: Invitation) -> Answer | None:
    session.flush()
    session.expire_all()
    return invitation.answer


def test_an_address_that_was_merged_away_or_corrected_is_still_theirs(session: Session) -> None:
    office = an_office(session)
    by = an_account(session, office)
    keep, lose = a_person(session, office), a_person(session, office, email="Robin@frueher.example")
    first_of_all = a_person(session, office, email="robin@ganz-frueher.example")
    for other in (first_of_all, lose):
        merging.merge_people(session, keep if other is lose else lose, other, theirs=[], at=AT, by=by)
    before = recording.values_of(session, keep)
    was, keep.email = keep.email, "robin@jetzt.example"
    recording.record_changed(session, keep, before, at=AT, by=by)
    for number, email in enumerate(("robin@frueher.example", "robin@ganz-frueher.example", was, "robin@jetzt.example")):
        received = receive(session, returns.written(email, AT, str(number)))
        assert (received.person, received.state) == (keep, "open")
        to_nobody = returns.out_of_office(email, AT, f"X-Autoreply: {number}").replace(b"antwort@", b"wer@")
        assert (receive(session, to_nobody).office, received.because) == (office, "mail")
    assert receive(session, returns.written("frueher.example", AT, "Teil")).person is None
    assert receive(session, returns.written("obin@frueher.example", AT, "Teil")).person is None
    new = a_person(session, office, email="robin@frueher.example")
    assert receive(session, returns.written("robin@frueher.example", AT, "Neu")).person == new


@pytest.mark.parametrize("way", ["corrected", "merged"])
def test_an_answer_from_an_address_they_had_before_waits_with_their_name_beside_it(
    session: Session, invitation: Invitation, way: str
) -> None:
    person, office = invitation.person, invitation.roundtable.series.office
    by, before = an_account(session, office), recording.values_of(session, person)
    was = "robin@frueher.example"
    if way == "corrected":
        was, person.email = person.email, "robin@jetzt.example"
        recording.record_changed(session, person, before, at=AT, by=by)
    else:
        merging.merge_people(session, person, a_person(session, office, email=was), theirs=[], at=AT, by=by)
    an_invitation(session, invitation.roundtable)
    session.flush()
    received = receive(session, replies.google(uid(invitation), was, "ACCEPTED", AT, PASSED))
    assert outcome(received) == ("open", "other_address")
    assert (received.invitation, received.person) == (invitation, person)
    assert answer_of(session, invitation) is None
    replying.assign(session, received, invitation, at=LATER, by=by)
    found = answer_of(session, invitation)
    assert found is not None
    assert found.kind == "accepted"


def test_whoever_had_the_address_before_counts_for_less_than_whoever_has_it(
    session: Session, invitation: Invitation
) -> None:
    person, before = invitation.person, recording.values_of(session, invitation.person)
    was, person.email = person.email, "robin@jetzt.example"
    recording.record_changed(
        session, person, before, at=AT, by=an_account(session, invitation.roundtable.series.office)
    )
    other = an_invitation(session, invitation.roundtable, a_person(session, person.office, email=was))
    session.flush()
    received = receive(session, replies.google(uid(invitation), was, "ACCEPTED", AT, PASSED))
    assert (received.state, received.invitation) == ("recorded", other)
