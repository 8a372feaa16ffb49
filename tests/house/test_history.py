"""What goes on record can be read: every deed has words in both languages, and a page of its thing that shows it."""

import ast
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

import roundtable
from roundtable.domain.office import history
from roundtable.domain.office.history import DEEDS, Things
from roundtable.web.desk.parts.history import WORDS
from tests.house.everything import Everything
from tests.pages import PageClient

# Which page shows what an entry leads to; a roundtable's shows what happened around it, too.
PAGES = {
    "person_id": "desk.person.show",
    "organisation_id": "desk.organisations.show",
    "quote_id": "desk.quotes.edit",
    "release_id": "desk.releases.show",
    "letter_id": "desk.letters.show",
    "message_id": "desk.mailbox.show",
    "invitation_id": "desk.invitations.answer_form",
    "roundtable_id": "desk.roundtables.show",
}
NAMES = {"message_id": "received_id"}


def _pages(things: Things, language: str) -> list[tuple[str, dict[str, object]]]:
    around = {"roundtable_id": things.get("roundtable_id"), "language": "de", "lang": language}
    return [(PAGES[key], {**around, NAMES.get(key, key): things.get(key)}) for key in PAGES if key in things]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_deed_has_words_and_pages_that_show_them(
    app: Flask, client: PageClient, everything: Everything, language: str
) -> None:
    client.sign_in(everything.owner)
    session, office_id = everything.session, everything.series.office_id
    missing = []
    for deed in DEEDS:
        things, reason = everything.things(deed), f"weil {deed}"
        history.record(session, office_id, deed, at=everything.at, by=everything.owner, reason=reason, **things)
        session.commit()
        with app.test_request_context(), force_locale(language):
            words = str(WORDS[deed])
        office: tuple[str, dict[str, object]] = ("desk.history.index", {"lang": language, "deed": deed})
        for endpoint, values in [office, *_pages(things, language)]:
            wanted = {name: each for name, each in values.items() if _takes(app, endpoint, name)}
            client.get(client.url(endpoint, **wanted))
            text = " ".join(client.texts(".rt-history, .rt-story"))
            missing += [f"{deed} on {endpoint}: {each}" for each in (words, reason) if each not in text]
    assert not missing, "\n".join(missing)


def _takes(app: Flask, endpoint: str, name: str) -> bool:
    return name == "deed" or name in next(app.url_map.iter_rules(endpoint)).arguments


def test_every_key_of_an_entry_has_a_page() -> None:
    keys = {column.name for column in history.Entry.__table__.columns if column.foreign_keys}
    assert keys - {"office_id", "account_id"} == set(PAGES) == set(Things.__annotations__)


def test_only_the_history_itself_makes_entries() -> None:
    """So that mypy knows every deed there is."""
    made = []
    for path in Path(roundtable.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                made += [path.name] if name == "Entry" else []
    assert made == ["history.py"]
    assert set(WORDS) == set(DEEDS)
