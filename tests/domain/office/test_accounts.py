"""Signing in: the right password, eight wrong ones, nobody there."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from roundtable.db import db
from roundtable.domain.office import accounts
from roundtable.domain.office.accounts import PAUSE, TRIES_BEFORE_PAUSE, sign_in
from tests.factories import PASSWORD, a_try, an_account
from tests.pages import PageClient


def test_eight_wrong_tries_pause_an_account(session: Session, at: datetime) -> None:
    account = an_account(session)
    assert sign_in(session, a_try(session, account.email.upper(), PASSWORD), at=at) is account
    for _ in range(TRIES_BEFORE_PAUSE):
        assert account.may_try(at)
        assert sign_in(session, a_try(session, account.email, "falsch"), at=at) is None
    assert sign_in(session, a_try(session, account.email, PASSWORD), at=at) is None
    assert sign_in(session, a_try(session, account.email, PASSWORD), at=at + PAUSE - timedelta(seconds=1)) is None
    assert sign_in(session, a_try(session, account.email, PASSWORD), at=at + PAUSE) is account
    assert account.failed_tries == 0


def test_an_unknown_address_takes_a_password_check_too(
    session: Session, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def matches(_hash: str, password: str) -> bool:
        checked.append(password)
        return True

    monkeypatch.setattr(accounts, "_matches", matches)
    assert sign_in(session, a_try(session, "niemand@lindenau.example", "geraten"), at=at) is None
    assert checked == ["geraten"]


def test_tries_at_the_same_moment_are_each_counted(session: Session, at: datetime, database: str) -> None:
    if database == "sqlite":
        pytest.skip("writers queue from their first statement")
    account = an_account(session, failed_tries=TRIES_BEFORE_PAUSE - 2)
    session.commit()
    with Session(db.engine) as other:
        # Both have read the same number before either writes.
        seen = accounts.account_by_email(other, account.email)
        assert seen is not None
        assert seen.failed_tries == TRIES_BEFORE_PAUSE - 2
        sign_in(session, a_try(session, account.email, "falsch"), at=at)
        session.commit()
        sign_in(other, a_try(other, account.email, "falsch"), at=at)
        other.commit()
    session.refresh(account)
    assert account.failed_tries == TRIES_BEFORE_PAUSE
    assert not account.may_try(at)


def test_a_password_that_was_changed_meanwhile_fits_no_more(session: Session, at: datetime) -> None:
    account = an_account(session)
    tried = a_try(session, account.email, PASSWORD)
    account.set_password("ein ganz anderes Kennwort")
    assert sign_in(session, tried, at=at) is None


def test_nobody_waits_for_a_password_to_be_compared(
    client: PageClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = an_account(session)
    session.commit()
    free: list[bool] = []

    def matches(*_: str) -> bool:
        free.append(db.engine.pool.checkedout() == 0)  # type: ignore[attr-defined]  # of a pool that counts
        return True

    monkeypatch.setattr(accounts, "_matches", matches)
    client.get("/de/desk/sign-in")
    client.post("/de/desk/sign-in", {"email": account.email, "password": PASSWORD})
    assert free == [True]
