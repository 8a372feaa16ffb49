"""What has served its purpose is forgotten by itself (rule 26)."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions import forgetting
from roundtable.domain import jobs
from roundtable.domain.jobs import JobRun
from roundtable.domain.needs import Needs
from roundtable.domain.uploads import Upload
from tests.factories import AT, a_roundtable, an_account, an_invitation, an_office


def _number(session: Session, what: type) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0


def test_needs_go_thirty_days_after_the_roundtable(session: Session) -> None:
    invitation = an_invitation(session, a_roundtable(session, starts_at=AT))
    session.add(Needs(invitation=invitation, stated_at=AT, diet="vegan"))
    forgetting.forget_old(session, at=AT + timedelta(days=30))
    assert _number(session, Needs) == 1
    forgetting.forget_old(session, at=AT + timedelta(days=31))
    assert _number(session, Needs) == 0


def test_a_file_that_was_only_looked_at_goes_after_a_day(session: Session) -> None:
    office = an_office(session)
    account = an_account(session, office)
    session.add(Upload(office=office, account=account, uploaded_at=AT, file_name="a.csv", content=b"x"))
    forgetting.forget_old(session, at=AT + timedelta(hours=23))
    assert _number(session, Upload) == 1
    forgetting.forget_old(session, at=AT + timedelta(hours=25))
    assert _number(session, Upload) == 0


def test_a_slot_is_worked_once(session: Session) -> None:
    assert jobs.begin(session, "digests", AT, at=AT)
    assert not jobs.begin(session, "digests", AT, at=AT)
    assert jobs.begin(session, "digests", AT + timedelta(hours=1), at=AT)
    forgetting.forget_old(session, at=AT + timedelta(days=40))
    assert _number(session, JobRun) == 0
