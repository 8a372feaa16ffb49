"""The whole house in one file and back, on both databases."""

import sqlite3
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from roundtable import files
from roundtable.cli.backups import backup, restore
from roundtable.db import db
from roundtable.domain.office.offices import Office
from roundtable.serving import backups, presence
from tests.factories import AT, an_office

PAPER = b"%PDF-1.7 a paper"


@pytest.fixture
def house(app: Flask, session: Session) -> Path:
    """One office and one paper; where they lie."""
    an_office(session)
    session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)"))
    session.commit()
    session.close()
    data: Path = app.config["ROUNDTABLE"].data
    files.put(data / "papers", PAPER)
    return data


def _offices(session: Session) -> int:
    found = len(session.scalars(select(Office)).all())
    session.close()
    return found


def test_what_was_lost_comes_back(app: Flask, house: Path, session: Session, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    made = run(backup, [str(tmp_path / "house-%Y.zip")])
    assert made.exit_code == 0, made.output
    file = tmp_path / "house-2026.zip"
    assert "the database and 1 papers, checked" in made.output
    assert file.stat().st_mode & 0o077 == 0
    session.execute(text("DELETE FROM offices"))
    session.commit()
    session.close()
    [paper] = [path for path in (house / "papers").rglob("*") if path.is_file()]
    paper.unlink()
    db.engine.dispose()
    done = run(restore, [str(file)], input="y\n")
    assert done.exit_code == 0, done.output
    assert _offices(session) == 1
    assert paper.read_bytes() == PAPER


def test_nothing_is_restored_over_a_running_house(app: Flask, house: Path, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "house.zip"
    run = app.test_cli_runner().invoke
    assert run(backup, [str(file)]).exit_code == 0
    with presence.at_work(house), presence.at_work(house):
        refused = run(restore, [str(file)], input="y\n")
    assert (refused.exit_code, "Stop it first" in refused.output) == (1, True)
    assert _offices(session) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_damaged_is_refused_and_nothing_touched(
    app: Flask, house: Path, session: Session, tmp_path: Path
) -> None:
    whole, altered = tmp_path / "whole.zip", tmp_path / "altered.zip"
    assert app.test_cli_runner().invoke(backup, [str(whole)]).exit_code == 0
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(altered, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"something else" if name == "database" else old.read(name))
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:-200])
    for bad in (altered, cut, tmp_path / "none.zip"):
        refused = app.test_cli_runner().invoke(restore, [str(bad)], input="y\n")
        assert (refused.exit_code, "Traceback" in refused.output) == (1, False)
    assert _offices(session) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_old_journal_does_not_spoil_what_is_restored(
    app: Flask, house: Path, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "house.zip"
    assert app.test_cli_runner().invoke(backup, [str(file)]).exit_code == 0
    journal = house / "roundtable.sqlite3-wal"
    journal.write_bytes(b"of another database" * 1000)
    assert app.test_cli_runner().invoke(restore, [str(file)], input="y\n").exit_code == 0
    with closing(sqlite3.connect(house / "roundtable.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM offices").fetchone() == (1,)


def test_old_backups_go_by_the_date_in_their_name(tmp_path: Path) -> None:
    for name in ("house-2026-03-03.zip", "house-2026-01-01.zip", "house.zip", "other-2026-01-01.zip"):
        (tmp_path / name).touch()
    gone = backups.forget_older(tmp_path / "house-%Y-%m-%d.zip", days=14, at=AT + timedelta(days=1))
    assert [path.name for path in gone] == ["house-2026-01-01.zip"]
    assert len(list(tmp_path.iterdir())) == 3
