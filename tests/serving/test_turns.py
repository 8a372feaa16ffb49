"""One at a time, and whoever is still sending waits outside."""

import threading
import time
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from roundtable.serving import turns as module
from roundtable.serving.turns import Turns

MOST = 1024 * 1024
SECONDS = 5.0


class Slow:
    """A sender who sends the rest when told to."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()

    def read(self, size: int) -> bytes:
        assert self.goes_on.wait(SECONDS)
        return b"x" * size


def _ask(turns: Turns, **asked: Any) -> bytes:
    return b"".join(turns(EnvironBuilder(**asked).get_environ(), lambda *_: lambda _: None))


def _echo(environ: dict[str, Any], _: Any) -> Iterable[bytes]:
    return [environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))]


@pytest.mark.parametrize("size", [0, 1, 300 * 1024, MOST])
def test_what_is_sent_arrives_as_it_was(size: int) -> None:
    sent = bytes(number % 251 for number in range(size))
    assert _ask(Turns(_echo, MOST), method="POST", data=sent) == sent


def test_what_is_too_long_is_not_even_received() -> None:
    body = BytesIO(b"x" * 10)
    Turns(lambda *_: [], 9)(EnvironBuilder(method="POST", input_stream=body, content_length=10).get_environ(), _ignore)
    assert body.tell() == 0


def _ignore(*_: Any) -> Any:
    return lambda _: None


def test_slow_senders_keep_nobody_out() -> None:
    turns, slow = Turns(_echo, MOST), Slow()
    environ = EnvironBuilder(method="POST", content_length=100).get_environ()
    threads = [threading.Thread(target=turns, args=({**environ, "wsgi.input": slow}, _ignore)) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert _ask(turns, method="POST", data=b"quick") == b"quick"
    assert all(thread.is_alive() for thread in threads)
    slow.goes_on.set()
    for thread in threads:
        thread.join(SECONDS)


def test_many_slow_senders_from_one_address_keep_threads_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SENDERS_WAIT_SECONDS", 0.01)
    turns, slow = Turns(_echo, MOST), Slow()
    environ = {**EnvironBuilder(method="POST", content_length=100).get_environ(), "REMOTE_ADDR": "203.0.113.9"}
    asked = [({**environ, "wsgi.input": slow}, _ignore) for _ in range(module.MOST_SENDERS)]
    threads = [threading.Thread(target=turns, args=each) for each in asked]
    for thread in threads:
        thread.start()
    while turns._senders._number["203.0.113.9"] < module.MOST_SENDERS:
        time.sleep(0.001)
    said: list[str] = []
    refused = turns({**environ, "wsgi.input": slow}, lambda status, _: said.append(status))  # type: ignore[arg-type]
    assert said == ["503 Service Unavailable"]
    assert b"Please reload" in b"".join(refused)
    # Everybody else, and whoever sends nothing.
    assert _ask(turns, method="POST", data=b"quick", environ_base={"REMOTE_ADDR": "203.0.113.10"}) == b"quick"
    assert _ask(turns, environ_base={"REMOTE_ADDR": "203.0.113.9"}) == b""
    slow.goes_on.set()
    for thread in threads:
        thread.join(SECONDS)
    assert _ask(turns, method="POST", data=b"quick", environ_base={"REMOTE_ADDR": "203.0.113.9"}) == b"quick"


def test_one_at_a_time() -> None:
    at_work, most = [0], [0]

    def work(*_: Any) -> Iterable[bytes]:
        at_work[0] += 1
        most[0] = max(most[0], at_work[0])
        time.sleep(0.01)
        at_work[0] -= 1
        return []

    turns = Turns(work, MOST)
    threads = [threading.Thread(target=_ask, args=[turns]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert most == [1]


def test_what_takes_long_keeps_nobody_waiting_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.01)
    begun, goes_on = threading.Event(), threading.Event()

    def work(environ: dict[str, Any], _: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/long":
            begun.set()
            assert goes_on.wait(SECONDS)
        return [b"done"]

    turns = Turns(work, MOST)
    long = threading.Thread(target=_ask, args=[turns], kwargs={"path": "/long"})
    long.start()
    assert begun.wait(SECONDS)
    # Twice: whoever went ahead has no turn to give back.
    assert _ask(turns) == _ask(turns) == b"done"
    assert long.is_alive()
    goes_on.set()
    long.join(SECONDS)
    assert _ask(turns) == b"done"


def test_a_turn_is_given_back_after_an_error() -> None:
    def fail(*_: Any) -> Iterable[bytes]:
        raise ValueError

    turns = Turns(fail, MOST)
    for _ in range(2):
        with pytest.raises(ValueError):
            _ask(turns)


def test_the_program_takes_turns_where_nothing_is_kept(app: Flask) -> None:
    kept = app.wsgi_app
    while not isinstance(kept, Turns):
        kept = kept._application if hasattr(kept, "_application") else kept.app  # type: ignore[attr-defined]
    assert isinstance(kept, Turns)
