"""``python -m bench [SECONDS]``: our pages beside bare ones on the same server, memory, start, answers by link."""

import gzip
import os
import platform
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from bench import answers, load, season
from bench.pages import pages
from bench.servers import GRANIAN, WORKERS, free_port, memory, running, seconds_until_answers
from roundtable import create_app, migrating
from roundtable.db import db
from roundtable.domain.registrations import confirmed_count
from roundtable.domain.roundtables import Roundtable
from roundtable.settings import load_settings

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0


@dataclass(frozen=True)
class Answer:
    body: bytes
    statements: int


def look(app: Flask, path: str, cookie: str) -> Answer:
    """One answer in this process, with its SQL counted; the second, so that what is kept is kept."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    client = app.test_client(use_cookies=False)
    client.get(path, headers={"Cookie": cookie})
    event.listen(engine, "before_cursor_execute", note)
    answer = client.get(path, headers={"Cookie": cookie})
    event.remove(engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return Answer(answer.data, len(seen))


def cookie_of(app: Flask, known_as: str) -> str:
    """The cookie of somebody who has signed in."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=known_as, _fresh=True)
    found = client.get_cookie("roundtable")
    return f"roundtable={found.value}" if found else ""


def main() -> None:
    port, folder = free_port(), Path(tempfile.mkdtemp(prefix="roundtable-bench-"))
    environment = {
        "ROUNDTABLE_SECRET_KEY": "only-for-measuring-" + "x" * 32,
        "ROUNDTABLE_BASE_URL": f"http://127.0.0.1:{port}",
        "ROUNDTABLE_DATA": str(folder / "data"),
        "ROUNDTABLE_TRUSTED_PROXIES": "1",
        "BENCH_BODIES": str(folder / "bodies"),
    }
    os.environ.update(environment)
    settings = load_settings()
    app = create_app(settings)
    with app.app_context():
        migrating.upgrade(app)
    made = season.make(app)
    cookie = cookie_of(app, made.owner)
    addresses = pages(made)
    looked = {name: look(app, path, cookie if "/desk/" in path else "") for name, path in addresses.items()}
    bodies = folder / "bodies"
    bodies.mkdir()
    for number, answer in enumerate(looked.values()):
        (bodies / str(number)).write_bytes(answer.body)
    yardstick = {**environment, "BENCH_DATABASE_URL": settings.database_url}

    print(f"{platform.python_version()}, {os.cpu_count()} cores, {settings.database_url.partition(':')[0]}, ", end="")
    print(f"{WORKERS} workers, {load.CONNECTIONS} connections, {SECONDS:.0f} s each\n")
    serve = ("roundtable", "serve", "--port", str(port), "--workers", str(WORKERS))
    with (
        running(*serve, environment=environment) as ours,
        running("roundtable", "worker", environment=environment) as worker,
    ):
        start = seconds_until_answers(port, "/de/")
        own = {
            name: load.rate(port, path, seconds=SECONDS, cookie=cookie if "/desk/" in path else "")
            for name, path in addresses.items()
        }
        used = memory(ours) + memory(worker)
        per_second, slowest, errors = answers.give(port, made.silent)
    bare = yardsticks("bare", len(addresses), yardstick)
    flask = yardsticks("flask", len(addresses), yardstick)
    orm = yardsticks("flask", 0, yardstick, f"/orm/{made.roundtable_id}")[0]

    print(f"{'page':20}{'req/s':>8}{'Flask':>8}{'ratio':>7}{'WSGI':>8}{'bytes':>9}{'gzip':>8}{'SQL':>5}")
    for number, (name, answer) in enumerate(looked.items()):
        zipped = len(gzip.compress(answer.body, 6))
        print(
            f"{name:20}{own[name]:8.0f}{flask[number]:8.0f}{own[name] / flask[number]:7.2f}{bare[number]:8.0f}"
            f"{len(answer.body):9}{zipped:8}{answer.statements:5}"
        )
    with app.app_context():
        roundtable = db.session.get_one(Roundtable, made.open_id)
        seated = confirmed_count(db.session(), roundtable)
        db.session.remove()
        db.engine.dispose()
    print(f"\nFlask, ORM and Jinja, {season.AGENDA_ITEMS} agenda items: {orm:.0f} req/s")
    print(
        f"answers by link, {answers.CLIENTS} clients: {per_second:.0f}/s, slowest {slowest:.2f} s, {errors} errors; ",
        end="",
    )
    print(f"{len(made.silent)} people for {season.SEATS} seats: {seated} seated")
    print(f"memory of pages and worker: {used / 1024**2:.0f} MB PSS; start to first 200: {start:.2f} s")


def yardsticks(name: str, number: int, environment: dict[str, str], only: str = "") -> list[float]:
    """Rates of the bare program for each of our pages' bytes, or for one address."""
    port = free_port()
    words = [*GRANIAN[1:], "--port", str(port), f"bench.yardsticks:{name}"]
    with running(GRANIAN[0], *words, environment=environment):
        seconds_until_answers(port, only or "/0")
        return [
            load.rate(port, path, seconds=SECONDS) for path in ([only] if only else map("/{}".format, range(number)))
        ]


if __name__ == "__main__":
    main()
