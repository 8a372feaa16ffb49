"""Stars and underlines that somebody pasted stay what they are; two stars around words were meant."""

import pytest

from roundtable.documents.writing import as_blocks, as_html, as_text


@pytest.mark.parametrize(
    "pasted",
    [
        "Bürger*innen und Genoss*innen",
        "Bürger**innen und Genoss**innen",
        "*ein Stern* und _Striche_ und __zwei__",
        "3 * 4 * 5",
        "* Fußnote",
        "***",
        "___",
        "** offen",
    ],
)
def test_pasted_stars_and_underlines_stay(pasted: str) -> None:
    assert as_html(pasted) == f"<p>{pasted}</p>\n"
    assert as_text(as_blocks(pasted)) == pasted


def test_a_line_below_words_makes_no_heading() -> None:
    assert as_html("Erstens\n---") == "<p>Erstens\n---</p>\n"


@pytest.mark.parametrize("written", ["**Wer?** Sie.", "So (**Wer?**) Sie."])
def test_two_stars_around_words_make_them_bold(written: str) -> None:
    assert "<strong>Wer?</strong>" in as_html(written)
    assert "*" not in as_text(as_blocks(written))


def test_bullets_of_other_programs_make_a_list() -> None:
    assert as_html("• eins\n•\tzwei") == "<ul>\n<li>eins</li>\n<li>zwei</li>\n</ul>\n"
