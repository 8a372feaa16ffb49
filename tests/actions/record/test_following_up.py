"""Who is asked about what was promised, and what becomes of the answer."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.record import following_up
from roundtable.domain.links import PersonalLink
from roundtable.domain.record.commitments import Commitment, unsettled
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox.outbox import Letter, read
from tests import factories


def a_commitment(session: Session, roundtable: Roundtable, **values: Any) -> Commitment:
    defaults = dict(series=roundtable.series, roundtable=roundtable, text="Der Netzplan liegt vor")
    commitment = Commitment(**{**defaults, **values})
    session.add(commitment)
    session.flush()
    return commitment


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    return factories.a_roundtable(session)


def test_unsettled_are_those_neither_done_nor_dropped_earliest_first(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    undated = a_commitment(session, roundtable)
    late = a_commitment(session, roundtable, due_on=date(2026, 9, 1))
    soon = a_commitment(session, roundtable, due_on=date(2026, 5, 1))
    done = a_commitment(session, roundtable, due_on=date(2026, 4, 1))
    done.report("under_way", "", at=at)
    done.report("done", "", at=at)
    soon.report("dropped", "", at=at)
    soon.report("open", "doch", at=at)
    elsewhere = factories.a_roundtable(session)
    a_commitment(session, elsewhere)
    session.commit()

    assert unsettled(session, roundtable.series_id) == [soon, late, undated]


def test_an_organisation_is_asked_through_its_member_of_the_series(session: Session, roundtable: Roundtable) -> None:
    office = roundtable.series.office
    organisation = factories.an_organisation(session, office)
    factories.a_person(session, office, organisation=organisation, rank=1)
    member = factories.a_person(session, office, organisation=organisation, rank=2)
    factories.a_member(session, roundtable.series, member)
    commitment = a_commitment(session, roundtable, organisation=organisation)

    assert following_up.reporters(session, [commitment]) == {commitment.id: member}


def test_asking_queues_a_letter_with_a_link(app: Flask, session: Session, roundtable: Roundtable, at: datetime) -> None:
    person = factories.a_person(session, roundtable.series.office)
    commitment = a_commitment(session, roundtable, person=person)
    with app.test_request_context():
        following_up.ask_for_report(session, commitment, at=at)
        session.commit()

    letter = session.scalars(select(Letter)).one()
    assert (letter.kind, letter.recipient) == ("report_due", person.email)
    assert "/de/commitments/" in read(letter).text
    assert session.scalars(select(PersonalLink)).one().commitment_id == commitment.id
    assert following_up.last_asked(session, [commitment]) == {commitment.id: at}


def test_nobody_is_asked_about_what_is_settled(session: Session, roundtable: Roundtable, at: datetime) -> None:
    commitment = a_commitment(session, roundtable, person=factories.a_person(session, roundtable.series.office))
    commitment.report("done", "", at=at)
    with pytest.raises(following_up.AlreadySettled):
        following_up.ask_for_report(session, commitment, at=at)


def test_where_nobody_is_known_the_refusal_says_so(session: Session, roundtable: Roundtable, at: datetime) -> None:
    organisation = factories.an_organisation(session, roundtable.series.office)
    for commitment in (a_commitment(session, roundtable), a_commitment(session, roundtable, organisation=organisation)):
        with pytest.raises(following_up.NobodyToAsk):
            following_up.ask_for_report(session, commitment, at=at)
    assert session.scalars(select(PersonalLink)).all() == []


def test_a_report_said_twice_stands_once_and_earlier_ones_stay(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    commitment = a_commitment(session, roundtable)
    following_up.report(commitment, "under_way", "Zur Hälfte", at=at)
    following_up.report(commitment, "under_way", "Zur Hälfte", at=at + timedelta(seconds=2))
    following_up.report(commitment, "done", "Fertig", at=at + timedelta(days=2))

    assert [report.state for report in commitment.reports] == ["under_way", "done"]
    assert commitment.is_settled
