"""The pages of one person and one organisation, and what their history says."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.series import members
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Given
from roundtable.domain.office.history import Entry
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.record import attendance_history
from roundtable.domain.record.minutes import Attendance, Minutes
from tests.factories import (
    AT,
    a_person,
    a_roundtable,
    a_series,
    an_account,
    an_invitation,
    an_office,
    an_organisation,
    both,
)
from tests.pages import PageClient


@pytest.fixture
def office(client: PageClient, session: Session) -> Office:
    office = an_office(session)
    client.sign_in(an_account(session, office, name="Ada Amt"))
    return office


def test_organisations_are_added_found_and_edited(client: PageClient, session: Session, office: Office) -> None:
    client.get("/de/desk/organisations/new")
    client.submit("main form", 422, name=" ")
    client.submit("main form", name="Überlandnetz Lindenau", short_name="ÜLN", sector="Wirtschaft", address="Weg 1")
    client.follow()
    assert "Weg 1" in client.text()
    client.get("/de/desk/organisations/new")
    client.submit("main form", 422, name="überlandnetz LINDENAU")
    assert "gibt es schon" in client.text()
    an_organisation(session, office, name="Anderswo")
    client.get("/de/desk/organisations/?q=lindenau+uberland")
    assert client.texts("tbody th") == ["Überlandnetz Lindenau"]
    an_organisation(session, office, name="Fähren", sector="Küsten & Verkehr")
    for words, found in (("wirt", ["Überlandnetz Lindenau"]), ("fahren kusten", ["Fähren"]), ("wirtschaft kuste", [])):
        client.get(client.url("desk.organisations.index", q=words))
        assert client.texts("tbody th") == found
    organisation = session.scalars(select(Organisation).where(Organisation.short_name == "ÜLN")).one()
    client.get(f"/de/desk/organisations/{organisation.id}/edit")
    client.submit("main form", sector="Energie")
    client.follow()
    history = client.text(".rt-history")
    assert "Organisation geändert" in history
    assert "Wirtschaft → Energie" in history
    assert "Ada Amt" in history


def test_the_second_who_saves_an_organisation_sees_what_the_first_wrote(
    client: PageClient, session: Session, office: Office
) -> None:
    organisation = an_organisation(session, office, sector="alt")
    client.get(f"/de/desk/organisations/{organisation.id}/edit")
    organisation.sector = "neu"
    client.submit("main form", 409, name="Ganz anders")
    assert "neu" in client.text(".rt-others")
    assert client.one("#name")["value"] == "Ganz anders"
    client.submit("main form")
    assert session.scalars(select(Organisation)).one().name == "Ganz anders"


def test_an_organisation_shows_its_people_by_rank_and_where_it_came(
    client: PageClient, session: Session, office: Office
) -> None:
    chamber = an_organisation(session, office)
    head, deputy = (
        a_person(session, office, organisation=chamber, family_name=name, rank=rank)
        for name, rank in (("Zander", 10), ("Ahrens", 20))
    )
    series = a_series(session, office)
    members.add_member(session, series, head, seats=2)
    for number, state in ((1, "present"), (2, "represented"), (3, "absent")):
        held = a_roundtable(session, series, number=number, starts_at=AT.replace(month=number, year=2025))
        minutes = Minutes(roundtable=held, begun_at=AT, attendance_closed_at=AT)
        session.add(minutes)
        minutes.attendance.append(Attendance(person=head, organisation=chamber, state=state, recorded_at=AT))
    session.flush()
    assert [word for _, word in attendance_history.of_organisation(session, chamber)] == [
        "absent",
        "delegate",
        "present",
    ]
    client.get(f"/de/desk/organisations/{chamber.id}/")
    assert client.texts("tbody th")[:2] == [head.name, deputy.name]
    assert "2 Plätze" in client.text()
    assert client.texts("tbody .rt-badge") == ["abwesend", "vertreten", "anwesend"]
    client.get("/de/desk/organisations/")
    assert "2 Personen" in client.text("tbody")


def test_a_person_shows_what_letters_and_roundtables_know_of_them(
    client: PageClient, session: Session, office: Office
) -> None:
    person = a_person(session, office, title="Dr.", given_name="Eva", family_name="Muster", function=both("Senatorin"))
    invitation = an_invitation(session, a_roundtable(session, a_series(session, office), number=7), person)
    invitation.record("accepted", at=AT, given=Given(via="phone"))
    registrations.register(session, invitation, at=AT)
    client.get(f"/de/desk/people/{person.id}/")
    words = client.text()
    assert "Guten Tag Dr. Eva Muster," in words
    assert "Dear Dr Muster," in words
    assert "Roundtable 7" in words
    assert "telefonisch" in words
    assert "lässt sich nicht löschen" in words
    client.post(f"/de/desk/people/{person.id}/remove")
    assert session.get(Person, person.id) is not None
    client.get(f"/de/desk/people/{person.id}/edit")
    assert "Sehr geehrte Frau Senatorin" in client.texts("[data-fills=salutation_de] button")
    client.submit("main form", salutation_de="Sehr geehrte Frau Senatorin", phone="0123")
    client.follow()
    assert "Sehr geehrte Frau Senatorin," in client.text()
    assert "(leer) → 0123" in client.text(".rt-history")


def test_an_entry_that_nothing_leads_to_is_removed_and_forgotten(
    client: PageClient, session: Session, office: Office
) -> None:
    person = a_person(session, office, family_name="Weg")
    client.get(f"/de/desk/people/{person.id}/")
    client.submit("#remove form")
    assert not session.scalars(select(Person)).all()
    assert "Weg" not in session.scalars(select(Entry)).one().about


def test_a_viewer_looks_and_changes_nothing(client: PageClient, session: Session, office: Office) -> None:
    person = a_person(session, office, organisation=an_organisation(session, office))
    client.sign_in(an_account(session, office, "viewer"))
    client.get(f"/de/desk/people/{person.id}/")
    assert not client.page.select("main form[method=post], main a[href$='/edit']")
    client.get(f"/de/desk/organisations/{person.organisation_id}/")
    assert not client.page.select("main form[method=post], main a[href$='/edit']")


def test_an_entry_that_would_go_says_so_and_is_kept_by_saving_it(
    client: PageClient, session: Session, office: Office
) -> None:
    person = a_person(session, office, named_at=AT)
    client.get(client.url("desk.person.show", person_id=person.id))
    assert "Ein Gast hat diese Person am 04.03.2026 benannt." in client.text()
    client.get(client.url("desk.people.edit", person_id=person.id))
    client.submit("main form")
    client.get(client.url("desk.person.show", person_id=person.id))
    assert "Ein Gast hat diese Person" not in client.text()
