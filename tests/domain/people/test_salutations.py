"""Ready salutations: titles placed right, offices only offered, nothing guessed."""

import pytest

from roundtable.domain.people.people import Person
from roundtable.domain.people.salutations import proposals
from tests.factories import both


def _forms(title: str, function: str, language: str = "de") -> list[str]:
    person = Person(title=title, given_name="Kim", family_name="Muster", function=both(function), salutation=both(""))
    return proposals(person, language)


@pytest.mark.parametrize(
    ("title", "woman", "man"),
    [
        ("", "Sehr geehrte Frau Muster", "Sehr geehrter Herr Muster"),
        ("Dr. h. c.", "Sehr geehrte Frau Dr. Muster", "Sehr geehrter Herr Dr. Muster"),
        ("Prof. Dr.", "Sehr geehrte Frau Professorin Muster", "Sehr geehrter Herr Professor Muster"),
    ],
)
def test_the_highest_title_stands_before_the_name(title: str, woman: str, man: str) -> None:
    assert _forms(title, "")[1:] == [woman, man]


@pytest.mark.parametrize(
    ("function", "offered"),
    [
        ("Regierender Bürgermeister von Berlin", ["Frau Regierende Bürgermeisterin", "Herr Regierender Bürgermeister"]),
        ("Senatorin für Wissenschaft", ["Frau Senatorin"]),
        ("Staatssekretär", ["Frau Staatssekretärin", "Herr Staatssekretär"]),
        ("Präsidentin der Handelskammer", ["Frau Präsidentin"]),
        ("Chef der Senatskanzlei", []),
        ("Vizepräsident", []),
        ("Ministerialrätin", []),
    ],
)
def test_offices_are_offered_where_the_function_names_one(function: str, offered: list[str]) -> None:
    forms = _forms("", function)
    assert [form.split(" ", 2)[2] for form in forms[3:]] == offered


def test_the_neutral_form_comes_first_and_english_knows_offices_too() -> None:
    assert _forms("Dr.", "Senatorin", "en") == ["Dear Dr Muster", "Dear Senator"]
    assert _forms("", "", "en") == ["Dear Kim Muster", "Dear Ms Muster", "Dear Mr Muster"]
    assert _forms("", "")[0] == "Guten Tag Kim Muster"
