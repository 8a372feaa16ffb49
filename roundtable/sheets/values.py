"""What a cell means: a day, a language, a yes. Each function raises NotUnderstood with the reason in words."""

import re
from collections.abc import Iterable
from datetime import date

from babel.dates import get_month_names
from flask_babel import gettext as _

from roundtable.domain.people.people import folded
from roundtable.domain.refusals import Refused

FIRST_YEAR, LAST_YEAR = 1950, 2100
LANGUAGES = {
    "de": ("de", "deutsch", "german", "ger", "deu", "d"),
    "en": ("en", "englisch", "english", "eng", "e"),
}
BASES = {
    "office_holder": (
        "office holder",
        "amtstrager",
        "amtstragerin",
        "amtstrager in",
        "offentliches amt",
        "public office",
        "ja als inhaberin oder inhaber eines offentlichen amtes",
        "yes as holder of a public office",
    ),
    "agreed": (
        "agreed",
        "zugestimmt",
        "zustimmung",
        "einwilligung",
        "consent",
        "consented",
        "ja die person hat zugestimmt",
        "yes the person has agreed",
    ),
    "": ("nein", "no", "none", "keine", "nein nur die organisation", "no only the organisation"),
}
ANSWERS = {True: ("ja", "j", "yes", "y", "true", "wahr", "1", "x"), False: ("nein", "n", "no", "false", "falsch", "0")}

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][\d:.]+Z?)?$")
_NUMBERS = re.compile(r"(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})$")
_MONTH_AND_YEAR = re.compile(r"(?:(\d{1,2})[./-](\d{4})|(\d{4})-(\d{1,2}))$")
_WORDS = re.compile(r"(?:(\d{1,2})(?:\.|st|nd|rd|th)?\s+)?([^\W\d]+)\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,\s*)?(\d{4})$")
_MONTHS = {
    folded(name).rstrip("."): number
    for language in ("de", "en")
    for width in ("wide", "abbreviated")
    for number, name in get_month_names(width, locale=language).items()
} | {"marz": 3, "sept": 9}


class NotUnderstood(Refused):
    """The sentence says what the cell has, and what would be understood."""


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[^\w]+|_", " ", folded(words)).split())


def language(words: str) -> str:
    said = _plain(words).partition(" ")[0]
    for each, names in LANGUAGES.items():
        if said in names:
            return each
    raise NotUnderstood(_("“%(words)s” is no language we write in; German and English are.", words=words))


def naming_basis(words: str) -> str | None:
    """``None`` where the cell says no."""
    for each, names in BASES.items():
        if _plain(words) in names:
            return each or None
    raise NotUnderstood(_("“%(words)s” is no basis for being named: office holder, agreed, or no.", words=words))


def yes_or_no(words: str) -> bool:
    for each, names in ANSWERS.items():
        if _plain(words) in names:
            return each
    raise NotUnderstood(_("“%(words)s” is neither yes nor no.", words=words))


def is_month_first(column: Iterable[str]) -> bool:
    """Whether 1/2/2024 is the second of January here: another day of the column can only be read so."""
    first = set()
    for words in column:
        found = _NUMBERS.match(words)
        if found and found[2] == "/":
            first |= {"day"} if int(found[1]) > 12 else {"month"} if int(found[3]) > 12 else set()
    return first == {"month"}


def day(words: str, *, month_first: bool = False) -> date:
    """Of 2024-02-01, 1.2.2024, 1/2/2024, 1. Februar 2024; the first day where only month or year are given."""
    numbers = _day(words.strip(), month_first)
    if numbers is not None:
        try:
            found = date(*numbers)
        except ValueError:
            found = None
        if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    raise NotUnderstood(_("“%(words)s” is no day we can read; write it as 2024-02-01 or 01.02.2024.", words=words))


def _day(words: str, month_first: bool) -> tuple[int, int, int] | None:
    """Year, month and day, which need not exist."""
    if found := _ISO.match(words):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _NUMBERS.match(words):
        year = int(found[4]) if len(found[4]) == 4 else (2000 if int(found[4]) < 50 else 1900) + int(found[4])
        one, two = int(found[1]), int(found[3])
        return (year, one, two) if found[2] == "/" and month_first else (year, two, one)
    if re.fullmatch(r"\d{4}", words):
        return int(words), 1, 1
    if found := _MONTH_AND_YEAR.match(words):
        return int(found[2] or found[3]), int(found[1] or found[4]), 1
    if found := _WORDS.match(words):
        month = _MONTHS.get(folded(found[2]).rstrip("."), 0)
        return int(found[4]), month, int(found[1] or found[3] or 1)
    return None
