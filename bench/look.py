"""One page in this process: its bytes, its SQL statements and its server time, without network or other load."""

import statistics
import time
from dataclasses import dataclass
from itertools import count

from flask import Flask
from sqlalchemy import event

from roundtable.db import db

TIMES = 15
_numbers = count()


@dataclass(frozen=True)
class Look:
    """``milliseconds``: the median of some, each with an address not seen before, so that nothing kept is sent."""

    body: bytes
    statements: int
    milliseconds: float


def look(app: Flask, path: str, cookie: str = "", *, times: int = TIMES) -> Look:
    """Raises RuntimeError when it is not a 200."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    client = app.test_client(use_cookies=False)
    headers = {"Cookie": cookie} if cookie else {}
    client.get(path, headers=headers)
    event.listen(engine, "before_cursor_execute", note)
    took, body = [], b""
    for _ in range(times):
        seen.clear()
        begun = time.perf_counter()
        answer = client.get(f"{path}?{next(_numbers)}", headers=headers)
        body = answer.data
        took.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    event.remove(engine, "before_cursor_execute", note)
    return Look(body, len(seen), statistics.median(took) * 1000)


def cookie_of(app: Flask, known_as: str) -> str:
    """The cookie of somebody who has signed in."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=known_as, _fresh=True)
    found = client.get_cookie("roundtable")
    return f"roundtable={found.value}" if found else ""
