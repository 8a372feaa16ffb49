"""Which column holds what: recognised by its name in German and in English, ours and other programs'."""

import re
from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from roundtable.domain.people.people import folded

# What a column can hold, in the order of our own files, with the name it has there.
LABELS: dict[str, LazyString] = {
    "title": _l("Title"),
    "given_name": _l("Given name"),
    "family_name": _l("Family name"),
    "name": _l("Whole name"),
    "function_de": _l("Function in German"),
    "function_en": _l("Function in English"),
    "organisation": _l("Organisation"),
    "organisation_short": _l("Short name of the organisation"),
    "email": _l("E-mail address"),
    "assistant_email": _l("Assistant's e-mail address"),
    "phone": _l("Telephone"),
    "language": _l("Language of letters"),
    "salutation_de": _l("Salutation in German"),
    "salutation_en": _l("Salutation in English"),
    "rank": _l("Rank"),
    "in_office_since": _l("In office since"),
    "naming_basis": _l("Basis for being named"),
    "is_told_at_once": _l("Answers told at once"),
}

# Besides the labels above in both languages; folded, and without what is neither letter nor number.
_NAMES = {
    "title": "titel, akademischer titel, akad titel, title, prefix, name prefix, honorific prefix",
    "given_name": "vorname, vornamen, rufname, given name, first name, firstname, forename, given",
    "family_name": "nachname, familienname, zuname, family name, last name, lastname, surname, family",
    "name": "name, ganzer name, vollstandiger name, vor und nachname, ansprechpartner, ansprechperson, kontakt, "
    "person, whole name, full name, display name, anzeigename, contact, fn",
    "function_de": "function in german, "
    "funktion in deutsch, funktion auf deutsch, funktion, funktion deutsch, funktion de, amt, position, "
    "stellung, dienststellung, berufsbezeichnung, rolle, job title, jobtitle, role, function german, function de",
    "function_en": "function in english, "
    "funktion in englisch, funktion auf englisch, funktion englisch, funktion en, function english, "
    "function en, function",
    "organisation": "organisation, organization, institution, firma, unternehmen, behorde, einrichtung, verband, "
    "company, company name, employer, org, organization 1 name, organization name",
    "organisation_short": "kurzname der organisation, kurzname, kurzel, abkurzung, organisation kurz, "
    "organisation kurzname, kurzform, short name of the organisation, short name, abbreviation, acronym, "
    "organisation short name, organization short name",
    "email": "e mail adresse, e mail, email, mail, e mail address, email address, emailadresse, mailadresse, "
    "e mail 1 value, email 1 value, primary email, e mail dienstlich, e mail geschaftlich",
    "assistant_email": "e mail adresse des vorzimmers, "
    "e mail adresse der assistenz, e mail der assistenz, e mail assistenz, assistenz e mail, "
    "assistenz, email assistenz, assistenz email, vorzimmer, e mail vorzimmer, vorzimmer e mail, sekretariat, "
    "e mail sekretariat, sekretariat e mail, assistant s e mail address, assistant s e mail, assistant s email, "
    "assistants email, assistant email, assistant e mail, assistant, e mail assistant, email assistant",
    "phone": "telefon, telefonnummer, telefon geschaftlich, telefon dienstlich, tel, fon, rufnummer, telephone, phone, "
    "phone number, business phone, phone 1 value, work phone, durchwahl",
    "language": "sprache der schreiben, sprache, briefsprache, korrespondenzsprache, language of letters, "
    "language, lang",
    "salutation_de": "salutation in german, "
    "anrede in deutsch, anrede auf deutsch, anrede, anrede deutsch, anrede de, briefanrede, "
    "anredezeile, salutation german, salutation de",
    "salutation_en": "salutation in english, "
    "anrede in englisch, anrede auf englisch, anrede englisch, anrede en, salutation, "
    "salutation english, salutation en, greeting",
    "rank": "rang, rangstufe, protokollrang, protokollarischer rang, rank, precedence, rangfolge",
    "in_office_since": "im amt seit, amtsantritt, seit, in office since, since, im amt ab",
    "naming_basis": "grundlage der namensnennung, grundlage der nennung, namensnennung, nennung, "
    "basis for being named, naming basis, may be named, darf genannt werden, may the name appear in public, "
    "darf der name offentlich erscheinen",
    "is_told_at_once": "antworten sofort melden, sofort melden, answers told at once, told at once",
}


def key_of(head: str) -> str:
    return re.sub(r"[^\w]+|_", " ", folded(head)).strip()


_HOLDS = {name.strip(): column for column, names in _NAMES.items() for name in names.split(",")}
_HOLDS |= {key_of(column): column for column in LABELS}


def recognised(heads: Sequence[str]) -> dict[str, int]:
    """What stands in which place; the first of two columns with the same meaning counts."""
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        column = _HOLDS.get(key_of(head))
        if column is not None:
            found.setdefault(column, place)
    if "given_name" in found and "family_name" not in found and "name" in found:
        # German lists say "Vorname, Name".
        found["family_name"] = found.pop("name")
    return found


def assigned(heads: Sequence[str], by_hand: Mapping[int, str]) -> dict[str, int]:
    """The same, with what a person has said: a place's column, or "" for a place that is to be ignored."""
    found = {column: place for column, place in recognised(heads).items() if place not in by_hand}
    for place, column in sorted(by_hand.items()):
        if column in LABELS and 0 <= place < len(heads):
            found[column] = place
    return found
