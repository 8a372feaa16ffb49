"""Placeholders that cannot break: known or refused, read once, never evaluated."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from roundtable.domain.series import wordings
from roundtable.domain.series.wordings import BrokenPlaceholder, check, filled, placeholders_in

VALUES = dict.fromkeys(wordings.PLACEHOLDERS, "x") | {"name": "Ada Brandt", "series": "Runder Tisch", "motto": ""}


@pytest.fixture(autouse=True)
def _in_english(app: Flask) -> Iterator[None]:
    with app.app_context(), force_locale("en"):
        yield


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear {nmae}", "“{nmae}”. Did you mean “{name}”?"),
        ("{Anrede}", "“{Anrede}”. Did you mean “{salutation}”?"),
        ("{ort}", "“{ort}”. Did you mean “{place}”?"),
        ("{xyzzy}", "“{xyzzy}”. There are: {name}, {salutation}"),
        ("{}", "“{}”. There are: {name}"),
        ("a lone { brace", "stands alone near “a lone { brace”"),
        ("and } one", "stands alone near “and } one”"),
        ("{na\nme}", "stands alone"),
        ("{name.__class__}", "“{name.__class__}”"),
        ("{0}", "“{0}”"),
        ("{name!r}", "“{name!r}”"),
        ("{name:>9999999}", "“{name:>9999999}”"),
    ],
)
def test_what_is_broken_is_refused_and_named(text: str, said: str) -> None:
    with pytest.raises(BrokenPlaceholder) as refused:
        check(text, "invitation")
    assert said in str(refused.value)


def test_a_poll_has_no_date_yet() -> None:
    assert "date" not in placeholders_in("poll")
    with pytest.raises(BrokenPlaceholder, match="date poll"):
        check("{date}", "poll")


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("Dear {name}", ["Dear Ada Brandt"]),
        ("{ Name }", ["Ada Brandt"]),
        ("{{name}} is {name}", ["{name} is Ada Brandt"]),
        ("{name}}}", ["Ada Brandt}"]),
        ("one\r\n\r\ntwo\nthree", ["one", "two\nthree"]),
        ("one\n \t\n\n\ntwo", ["one", "two"]),
        ("Our motto: {motto}.\n\nSee {series}.", ["See Runder Tisch."]),
        ("100 % of %(name)s and {{{{", ["100 % of %(name)s and {{"]),
        ("", []),
        ("{motto}", []),
    ],
)
def test_filling(text: str, paragraphs: list[str]) -> None:
    assert filled(text, "invitation", VALUES) == paragraphs


@given(value=st.text(alphabet="{}nameseri%()s ", min_size=1).filter(str.strip))
def test_what_stands_in_a_value_is_never_read_again(value: str) -> None:
    (paragraph,) = filled("<{name}>", "invitation", {**VALUES, "name": value})
    assert paragraph == f"<{' '.join(value.split())}>"


@given(text=st.text(alphabet="{}name \n.!:0"))
def test_any_text_is_refused_or_filled(text: str) -> None:
    try:
        check(text, "reminder")
    except BrokenPlaceholder:
        return
    assert "{name}" not in "".join(filled(text.replace("{{", "").replace("}}", ""), "reminder", VALUES)) or "{{" in text
