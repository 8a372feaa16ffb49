"""``python -m bench.letters [--quick] [--seed N]``: how fast letters are queued and go out, and what a kill costs."""

import argparse
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import roundtable.models  # noqa: F401 - all tables
from bench import killing
from roundtable import clock, create_app
from roundtable.actions.guests import inviting
from roundtable.db import Base, db
from roundtable.domain.people.people import Person
from roundtable.mail.outbox.outbox import Letter
from roundtable.mail.outbox.smtp import Relay
from roundtable.serving.worker import Worker
from tests import postgresql
from tests.conftest import settings_for
from tests.factories import a_roundtable, a_series, an_office, both

TARGET = 0.7


@contextmanager
def installation(folder: Path, database_url: str = "") -> Iterator[Flask]:
    """Empty, with its tables."""
    app = create_app(settings_for(Path(tempfile.mkdtemp(dir=folder)), database_url))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.engine.dispose()


def queue(number: int) -> float:
    """Invite so many, in one transaction. Seconds from the button to the commit."""
    now = clock.now()
    with Session(db.engine, expire_on_commit=False) as session:
        office = an_office(session)
        roundtable = a_roundtable(session, a_series(session, office))
        people = [
            Person(office=office, family_name=f"Ahrens {each}", email=f"gast{each}@lindenau.example", function=both(""))
            for each in range(number)
        ]
        session.add_all(people)
        prepared = inviting.prepare(session, roundtable, _flushed(session, people), at=now)
        session.commit()
        begun = time.perf_counter()
        inviting.send(session, roundtable, prepared.new, at=now)
        session.commit()
        return time.perf_counter() - begun


def _flushed(session: Session, people: list[Person]) -> list[Person]:
    session.flush()
    return people


@contextmanager
def relay(*words: str) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "bench.relay", *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate()


def bare(port: int, ready: Sequence[tuple[str, str, bytes]]) -> float:
    """Letters a second over one connection: smtplib and nothing else."""
    with smtplib.SMTP("127.0.0.1", port, "bench.example") as door:
        begun = time.perf_counter()
        for sender, recipient, message in ready:
            door.sendmail(sender, [recipient], message)
        return len(ready) / (time.perf_counter() - begun)


def ours(port: int) -> tuple[float, float]:
    """Letters a second that a worker hands over; milliseconds of processor for each."""
    with db.engine.begin() as connection:
        again = {"state": "waiting", "claimed_by": None, "send_after": clock.now()}
        connection.execute(update(Letter).values(again))
    worker = Worker(db.engine, Relay(f"smtp://127.0.0.1:{port}", our_host="bench.example"))
    begun, processor, number = time.perf_counter(), time.process_time(), 0
    while handed_over := worker.hand_over_all():
        number += handed_over
    seconds = time.perf_counter() - begun
    return number / seconds, (time.process_time() - processor) / number * 1000


def fsync_milliseconds(folder: Path) -> float:
    with (folder / "fsync").open("wb") as file:
        begun = time.perf_counter()
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return (time.perf_counter() - begun) / 50 * 1000


def measure(name: str, folder: Path, server: str, *, queued: int, handed_over: int) -> None:
    """``server``: a database server's address with {} for the name of a database; empty: SQLite in the folder."""
    with installation(folder, postgresql.create_database(server, "queued") if server else ""):
        print(f"{name}: {queued:,} invitations queued in one transaction: {queue(queued):.1f} s", flush=True)
    with installation(folder, postgresql.create_database(server, "handed_over") if server else ""):
        queue(handed_over)
        with Session(db.engine) as session:
            ready = session.execute(select(Letter.sender, Letter.recipient, Letter.message)).all()
        for words in (("pipelining",), ()):
            with relay(*words) as port:
                # In turns, the better of two: other programs disturb both alike.
                rates = [(bare(port, ready), *ours(port)) for _ in range(2)]
            plain, worker = max(rate[0] for rate in rates), max(rate[1] for rate in rates)
            print(
                f"{name}, a server {'with' if words else 'without'} pipelining: bare smtplib {plain:.0f}/s,"
                f" our worker {worker:.0f}/s ({min(rate[2] for rate in rates):.2f} ms of processor each),"
                f" ratio {worker / plain:.2f} (target {TARGET})",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of it, for every change")
    parser.add_argument("--seed", type=int, default=4)
    words = parser.parse_args()
    queued, handed_over, kills = (1_000, 200, 6) if words.quick else (10_000, 1_000, 20)
    folder = Path(tempfile.mkdtemp(prefix="roundtable-bench-"))
    print(f"one fsync on this disk: {fsync_milliseconds(folder):.2f} ms; a letter costs one commit\n")
    measure("SQLite", folder, "", queued=queued, handed_over=handed_over)
    memory = Path("/dev/shm")
    if memory.is_dir():
        measure("SQLite in memory", memory, "", queued=queued, handed_over=handed_over)
    with postgresql.server() as url:
        measure("PostgreSQL without fsync", folder, url, queued=queued, handed_over=handed_over)

    with installation(folder) as app:
        queue(handed_over // 5 + 100)
        toll = killing.experiment(app, kills=kills, seed=words.seed)
    print(f"\n{toll.letters} letters, {toll.kills} workers killed (SIGKILL, seed {words.seed}), a server that refuses,")
    print(f"stalls and breaks off: {toll.lost} lost, {toll.doubled} doubled unseen (target 0 and 0);", end=" ")
    print(f"{toll.states['sent']} sent, {toll.states['failed']} refused, {toll.states['uncertain']} in doubt and shown")
    print(f"to a person, of which {toll.arrived_in_doubt} had arrived")
    sys.exit(1 if toll.lost or toll.doubled else 0)


if __name__ == "__main__":
    main()
