"""Many numbers in few characters: what was ticked on other pages of a list travels in one hidden field."""

import re
from collections.abc import Iterable

from roundtable.web.addresses import LARGEST_NUMBER

MOST = 20_000
_SPAN = re.compile("([0-9]{1,10})(?:-([0-9]{1,10}))?")


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
