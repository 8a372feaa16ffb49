"""Commitments at the desk and behind a personal link."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.domain.links import PersonalLink
from roundtable.domain.record.commitments import Commitment, Report
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox.outbox import Letter
from tests import factories
from tests.pages import PageClient


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    return factories.a_roundtable(session)


@pytest.fixture
def desk(client: PageClient, session: Session, roundtable: Roundtable) -> PageClient:
    client.sign_in(factories.an_account(session, roundtable.series.office, "organiser"))
    return client


def a_commitment(
    session: Session, roundtable: Roundtable, text: str = "Netzplan vorlegen", **values: Any
) -> Commitment:
    if "person" not in values:
        values["person"] = factories.a_person(session, roundtable.series.office)
    commitment = Commitment(series=roundtable.series, roundtable=roundtable, text=text, **values)
    session.add(commitment)
    session.flush()
    return commitment


def index(client: PageClient, roundtable: Roundtable, **filter_: str) -> str:
    return client.url("desk.commitments.index", series_id=roundtable.series_id, **filter_)


def test_the_list_shows_what_is_owed_and_marks_what_is_overdue(
    desk: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    a_commitment(session, roundtable, "Zu spät", due_on=date(2026, 3, 3))
    a_commitment(session, roundtable, "Fertig").report("done", "", at=at)

    desk.get(index(desk, roundtable, lang="en"))
    assert "Zu spät" in desk.text("table")
    assert "Fertig" not in desk.text("table")
    assert "overdue" in desk.text("table")
    desk.get(index(desk, roundtable, state="done"))
    assert "Fertig" in desk.text("table")
    desk.get(index(desk, roundtable, state="dropped"))
    assert not desk.page.select("table")


def test_an_organiser_records_a_report(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    commitment = a_commitment(session, roundtable)
    url = desk.url("desk.commitments.report_form", series_id=roundtable.series_id, commitment_id=commitment.id)
    desk.get(url)
    desk.submit(state="under_way", note="Am Telefon: zur Hälfte")
    report = session.scalars(select(Report)).one()
    assert (report.state, report.note, report.person) == ("under_way", "Am Telefon: zur Hälfte", None)
    assert report.recorded_by is not None
    desk.follow()


def test_letters_are_seen_before_they_go_and_only_to_those_who_owe(
    desk: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    owed = a_commitment(session, roundtable, "Noch offen")
    done = a_commitment(session, roundtable, "Längst getan")
    done.report("done", "", at=at)
    nameless = a_commitment(session, roundtable, "Von allen", person=None)

    desk.get(desk.url("desk.commitments.ask_form", series_id=roundtable.series_id))
    assert owed.person is not None
    assert owed.person.email in desk.text()
    assert "Von allen" in desk.text()
    assert "Längst getan" not in desk.text()
    assert session.scalar(select(PersonalLink.id)) is None

    desk.submit(commitments=[str(owed.id)])
    assert session.scalars(select(Letter.recipient)).all() == [owed.person.email]
    desk.post(
        desk.url("desk.commitments.ask", series_id=roundtable.series_id),
        {"commitments": [str(done.id), str(nameless.id)]},
        expect=422,
    )
    assert session.scalar(select(func.count(Letter.id))) == 1


def test_asking_nobody_comes_back_with_the_reason(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    a_commitment(session, roundtable)
    desk.post(desk.url("desk.commitments.ask", series_id=roundtable.series_id), expect=422)
    assert desk.page.select("[role=alert] a[href='#commitments']")


def test_a_guest_reports_without_account(client: PageClient, session: Session, roundtable: Roundtable) -> None:
    commitment = a_commitment(session, roundtable, due_on=date(2026, 6, 30))
    url = client.url("guest.commitments.show", token=factories.a_token(session, commitment=commitment))
    client.get(url)
    assert "Netzplan" in client.text()
    assert session.scalar(select(Report.id)) is None

    client.submit(state="under_way", note="Zur Hälfte")
    client.follow()
    report = session.scalars(select(Report)).one()
    assert (report.state, report.note, report.person) == ("under_way", "Zur Hälfte", commitment.person)
    client.get(url)
    assert "Zur Hälfte" in client.text()
    assert client.answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_report_without_a_state_comes_back_with_the_note(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    token = factories.a_token(session, commitment=a_commitment(session, roundtable))
    client.get(client.url("guest.commitments.show", token=token))
    client.submit(expect=422, note="Zur Hälfte")
    assert client.one("textarea").get_text().strip() == "Zur Hälfte"
    assert session.scalar(select(Report.id)) is None


def test_a_link_to_something_else_opens_no_commitment(client: PageClient, session: Session) -> None:
    token = factories.a_token(session, invitation=factories.an_invitation(session))
    client.get(client.url("guest.commitments.show", token=token), expect=404)
    client.get(client.url("guest.commitments.show", token="erfunden"), expect=404)


def test_commitments_of_another_office_are_not_there(desk: PageClient, session: Session) -> None:
    elsewhere = a_commitment(session, factories.a_roundtable(session))
    desk.get(desk.url("desk.commitments.index", series_id=elsewhere.series_id), expect=404)


@pytest.mark.parametrize("endpoint", ["desk.commitments.index", "desk.commitments.ask_form"])
def test_thirty_commitments_cost_no_more_queries_than_one(
    desk: PageClient, session: Session, roundtable: Roundtable, at: datetime, endpoint: str
) -> None:
    def more(number: int) -> None:
        for _ in range(number):
            organisation = factories.an_organisation(session, roundtable.series.office)
            who = factories.a_person(session, roundtable.series.office, organisation=organisation)
            a_commitment(session, roundtable, person=None, organisation=organisation).report("open", "", at=at, by=who)

    more(1)
    desk.get(desk.url(endpoint, series_id=roundtable.series_id))
    with_one = len(desk.statements)
    more(29)
    desk.get(desk.url(endpoint, series_id=roundtable.series_id))
    assert len(desk.statements) <= with_one, desk.statements
