"""Answers by link: eight people one after the other, then five hundred at one instant for fifty seats."""

import http.client
import multiprocessing
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from multiprocessing.pool import Pool
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from bench.report import Row
from bench.season import SEATS, Season
from roundtable.db import db
from roundtable.domain.guests.registrations import Registration

CLIENTS = 8
# These come first and are not counted: each process meets what it needs for an answer for the first time.
FIRST = 40
# Of the yardstick's rate: 300 and 150 a second where "Flask, ORM and Jinja" gives 1,420 and 850 pages.
OF_ORM = {"sqlite": 300 / 1420, "postgresql": 150 / 850}
MOST_SECONDS = 3


@dataclass(frozen=True)
class Open:
    """Somebody's page, open in their browser. Each sits at an own address, or the rate limit would know them as one."""

    token: str
    address: str


def rows(app: Flask, season: Season, port: int, orm: float) -> Iterable[Row]:
    """``orm``: how many pages of "Flask, ORM and Jinja" this machine serves a second over SQLite."""
    with app.app_context():
        database = db.engine.dialect.name
    context = multiprocessing.get_context("spawn")
    # What they need to begin with is no part of what is measured.
    with context.Pool(CLIENTS, initializer=context.Barrier(CLIENTS).wait) as pool:
        pool.map(time.sleep, [0.2] * CLIENTS)
        _one_after_the_other(pool, port, season.calm[:FIRST])
        per_second = _one_after_the_other(pool, port, season.calm[FIRST:])
        yield _rate_row(database, per_second, orm)
        slowest, errors = _at_once(pool, port, season.silent)
    seated, is_in_order = _seated(app, season.open_id)
    said = f"{seated} seated, {'in' if is_in_order else 'NOT in'} order of arrival, {errors} errors"
    met = seated == SEATS and is_in_order and not errors
    yield Row(f"{len(season.silent)} answers at one instant, {database}", said, "", f"exactly {SEATS}, no error", met)
    yield Row("the last of them", f"{slowest:.2f} s", "", f"< {MOST_SECONDS} s", slowest < MOST_SECONDS)


def _rate_row(database: str, per_second: float, orm: float) -> Row:
    target = orm * OF_ORM[database]
    return Row(
        f"answers, {CLIENTS} clients, {database}",
        f"{per_second:.0f}/s",
        f"Flask, ORM and Jinja on SQLite {orm:.0f}/s",
        f"≥ {OF_ORM[database]:.2f} × that = {target:.0f}/s",
        per_second >= target,
    )


def _one_after_the_other(pool: Pool, port: int, tokens: tuple[str, ...]) -> float:
    """Everybody opens the page and accepts. Returns answers a second; raises RuntimeError for one that is refused."""
    begun = time.perf_counter()
    results = pool.starmap(_open_and_accept, [(port, share) for share in _shares(tokens)])
    took = time.perf_counter() - begun
    if not all(all(share) for share in results):
        raise RuntimeError("an answer was refused")
    return len(tokens) / took


def _at_once(pool: Pool, port: int, tokens: tuple[str, ...]) -> tuple[float, int]:
    """Everybody has the page open and accepts at the same instant. Returns the slowest in seconds, and errors seen."""
    opened = pool.starmap(_open_all, [(port, share) for share in _shares(tokens)])
    instant = time.time() + 1
    results = [each for share in pool.starmap(_accept_at, [(port, one, instant) for one in opened]) for each in share]
    return max(took for took, _ in results), sum(not is_fine for _, is_fine in results)


def _seated(app: Flask, roundtable_id: int) -> tuple[int, bool]:
    """How many have a seat, and whether it is those who came first."""
    with app.test_request_context():
        came = select(Registration).where(Registration.roundtable_id == roundtable_id).order_by(Registration.id)
        states = [each.state for each in db.session.scalars(came)]
        db.session.remove()
    return states.count("confirmed"), states == sorted(states)


def _shares(tokens: tuple[str, ...]) -> list[list[tuple[int, str]]]:
    return [list(enumerate(tokens))[number::CLIENTS] for number in range(CLIENTS)]


def _open_and_accept(port: int, share: list[tuple[int, str]]) -> list[bool]:
    return [_accept(port, _open(port, number, token)) for number, token in share]


def _open_all(port: int, share: list[tuple[int, str]]) -> list[Open]:
    return [_open(port, number, token) for number, token in share]


def _open(port: int, number: int, token: str) -> Open:
    address = f"10.1.{number // 250}.{number % 250}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/de/i/{token}/", headers={"X-Forwarded-For": address})
    page = connection.getresponse()
    page.read()
    connection.close()
    if page.status != HTTPStatus.OK:
        raise RuntimeError(f"an invitation answers {page.status}")
    return Open(token, address)


def _accept_at(port: int, opened: list[Open], instant: float) -> list[tuple[float, bool]]:
    """Each in a thread of its own, at this instant. Returns seconds, and whether it was taken, for each."""
    results = []

    def accept(one: Open) -> None:
        time.sleep(max(0.0, instant - time.time()))
        is_fine = _accept(port, one)
        results.append((time.time() - instant, is_fine))

    threads = [threading.Thread(target=accept, args=[one]) for one in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _accept(port: int, one: Open) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = urlencode({"kind": "accepted"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": one.address}
    try:
        connection.request("POST", f"/de/i/{one.token}/answer", body, headers)
        answer = connection.getresponse()
        answer.read()
    except OSError:
        return False
    finally:
        connection.close()
    return answer.status == 303
