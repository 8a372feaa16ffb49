"""The office's own ranks, and the address book that follows them (rule 24)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.people import ranking
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import NO_RANK, Person, Rank
from tests.factories import a_person, an_account, an_office, an_organisation, both
from tests.pages import PageClient


@pytest.fixture
def office(client: PageClient, session: Session) -> Office:
    office = an_office(session)
    client.sign_in(an_account(session, office))
    return office


def test_ranks_are_added_moved_renamed_and_removed(client: PageClient, session: Session, office: Office) -> None:
    first, second = (ranking.add_rank(session, office, both(name)) for name in ("Erste", "Zweite"))
    high, low = (a_person(session, office, rank=rank.number) for rank in (first, second))
    elsewhere = a_person(session, an_office(session), rank=first.number)
    client.get("/de/desk/ranks/")
    client.submit("form:has(#name_de)", 422, name_de=" ")
    client.submit("form:has(#name_de)", name_de="Dritte", name_en="Third")
    client.follow()
    client.submit(f"#rank-{second.id} form")
    session.expire_all()
    assert [rank.name.de for rank in ranking.ranks_of(session, office)] == ["Zweite", "Erste", "Dritte"]
    assert low.rank < high.rank, "whoever holds a rank keeps it"
    assert elsewhere.rank == 10
    client.get(f"/de/desk/ranks/{first.id}/edit")
    client.submit("main form", name_de="Spitze")
    client.get("/de/desk/ranks/")
    assert "Spitze" in client.text()
    client.submit(f"#remove-{first.id} form")
    session.expire_all()
    assert high.rank == NO_RANK
    assert len(session.scalars(select(Rank)).all()) == 2


def test_the_address_book_is_found_without_accents_and_sorted_by_rank(
    client: PageClient, session: Session, office: Office
) -> None:
    ranking.add_rank(session, office, both("Präsidien"))
    net = an_organisation(session, office, name="Überlandnetz")
    a_person(session, office, family_name="Ángel", given_name="Zoë", organisation=net)
    a_person(session, office, family_name="Zander", rank=10)
    client.get("/de/desk/people/?q=uberland+angel")
    assert client.texts("tbody th") == ["Zoë Ángel"]
    client.get("/de/desk/people/?order=precedence")
    assert client.texts("tbody th") == ["Robin Zander", "Zoë Ángel"]
    assert "Präsidien" in client.text("tbody")
    client.get("/de/desk/people/")
    assert client.texts("tbody th") == ["Zoë Ángel", "Robin Zander"]


def test_the_second_who_saves_sees_what_the_first_wrote(client: PageClient, session: Session, office: Office) -> None:
    person = a_person(session, office, given_name="Ada", phone="1")
    url = f"/de/desk/people/{person.id}/edit"
    client.get(url)
    person.phone = "2"
    client.submit("main form", 409, given_name="Adele")
    assert "Jemand hat" in client.text() or "Jemand anderes" in client.text()
    assert client.one("#given_name")["value"] == "Adele"
    client.submit("main form")
    assert session.scalars(select(Person)).one().given_name == "Adele"


@pytest.mark.parametrize(
    ("title", "german", "english"),
    [
        ("", "Guten Tag Erika Muster", "Dear Erika Muster"),
        ("Dr.", "Guten Tag Dr. Erika Muster", "Dear Dr Muster"),
        ("Prof. Dr. med.", "Guten Tag Prof. Dr. med. Erika Muster", "Dear Professor Muster"),
    ],
)
def test_the_salutation_is_proposed_and_never_guesses(title: str, german: str, english: str) -> None:
    person = Person(title=title, given_name="Erika", family_name="Muster", salutation=both(""))
    assert (person.greeting("de"), person.greeting("en")) == (german, english)
    person.salutation = both("Sehr geehrte Frau Präsidentin", "Madam President")
    assert person.greeting("en") == "Madam President"
