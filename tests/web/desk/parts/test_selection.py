"""Ticks in lists of several pages: whom to invite, to write to and to ask. Nobody is lost, nobody is added unseen."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.polls import PollVoter
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox.outbox import Letter
from tests.factories import a_member, a_person, a_roundtable, an_account, an_invitation, an_organisation
from tests.pages import PageClient

LOOK, NEXT, PRIMARY = "button[name=look]", "button[name=turn]:last-of-type", ".kern-btn--primary"
NONE, ALL = "button[name=tick][value=none]", "button[name=tick][value=all]"


@pytest.fixture
def roundtable(client: PageClient, session: Session) -> Roundtable:
    roundtable = a_roundtable(session)
    client.sign_in(an_account(session, roundtable.series.office))
    return roundtable


@pytest.fixture
def people(session: Session, roundtable: Roundtable) -> list[Person]:
    """Sixty, in the order of their numbers; the last three of the waterworks."""
    office = roundtable.series.office
    water = an_organisation(session, office, name="Wasserwerk Nord", short_name="")
    return [
        a_person(session, office, given_name="", family_name=f"M{n:02}", organisation=water if n > 57 else None)
        for n in range(1, 61)
    ]


def _without(client: PageClient, name: str, *people: int) -> dict[str, Any]:
    """The page's ticks but for these."""
    ticked = [str(each["value"]) for each in client.page.select(f"input[name={name}][checked]")]
    return {name: [each for each in ticked if int(each) not in people]}


def test_members_are_chosen_over_all_pages(
    client: PageClient, session: Session, roundtable: Roundtable, people: list[Person]
) -> None:
    for person in people:
        a_member(session, roundtable.series, person)
    client.get(client.url("desk.invitations.prepare_form", roundtable_id=roundtable.id))
    assert len(client.page.select("input[name=people]")) == 25
    assert "60 Einladungen vorbereiten" in client.text(PRIMARY)
    client.submit(expect=200, press=NEXT, **_without(client, "people", people[0].id, people[1].id))
    client.submit(expect=200, press=LOOK, q="wasserwerk", **_without(client, "people", people[30].id))
    assert len(client.page.select("input[name=people][checked]")) == 3
    assert "57 Einladungen vorbereiten" in client.text(PRIMARY)
    assert not session.scalars(select(Invitation)).all()
    client.submit(press=PRIMARY, **_without(client, "people", people[59].id))
    left_out = {people[0].id, people[1].id, people[30].id, people[59].id}
    invited = set(session.scalars(select(Invitation.person_id)))
    assert invited == {each.id for each in people} - left_out


def test_somebody_else_is_added_without_losing_a_tick(
    client: PageClient, session: Session, roundtable: Roundtable, people: list[Person]
) -> None:
    for person in people[:2]:
        a_member(session, roundtable.series, person)
    client.get(client.url("desk.invitations.prepare_form", roundtable_id=roundtable.id))
    found = "button[value=others]"
    client.submit(expect=200, press=found, words="m30", **_without(client, "people", people[0].id))
    client.submit(expect=200, press=found, words="m40", others=[people[29].id])
    assert [str(each["value"]) for each in client.page.select("input[name=others]")] == [
        str(people[29].id),
        str(people[39].id),
    ]
    client.submit(press=PRIMARY)
    assert set(session.scalars(select(Invitation.person_id))) == {people[1].id, people[29].id}


def test_letters_go_to_those_who_are_ticked_on_any_page(
    client: PageClient, session: Session, roundtable: Roundtable, people: list[Person]
) -> None:
    invitations = [an_invitation(session, roundtable, person, sent_at=None) for person in people]
    client.get(client.url("desk.mailings.preview", roundtable_id=roundtable.id))
    assert "60 Einladungen senden" in client.text(f"[data-counted] {PRIMARY}")
    client.submit(expect=200, press=NONE)
    client.submit(expect=200, press=LOOK, q="wasserwerk", words_de="Bis bald, {name}.")
    client.submit(expect=200, press=ALL)
    assert "3 Einladungen senden" in client.text(f"[data-counted] {PRIMARY}")
    assert "Bis bald, {name}." in client.text("#words_de")
    assert f"Bis bald, {people[57].name}." in client.text("pre")
    client.submit(expect=200, press=LOOK, q="")
    client.submit(expect=200, press=NEXT, invitations=[invitations[4].id])
    # Whoever is invited meanwhile has been seen by nobody.
    late = an_invitation(session, roundtable, sent_at=None)
    client.submit(press=f"[data-counted] {PRIMARY}")
    written = set(session.scalars(select(Letter.person_id)))
    assert written == {people[4].id, *(each.id for each in people[57:])}
    assert late.person_id not in written


def test_a_poll_asks_those_who_are_ticked_and_keeps_its_dates(
    client: PageClient, session: Session, roundtable: Roundtable, people: list[Person]
) -> None:
    for person in people:
        a_member(session, roundtable.series, person)
    client.get(client.url("desk.polls.new", series_id=roundtable.series_id))
    first: dict[str, Any] = {"dates-0-day": "2026-05-05", "dates-0-begins": "14:00", "dates-0-ends": "16:00"}
    second: dict[str, Any] = {"dates-1-day": "2026-05-06", "dates-1-begins": "14:00", "dates-1-ends": "16:00"}
    client.submit(expect=200, press=NEXT, **first, **second, **_without(client, "people", people[2].id))
    assert client.one("#dates-1-day")["value"] == "2026-05-06"
    client.submit(expect=200, press=LOOK, q="wasserwerk")
    client.submit(press=PRIMARY, **_without(client, "people", people[58].id))
    asked = set(session.scalars(select(PollVoter.person_id)))
    assert asked == {each.id for each in people} - {people[2].id, people[58].id}
