"""What a text may hold, and what of it nobody sees."""

import unicodedata

import pytest

from roundtable.clean_text import cleaned, cleaned_line, what_went

BESIDE_THE_SEEN = {
    "\ufeff": "U+FEFF",
    "\u200b": "U+200B",
    "\u00ad": "U+00AD",
    "\u2060": "U+2060",
    "\u202e": "U+202E",
    "\u200f": "U+200F",
    "\u3164": "U+3164",
    "\u200d": "U+200D",
    "\ufe0f": "U+FE0F",
    "\ue123": "U+E123",
    "\U000f0001": "U+F0001",
    "\x00": "U+0000",
    "\x1b": "U+001B",
    "\ud800": "U+D800",
}


@pytest.mark.parametrize("unseen", BESIDE_THE_SEEN)
def test_what_nobody_sees_goes_and_is_told(unseen: str) -> None:
    assert cleaned(f"Zoë{unseen} Ott{unseen}") == "Zoë Ott"
    assert what_went(f"Zoë{unseen} Ott{unseen}") == [BESIDE_THE_SEEN[unseen]]


def test_a_programs_own_bullet_becomes_everybodys() -> None:
    assert cleaned("\uf0b7 Erster Punkt\n\uf0a7\tZweiter") == "• Erster Punkt\n▪\tZweiter"
    assert what_went("\uf0b7 Erster Punkt") == ["U+F0B7 → •"]


def test_letters_are_composed_and_nobody_need_know() -> None:
    apart = unicodedata.normalize("NFD", "Jürgen Müller, Nguyễn Thị Phương Thảo")
    assert cleaned(apart) == "Jürgen Müller, Nguyễn Thị Phương Thảo"
    assert what_went(apart) == []


@pytest.mark.parametrize("kept", ["👩\u200d🔬", "❤\ufe0f", "می\u200cخواهم", "श्री\u200dमान", "z.\u00a0B.", "a*b_c"])
def test_what_makes_a_difference_stays(kept: str) -> None:
    assert cleaned(kept) == kept
    assert what_went(kept) == []


def test_lines_stay_lines_and_a_line_is_one() -> None:
    assert cleaned(" eins\r\nzwei\u2028drei\x0bvier\x85 ") == "eins\r\nzwei\ndrei\nvier"
    assert cleaned_line(" eins\r\nzwei\u2028drei\tvier\u00a0fünf  ") == "eins zwei drei vier fünf"
