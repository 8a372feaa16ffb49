"""One mailbox, however its address is written; two domains that only look alike stay two."""

import pytest

from roundtable.email_address import on_the_wire, ways_to_write


@pytest.mark.parametrize(
    ("written", "wired"),
    [
        (" Kim@Straße.example", "kim@xn--strae-oqa.example"),
        ("kim@STRASSE.example", "kim@strasse.example"),
        ("kim@mu\u0308ller.example", "kim@xn--mller-kva.example"),
        ("ju\u0308rgen@amt.example", "jürgen@amt.example"),
        ("kim@xn--strae-oqa.example", "kim@xn--strae-oqa.example"),
        # What is no domain stays what it is.
        ("kim@☃.example", "kim@☃.example"),
        ("Vorzimmer", "vorzimmer"),
        ("", ""),
    ],
)
def test_an_address_as_programs_compare_it(written: str, wired: str) -> None:
    assert on_the_wire(written) == wired


@pytest.mark.parametrize("written", ["kim@straße.example", "kim@xn--strae-oqa.example"])
def test_the_ways_in_which_a_mailbox_may_have_been_typed(written: str) -> None:
    assert ways_to_write(written) == {"kim@straße.example", "kim@xn--strae-oqa.example"}
