"""Choosing one of many: searched without losing what is typed, never guessed."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.domain.people.people import Person
from roundtable.domain.press.quotes import Quote
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web.desk.parts.choosing import FOUND_AT_MOST, LISTED_AT_MOST
from tests.factories import (
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

TYPED = {"title_de": "Lage", "title_en": "", "description_de": "Bleibt", "description_en": "", "duration_minutes": "7"}


@pytest.fixture
def roundtable(client: PageClient, session: Session) -> Roundtable:
    """With more invited than a list is good for, all Meiers but one."""
    office = an_office(session)
    client.sign_in(an_account(session, office, "owner"))
    roundtable = a_roundtable(session, a_series(session, office))
    for _ in range(LISTED_AT_MOST):
        an_invitation(session, roundtable, a_person(session, office, family_name="Meier"))
    pump = an_organisation(session, office, name="Pumpwerk Süd", short_name="")
    an_invitation(session, roundtable, a_person(session, office, family_name="Großmann", organisation=pump))
    return roundtable


def _agenda(client: PageClient, roundtable: Roundtable) -> str:
    return client.url("desk.agenda.show", roundtable_id=roundtable.id)


def _offered(client: PageClient, name: str = "speaker") -> list[str]:
    return [str(each["value"]) for each in client.page.select(f"input[type=radio][name={name}]")]


def _chosen(client: PageClient, name: str = "speaker") -> list[str]:
    return [str(each["value"]) for each in client.page.select(f"input[type=radio][name={name}][checked]")]


def _grossmann(session: Session) -> Person:
    return session.scalars(select(Person).where(Person.family_name == "Großmann")).one()


def test_looking_for_a_speaker_saves_nothing_and_keeps_everything(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    url, meant = _agenda(client, roundtable), _grossmann(session)
    client.get(url)
    assert _offered(client) == ["0"]
    client.post(url, {**TYPED, "speaker": "0", "speaker-words": "pumpwerk", "look": "speaker"}, 200)
    assert _offered(client) == ["0", str(meant.id)]
    assert "Bleibt" in client.text("#description_de")
    assert client.one("#duration_minutes")["value"] == "7"
    assert not session.scalars(select(AgendaItem)).all()
    client.post(url, {**TYPED, "speaker": str(meant.id), "speaker-words": "pumpwerk", "speaker-sought": "pumpwerk"})
    item = session.scalars(select(AgendaItem)).one()
    assert item.speaker_id == meant.id


def test_words_that_nobody_looked_for_are_looked_for(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    url, meant = _agenda(client, roundtable), _grossmann(session)
    client.post(url, {**TYPED, "speaker": "0", "speaker-words": "meier"}, 422)
    assert client.page.select("#speaker-error")
    assert len(_offered(client)) == 1 + FOUND_AT_MOST
    client.post(url, {**TYPED, "speaker": "0", "speaker-words": "niemand"}, 422)
    assert "niemand" in client.text("#speaker-error")
    client.post(url, {**TYPED, "speaker": "0", "speaker-words": "grossmann pump"})
    assert session.scalars(select(AgendaItem.speaker_id)).all() == [meant.id]


def test_who_is_chosen_stays_until_somebody_else_is(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    meier = session.scalars(select(Person).where(Person.family_name == "Meier")).first()
    assert meier is not None
    item = AgendaItem(roundtable=roundtable, position=1, title=both("Lage"), duration_minutes=7, speaker=meier)
    session.add(item)
    session.commit()
    url = client.url("desk.agenda.edit", roundtable_id=roundtable.id, item_id=item.id)
    client.get(url)
    version = client.one("input[name=version]")["value"]
    assert _offered(client) == ["0", str(meier.id)]
    assert _chosen(client) == [str(meier.id)]
    sent = {**TYPED, "description_de": "", "version": version, "speaker": str(meier.id)}
    client.post(url, {**sent, "speaker-words": "pumpwerk", "look": "speaker"}, 200)
    assert _offered(client) == ["0", str(meier.id), str(_grossmann(session).id)]
    assert _chosen(client) == [str(meier.id)]
    # Typed over somebody who was chosen, and saved at once: the one who is typed is meant.
    client.post(url, {**sent, "speaker-words": "pumpwerk"})
    assert session.scalar(select(AgendaItem.speaker_id)) == _grossmann(session).id


def test_a_quote_needs_one_of_them(client: PageClient, session: Session, roundtable: Roundtable) -> None:
    url, meant = client.url("desk.quotes.index", roundtable_id=roundtable.id), _grossmann(session)
    client.get(url)
    assert _offered(client, "person") == []
    words = {"text": "Wärme für alle.", "language": "de"}
    client.post(url, words, 422)
    assert client.page.select("#person-error")
    stranger = a_person(session, an_office(session))
    client.post(url, {**words, "person": str(stranger.id)}, 422)
    client.post(url, {**words, "person-words": "Pumpwerk", "look": "person"}, 200)
    assert "Wärme für alle." in client.text("#text")
    client.post(url, {**words, "person": str(meant.id), "person-words": "Pumpwerk", "person-sought": "Pumpwerk"})
    assert session.scalars(select(Quote.person_id)).all() == [meant.id]
