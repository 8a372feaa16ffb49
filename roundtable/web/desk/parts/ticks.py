"""Ticks in a list of several pages: those of the page, and those of all others, which travel along unseen."""

from collections.abc import Collection, Iterable

from flask import request

from roundtable.web.desk.parts.spans import as_spans, from_spans

PER_PAGE = 25
LONGEST_SEARCH = 200


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
