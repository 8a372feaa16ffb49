"""Lines that we write ourselves for speed say exactly what icalendar writes for the same roundtable."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roundtable.calendar.lines import Property, folded, line
from roundtable.calendar.published import roundtable_file
from roundtable.db import Bilingual
from roundtable.domain.roundtables.agenda import AgendaItem
from tests.calendar import by_icalendar
from tests.calendar.examples import NASTY, PAGE, a_roundtable, feed
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


def test_a_feed_of_a_hundred_is_written_several_times_faster_than_icalendar_does() -> None:
    """Both in one run, the fastest of several each: what else this machine does, slows both."""
    first = a_roundtable()
    roundtables = [
        a_roundtable(series=first.series, number=number, calendar_uid=f"{number}@lindenau.example")
        for number in range(1, 101)
    ]
    for each in roundtables:
        each.agenda += [
            AgendaItem(position=n, title=Bilingual(f"Wärmenetze, Teil {n}", ""), duration_minutes=20, is_public=True)
            for n in range(6)
        ]

    def theirs() -> None:
        events = [by_icalendar.entry(each, url=PAGE) for each in roundtables]
        by_icalendar.calendar_with(events, series=first.series, years=[2026])

    assert fastest(lambda: feed(*roundtables)) * 2 < fastest(theirs)


def fastest(writing: Any) -> float:
    took = []
    for _ in range(5):
        begun = time.process_time()
        writing()
        took.append(time.process_time() - begun)
    return min(took)
