"""Entries that may stand for the same person or body are found, and those that cannot are not."""

import pytest
from sqlalchemy.orm import Session

from roundtable.domain.office.offices import Office
from roundtable.domain.people import duplicates
from roundtable.domain.people.people import Organisation
from tests.factories import AT, a_person, an_office, an_organisation


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


@pytest.mark.parametrize(
    ("one", "other", "because"),
    [
        (("Eva", "Müller"), ("Eva", "Mueller"), "name"),
        (("Eva", "Müller"), ("eva", "MÜLLER"), "name"),
        (("Eva", "Müller"), ("Müller", "Eva"), "swapped"),
        (("Eva", "Meier"), ("Eva", "Meyer"), "similar"),
        (("Eva Maria", "Ossowski"), ("Eva", "Ossowsky"), "similar"),
        (("E.", "Lüdenscheidt"), ("Eva", "Luedenscheid"), "similar"),
        (("Eva", "Meier"), ("Udo", "Meier"), None),
        (("Eva", "Rau"), ("Eva", "Bau"), None),
        (("Eva", "Kramer"), ("Eva", "Weber"), None),
    ],
)
def test_names_in_one_organisation(
    session: Session, office: Office, one: tuple[str, str], other: tuple[str, str], because: str | None
) -> None:
    organisation = an_organisation(session, office)
    for given, family in (one, other):
        a_person(session, office, given_name=given, family_name=family, organisation=organisation)
    found = [pair.because for pair in duplicates.pairs_of_people(session, office)]
    assert found == ([because] if because else [])


def test_the_same_name_elsewhere_is_somebody_else_but_without_an_organisation_nobody_knows(
    session: Session, office: Office
) -> None:
    one = a_person(session, office, family_name="Frei", organisation=an_organisation(session, office))
    a_person(session, office, family_name="Frei", organisation=an_organisation(session, office))
    assert not duplicates.pairs_of_people(session, office)
    one.organisation = None
    assert [pair.because for pair in duplicates.pairs_of_people(session, office)] == ["name"]


def test_one_mailbox_is_found_and_other_offices_are_not(session: Session, office: Office) -> None:
    a_person(session, office, given_name="A", family_name="Eins", email="Eva@Amt.example")
    a_person(session, office, given_name="B", family_name="Zwei", email="eva+presse@amt.example")
    a_person(session, an_office(session), email="eva@amt.example")
    assert [pair.because for pair in duplicates.pairs_of_people(session, office)] == ["email"]


def test_what_was_said_to_be_different_is_remembered(session: Session, office: Office) -> None:
    one, other = (a_person(session, office, family_name="Frei") for _ in range(2))
    for _ in range(2):
        duplicates.say_different_people(session, other, one, at=AT)
    assert not duplicates.pairs_of_people(session, office)


def test_organisations_are_found_without_legal_form_and_by_short_name(session: Session, office: Office) -> None:
    names = (
        ("Netz Lindenau GmbH", ""),
        ("Netz Lindenau", ""),
        ("Industrie- und Handelskammer", "IHK"),
        ("IHK", ""),
        ("Nachbarn", ""),
        ("Nachbarn e. V.", ""),
        ("Nachbarn e.V.", ""),
    )
    one, other, *_ = (an_organisation(session, office, name=name, short_name=short) for name, short in names)
    found = duplicates.pairs_of_organisations(session, office)
    assert [pair.because for pair in found] == ["name"] * 4 + ["short_name"]
    duplicates.say_different_organisations(session, one, other, at=AT)
    assert len(duplicates.pairs_of_organisations(session, office)) == 4
    assert session.get(Organisation, one.id) is not None
