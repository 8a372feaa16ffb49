"""Rule 17: words are released by the person, and any later edit voids it."""

from datetime import UTC, datetime

import pytest

from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.press.quotes import Quote, WordsChanged, attribution
from tests.factories import both

AT = datetime(2026, 3, 4, 9, tzinfo=UTC)


def a_quote() -> Quote:
    return Quote(text="Wir bauen das Netz.", attribution="Robin Brandt, Vorstand", written_at=AT, note="")


@pytest.mark.parametrize("field", ["text", "attribution"])
def test_any_edit_voids_the_release(field: str) -> None:
    quote = a_quote()
    quote.release(at=AT)
    assert quote.is_released

    setattr(quote, field, getattr(quote, field) + ",")

    assert quote.state == "changed"


def test_other_words_have_been_neither_asked_about_nor_declined() -> None:
    quote = a_quote()
    quote.asked_at = AT
    quote.decline("So nicht.", at=AT)

    quote.reword("Wir bauen das Netz nicht.", quote.attribution, at=AT, by=None)

    assert quote.state == "draft"
    assert quote.note == "So nicht."


def test_saving_the_same_words_again_changes_nothing() -> None:
    quote = a_quote()
    quote.release(at=AT)
    quote.asked_at = AT
    quote.reword(quote.text, quote.attribution, at=AT, by=None)
    assert quote.asked_at == AT
    assert quote.is_released


def test_the_fingerprint_says_which_words_were_seen() -> None:
    quote = a_quote()
    seen = quote.fingerprint
    quote.must_be(seen)
    quote.attribution = "Robin Brandt"
    with pytest.raises(WordsChanged):
        quote.must_be(seen)


def test_the_function_of_the_host_comes_first() -> None:
    person = Person(title="Dr.", given_name="Robin", family_name="Brandt", function=both("Senator für Umwelt"))
    assert attribution(person, "de", hosts=False) == "Dr. Robin Brandt, Senator für Umwelt"
    assert attribution(person, "de", hosts=True) == "Senator für Umwelt, Dr. Robin Brandt"


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("Präsident", "Robin Brandt, Präsident, IHK Berlin"),
        ("Präsident der IHK Berlin", "Robin Brandt, Präsident der IHK Berlin"),
        ("Präsident der Handelskammer", "Robin Brandt, Präsident der Handelskammer"),
        ("", "Robin Brandt"),
    ],
)
def test_a_function_says_of_what_once(function: str, expected: str) -> None:
    chamber = Organisation(name="Industrie- und Handelskammer Berlin", short_name="IHK Berlin")
    person = Person(given_name="Robin", family_name="Brandt", function=both(function), organisation=chamber)
    assert attribution(person, "de", hosts=False) == expected


def test_a_short_form_stands_behind_a_name_that_does_not_hold_it() -> None:
    assert Organisation(name="Handwerkskammer", short_name="HWK").full_label == "Handwerkskammer (HWK)"
    assert Organisation(name="Klinikum Wendhafen", short_name="Klinikum").full_label == "Klinikum Wendhafen"
