"""Workers killed in the middle of a mailing: no letter is lost, and none is doubled without a person being asked."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable import worker
from roundtable.db import db
from roundtable.mail import letters, outbox
from roundtable.mail.outbox import Letter
from tests.factories import AT, a_person, a_roundtable, a_series, an_invitation, an_office
from tests.mail.relay import relay

LETTERS, ROUNDS, AT_ONCE = 200, 3, 2
# Starts up, then waits for a word before it works: so that many are ready when one round of them is killed.
WORKER = """
import sys
from datetime import timedelta
from roundtable import create_app, worker
app = create_app()
sys.stdin.readline()
worker.run(app, poll_seconds=0.05, lease=timedelta(seconds=2))
"""


def _a_worker(app: Flask, smtp_url: str) -> subprocess.Popen[bytes]:
    settings = app.config["ROUNDTABLE"]
    words = {
        "ROUNDTABLE_SECRET_KEY": settings.secret_key,
        "ROUNDTABLE_BASE_URL": settings.origin,
        "ROUNDTABLE_DATA": str(settings.data),
        "ROUNDTABLE_DATABASE_URL": settings.database_url,
        "ROUNDTABLE_SMTP_URL": smtp_url,
    }
    environment = {**os.environ, **words}
    return subprocess.Popen([sys.executable, "-c", WORKER], stdin=subprocess.PIPE, env=environment)


def test_a_mailing_survives_workers_that_are_killed(app: Flask) -> None:
    with app.app_context(), Session(db.engine) as session:
        office = an_office(session)
        roundtable = a_roundtable(session, a_series(session, office))
        for _number in range(LETTERS):
            invitation = an_invitation(session, roundtable, a_person(session, office))
            outbox.queue(session, letters.invitation(invitation, "token", at=AT))
        session.commit()

    with relay() as (inbox, url):
        rounds = [[_a_worker(app, url) for _each in range(AT_ONCE)] for _round in range(ROUNDS + 1)]
        killed_at = {LETTERS * number // (ROUNDS + 1): rounds[number - 1] for number in range(1, ROUNDS + 1)}

        def kill(arrived: int) -> None:
            """While their letters are on the way: the mail server has taken one and not yet said so."""
            for each in killed_at.pop(arrived, []):
                each.kill()

        inbox.on_letter = kill
        try:
            for workers in rounds:
                for each in workers:
                    assert each.stdin is not None
                    each.stdin.write(b"go\n")
                    each.stdin.flush()
                if workers is not rounds[-1]:
                    assert [each.wait(20) for each in workers] == [-signal.SIGKILL] * AT_ONCE
            _wait_until_nothing_is_on_its_way(app)
            for each in rounds[-1]:
                each.terminate()
            assert [each.wait(20) for each in rounds[-1]] == [0] * AT_ONCE
        finally:
            for each in (each for workers in rounds for each in workers):
                each.kill()
                each.communicate()
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
