"""Calendar files: our own lines beside icalendar's, which say the same (``tests/calendar``)."""

import time
from collections.abc import Callable, Iterable

import roundtable.models  # noqa: F401 - all tables
from bench.report import Row
from roundtable.db import Bilingual
from roundtable.domain.roundtables.agenda import AgendaItem
from tests.calendar import by_icalendar
from tests.calendar.examples import PAGE, a_roundtable, feed

ROUNDTABLES, ITEMS, TRIES = 100, 6, 5
LEAST_TIMES_QUICKER = 2


def rows() -> Iterable[Row]:
    first = a_roundtable()
    many = [
        a_roundtable(series=first.series, number=number, calendar_uid=f"{number}@lindenau.example")
        for number in range(1, ROUNDTABLES + 1)
    ]
    for each in many:
        each.agenda += [
            AgendaItem(position=n, title=Bilingual(f"Wärmenetze, Teil {n}", ""), duration_minutes=20, is_public=True)
            for n in range(ITEMS)
        ]

    def by_library() -> None:
        events = [by_icalendar.entry(each, url=PAGE) for each in many]
        by_icalendar.calendar_with(events, series=first.series, years=[2026])

    ours, theirs = _fastest(lambda: feed(*many)), _fastest(by_library)
    yield Row(
        f"a feed of {ROUNDTABLES}",
        f"{ours * 1000:.1f} ms",
        f"icalendar {theirs * 1000:.1f} ms",
        f"{LEAST_TIMES_QUICKER} × as quick, or calendar/lines.py goes",
        ours * LEAST_TIMES_QUICKER < theirs,
    )


def _fastest(writing: Callable[[], object]) -> float:
    took = []
    for _ in range(TRIES):
        begun = time.process_time()
        writing()
        took.append(time.process_time() - begun)
    return min(took)
