"""A database that is locked or full costs a moment, never what was typed (rule 28)."""

import errno
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

TYPED = "Ein langer Satz,\r\ndie zweite Zeile & <mehr>"


def _fails(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


LOCKED = OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [LOCKED, FULL])
def test_what_was_typed_comes_back(app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    client = app.test_client()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    monkeypatch.setattr("flask.app.Flask.dispatch_request", _fails(error))
    answer = client.post("/de/", data={"note": TYPED, "password": "geheim geheim"})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "10")
    assert 'value="Ein langer Satz,\r\ndie zweite Zeile &amp; &lt;mehr&gt;"' in page
    assert "geheim" not in page


def test_whoever_only_looks_is_asked_to_come_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flask.app.Flask.dispatch_request", _fails(LOCKED))
    answer = app.test_client().get("/de/")
    assert answer.status_code == 503
    assert "<form" not in answer.get_data(as_text=True).partition("<main")[2]
