"""Workers killed in the middle of a mailing: no letter is lost, and none is doubled without a person being asked."""

import signal
import time
from collections import Counter

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.db import db
from roundtable.mail.letters import letters
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from roundtable.serving import worker
from tests.factories import AT, a_person, a_roundtable, a_series, an_invitation, an_office
from tests.mail.nursery import Workers
from tests.mail.relay import relay

LETTERS, ROUNDS, AT_ONCE = 200, 3, 2


def test_a_mailing_survives_workers_that_are_killed(app: Flask) -> None:
    with app.app_context(), Session(db.engine) as session:
        office = an_office(session)
        roundtable = a_roundtable(session, a_series(session, office))
        for _number in range(LETTERS):
            invitation = an_invitation(session, roundtable, a_person(session, office))
            outbox.queue(session, letters.invitation(invitation, "token", at=AT))
        session.commit()

    with relay() as (inbox, url):
        workers = Workers(app, url, (ROUNDS + 1) * AT_ONCE)
        *doomed, last = (workers.pids[start : start + AT_ONCE] for start in range(0, len(workers.pids), AT_ONCE))
        killed_at = {LETTERS * number // (ROUNDS + 1): pids for number, pids in enumerate(doomed, start=1)}

        def kill(arrived: int) -> None:
            """While their letters are on the way: the mail server has taken one and not yet said so."""
            workers.tell(killed_at.pop(arrived, []), signal.SIGKILL)

        inbox.on_letter = kill
        try:
            for pids in doomed:
                workers.begin(pids)
                assert workers.ended(pids) == [-signal.SIGKILL] * AT_ONCE
            workers.begin(last)
            _wait_until_nothing_is_on_its_way(app)
            workers.tell(last, signal.SIGTERM)
            assert workers.ended(last) == [0] * AT_ONCE
        finally:
            workers.close()
        arrived = Counter(inbox.message_ids)

    with app.app_context(), Session(db.engine) as session:
        states = {letter.message_id: letter.state for letter in session.scalars(select(Letter))}
    assert len(states) == LETTERS
    assert set(states.values()) <= {"sent", "uncertain"}
    assert all(arrived[message_id] == 1 for message_id, state in states.items() if state == "sent")
    assert all(number == 1 for number in arrived.values())
    doubts = [message_id for message_id, state in states.items() if state == "uncertain"]
    # Each round leaves the letter that was taken unheard, and at most one in each worker's hands.
    assert ROUNDS <= len(doubts) <= ROUNDS * AT_ONCE


def _wait_until_nothing_is_on_its_way(app: Flask) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with app.app_context(), Session(db.engine) as session:
            if not session.scalar(select(Letter.id).where(Letter.state.in_(("waiting", "handing_over"))).limit(1)):
                return
        time.sleep(0.1)
    raise AssertionError("letters are still waiting")


def test_once_ends_when_nothing_is_due(app: Flask) -> None:
    worker.run(app, once=True)
