"""How a letter may begin: forms to pick from. Nobody's gender is stored or guessed, so a person picks."""

from __future__ import annotations

import re

from roundtable.domain.people.people import Person

# Offices that are addressed by their name, without the person's. The first that stands in the function counts.
# (the word, how it ends for a woman, how a man, in English)
OFFICES = (
    (r"regierende[rn]? (ober)?b[uü]rgermeister", "Regierende Bürgermeisterin", "Regierender Bürgermeister", "Mayor"),
    (r"oberbürgermeister", "Oberbürgermeisterin", "Oberbürgermeister", "Mayor"),
    (r"bürgermeister", "Bürgermeisterin", "Bürgermeister", "Mayor"),
    (r"bundeskanzler", "Bundeskanzlerin", "Bundeskanzler", "Chancellor"),
    (r"ministerpräsident", "Ministerpräsidentin", "Ministerpräsident", "Minister-President"),
    (r"bundesminister", "Bundesministerin", "Bundesminister", "Minister"),
    (r"staatsminister", "Staatsministerin", "Staatsminister", "Minister of State"),
    (r"minister", "Ministerin", "Minister", "Minister"),
    (r"staatssekretär", "Staatssekretärin", "Staatssekretär", "State Secretary"),
    (r"senator", "Senatorin", "Senator", "Senator"),
    (r"landr[aä]t", "Landrätin", "Landrat", "District Administrator"),
    (r"botschafter", "Botschafterin", "Botschafter", "Ambassador"),
    (r"präsident", "Präsidentin", "Präsident", "President"),
)


def proposals(person: Person, language: str) -> list[str]:
    """The neutral form first, then by name for a woman and for a man, then by office; without the comma."""
    forms = [person.proposed_greeting(language)]
    forms += _german(person) if language == "de" else _english(person)
    return list(dict.fromkeys(forms))


def _german(person: Person) -> list[str]:
    """The highest academic title stands before the name; "Professor" is spoken out (DIN 5008)."""
    title = person.title.casefold()
    if "prof" in title:
        forms = [
            f"Sehr geehrte Frau Professorin {person.family_name}",
            f"Sehr geehrter Herr Professor {person.family_name}",
        ]
    else:
        doctor = "Dr. " if "dr" in title else ""
        forms = [
            f"Sehr geehrte Frau {doctor}{person.family_name}",
            f"Sehr geehrter Herr {doctor}{person.family_name}",
        ]
    office = _office(person.function.de)
    if office is not None:
        (_, woman, man, _english_word), is_woman = office
        forms.append(f"Sehr geehrte Frau {woman}")
        if not is_woman:
            # "Senator" may stand for either; "Senatorin" cannot.
            forms.append(f"Sehr geehrter Herr {man}")
    return forms


def _english(person: Person) -> list[str]:
    forms = []
    if not re.search(r"prof|dr", person.title.casefold()):
        forms = [f"Dear Ms {person.family_name}", f"Dear Mr {person.family_name}"]
    office = _office(person.function.de)
    if office is not None:
        forms.append(f"Dear {office[0][3]}")
    return forms


def _office(function: str) -> tuple[tuple[str, str, str, str], bool] | None:
    """The office that the German function names, and whether it says that a woman holds it."""
    said = function.casefold()
    for office in OFFICES:
        found = re.search(rf"(?<!\w){office[0]}(in)?(?!\w)", said)
        if found:
            return office, found.group(0).endswith("in")
    return None
