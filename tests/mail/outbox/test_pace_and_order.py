"""In what order letters go, how fast, and what is written to many at once."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import inviting
from roundtable.db import NO_WORDS, db
from roundtable.domain import links
from roundtable.domain.guests.invitations import Invitation
from roundtable.mail.letters import letters
from roundtable.mail.message import personal_links, reading
from roundtable.mail.outbox import filing, heartbeats, outbox, pace
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter
from roundtable.mail.outbox.smtp import Relay
from roundtable.serving.worker import FIRST_PAUSE, Worker
from tests.factories import AT, a_person, a_roundtable, an_invitation, letters_written
from tests.mail.relay import relay

TOKEN = "Zufall-Zufall-Zufall-Zufall-1234"


def test_whoever_waits_at_the_screen_goes_before_a_mailing(session: Session) -> None:
    invitation = an_invitation(session)
    for letter in (letters.invitation, letters.cancelled, letters.delegate_invitation):
        outbox.queue(session, letter(invitation, TOKEN, at=AT))
    outbox.queue(session, letters.uninvited(invitation, at=AT))
    with invitation.roundtable.revised(AT):
        invitation.roundtable.venue = "Altes Rathaus"
    [before] = invitation.roundtable.editions
    outbox.queue(session, letters.changed(invitation, TOKEN, before=before, words=NO_WORDS, at=AT))
    old = outbox.queue(session, letters.reminder(invitation, TOKEN, at=AT))
    old.send_after = AT - timedelta(hours=1)
    session.flush()
    order = [outbox.claim(session, "one", at=AT) for _ in range(6)]
    kinds = [each and each.kind for each in order]
    # Of the same urgency, what has waited longer: a letter that is tried again is not overtaken for ever.
    assert kinds == ["delegate_invitation", "cancelled", "uninvited", "changed", "reminder", "invitation"]


def test_all_workers_share_one_pace(session: Session) -> None:
    with db.engine.begin() as connection:
        assert pace.take_turn(connection, 60, at=AT) is None
    with db.engine.begin() as connection:
        half = AT + timedelta(seconds=0.5)
        assert pace.take_turn(connection, 60, at=half) == AT + timedelta(seconds=1)
        assert pace.take_turn(connection, 60, at=AT + timedelta(seconds=1)) is None


def test_no_minute_sees_more_than_it_may(session: Session) -> None:
    taken = [
        second
        for second in range(0, 240)
        if pace.take_turn(session.connection(), 20, at=AT + timedelta(seconds=second)) is None
    ]
    assert all(sum(begin <= each < begin + 60 for each in taken) <= 20 for begin in range(180))
    assert len(taken) == 80


def test_a_worker_keeps_the_pace(session: Session) -> None:
    invitation = an_invitation(session)
    for _ in range(3):
        outbox.queue(session, letters.reminder(invitation, TOKEN, at=AT))
    session.commit()
    with relay() as (inbox, url), time_machine.travel(AT, tick=True):
        began = time_machine.escape_hatch.time.time()
        worker = Worker(db.engine, Relay(url, our_host="roundtable.example", timeout=5), per_minute=120)
        assert worker.hand_over_all() == 3
        assert time_machine.escape_hatch.time.time() - began >= 1.0
        assert len(inbox.messages) == 3


@pytest.mark.parametrize(
    ("answer", "state"),
    [("421 too many connections", "waiting"), ("535 who are you", "waiting"), ("break", "uncertain")],
)
def test_a_server_that_takes_nothing_costs_one_letter_a_try(session: Session, answer: str, state: str) -> None:
    invitation = an_invitation(session)
    queued = [outbox.queue(session, letters.reminder(invitation, TOKEN, at=AT)) for _ in range(3)]
    session.commit()
    with relay() as (inbox, url), time_machine.travel(AT, tick=False) as clock:
        inbox.says_after_data[queued[0].recipient] = answer
        worker = Worker(db.engine, Relay(url, our_host="roundtable.example", timeout=5))
        assert (worker.hand_over_all(), worker.hand_over_all()) == (1, 0)
        session.expire_all()
        assert sorted(letter.tries for letter in queued) == [0, 0, 1]
        assert state in {letter.state for letter in queued}
        assert heartbeats.running_workers(session, at=AT)[0].trouble
        session.commit()
        inbox.says_after_data.clear()
        clock.shift(FIRST_PAUSE)
        assert worker.hand_over_all() == 2
        session.expire_all()
        assert not heartbeats.running_workers(session, at=AT)[0].trouble


def test_one_full_mailbox_stops_nobody_else(session: Session) -> None:
    roundtable = a_roundtable(session)
    queued = []
    for _ in range(3):
        person = a_person(session, roundtable.series.office)
        letter = letters.reminder(an_invitation(session, roundtable, person), TOKEN, at=AT)
        queued.append(outbox.queue(session, letter))
    session.commit()
    with relay() as (inbox, url), time_machine.travel(AT, tick=False):
        inbox.says[queued[0].recipient] = "450 greylisted"
        assert Worker(db.engine, Relay(url, our_host="roundtable.example", timeout=5)).hand_over_all() == 3
        assert len(inbox.messages) == 2


def test_a_mailing_says_to_each_what_a_single_letter_says(session: Session) -> None:
    roundtable = a_roundtable(session)
    roundtable.series.host = a_person(session, roundtable.series.office)
    plain = a_person(session, roundtable.series.office, family_name="Müller & <Söhne>")
    english = a_person(session, roundtable.series.office, language="en", assistant_email="vorzimmer@lindenau.example")
    invitations = [
        an_invitation(session, roundtable, person, sent_at=None) for person in (plain, english, roundtable.series.host)
    ]
    inviting.send(session, roundtable, invitations, at=AT)
    session.flush()
    together = {each.recipient: outbox.read(each) for each in session.scalars(select(Letter))}
    assert len(together) == 4
    for invitation in invitations:
        for single in letters_written(session, invitation, letters.invitation):
            alone, one_of_many = outbox.read(single), together[single.recipient]
            tokens = [personal_links.PERSONAL.search(each.text.encode()) for each in (alone, one_of_many)]
            mine, other = (token[0].decode() for token in tokens if token)
            assert mine != other
            assert links.link_by_token(session, other.rpartition("/")[2], at=AT)
            assert one_of_many.text == alone.text.replace(mine, other)
            assert one_of_many.html == alone.html.replace(mine, other)


def test_filing_away_quickly_comes_to_the_same(app: Flask, session: Session) -> None:
    # Some break within the link, as quoted-printable does after 76 signs.
    for length in range(40):
        person = a_person(session, (roundtable := a_roundtable(session)).series.office)
        letter = letters.invitation(an_invitation(session, roundtable, person), "T" * 20 + "x" * length, at=AT)
        kept = filing.shortened(letter.message)
        assert filing._part(letter.message) is not None
        assert reading.read(kept) == reading.read(personal_links.without_personal_links(letter.message))
        assert b"TTTT" not in kept
    assert filing.shortened(b"Subject: x\r\n\r\nNothing personal\r\n") == b"Subject: x\r\n\r\nNothing personal\r\n"


@pytest.mark.parametrize(("answer", "in_hand"), [("250 taken", "sent"), ("450 later", "failed")])
def test_a_mailing_that_is_stopped_while_it_goes_out_stops(
    app: Flask, session: Session, answer: str, in_hand: str
) -> None:
    """What was in the worker's hands at that moment has gone, or waits for a person: nothing more goes by itself."""
    roundtable = a_roundtable(session)
    invitations = [an_invitation(session, roundtable, sent_at=None, told_sequence=None) for _ in range(30)]
    inviting.send(session, roundtable, invitations, at=AT)
    session.commit()
    seventh = session.scalars(select(Letter.recipient).order_by(Letter.id).offset(6)).first()
    session.commit()
    handed_over: list[int] = []
    stopped = []

    def stop(number: int) -> None:
        handed_over.append(number)
        if len(handed_over) == 7:
            with app.app_context(), Session(db.engine) as mine, mine.begin():
                stopped.append(inviting.stop(mine, mine.scalars(select(Mailing)).one(), at=AT))

    with relay() as (inbox, url), time_machine.travel(AT, tick=False) as clock:
        inbox.on_letter = stop
        inbox.says_after_data[str(seventh)] = answer
        worker = Worker(db.engine, Relay(url, our_host="roundtable.example", timeout=5))
        worker.hand_over_all()
        clock.shift(timedelta(days=1))
        assert worker.hand_over_all() == 0
    session.expire_all()
    states = [each.state for each in session.scalars(select(Letter).order_by(Letter.id))]
    assert stopped == [states.count("given_up")]
    assert len(inbox.messages) == states.count("sent")
    assert states.count("waiting") == states.count("handing_over") == 0
    assert in_hand in states
    not_written_to = session.scalars(select(Invitation).where(Invitation.sent_at.is_(None))).all()
    assert len(not_written_to) == stopped[0]
