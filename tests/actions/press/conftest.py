"""A roundtable of yesterday, its release, and the two who look at it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from roundtable.actions.press import publishing, quoting
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Person
from roundtable.domain.press.quotes import Quote
from roundtable.domain.press.releases import (
    Release,
)
from roundtable.domain.record.minutes import Attendance, Minutes
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import a_person, a_roundtable, a_series, an_account, an_office, an_organisation, both


@pytest.fixture
def roundtable(session: Session, at: datetime) -> Roundtable:
    """Over since yesterday; three organisations invited, one of them absent."""
    office = an_office(session)
    host = a_person(session, office, given_name="Hanna", family_name="Lindner", function=both("Die Bürgermeisterin"))
    host.naming_basis = "office_holder"
    series = a_series(session, office, host=host)
    roundtable = a_roundtable(
        session, series, starts_at=datetime(2026, 3, 3, 13, tzinfo=UTC), motto=both("Wärme"), venue="Rathaus"
    )
    minutes = Minutes(roundtable=roundtable, begun_at=at, attendance_closed_at=at)
    session.add(minutes)
    for name, basis, state in (
        ("Netz", "agreed", "present"),
        ("Werk", None, "present"),
        ("Fern", "agreed", "excused"),
    ):
        organisation = an_organisation(session, office, name=f"{name} GmbH", short_name="", article_de="die")
        person = a_person(
            session, office, given_name="Robin", family_name=name, organisation=organisation, naming_basis=basis
        )
        minutes.attendance.append(Attendance(person=person, organisation=organisation, state=state, recorded_at=at))
    session.flush()
    return roundtable


@pytest.fixture
def writer(session: Session, roundtable: Roundtable) -> Account:
    return an_account(session, roundtable.series.office, "press_officer")


@pytest.fixture
def second(session: Session, roundtable: Roundtable) -> Account:
    return an_account(session, roundtable.series.office, "press_officer")


@pytest.fixture
def release(session: Session, roundtable: Roundtable, writer: Account, at: datetime) -> Release:
    return publishing.begin(session, roundtable, "de", at=at, by=writer)


def a_quote(session: Session, roundtable: Roundtable, at: datetime, person: Person | None = None) -> Quote:
    person = person or roundtable.series.host
    assert person is not None
    return quoting.write_quote(session, roundtable, person, language="de", text="Wir bauen.", at=at, by=None)
