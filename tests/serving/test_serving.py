"""What is made ready before processes part."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment

from roundtable import create_app
from roundtable.db import db
from roundtable.serving import processes

# Templates know nothing of databases, and to compile all of them takes long.
SAME_ON_EITHER = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@contextmanager
def _started(app: Flask, data: Path) -> Iterator[Flask]:
    """The program with a data folder of its own."""
    started = create_app(app.config["ROUNDTABLE"].model_copy(update={"data": data}))
    yield started
    with started.app_context():
        db.engine.dispose()


def _ready(app: Flask) -> int:
    return len(app.jinja_env.cache or ())


def _may_not_compile(*_: object, **__: object) -> None:
    raise AssertionError("compiled once more")


@SAME_ON_EITHER
def test_templates_are_compiled_once(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _started(app, tmp_path) as upgraded:
        processes.compile_templates(upgraded)
    assert (tmp_path / "compiled").stat().st_mode & 0o077 == 0, "somebody else could have us run their code"
    monkeypatch.setattr(Environment, "compile", _may_not_compile)
    with _started(app, tmp_path) as later:
        processes.make_ready(later)
        assert _ready(later) == len(later.jinja_env.list_templates())


def test_where_none_are_compiled_the_first_pages_are_ready(app: Flask, tmp_path: Path) -> None:
    with _started(app, tmp_path) as demo:
        processes.make_ready(demo)
        assert 0 < _ready(demo) < len(demo.jinja_env.list_templates())


@SAME_ON_EITHER
def test_what_somebody_else_may_have_compiled_is_not_run(app: Flask, tmp_path: Path) -> None:
    with _started(app, tmp_path) as upgraded:
        processes.compile_templates(upgraded)
    (tmp_path / "compiled").chmod(0o770)
    with _started(app, tmp_path) as later:
        processes.make_ready(later)
        assert _ready(later) < len(later.jinja_env.list_templates())
