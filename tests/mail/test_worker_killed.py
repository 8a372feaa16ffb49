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
# Imports once, then forks workers that wait for a word, and tells who ended how.
NURSERY = """
import os, signal, sys
from datetime import timedelta
from roundtable import create_app, worker
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
children = []
for _child in range(int(sys.argv[1])):
    child = os.fork()
    if not child:
        signal.sigwait({signal.SIGUSR1})
        worker.run(create_app(), poll_seconds=0.05, lease=timedelta(seconds=2))
        os._exit(0)
    children.append(child)
print(*children, flush=True)
for _child in children:
    pid, status = os.wait()
    print(pid, os.waitstatus_to_exitcode(status), flush=True)
"""


class Workers:
    """Rounds of workers; ``ended`` says how each of a round ended."""

    def __init__(self, app: Flask, smtp_url: str) -> None:
        settings = app.config["ROUNDTABLE"]
        words = {
            "ROUNDTABLE_SECRET_KEY": settings.secret_key,
            "ROUNDTABLE_BASE_URL": settings.origin,
            "ROUNDTABLE_DATA": str(settings.data),
            "ROUNDTABLE_DATABASE_URL": settings.database_url,
            "ROUNDTABLE_SMTP_URL": smtp_url,
        }
        command = [sys.executable, "-c", NURSERY, str((ROUNDS + 1) * AT_ONCE)]
        self._nursery = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **words}, text=True)
        self._exits: dict[int, int] = {}
        pids = [int(pid) for pid in self._line().split()]
        self.rounds = [pids[start : start + AT_ONCE] for start in range(0, len(pids), AT_ONCE)]

    def tell(self, pids: list[int], number: int) -> None:
        for pid in pids:
            os.kill(pid, number)

    def ended(self, pids: list[int]) -> list[int]:
        while not self._exits.keys() >= set(pids):
            pid, status = self._line().split()
            self._exits[int(pid)] = int(status)
        return [self._exits[pid] for pid in pids]

    def close(self) -> None:
        self.tell([pid for pids in self.rounds for pid in pids if pid not in self._exits], signal.SIGKILL)
        self._nursery.communicate()

    def _line(self) -> str:
        assert self._nursery.stdout is not None
        line = self._nursery.stdout.readline()
        assert line, "the nursery of workers has ended"
        return line


def test_a_mailing_survives_workers_that_are_killed(app: Flask) -> None:
    with app.app_context(), Session(db.engine) as session:
        office = an_office(session)
        roundtable = a_roundtable(session, a_series(session, office))
        for _number in range(LETTERS):
            invitation = an_invitation(session, roundtable, a_person(session, office))
            outbox.queue(session, letters.invitation(invitation, "token", at=AT))
        session.commit()

    with relay() as (inbox, url):
        workers = Workers(app, url)
        *doomed, last = workers.rounds
        killed_at = {LETTERS * number // (ROUNDS + 1): pids for number, pids in enumerate(doomed, start=1)}

        def kill(arrived: int) -> None:
            """While their letters are on the way: the mail server has taken one and not yet said so."""
            workers.tell(killed_at.pop(arrived, []), signal.SIGKILL)

        inbox.on_letter = kill
        try:
            for pids in doomed:
                workers.tell(pids, signal.SIGUSR1)
                assert workers.ended(pids) == [-signal.SIGKILL] * AT_ONCE
            workers.tell(last, signal.SIGUSR1)
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
