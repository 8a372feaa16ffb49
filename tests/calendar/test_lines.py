"""Lines that we write ourselves for speed say exactly what icalendar writes for the same roundtable."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roundtable.calendar.lines import Property, folded, line
from roundtable.calendar.published import roundtable_file
from roundtable.db import Bilingual
from tests.calendar import by_icalendar
from tests.calendar.examples import NASTY, PAGE, a_roundtable
from tests.calendar.readers import lines

MIDNIGHT = datetime(2026, 6, 9, 22, tzinfo=UTC)
PLACE = "https://www.openstreetmap.org/?mlat=53.5511&mlon=9.9937#map=17/53.5/9.9"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"map_url": PLACE},
        {"venue": NASTY, "address": NASTY, "motto": Bilingual(NASTY, "")},
        {"hours_fixed_at": None, "starts_at": MIDNIGHT, "ends_at": MIDNIGHT + timedelta(days=1)},
        {"starts_at": datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "ends_at": datetime(2026, 10, 25, 5, tzinfo=UTC)},
        {"cancelled_at": MIDNIGHT, "cancelled_because": Bilingual("Krankheit", "")},
        {"motto": Bilingual("", ""), "question": Bilingual("", ""), "venue": "", "address": ""},
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC"])
def test_a_file_says_what_icalendar_would_write(zone: str, values: dict[str, Any]) -> None:
    roundtable = a_roundtable(zone, **values)
    office = roundtable.series.office
    event = by_icalendar.entry(roundtable, url=PAGE)
    theirs = by_icalendar.calendar_with([event], series=roundtable.series, years=[2026])
    ours = roundtable_file(roundtable, language="de", url=PAGE, organiser=office)
    if roundtable.has_hours:
        assert sorted(lines(ours)) == sorted(lines(theirs))
    else:  # without a moment in it there is nothing to explain of the zone
        assert b"VTIMEZONE" not in ours
        assert set(lines(ours)) <= set(lines(theirs))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_folding_splits_neither_characters_nor_escapes_and_loses_nothing(text: str) -> None:
    content = line(Property("DESCRIPTION", text))
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    for each in physical:
        assert len(each) <= 75
        each.decode()
        if set(text) != {"\\"}:
            ends = each.decode()
            assert each is physical[-1] or not ends.endswith("\\") or set(ends.strip()) == {"\\"}
    assert all(each.startswith(b" ") for each in physical[1:])
    whole = physical[0] + b"".join(each[1:] for each in physical[1:])
    assert whole.decode().removeprefix("DESCRIPTION:") == (
        text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    )


@pytest.mark.parametrize("length", [74, 75, 76, 149, 150])
def test_lines_are_folded_only_where_they_must_be(length: int) -> None:
    content = b"x" * length
    assert folded(content).count(b"\r\n") == 1 + (length > 75) + (length > 149)
