"""What a cell means."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roundtable.sheets import delimited, names, values
from roundtable.sheets.values import NotUnderstood


@pytest.mark.parametrize(
    "written",
    ["2024-02-01", "1.2.2024", "01.02.24", "1. 2. 2024", "1/2/2024", "1-2-2024", "1. Februar 2024", "1 February 2024",
     "Februar 2024", "February 1, 2024", "Feb. 2024", "02/2024", "2024-02", "2024-02-01 00:00:00", "2024/2/1"],
)  # fmt: skip
def test_days_are_read_as_people_write_them(written: str) -> None:
    assert values.day(written) == date(2024, 2, 1)


def test_a_year_alone_is_its_first_day() -> None:
    assert values.day("2019") == date(2019, 1, 1)


@pytest.mark.parametrize("written", ["31.2.2024", "gestern", "1.2.0204", "13/13/2024", "1899", "1. Foo 2024"])
def test_what_is_no_day_is_said(written: str) -> None:
    with pytest.raises(NotUnderstood, match=written):
        values.day(written)


def test_a_column_tells_whether_the_month_comes_first() -> None:
    assert values.is_month_first(["1/2/2024", "12/31/2023"])
    assert not values.is_month_first(["1/2/2024", "31/12/2023"])
    assert not values.is_month_first(["1/2/2024"])
    assert not values.is_month_first(["12/31/2023", "31/12/2023"])
    assert values.day("1/2/2024", month_first=True) == date(2024, 1, 2)


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("Prof. Dr. Anna von Weiß", ("Prof. Dr.", "Anna", "von Weiß")),
        ("Weiß, Dr. Anna", ("Dr.", "Anna", "Weiß")),
        ("Frau Dr. h.c. Eva Maria de la Cruz", ("Dr. h.c.", "Eva Maria", "de la Cruz")),
        ("Cher", ("", "", "Cher")),
        ("van der Bellen", ("", "", "van der Bellen")),
        ("שרה כהן", ("", "שרה", "כהן")),
    ],
)
def test_a_whole_name_has_parts(whole: str, parts: tuple[str, str, str]) -> None:
    assert names.parts(whole) == parts


def test_words_for_language_basis_and_yes() -> None:
    assert [values.language(each) for each in ("Deutsch", "de-DE", "EN", "English")] == ["de", "de", "en", "en"]
    assert [values.naming_basis(each) for each in ("öffentliches Amt", "agreed", "nein")] == [
        "office_holder",
        "agreed",
        None,
    ]
    assert (values.yes_or_no("Ja"), values.yes_or_no("no")) == (True, False)
    for reads, words in ((values.language, "Klingon"), (values.naming_basis, "vielleicht"), (values.yes_or_no, "hm")):
        with pytest.raises(NotUnderstood, match=words):
            reads(words)


@given(st.text())
def test_an_apostrophe_keeps_a_formula_from_running_and_comes_off_again(words: str) -> None:
    written = delimited.with_apostrophe(words)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert delimited.without_apostrophe(written) == words
