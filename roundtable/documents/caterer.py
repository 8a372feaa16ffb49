"""What people need on the day, for the caterer and the house: numbers and notes, and nobody's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from roundtable.documents.guests import Heading
from roundtable.documents.printing import printed
from roundtable.documents.tables import Table, as_workbook

LABELS = {
    "de": {
        "title": "Für Küche und Haus",
        "group": "Wofür",
        "what": "Was gebraucht wird",
        "number": "Personen",
        "notes": "Hinweise",
        "lead": "Zahlen ohne Namen. Wer nichts angegeben hat, isst alles.",
        "page": "Seite",
        "of": "von",
        "left_out": "□ steht für ein Zeichen, das keine Schrift dieses Rechners hat. Betroffen:",
    },
    "en": {
        "title": "For kitchen and house",
        "group": "For",
        "what": "What is needed",
        "number": "People",
        "notes": "Notes",
        "lead": "Numbers without names. Whoever said nothing eats everything.",
        "page": "Page",
        "of": "of",
        "left_out": "□ stands for a character that no font of this machine has. This concerns:",
    },
}


@dataclass(frozen=True, slots=True)
class Group:
    """Of one kind, as food: what is needed and by how many, in words; and what people wrote besides."""

    title: str
    lines: Sequence[tuple[str, int]]
    notes: Sequence[str]


def caterer_sheet(heading: Heading, seats: str, groups: Sequence[Group]) -> bytes:
    """One A4. ``seats``: how many have one, as a sentence."""
    shown = [asdict(each) for each in groups]
    return printed(
        "caterer.typ", {**asdict(heading), "labels": LABELS[heading.language], "seats": seats, "groups": shown}
    )


def caterer_workbook(heading: Heading, seats: str, groups: Sequence[Group]) -> bytes:
    """XLSX, a line each; a note stands without a number."""
    labels = LABELS[heading.language]
    rows = []
    for group in groups:
        rows += [[group.title, words, str(number)] for words, number in group.lines]
        rows += [[group.title, f"{labels['notes']}: {note}", ""] for note in group.notes]
    above = f"{labels['title']}: {heading.series}, {heading.roundtable}, {heading.when}. {seats} {heading.made}"
    heads = [labels[each] for each in ("group", "what", "number")]
    return as_workbook([Table(labels["title"], heads, rows, above=above, page=f"{labels['page']} &P")])
