"""An organisation is found by its name, and a person by their address, however either is written."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from roundtable.domain.people import addresses
from roundtable.domain.people.people import organisation_called
from tests.factories import AT, a_person, an_office, an_organisation


@pytest.mark.parametrize("typed", ["ÖKO-Institut", "öko-institut", "  Oko-INSTITUT "])
def test_capitals_and_umlauts_make_no_second_organisation(session: Session, typed: str) -> None:
    office = an_office(session)
    known = an_organisation(session, office, name="ÖKO-Institut")
    an_organisation(session, an_office(session), name="öko-institut")
    session.flush()
    assert organisation_called(session, office.id, typed) is known
    assert organisation_called(session, office.id, typed, but=known) is None


def test_a_name_counts_before_a_short_name_and_part_of_one_is_none(session: Session) -> None:
    office = an_office(session)
    short = an_organisation(session, office, name="Universität Lindenau", short_name="Übung")
    session.flush()
    assert organisation_called(session, office.id, "übung") is short
    named = an_organisation(session, office, name="ÜBUNG")
    session.flush()
    assert organisation_called(session, office.id, "übung") is named
    assert organisation_called(session, office.id, "Universität") is None
    assert organisation_called(session, office.id, " ") is None


def test_a_person_is_found_by_the_address_as_anybody_writes_it(session: Session) -> None:
    office = an_office(session)
    person = a_person(session, office, email="Eva@Amt.example")
    a_person(session, an_office(session), email="eva@amt.example")
    session.flush()
    assert addresses.person_at(session, office.id, " eva@AMT.example") is person
    assert addresses.person_at(session, office.id, "eva@amt.example", but=person) is None
    assert addresses.person_at(session, office.id, "") is None


def test_an_address_that_was_given_up_leads_to_them_for_a_year(session: Session) -> None:
    office = an_office(session)
    person = a_person(session, office, email="neu@amt.example")
    session.flush()
    addresses.remember(session, person, ["Alt@amt.example", "alt@amt.example", ""], at=AT)
    session.flush()
    assert addresses.people_once_at(session, "ALT@amt.example", office_id=office.id) == [person]
    assert addresses.people_once_at(session, "alt@amt.example", office_id=an_office(session).id) == []
    addresses.forget_old(session, at=AT + addresses.KEPT)
    assert addresses.people_once_at(session, "alt@amt.example") == [person]
    addresses.forget_old(session, at=AT + addresses.KEPT + timedelta(seconds=1))
    assert addresses.people_once_at(session, "alt@amt.example") == []
