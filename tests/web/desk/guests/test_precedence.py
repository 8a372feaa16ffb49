"""The order of people made by hand, and what follows it (rule 24)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.press import drafting
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables import precedence
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import a_person, a_roundtable, a_series, an_account, an_invitation, an_office
from tests.pages import PageClient


def _three(session: Session, client: PageClient) -> tuple[Roundtable, list[Person], str]:
    office = an_office(session)
    roundtable = a_roundtable(session, a_series(session, office))
    people = [
        a_person(session, office, family_name=name, rank=rank) for name, rank in (("Ähre", 3), ("Bö", 2), ("Ce", 1))
    ]
    for person in people:
        an_invitation(session, roundtable, person)
    client.sign_in(an_account(session, office))
    return roundtable, people, f"/de/desk/roundtables/{roundtable.id}/precedence/"


def _names(client: PageClient, url: str) -> list[str]:
    client.get(url)
    return [item.get_text().strip() for item in client.page.select("[data-order] strong")]


def test_it_starts_from_rank_and_is_moved_by_buttons(client: PageClient, session: Session) -> None:
    roundtable, (low, middle, high), url = _three(session, client)
    assert _names(client, url) == [high.name, middle.name, low.name]
    client.post(url, {"people": [high.id, middle.id, low.id], "up": low.id})
    assert _names(client, url) == [high.name, low.name, middle.name]
    assert [person.id for person in drafting.speakers(session, roundtable)] == [high.id, low.id, middle.id]


def test_strangers_are_ignored_and_others_keep_their_places(client: PageClient, session: Session) -> None:
    roundtable, (low, middle, high), url = _three(session, client)
    elsewhere = a_person(session, an_office(session))
    client.post(url, {"people": [low.id, elsewhere.id, low.id, high.id]})
    assert _names(client, url) == [low.name, middle.name, high.name]
    late = a_person(session, roundtable.series.office, rank=0, family_name="Später")
    an_invitation(session, roundtable, late)
    assert _names(client, url)[-1] == late.name


def test_back_to_rank(client: PageClient, session: Session) -> None:
    roundtable, (low, _, high), url = _three(session, client)
    precedence.place(session, roundtable, [low])
    assert _names(client, url)[0] == low.name
    client.post(f"{url}forget")
    assert _names(client, url)[0] == high.name
    assert not precedence.is_by_hand(session, roundtable)


def test_a_number_puts_somebody_there(client: PageClient, session: Session) -> None:
    _, (low, middle, high), url = _three(session, client)
    sent = {"people": [high.id, middle.id, low.id]}
    client.post(url, {**sent, f"place-{low.id}": "1", f"place-{high.id}": "1", f"place-{middle.id}": "viele"})
    assert _names(client, url) == [low.name, high.name, middle.name]
    typed: dict[str, Any] = {f"place-{low.id}": "99", "up": ""}
    client.submit("main form:has([data-order])", press="button:not([name])", **typed)
    assert _names(client, url) == [high.name, middle.name, low.name]


NEXT = "button[name=turn]:last-of-type"


def _hundred(session: Session, client: PageClient) -> tuple[list[Person], str]:
    """Twice the length of a page and twenty more, in the order of their numbers."""
    office = an_office(session)
    roundtable = a_roundtable(session, a_series(session, office))
    people = [a_person(session, office, given_name="", family_name=f"M{number:03}") for number in range(1, 121)]
    for person in people:
        an_invitation(session, roundtable, person)
    client.sign_in(an_account(session, office))
    return people, f"/de/desk/roundtables/{roundtable.id}/precedence/"


def _shown(client: PageClient) -> list[str]:
    return [item.get_text().strip() for item in client.page.select(".rt-order strong")]


def test_a_long_order_is_made_page_by_page(client: PageClient, session: Session) -> None:
    people, url = _hundred(session, client)
    client.get(f"{url}?page=2")
    assert _shown(client) == [f"M{number:03}" for number in range(51, 101)]
    assert client.one(f"input[name=place-{people[50].id}]")["value"] == "51"
    # From the second page to the very top, to the very end, and one up across the edge of the page.
    typed: dict[str, Any] = {f"place-{people[59].id}": "1", f"place-{people[69].id}": "120"}
    client.submit("#people", press="button:not([name])", **typed)
    client.follow()
    assert _shown(client)[0] == "M050"
    assert _names(client, url)[:2] == ["M060", "M001"]
    assert _names(client, f"{url}?page=3")[-1] == "M070"
    client.get(f"{url}?page=2")
    client.submit("#people", press="button[name=up]")
    assert client.answer.location.endswith(f"page=1#person-{people[49].id}")
    assert _names(client, url)[-2:] == ["M048", "M050"]


def test_turning_the_page_saves_what_was_moved_and_nothing_else(client: PageClient, session: Session) -> None:
    people, url = _hundred(session, client)
    client.get(url)
    client.submit("#people", press=NEXT)
    client.follow()
    assert not session.scalars(select(precedence.PlaceByHand)).all()
    shown = [str(each["value"]) for each in client.page.select("input[name=people]")]
    # As dragging leaves them: the numbers follow.
    dragged: dict[str, Any] = {f"place-{shown[0]}": "52", f"place-{shown[1]}": "51"}
    client.submit("#people", press=NEXT, people=[shown[1], shown[0], *shown[2:]], **dragged)
    client.follow()
    assert _shown(client)[0] == "M101"
    assert _names(client, f"{url}?page=2")[:3] == ["M052", "M051", "M053"]
    assert people[51].id == int(shown[1])


def test_somebody_who_is_searched_gets_another_place(client: PageClient, session: Session) -> None:
    people, url = _hundred(session, client)
    client.get(url)
    client.submit("#people", press="button[name=look]", q="m11")
    client.follow()
    assert _shown(client) == [f"M{number:03}" for number in range(110, 120)]
    assert not client.page.select("[data-order]")
    typed: dict[str, Any] = {f"place-{people[114].id}": "2"}
    client.submit("#people", press="button:not([name])", **typed)
    client.follow()
    assert _shown(client)[0] == "M115"
    assert _names(client, url)[:3] == ["M001", "M115", "M002"]
