"""Some answer at the very moment at which the roundtable is cancelled: each is told what holds, and nobody twice."""

import threading
from collections import Counter
from datetime import datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering
from roundtable.actions.guests.answering import CancelledMeanwhile
from roundtable.actions.roundtables import planning
from roundtable.db import db
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox.outbox import Letter
from tests.factories import a_roundtable, an_invitation, worded


def test_ten_answer_while_it_is_cancelled(app: Flask, session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=5)
    ids = [an_invitation(session, roundtable).id for _ in range(10)]
    session.commit()
    start, wrong, too_late = threading.Barrier(11), [], []

    def act(number: int) -> None:
        try:
            with app.app_context(), Session(db.engine, expire_on_commit=False) as own:
                start.wait(timeout=30)
                if number == 5:
                    planning.cancel(own, own.get_one(Roundtable, roundtable.id), because=worded("Sturm"), at=at)
                else:
                    deed = answering.decline if number % 3 == 0 else answering.accept
                    deed(own, own.get_one(Invitation, ids[number - (number > 5)]), at=at)
                own.commit()
        except CancelledMeanwhile:
            too_late.append(ids[number - (number > 5)])
        except Exception as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=act, args=(number,)) for number in range(11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    session.expire_all()
    assert wrong == []
    goes_out = Counter(
        (each.kind, each.person_id) for each in session.scalars(select(Letter).where(Letter.state == "waiting"))
    )
    assert {kind for kind, _ in goes_out} == {"cancelled"}, "somebody is told of a seat at what is cancelled"
    assert set(goes_out.values()) == {1}
    told = {person_id for _, person_id in goes_out}
    for invitation in session.scalars(select(Invitation)):
        has_declined = invitation.answer is not None and invitation.answer.kind == "declined"
        assert (invitation.person_id in told) != has_declined
        assert (invitation.answer is None) == (invitation.id in too_late)
