"""Who belongs to a series: people, organisations with seats, the host."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import inviting
from roundtable.actions.series.members import add_member
from roundtable.domain.series.series import Member, Series
from roundtable.web.desk.series import members
from tests.factories import AT, a_member, a_person, a_roundtable, a_series, an_account, an_office, an_organisation
from tests.pages import PageClient


@pytest.fixture
def series(session: Session) -> Series:
    return a_series(session, an_office(session))


@pytest.fixture
def url(client: PageClient, session: Session, series: Series) -> str:
    client.sign_in(an_account(session, series.office))
    return f"/de/desk/series/{series.id}/members/"


def test_a_person_and_an_organisation_are_found_and_added(
    client: PageClient, session: Session, series: Series, url: str
) -> None:
    chamber = an_organisation(session, series.office, name="Kammer für Küste", short_name="KfK")
    head = a_person(session, series.office, family_name="Müller-Ötting", organisation=chamber)
    other = a_person(session, series.office, family_name="Sørensen")
    assert "Noch keine Mitglieder" in client.get(url).get_text()
    client.get(f"{url}?words=muller+kuste")
    assert client.texts("fieldset .kern-form-check")[0].startswith(head.name)
    client.post(f"{url}add", {"people": [head.id], "as": "organisation"})
    client.post(f"{url}add", {"people": [other.id], "as": "person"})
    there = session.scalars(select(Member).order_by(Member.id)).all()
    assert [(each.person_id, each.organisation_id) for each in there] == [(head.id, chamber.id), (other.id, None)]
    client.post(f"{url}add", {"people": [head.id], "as": "person"})
    client.follow()
    assert "gehört schon zur Reihe" in client.text("body")


def test_many_are_added_at_once_and_who_cannot_be_is_named(
    client: PageClient, session: Session, series: Series, url: str
) -> None:
    chamber = an_organisation(session, series.office)
    people = [a_person(session, series.office, organisation=each) for each in (chamber, None, chamber)]
    client.post(f"{url}add", {"people": [each.id for each in people], "as": "organisation"})
    client.follow()
    assert "1 Mitglied wurde hinzugefügt" in client.text("body")
    assert people[1].name in client.text("body")
    client.post(f"{url}add", {"as": "person"})
    client.follow()
    assert "mindestens eine Person an" in client.text("body")


def test_three_hundred_contacts_become_members_in_one_step(
    client: PageClient, session: Session, series: Series, url: str
) -> None:
    everybody = [a_person(session, series.office, family_name=f"Brandt {n}") for n in range(members.FOUND_AT_MOST + 4)]
    last = a_person(session, series.office, family_name="Zander")
    a_person(session, an_office(session), family_name="Brandt fremd")
    client.get(f"{url}?words=brandt")
    assert f"{members.FOUND_AT_MOST} von {len(everybody)} werden gezeigt" in client.text()
    assert not client.page.select(".rt-form > [type=hidden] + .rt-buttons"), "such buttons stick to what is above them"
    client.post(f"{url}add", {"words": "brandt", "as": "everyone"})
    session.expire_all()
    assert {each.person for each in series.members} == set(everybody)
    client.get(f"{url}?words=")
    assert client.texts("fieldset .kern-form-check") == [f"{last.name}, Geschäftsführung"]
    assert "als Personen hinzufügen" not in client.text()
    client.post(f"{url}add", {"words": "", "as": "everyone"})
    client.get(f"{url}?words=")
    assert "Alle im Adressbuch gehören schon zur Reihe" in client.text()
    client.get(f"{url}?words=brandt")
    assert "Alle, die zu „brandt“ passen, gehören schon zur Reihe" in client.text()
    client.get(f"{url}?words=niemand")
    assert "Niemand im Adressbuch passt zu „niemand“" in client.text()


def test_seats_and_roles_are_saved_and_the_next_invitation_has_them(
    client: PageClient, session: Session, series: Series, url: str
) -> None:
    chamber = an_organisation(session, series.office)
    head = a_person(session, series.office, organisation=chamber)
    member = add_member(session, series, head, seats=1)
    old_host = a_member(session, series, role="host")
    series.host = old_host.person
    client.get(url)
    fields: dict[str, Any] = {f"seats-{member.id}": "3", f"role-{member.id}": "host"}
    client.submit("#members form", 422, **{**fields, f"seats-{member.id}": "viele"})
    assert client.one(f"#seats-{member.id}")["value"] == "viele"
    client.submit("#members form", **fields)
    session.expire_all()
    assert (member.seats, member.role, old_host.role, series.host_id) == (3, "host", "member", head.id)
    roundtable = a_roundtable(session, series)
    (invitation,) = inviting.prepare(session, roundtable, [head], at=AT).new
    assert (invitation.role, invitation.seats, invitation.may_bring) == ("host", 3, 2)


def test_removing_the_host_leaves_none(client: PageClient, session: Session, series: Series, url: str) -> None:
    host = a_member(session, series, role="host")
    series.host = host.person
    client.get(f"{url}{host.id}/remove")
    client.submit("main form")
    session.expire_all()
    assert (series.members, series.host_id) == ([], None)


def test_people_of_another_office_cannot_be_added(client: PageClient, session: Session, url: str) -> None:
    client.post(f"{url}add", {"people": [a_person(session, an_office(session)).id]})
    assert not session.scalars(select(Member)).all()


def test_as_many_statements_for_thirty_as_for_one(
    client: PageClient, session: Session, series: Series, url: str
) -> None:
    add_member(session, series, a_person(session, series.office))
    client.get(url)
    before = len(client.statements)
    for _ in range(30):
        person = a_person(session, series.office, organisation=an_organisation(session, series.office))
        add_member(session, series, person, seats=2)
    client.get(url)
    assert len(client.statements) == before <= 20


def test_the_rhythm_proposes_and_one_step_plans(client: PageClient, session: Session, series: Series, url: str) -> None:
    series.rhythm, series.region = "FREQ=MONTHLY;INTERVAL=1;BYDAY=1FR", "DE-BE"
    other = a_series(session, series.office)
    a_roundtable(session, other, starts_at=AT.replace(month=6, day=5, hour=8), number=7)
    proposals = url.replace("members", "proposals")
    client.get(proposals)
    words = client.text()
    # Good Friday, and the first of May.
    assert "statt Freitag, 3. April 2026: Karfreitag" in words
    assert "statt Freitag, 1. Mai 2026" in words
    assert "Roundtable 7" in words
    client.submit(".rt-found form")
    (planned,) = session.scalars(select(Series).where(Series.id == series.id)).one().roundtables
    assert (planned.number, planned.day.isoformat(), planned.has_hours) == (1, "2026-03-06", False)
    client.post(proposals, {"day": "2026-03-06", "after": 0})
    client.follow()
    assert "nächsten Roundtable dieser Reihe gerade geplant" in client.text("body")


def test_without_a_rhythm_the_first_step_is_offered(client: PageClient, url: str) -> None:
    client.get(url.replace("members", "proposals"))
    assert "Noch kein Rhythmus" in client.text()


def test_twenty_a_page_and_saving_one_page_leaves_the_others(
    client: PageClient, session: Session, series: Series, url: str
) -> None:
    members = [a_member(session, series, a_person(session, series.office, rank=n), "guest") for n in range(60)]
    client.get(f"{url}?page=3")
    assert len(client.page.select("tbody tr")) == 20
    fields: dict[str, Any] = {f"role-{members[59].id}": "press"}
    client.submit("#members form", **fields)
    assert "page=3" in client.answer.headers["Location"]
    session.expire_all()
    assert [each.role for each in members] == ["guest"] * 59 + ["press"]


def test_the_page_of_a_series_shows_many_in_parts(
    client: PageClient, session: Session, series: Series, url: str
) -> None:
    page = client.url("desk.series.show", series_id=series.id)
    a_member(session, series)
    a_roundtable(session, series, number=1, starts_at=AT - timedelta(days=9))
    client.get(page)
    few = len(client.statements)
    for number in range(2, 31):
        a_member(session, series)
        a_roundtable(session, series, number=number, starts_at=AT + timedelta(days=number))
    client.get(page)
    assert len(client.statements) == few
    assert len(client.page.select("tbody tr")) == 25
    assert client.texts(".rt-dots__label") == [f"Roundtable {number}" for number in range(7, 31)]
    assert client.texts(".rt-dots__point--info .rt-dots__label") == []
    client.get(f"{page}?members=2&roundtables=2")
    assert len(client.page.select("tbody tr")) == 5
    assert client.texts(".rt-dots__label") == [f"Roundtable {number}" for number in range(1, 7)]
    assert client.texts(".rt-dots__point--info .rt-dots__label") == ["Roundtable 2"]
