"""Hands letters over, one after the other, and does what comes round every hour.

Several may run at once; each may be stopped or killed at any moment.
"""

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from roundtable import clock
from roundtable.actions import forgetting
from roundtable.actions.guests import digesting
from roundtable.db import db
from roundtable.domain import jobs
from roundtable.mail.outbox import heartbeats, outbox, pace, smtp
from roundtable.mail.outbox.outbox import Claimed
from roundtable.mail.outbox.smtp import Door, Handover, RelayDown
from roundtable.serving import collector
from roundtable.settings import Settings

BEAT_EVERY = timedelta(seconds=15)
# While the mail server is down: from the first pause to the longest, doubled each time.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
TRIES_TO_RECORD = 5
# The longest time that what comes round waits for letters.
ROUND = timedelta(minutes=1)
# Once an hour each.
PERIODIC: tuple[tuple[str, Callable[..., object]], ...] = (
    ("digests", digesting.send_due),
    ("forgetting", forgetting.forget_old),
)
logger = logging.getLogger("roundtable.worker")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter, not yet recorded."""

    letter: Claimed
    handover: Handover


class Worker:
    """One worker's door, its name in the outbox, and when it may knock again."""

    def __init__(
        self,
        engine: Engine,
        door: Door | None,
        *,
        lease: timedelta = outbox.LEASE,
        per_minute: int = 0,
        first_pause: timedelta = FIRST_PAUSE,
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self.stop = threading.Event()
        self._engine, self._door, self._lease, self._per_minute = engine, door, lease, per_minute
        self._trouble = ""
        self._pause = self._first_pause = first_pause
        self._knock_again_at: datetime | None = None
        # When the pace lets the next letter go.
        self._free_at: datetime | None = None
        self._beat_at: datetime | None = None
        self._worked_at: datetime | None = None

    def hand_over_all(self) -> int:
        """Everything that is due, until nothing is, the mail server is down, or we are to stop. Returns how many.

        After a minute at the latest it ends, so that what comes round is not kept waiting.
        """
        with self._transaction() as session:
            outbox.doubt_ended_leases(session, at=clock.now())
        number = self._hand_over_to(self._door) if self._door is not None else 0
        self._beat()
        return number

    def _hand_over_to(self, door: Door) -> int:
        number, until = 0, clock.now() + ROUND
        done: Outcome | None = None
        while not self.stop.is_set() and clock.now() < until:
            if not door.is_open:
                # Knocking may take long: what is known is recorded first.
                self._record(done)
                done = None
                if not self._is_due() or not self._is_let_in(door):
                    break
            letter = self._next(door, done)
            done = None
            if letter is not None:
                done = self._hand_over_one(door, letter)
                number += 1
            elif not self._waits_its_turn():
                break
        self._record(done)
        door.close()
        return number

    def do_what_is_due(self) -> None:
        """Periodic work, each for its slot once, whichever worker comes first."""
        now = clock.now()
        slot = now.replace(minute=0, second=0, microsecond=0)
        if slot == self._worked_at:
            return
        for name, deed in PERIODIC:
            with self._transaction() as session:
                if jobs.begin(session, name, slot, at=now):
                    deed(session, at=now)
        self._worked_at = slot

    def leave(self) -> None:
        with self._transaction() as session:
            heartbeats.stop_beating(session, self.name)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    def _is_due(self) -> bool:
        with self._transaction() as session:
            return outbox.is_due(session, at=clock.now())

    def _is_let_in(self, door: Door) -> bool:
        """Knock before a letter is touched, so that a server that is down costs no letter a try."""
        if self._knock_again_at is not None and clock.now() < self._knock_again_at:
            return False
        try:
            door.open()
        except RelayDown as down:
            self._rest(str(down))
            return False
        return True

    def _rest(self, trouble: str) -> None:
        """No letter is tried for a while, longer each time."""
        logger.warning("The mail server does not take letters, next try in %s: %s", self._pause, trouble)
        self._knock_again_at, self._trouble = clock.now() + self._pause, trouble
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        self._beat(at_once=True)

    def _next(self, door: Door, done: Outcome | None) -> Claimed | None:
        """Record what became of the last letter and claim the next, in one commit; none while the pace holds us."""
        if done is not None and done.handover.outcome != "accepted":
            self._record(done)
            done = None
        try:
            return self._recorded_and_claimed(door, done)
        except DBAPIError:
            # What was announced is not ours to hand over.
            door.close()
            self._record(done)
            raise

    def _recorded_and_claimed(self, door: Door, done: Outcome | None) -> Claimed | None:
        now, letter = clock.now(), None
        # Without a session: this is all that a letter costs us beside the talk with the mail server.
        with self._engine.begin() as connection:
            self._free_at = pace.take_turn(connection, self._per_minute, at=now) if self._per_minute else None
            if self._free_at is None:
                letter = outbox.claim(connection, self.name, at=now, lease=self._lease)
            if letter is not None:
                # It waits for nothing, and the server looks at the recipient while we commit.
                door.announce(letter.envelope)
            if done is not None:
                outbox.record_sent(connection, done.letter, self.name, done.handover.reply, at=now)
        return letter

    def _waits_its_turn(self) -> bool:
        """Whether the pace alone held us; by then it may be our turn."""
        if self._free_at is None:
            return False
        self.stop.wait(min(max(0.0, (self._free_at - clock.now()).total_seconds()), 1.0))
        self._beat()
        return self._is_due()

    def _hand_over_one(self, door: Door, letter: Claimed) -> Outcome | None:
        """What is left to record: nothing where it went otherwise than hoped."""
        handover = door.hand_over(letter.envelope)
        logger.info("Letter %s (%s): %s, %s", letter.id, letter.kind, handover.outcome, handover.reply)
        outcome = Outcome(letter, handover)
        if handover.is_down:
            self._record(outcome)
            door.close()
            self._rest(handover.reply)
            return None
        has_recovered = bool(self._trouble)
        self._knock_again_at, self._trouble, self._pause = None, "", self._first_pause
        self._beat(at_once=has_recovered)
        return outcome

    def _record(self, done: Outcome | None) -> None:
        """Stubborn: what is not recorded leaves a doubt for a person."""
        if done is None:
            return
        for left in reversed(range(TRIES_TO_RECORD)):
            try:
                with self._transaction() as session:
                    outbox.record(session, done.letter.id, self.name, done.handover, at=clock.now())
                return
            except DBAPIError:
                if not left:
                    raise
                self.stop.wait(1)

    def _beat(self, *, at_once: bool = False) -> None:
        now = clock.now()
        if at_once or self._beat_at is None or now - self._beat_at >= BEAT_EVERY:
            with self._transaction() as session:
                heartbeats.beat(session, self.name, at=now, trouble=self._trouble)
            self._beat_at = now


@contextmanager
def _stopping_politely(worker: Worker) -> Iterator[None]:
    """SIGTERM and SIGINT end it after the letter in hand."""

    def _stop(number: int, frame: FrameType | None) -> None:
        worker.stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, what in before.items():
            signal.signal(number, what)


def run(
    app: Flask,
    *,
    once: bool = False,
    poll_seconds: float = 2.0,
    lease: timedelta = outbox.LEASE,
    first_pause: timedelta = FIRST_PAUSE,
) -> None:
    """Hand letters over until told to stop; with ``once`` until none is due."""
    settings: Settings = app.config["ROUNDTABLE"]
    with app.app_context():
        engine = db.engine
        worker = Worker(
            engine, smtp.door(settings), lease=lease, per_minute=settings.letters_per_minute, first_pause=first_pause
        )
        try:
            with _stopping_politely(worker):
                beside = None if once else collector.beside(app, worker.stop)
                while not worker.stop.is_set():
                    try:
                        worker.do_what_is_due()
                        while worker.hand_over_all() and once and not worker.stop.is_set():
                            pass
                    except DBAPIError as error:
                        if once:
                            raise
                        logger.error("The database does not answer: %s", error)
                    if once:
                        break
                    worker.stop.wait(poll_seconds)
            worker.leave()
            if beside is not None:
                beside.join(collector.STOPS_WITHIN_SECONDS)
        finally:
            engine.dispose()
