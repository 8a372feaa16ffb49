"""The order of people made by hand, and what follows it (rule 24)."""

from typing import Any

from sqlalchemy.orm import Session

from roundtable.actions import drafting
from roundtable.domain import precedence
from roundtable.domain.people import Person
from roundtable.domain.roundtables import Roundtable
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


def test_strangers_are_ignored_and_newcomers_follow(client: PageClient, session: Session) -> None:
    roundtable, (low, middle, high), url = _three(session, client)
    elsewhere = a_person(session, an_office(session))
    client.post(url, {"people": [low.id, elsewhere.id, low.id, high.id]})
    assert _names(client, url) == [low.name, high.name, middle.name]
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
    client.submit("main form:has([data-order])", **typed)
    assert _names(client, url) == [high.name, middle.name, low.name]
