"""Printing where the compiler's threads are gone, and names that no font of this machine has."""

import io

import pypdf
import pytest

from roundtable.documents import caterer, guests, printing
from roundtable.documents.caterer import Group
from roundtable.documents.guests import Guest, Heading

HEADING = Heading("Stelle", "Reihe", "Roundtable 1", "heute", "Stand: jetzt", "de")
# No character so far, so that no font has it.
RARE = "\U00013fff"
ZOE, EVA = Guest("", "Zoë", RARE, "Rätin", "Stadt"), Guest("", "Eva", "Müller", "", "")


def words(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("is_forked", [False, True])
def test_a_name_that_no_font_has_is_boxes_and_everybody_else_is_printed(
    monkeypatch: pytest.MonkeyPatch, is_forked: bool
) -> None:
    if is_forked:
        monkeypatch.setattr(printing, "_threads_live_in", lambda: 0)
    sheets = [
        guests.guest_list(HEADING, [ZOE, EVA], is_alphabet=True, with_remarks=True),
        guests.name_plates(HEADING, [ZOE, EVA]),
        guests.badges(HEADING, [ZOE, EVA]),
    ]
    for each in map(words, sheets):
        assert "Zoë" in each
        assert "Eva" in each
        note = each.partition("Betroffen:")[2]
        assert "□" in note
        assert "Rätin" in note
        assert "Müller" not in note


def test_sheets_that_are_whole_say_nothing_of_boxes() -> None:
    assert "Betroffen" not in words(guests.name_plates(HEADING, [EVA]))


def test_a_note_that_cannot_be_read_in_full_spoils_only_itself() -> None:
    sheet = words(caterer.caterer_sheet(HEADING, "Zwei.", [Group("Essen", [("Vegan", 1)], [f"ohne {RARE}"])]))
    assert "Vegan" in sheet
    assert "ohne □" in sheet.partition("Betroffen:")[2]


def test_what_cannot_be_seen_is_left_out_without_a_box() -> None:
    plates = words(guests.name_plates(HEADING, [Guest("", "Zoë\ufeff", "Ott", "", "")]))
    assert "Zoë Ott" in plates
    assert "□" not in plates


@pytest.mark.parametrize("script", ["ส", "አ", "ქ", "न", "ខ"])
def test_the_fonts_of_this_machine_are_used(script: str) -> None:
    assert printing.refused_characters(script) in ("", script)
    if printing.refused_characters(script):
        pytest.skip(f"no font on this machine has {script}")
    assert "Betroffen" not in words(guests.badges(HEADING, [Guest("", script, "", "", "")]))
