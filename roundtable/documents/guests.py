"""Who comes, on paper: lists for the reception, name plates for the table, badges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from roundtable.documents.printing import printed
from roundtable.documents.tables import Table, as_workbook

LABELS = {
    "de": {
        "title": "Gästeliste",
        "by_precedence": "nach Rangfolge",
        "by_alphabet": "nach Alphabet",
        "plates": "Tischschilder",
        "badges": "Namensschilder",
        "number": "Nr.",
        "here": "Da",
        "name": "Name",
        "title_of": "Titel",
        "given_name": "Vorname",
        "family_name": "Nachname",
        "function": "Funktion",
        "organisation": "Organisation",
        "comes": "Kommt für / mit",
        "remark": "Bedarf",
        "walk_ins": "Ohne Anmeldung gekommen",
        "nobody": "Niemand hat bisher einen Platz.",
        "private": "Nur für den Empfang. Bitte danach vernichten.",
        "page": "Seite",
        "of": "von",
        "left_out": "□ steht für ein Zeichen, das keine Schrift dieses Rechners hat. Betroffen:",
    },
    "en": {
        "title": "Guest list",
        "by_precedence": "by precedence",
        "by_alphabet": "by alphabet",
        "plates": "Name plates",
        "badges": "Badges",
        "number": "No.",
        "here": "Here",
        "name": "Name",
        "title_of": "Title",
        "given_name": "Given name",
        "family_name": "Family name",
        "function": "Function",
        "organisation": "Organisation",
        "comes": "Comes for / with",
        "remark": "Needs",
        "walk_ins": "Came without registration",
        "nobody": "Nobody has a seat so far.",
        "private": "For the reception only. Please destroy it afterwards.",
        "page": "Page",
        "of": "of",
        "left_out": "□ stands for a character that no font of this machine has. This concerns:",
    },
}


@dataclass(frozen=True, slots=True)
class Guest:
    """One who is expected, in words. ``remark``: what they need to take part, where the reader may know."""

    title: str
    given_name: str
    family_name: str
    function: str
    organisation: str
    comes: str = ""
    remark: str = ""

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)

    @property
    def name_to_find(self) -> str:
        """The family name first, as in a list by alphabet."""
        rest = " ".join(part for part in (self.title, self.given_name) if part)
        return f"{self.family_name}, {rest}" if rest else self.family_name


@dataclass(frozen=True, slots=True)
class Heading:
    """What the sheets are about. ``made``: when, in words; they grow old quickly."""

    office: str
    series: str
    roundtable: str
    when: str
    made: str
    language: str

    @property
    def labels(self) -> dict[str, str]:
        return LABELS[self.language]


def guest_list(heading: Heading, guests: Sequence[Guest], *, is_alphabet: bool, with_remarks: bool) -> bytes:
    """A4 across, with a box to tick for each and lines for those who come without a seat."""
    rows = [{**asdict(each), "name": each.name_to_find if is_alphabet else each.name} for each in guests]
    order = heading.labels["by_alphabet" if is_alphabet else "by_precedence"]
    return _printed("guest_list.typ", heading, rows, order=order, with_remarks=with_remarks)


def guest_workbook(
    heading: Heading, by_precedence: Sequence[Guest], by_alphabet: Sequence[Guest], *, with_remarks: bool
) -> bytes:
    """XLSX with both orders, a sheet each; the parts of a name apart, so that letters and badges can be made of it."""
    labels = heading.labels
    heads = ["number", "title_of", "given_name", "family_name", "function", "organisation", "comes"]
    heads += ["remark", "here"] if with_remarks else ["here"]
    above = f"{labels['title']}: {heading.series}, {heading.roundtable}, {heading.when}. {heading.made}"
    tables = []
    for order, guests in (("by_precedence", by_precedence), ("by_alphabet", by_alphabet)):
        rows = []
        for number, guest in enumerate(guests, start=1):
            row = [str(number), guest.title, guest.given_name, guest.family_name, guest.function, guest.organisation]
            rows.append([*row, guest.comes, *([guest.remark] if with_remarks else []), ""])
        page = f"{labels['page']} &P {labels['of']} &N"
        tables.append(Table(labels[order], [labels[each] for each in heads], rows, above=above, page=page))
    return as_workbook(tables)


def name_plates(heading: Heading, guests: Sequence[Guest]) -> bytes:
    """One A4 across for each, to fold in the middle: readable from both sides of the table."""
    return _printed("name_plates.typ", heading, _named(guests))


def badges(heading: Heading, guests: Sequence[Guest]) -> bytes:
    """Ten of 85 × 54 mm on an A4, with marks to cut along."""
    return _printed("badges.typ", heading, _named(guests))


def _named(guests: Sequence[Guest]) -> list[dict[str, str]]:
    return [{"name": each.name, "function": each.function, "organisation": each.organisation} for each in guests]


def _printed(template: str, heading: Heading, rows: list[dict[str, str]], **more: object) -> bytes:
    return printed(template, {**asdict(heading), "labels": heading.labels, "guests": rows, **more})
