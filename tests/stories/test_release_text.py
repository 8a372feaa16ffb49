"""The model case: what our page says is, word for word, what the press office published."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.orm import Session

from roundtable.actions.press import publishing, quoting
from roundtable.db import Bilingual
from roundtable.domain.office.offices import Channel
from roundtable.domain.people.people import Person
from tests.factories import a_person, a_roundtable, a_series, an_account, an_office, both
from tests.pages import PageClient

CASES = Path(__file__).parents[3] / "shared" / "cases"
CASE = CASES / "berlin-ki-roundtable"


@pytest.fixture
def case() -> dict[str, Any]:
    if not (CASE / "case.yaml").exists():
        pytest.skip("the model case is not beside the project")
    told: dict[str, Any] = yaml.safe_load((CASE / "case.yaml").read_text(encoding="utf-8"))
    return told


def _person(session: Session, office: Any, told: dict[str, Any], rank: int) -> Person:
    given, _, family = told["name"].rpartition(" ")
    return a_person(
        session,
        office,
        title=told.get("title", ""),
        given_name=given,
        family_name=family,
        function=both(told["function"]),
        rank=rank,
        naming_basis="office_holder",
    )


def test_the_page_says_word_for_word_what_the_model_release_says(
    session: Session, client: PageClient, case: dict[str, Any], at: datetime
) -> None:
    told, contact = case["press_release"], case["press_release"]["contact"]
    office = an_office(
        session,
        name=both(contact["office"]),
        issuing_line=both(told["intro"]),
        street=contact["street"],
        postcode=contact["postcode"],
        city=contact["city"],
        phone=contact["phone"],
        press_email="",
        press_email_label=both(contact["email_label"]),
        channels_intro=both(told["social_intro"]),
    )
    office.channels = [Channel(position=number, name=name) for number, name in enumerate(told["social"])]
    writer, second = an_account(session, office), an_account(session, office)
    people = {each["name"]: _person(session, office, each, rank) for rank, each in enumerate(case["officials"])}
    host = people[case["series"]["host"]["name"]]
    series = a_series(session, office, name=Bilingual(case["series"]["name"], ""), host=host)
    roundtable = a_roundtable(session, series, starts_at=datetime(2024, 10, 9, 12, tzinfo=UTC))

    for each in told["quotes"]:
        person = next(person for name, person in people.items() if name in each["attribution"])
        quote = quoting.write_quote(session, roundtable, person, language="de", text=each["text"], at=at, by=writer)
        assert quote.attribution == each["attribution"]
        quoting.release(quote, fingerprint=quote.fingerprint, at=at)
    release = publishing.begin(session, roundtable, "de", at=at, by=writer)
    publishing.update(session, release, title=told["title"], body="\n\n".join(told["paragraphs"]), at=at, by=writer)
    publishing.approve(session, release, at=at, by=second)
    publishing.publish(session, release, at=at, by=writer)
    assert release.dated_on == date(2024, 10, 9)

    page = client.get(client.url("public.press.show", year=2024, slug=release.slug))

    assert len(page.select("article")) == 1
    shown = client.one("article").get_text()
    published = (CASE / "press-release.txt").read_text(encoding="utf-8")
    assert re.sub(r"\s+", " ", shown).strip() == re.sub(r"\s+", " ", published).strip()
    assert re.sub(r"\s+", "", shown) == re.sub(r"\s+", "", published)
