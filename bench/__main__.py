"""``python -m bench [SECONDS]``: every figure beside its yardstick in one run, each page for so many seconds."""

import compileall
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from flask import Flask

from bench import answers, calendars, growth, load, season, wire
from bench.look import Look, cookie_of, look
from bench.pages import COLD, WARM, pages
from bench.report import Row, show
from bench.season import Season
from bench.servers import GRANIAN, HOUSE, WORKERS, free_port, memory, running, seconds_until_answers
from roundtable import create_app
from roundtable.cli import migrations
from roundtable.db import db, only_looking
from roundtable.serving import processes
from roundtable.settings import load_settings
from tests import postgresql

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
MOST_MEGABYTES, MOST_SECONDS_TO_START = 160, 1.0
LEAST_OF_ORM, MOST_STATEMENTS_COLD = 0.7, 6


def main() -> None:
    begun = time.perf_counter()
    # As pip does when it installs a wheel.
    compileall.compile_dir(HOUSE / "roundtable", quiet=1)
    port, folder = free_port(), Path(tempfile.mkdtemp(prefix="roundtable-bench-"))
    environment = {
        "ROUNDTABLE_SECRET_KEY": "only-for-measuring-" + "x" * 32,
        "ROUNDTABLE_BASE_URL": f"http://127.0.0.1:{port}",
        "ROUNDTABLE_DATA": str(folder / "data"),
        "ROUNDTABLE_TRUSTED_PROXIES": "1",
        "BENCH_BODIES": str(folder / "bodies"),
    }
    os.environ.update(environment)
    app, made = _filled(load_settings().database_url)
    cookie = cookie_of(app, made.owner)
    looked = {name: look(app, path, _cookie_for(path, cookie)) for name, path in pages(made).items()}
    (folder / "bodies").mkdir()
    for number, one in enumerate(looked.values()):
        (folder / "bodies" / str(number)).write_bytes(one.body)
    environment["BENCH_DATABASE_URL"] = load_settings().database_url

    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {WORKERS} workers, ", end="")
    print(f"{load.CONNECTIONS} connections, {SECONDS:.0f} s each; compare within this run only.")
    flask, orm = _yardsticks(looked, made, environment)
    missed = []
    serve = ("serve", "--letters", "--port", str(port), "--workers", str(WORKERS))
    with running("roundtable", *serve, environment=environment) as ours:
        start = seconds_until_answers(port, "/de/")
        missed += show("Pages, requests a second", _page_rows(made, looked, port, cookie, flask, orm))
        used = memory(ours) / 1024**2
        missed += show(
            "The whole serving set: pages, and the worker for letters",
            [
                Row("memory (PSS)", f"{used:.0f} MB", "", f"≤ {MOST_MEGABYTES} MB", used <= MOST_MEGABYTES),
                Row("start to first 200", f"{start:.2f} s", "", "≤ 1 s", start <= MOST_SECONDS_TO_START),
            ],
        )
        missed += show("Answers by link, with form and durable commit", answers.rows(app, made, port, orm))
    with postgresql.server(is_durable=True) as url:
        missed += show(
            "The same on PostgreSQL", _on_postgresql(postgresql.create_database(url, "bench"), environment, orm)
        )
    missed += show("Growth, server time of one page", growth.rows(folder))
    missed += show("Calendar files, processor time", calendars.rows())
    missed += show("On the wire", wire.rows(app, f"/de/press/{made.release}/"))
    print(f"\n{len(missed)} targets missed: " + ("; ".join(row.what for row in missed) or "none"))
    print(f"Took {time.perf_counter() - begun:.0f} s.")


def _filled(database_url: str) -> tuple[Flask, Season]:
    app = create_app(load_settings(database_url=database_url))
    only_looking(False)  # pages may have been looked at before in this thread
    with app.app_context():
        migrations.upgrade(app)
    processes.compile_templates(app)
    return app, season.make(app)


def _cookie_for(path: str, cookie: str) -> str:
    return cookie if "/desk/" in path else ""


def _yardsticks(looked: dict[str, Look], made: Season, environment: dict[str, str]) -> tuple[dict[str, float], float]:
    """Rates of a bare Flask view that returns the same bytes, and of "Flask, ORM and Jinja" with 20 agenda items."""
    port = free_port()
    with running(GRANIAN[0], *GRANIAN[1:], "--port", str(port), "bench.yardsticks:flask", environment=environment):
        seconds_until_answers(port, "/0")
        bare = {name: load.rate(port, f"/{number}", seconds=SECONDS) for number, name in enumerate(looked)}
        return bare, load.rate(port, f"/orm/{made.roundtable_id}", seconds=SECONDS, anew=True)


def _page_rows(
    made: Season, looked: dict[str, Look], port: int, cookie: str, flask: dict[str, float], orm: float
) -> Iterable[Row]:
    for name, path in pages(made).items():
        own = load.rate(port, path, seconds=SECONDS, cookie=_cookie_for(path, cookie))
        is_warm, bare = name in WARM, flask[name]
        said = f"{own:.0f}/s, {looked[name].milliseconds:.1f} ms and {looked[name].statements} SQL when rendered"
        target = "≥ the bare view" if is_warm else ""
        yield Row(name, said, f"bare Flask view {bare:.0f}/s", target, own >= bare if is_warm else None)
    for name in COLD:
        own = load.rate(port, pages(made)[name], seconds=SECONDS, anew=True)
        statements = looked[name].statements
        said = f"{own:.0f}/s, {own / orm:.2f} ×, {statements} SQL"
        target = f"≥ {LEAST_OF_ORM} × that, ≤ {MOST_STATEMENTS_COLD} SQL"
        met = own >= LEAST_OF_ORM * orm and statements <= MOST_STATEMENTS_COLD
        yield Row(f"{name}, cold", said, f"Flask, ORM and Jinja {orm:.0f}/s", target, met)


def _on_postgresql(url: str, environment: dict[str, str], orm: float) -> Iterable[Row]:
    app, made = _filled(url)
    port = free_port()
    serve = ("serve", "--port", str(port), "--workers", str(WORKERS))
    with running("roundtable", *serve, environment={**environment, "ROUNDTABLE_DATABASE_URL": url}):
        seconds_until_answers(port, "/de/")
        yield from answers.rows(app, made, port, orm)
    with app.app_context():
        db.engine.dispose()


if __name__ == "__main__":
    main()
