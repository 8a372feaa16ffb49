"""Ticks in a list of several pages: those of the page, and those of all others, which travel along unseen."""

import re
from collections.abc import Collection, Iterable

from flask import request

from roundtable.web.addresses import LARGEST_NUMBER

PER_PAGE = 25
LONGEST_SEARCH = 200
# Many numbers in few characters: what was ticked on other pages of a list travels in one hidden field.
MOST = 20_000
_SPAN = re.compile("([0-9]{1,10})(?:-([0-9]{1,10}))?")


def is_only_looking() -> bool:
    """Whether a button of the form was pressed that searches, turns the page or ticks many: nothing is done yet."""
    return any(name in request.form for name in ("look", "turn", "tick"))


def ticked(name: str, *, offered: Collection[int], proposed: Iterable[int], found: Iterable[int] = ()) -> set[int]:
    """Which of those offered are ticked: as proposed when the page is opened, then as the form was sent.

    ``found``: those that a button for all of them means.
    """
    if request.method != "POST":
        return set(proposed)
    chosen = set(request.form.getlist(name, type=int)) | from_spans(request.form.get(f"{name}-elsewhere", ""))
    match request.form.get("tick"):
        case "all":
            chosen |= set(found)
        case "none":
            chosen -= set(found)
    return chosen & set(offered)


def along(name: str, chosen: set[int], here: Iterable[int]) -> dict[str, str]:
    """The field for what is ticked on other pages."""
    return {f"{name}-elsewhere": as_spans(chosen - set(here))}


def page_asked_for() -> int:
    """A search begins at its first page."""
    if request.form.get("look") == "list":
        return 1
    return request.form.get("turn", request.values.get("page", 1, type=int), type=int)


def words_asked_for(name: str = "q") -> str:
    """What was typed into that field of search."""
    return " ".join(request.values.get(name, "").split())[:LONGEST_SEARCH]


def as_spans(numbers: Iterable[int]) -> str:
    """ "3-5,9" for 3, 4, 5 and 9."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def from_spans(text: str) -> set[int]:
    """The numbers again; what is none is left out, and so is whatever would be more than anybody can tick."""
    numbers: set[int] = set()
    for span in text.split(","):
        found = _SPAN.fullmatch(span)
        begin, end = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if begin <= end <= LARGEST_NUMBER and len(numbers) + end - begin < MOST:
            numbers.update(range(begin, end + 1))
    return numbers
