"""What people paste and are called, from files beside the project: cleaned, found, printed."""

import io
import json
from pathlib import Path

import pypdf
import pytest

from roundtable.clean_text import cleaned, what_went
from roundtable.documents.guests import Guest, Heading, guest_list

TEXT = Path(__file__).parents[3] / "shared" / "cases" / "inputs" / "text"
HEADING = Heading("Stelle", "Reihe", "Roundtable 1", "heute", "Stand: jetzt", "de")


def read(name: str) -> str:
    if not (TEXT / name).exists():
        pytest.skip("the inputs are not beside the project")
    return (TEXT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "told", "contains"),
    [
        ("release-body-feff.txt", ["U+FEFF"], "BOM hier"),
        ("release-body-f0b7.txt", ["U+F0B7 → •"], "• Erster Punkt"),
        ("release-body-nfd.txt", [], "Bürgerhaus öffnet"),
    ],
)
def test_a_pasted_text_is_cleaned(name: str, told: list[str], contains: str) -> None:
    written = read(name)
    assert what_went(written)[: len(told)] == told
    assert contains in cleaned(written)


def test_everybody_is_printed_or_stands_in_the_note() -> None:
    names = [name for group in json.loads(read("names.json")).values() for name in group]
    guests = [Guest("", "", name, f"Funktion {number}", "") for number, name in enumerate(names, start=1)]
    pdf = pypdf.PdfReader(io.BytesIO(guest_list(HEADING, guests, is_alphabet=False, with_remarks=False)))
    words = " ".join(page.extract_text() for page in pdf.pages)
    assert all(guest.function in words for guest in guests)
    assert "Łukasz Święcicki-Żółkiewski" in words
