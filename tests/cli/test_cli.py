"""The console: who works at the desk, and what is forgotten."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.cli import add_organiser
from roundtable.cli.purge import purge
from roundtable.domain.jobs import JobRun
from roundtable.domain.office.accounts import sign_in
from tests.factories import PASSWORD, a_try, an_account, an_office


def test_a_password_for_a_known_account_is_set(app: Flask, session: Session, at: datetime) -> None:
    account = an_account(session, an_office(session))
    session.commit()
    add = [account.email, "--name", "Kim", "--password"]
    short = app.test_cli_runner().invoke(add_organiser, [*add, "kurz"])
    assert (short.exit_code, "Traceback" in short.output) == (1, False)
    done = app.test_cli_runner().invoke(add_organiser, [*add, "ein neues Kennwort"])
    assert done.exit_code == 0, done.output
    assert "new password is set" in done.output
    session.expire_all()
    assert sign_in(session, a_try(session, account.email, PASSWORD), at=at) is None
    assert sign_in(session, a_try(session, account.email, "ein neues Kennwort"), at=at) is not None
    # The command closes what lies in the pool.
    session.commit()
    told = app.test_cli_runner().invoke(add_organiser, [account.email, "--name", "Kim"])
    assert "stay as they are" in told.output


def test_what_would_be_forgotten_is_said_and_then_forgotten(app: Flask, session: Session, at: datetime) -> None:
    run = app.test_cli_runner().invoke
    assert run(purge).output == "Nothing has to go.\n"
    session.add(JobRun(job="digests", slot=at - timedelta(days=31), begun_at=at))
    session.commit()
    assert "       1  job runs\nNothing has been removed yet" in run(purge, "--dry-run").output
    assert session.scalar(select(func.count()).select_from(JobRun)) == 1
    session.rollback()
    assert run(purge).output == "       1  job runs\n"
    assert session.scalar(select(func.count()).select_from(JobRun)) == 0
