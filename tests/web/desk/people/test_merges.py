"""Duplicates found, said to be different, or merged after a look at what happens."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.domain.guests import registrations
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import Organisation, Person
from tests.factories import AT, a_person, a_roundtable, a_series, an_account, an_invitation, an_office, an_organisation
from tests.pages import PageClient


@pytest.fixture
def office(client: PageClient, session: Session) -> Office:
    office = an_office(session)
    client.sign_in(an_account(session, office))
    return office


def _pair(session: Session, office: Office) -> tuple[Person, Person]:
    one = a_person(session, office, given_name="Eva", family_name="Müller", email="eva@amt.example")
    other = a_person(session, office, given_name="Eva", family_name="Mueller", email="mueller@amt.example", phone="12")
    return one, other


def test_from_the_list_over_the_preview_to_one_entry(client: PageClient, session: Session, office: Office) -> None:
    one, other = _pair(session, office)
    an_invitation(session, a_roundtable(session, a_series(session, office)), other)
    client.get("/de/desk/people/duplicates")
    assert "gleicher Name" in client.text()
    client.get(str(client.one(".rt-duplicate .kern-btn")["href"]))
    assert "1 Einladung" in client.text()
    assert client.one("#phone-theirs").has_attr("checked"), "whatever says something is proposed"
    assert client.one("#email-ours").has_attr("checked")
    client.submit("main form", email="theirs")
    client.follow()
    words = client.text()
    assert "mueller@amt.example" in words
    assert "anderer Eintrag wurde mit dem dieser Person zusammengeführt" in words
    assert "Mueller" in client.text(".rt-history details")
    kept = session.scalars(select(Person)).one()
    assert (kept.id, kept.phone, kept.family_name) == (one.id, "12", "Müller")


def test_they_are_different_and_are_not_shown_again(client: PageClient, session: Session, office: Office) -> None:
    _pair(session, office)
    client.get("/de/desk/people/duplicates")
    client.submit(".rt-duplicate form")
    client.follow()
    assert "Niemand scheint doppelt" in client.text()


def test_what_was_seen_is_what_is_merged(client: PageClient, session: Session, office: Office) -> None:
    one, other = _pair(session, office)
    client.get(f"/de/desk/people/{one.id}/merge/{other.id}/")
    other.phone = "34"
    client.submit("main form", 409, email="theirs")
    assert "inzwischen geändert" in client.text("body")
    assert client.one("#email-theirs").has_attr("checked"), "what was chosen stays chosen"
    client.submit("main form")
    assert session.scalars(select(Person)).one().phone == "34"


def test_two_seats_ahead_say_what_to_do_and_offer_no_button(
    client: PageClient, session: Session, office: Office
) -> None:
    one, other = _pair(session, office)
    roundtable = a_roundtable(session, a_series(session, office))
    for each in (one, other):
        invitation = an_invitation(session, roundtable, each)
        invitation.record("accepted", at=AT)
        registrations.register(session, invitation, at=AT)
    url = f"/de/desk/people/{one.id}/merge/{other.id}/"
    client.get(url)
    assert "nicht kommt" in client.text()
    assert not client.page.select("main form button")
    client.post(url, {"seen": f"{one.version}-{other.version}"})
    assert len(session.scalars(select(Person)).all()) == 2


def test_an_entry_is_found_by_search_and_never_merged_with_itself_or_elsewhere(
    client: PageClient, session: Session, office: Office
) -> None:
    one, other = _pair(session, office)
    client.get(f"/de/desk/people/{one.id}/merge/?q=mueller")
    assert client.one(".rt-found a")["href"] == f"/de/desk/people/{one.id}/merge/{other.id}/"
    client.get(f"/de/desk/people/{one.id}/merge/{one.id}/", 303)
    client.get(f"/de/desk/people/{one.id}/merge/{a_person(session, an_office(session)).id}/", 404)


def test_organisations_are_merged_with_a_preview(client: PageClient, session: Session, office: Office) -> None:
    one = an_organisation(session, office, name="Netz Lindenau GmbH", short_name="")
    other = an_organisation(session, office, name="Netz Lindenau", short_name="NL")
    person = a_person(session, office, organisation=other)
    client.get("/de/desk/organisations/duplicates")
    client.get(str(client.one(".rt-duplicate .kern-btn")["href"]))
    assert "1 Person" in client.text()
    client.submit("main form", name="theirs")
    client.follow()
    session.expire_all()
    kept = session.scalars(select(Organisation)).one()
    assert (kept.id, kept.name, kept.short_name, person.organisation_id) == (one.id, "Netz Lindenau", "NL", one.id)


def test_as_many_statements_for_thirty_pairs_as_for_one(client: PageClient, session: Session, office: Office) -> None:
    _pair(session, office)
    client.get("/de/desk/people/duplicates")
    before = len(client.statements)
    for number in range(30):
        for _ in range(2):
            a_person(session, office, family_name=f"Doppelt{number * 7}x{number}")
    client.get("/de/desk/people/duplicates")
    assert "31 Paare" in client.text()
    assert len(client.statements) == before <= 12


@pytest.mark.parametrize(("path", "entry"), [("people", "Personen"), ("organisations", "Organisationen")], ids=str)
def test_the_menu_says_whose_duplicates_are_shown(client: PageClient, office: Office, path: str, entry: str) -> None:
    client.get(f"/de/desk/{path}/duplicates")
    assert client.texts(".rt-nav > ul [aria-current]") == [entry]
    assert client.text(".rt-nav summary") == f"Menü : {entry}"
