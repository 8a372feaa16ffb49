"""Workers killed at random under a mail server that refuses, stalls and breaks off: what is lost, what is doubled?"""

import asyncio
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import orm, select, update

from roundtable import clock
from roundtable.db import db
from roundtable.mail.outbox.outbox import Letter
from tests.mail.nursery import Workers
from tests.mail.relay import Inbox, relay

AT_ONCE = 3
# What it does to a letter, and to how many in a thousand.
MISCHIEF = {
    "451 come back later": 60,
    "421 too busy": 20,
    "554 not wanted": 30,
    "break": 30,
    "break before taking it": 30,
    "stall": 80,
}


class Mischief(Inbox):
    """Does what chance says, once for each arrival."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self.says[address] = self._chance.choices(("250 fine", "450 greylisted", "break"), (960, 30, 10))[0]
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        ways = (*MISCHIEF, "250 taken")
        way = self._chance.choices(ways, (*MISCHIEF.values(), 1000 - sum(MISCHIEF.values())))[0]
        if way == "stall":
            await asyncio.sleep(self._chance.uniform(0.1, 0.8))
        self.says_after_data[envelope.rcpt_tos[0]] = "250 taken" if way == "stall" else way
        return await super().handle_DATA(server, session, envelope)


@dataclass(frozen=True)
class Toll:
    letters: int
    kills: int
    states: Counter[str]
    # Said to be sent, and never arrived; or still nowhere.
    lost: int
    # Arrived twice, or arrived and said to have failed, and nobody was asked.
    doubled: int
    # In doubt, of which this many arrived.
    arrived_in_doubt: int


def experiment(app: Flask, *, kills: int, seed: int, seconds: float = 90) -> Toll:
    """The letters that wait in this application's outbox, until none does."""
    chance = random.Random(seed)
    with relay(inbox=Mischief(random.Random(seed + 1))) as (inbox, url):
        workers = Workers(app, url, kills + AT_ONCE)
        try:
            resting = list(workers.pids)
            busy = [resting.pop() for _ in range(AT_ONCE)]
            workers.begin(busy)
            until, killed = time.monotonic() + seconds, 0
            while time.monotonic() < until:
                time.sleep(chance.uniform(0.1, 0.5))
                if killed < kills:
                    workers.tell([busy.pop(chance.randrange(AT_ONCE))], signal.SIGKILL)
                    busy.append(resting.pop())
                    workers.begin(busy[-1:])
                    killed += 1
                elif not _left(app):
                    break
            workers.tell(busy, signal.SIGTERM)
            workers.ended(busy)
        finally:
            workers.close()
        arrived = Counter(inbox.message_ids)
    with app.app_context(), orm.Session(db.engine) as session:
        states = {row[0]: row[1] for row in session.execute(select(Letter.message_id, Letter.state))}
    surely = {each: arrived[each] for each, state in states.items() if state != "uncertain"}
    in_doubt = [arrived[each] for each, state in states.items() if state == "uncertain"]
    return Toll(
        letters=len(states),
        kills=killed,
        states=Counter(states.values()),
        lost=sum(states[each] in ("sent", "waiting", "handing_over") and not number for each, number in surely.items()),
        doubled=sum(number > (states[each] == "sent") for each, number in surely.items())
        + sum(number > 1 for number in in_doubt),
        arrived_in_doubt=sum(map(bool, in_doubt)),
    )


def _left(app: Flask) -> bool:
    """Whether any is on its way; what was told to come back later comes back at once."""
    with app.app_context(), orm.Session(db.engine) as session, session.begin():
        session.execute(update(Letter).where(Letter.state == "waiting").values(send_after=clock.now()))
        on_its_way = select(Letter.id).where(Letter.state.in_(("waiting", "handing_over")))
        return session.scalar(on_its_way.limit(1)) is not None
