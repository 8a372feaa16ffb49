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
from datetime import datetime, timedelta
from types import FrameType

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from roundtable import clock, collector
from roundtable.actions import digesting, forgetting
from roundtable.db import db
from roundtable.domain import jobs
from roundtable.mail import outbox, smtp
from roundtable.mail.smtp import Door, Envelope, Handover, RelayDown

BEAT_EVERY = timedelta(seconds=15)
# While the mail server is down: from the first pause to the longest, doubled each time.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
TRIES_TO_RECORD = 5
# Once an hour each.
PERIODIC: tuple[tuple[str, Callable[..., object]], ...] = (
    ("digests", digesting.send_due),
    ("forgetting", forgetting.forget_old),
)
logger = logging.getLogger("roundtable.worker")


class Worker:
    """One worker's door, its name in the outbox, and when it may knock again."""

    def __init__(self, engine: Engine, door: Door | None, *, lease: timedelta = outbox.LEASE) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self.stop = threading.Event()
        self._engine, self._door, self._lease = engine, door, lease
        self._trouble = ""
        self._pause = FIRST_PAUSE
        self._knock_again_at: datetime | None = None
        self._beat_at: datetime | None = None
        self._worked_at: datetime | None = None

    def hand_over_all(self) -> int:
        """Everything that is due, until nothing is, the mail server is down, or we are to stop. Returns how many."""
        with self._transaction() as session:
            outbox.doubt_ended_leases(session, at=clock.now())
        number = 0
        while not self.stop.is_set() and self._is_due() and self._is_let_in() and self._hand_over_one():
            number += 1
        if self._door is not None:
            self._door.close()
        self._beat()
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
            outbox.stop_beating(session, self.name)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    def _is_due(self) -> bool:
        with self._transaction() as session:
            return outbox.is_due(session, at=clock.now())

    def _is_let_in(self) -> bool:
        """Knock before a letter is touched, so that a server that is down costs no letter a try."""
        now = clock.now()
        if self._door is None or (self._knock_again_at is not None and now < self._knock_again_at):
            return False
        try:
            self._door.open()
        except RelayDown as down:
            logger.warning("The mail server does not take letters, next try in %s: %s", self._pause, down)
            self._knock_again_at, self._trouble = now + self._pause, str(down)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            self._beat(at_once=True)
            return False
        self._knock_again_at, self._trouble, self._pause = None, "", FIRST_PAUSE
        return True

    def _hand_over_one(self) -> bool:
        self._beat()
        with self._transaction() as session:
            letter = outbox.claim(session, self.name, at=clock.now(), lease=self._lease)
        if letter is None or self._door is None:
            return False
        handover = self._door.hand_over(Envelope(letter.sender, letter.recipient, letter.message))
        self._record(letter.id, handover)
        logger.info("Letter %s (%s): %s, %s", letter.id, letter.kind, handover.outcome, handover.reply)
        return True

    def _record(self, letter_id: int, handover: Handover) -> None:
        """Stubborn: what is not recorded leaves a doubt for a person."""
        for left in reversed(range(TRIES_TO_RECORD)):
            try:
                with self._transaction() as session:
                    outbox.record(session, letter_id, self.name, handover, at=clock.now())
                return
            except DBAPIError:
                if not left:
                    raise
                self.stop.wait(1)

    def _beat(self, *, at_once: bool = False) -> None:
        now = clock.now()
        if at_once or self._beat_at is None or now - self._beat_at >= BEAT_EVERY:
            with self._transaction() as session:
                outbox.beat(session, self.name, at=now, trouble=self._trouble)
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


def run(app: Flask, *, once: bool = False, poll_seconds: float = 2.0, lease: timedelta = outbox.LEASE) -> None:
    """Hand letters over until told to stop; with ``once`` until none is due."""
    with app.app_context():
        engine = db.engine
        worker = Worker(engine, smtp.door(app.config["ROUNDTABLE"]), lease=lease)
        try:
            with _stopping_politely(worker):
                beside = None if once else collector.beside(app, worker.stop)
                while not worker.stop.is_set():
                    try:
                        worker.do_what_is_due()
                        worker.hand_over_all()
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
