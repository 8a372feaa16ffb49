"""Many confirm, or decide, at the same moment: seats stay exact, and one word counts."""

import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering, signing_up
from roundtable.db import db
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.guests.sign_ups import AlreadyDecided, SignUp
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Organisation
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox.outbox import Letter
from tests.factories import a_roundtable, a_sign_up, an_account, an_invitation


@pytest.fixture
def roundtable(session: Session, at: datetime) -> Roundtable:
    opened_at = at - timedelta(days=9)
    return a_roundtable(session, seats=2, registration_opened_at=opened_at, registration_is_moderated=False)


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_twelve_confirm_at_once_for_two_seats_while_an_invited_person_answers(
    app: Flask, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    ids = [a_sign_up(session, roundtable, organisation="Netz").id for _ in range(12)]
    invited = an_invitation(session, roundtable).id
    session.commit()
    start, wrong = threading.Barrier(13), []

    def act(number: int) -> None:
        try:
            with app.app_context(), Session(db.engine, expire_on_commit=False) as own:
                start.wait(timeout=30)
                if number == 12:
                    answering.accept(own, own.get_one(Invitation, invited), at=at)
                else:
                    signing_up.confirm(own, own.get_one(SignUp, ids[number]), at=at)
                own.commit()
        except Exception as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=act, args=(number,)) for number in range(13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []
    seats = session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [each.state for each in seats] == ["confirmed"] * 2 + ["waiting"] * 11
    assert _count(session, Organisation) == 1


def test_two_organisers_at_once_and_one_wins(
    app: Flask, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    sign_up = a_sign_up(session, roundtable, confirmed_at=at)
    accounts = [an_account(session, roundtable.series.office).id for _ in range(2)]
    session.commit()
    start, said = threading.Barrier(2), []

    def act(number: int) -> None:
        with app.app_context(), Session(db.engine, expire_on_commit=False) as own:
            mine = own.get_one(SignUp, sign_up.id)
            own.rollback()
            start.wait(timeout=30)
            try:
                by = own.get_one(Account, accounts[number])
                if number:
                    signing_up.let_in(own, mine, at=at, by=by)
                else:
                    signing_up.turn_away(own, mine, at=at, by=by)
                own.commit()
                said.append("done")
            except AlreadyDecided:
                said.append("too late")

    threads = [threading.Thread(target=act, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(said) == ["done", "too late"]
    assert _count(session, Letter) == 1
