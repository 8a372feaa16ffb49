"""The console: who works at the desk."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from roundtable.cli import add_organiser
from roundtable.domain.accounts import sign_in
from tests.factories import PASSWORD, an_account, an_office


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
    assert sign_in(session, account.email, PASSWORD, at=at) is None
    assert sign_in(session, account.email, "ein neues Kennwort", at=at) is not None
    # The command closes what lies in the pool.
    session.commit()
    told = app.test_cli_runner().invoke(add_organiser, [account.email, "--name", "Kim"])
    assert "stay as they are" in told.output
