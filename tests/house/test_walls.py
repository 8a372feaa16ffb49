"""What each layer may know and do, read from the source: what import contracts cannot say."""

import ast
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2] / "roundtable"
# Pure: they know neither pages nor requests. Their sentences are translated by Flask-Babel, wherever they are shown.
PURE = ("domain", "calendar", "documents", "sheets")
OF_THE_WEB = {"flask", "flask_login", "flask_limiter", "flask_wtf", "werkzeug", "wtforms"}
# Only who was asked from outside ends a transaction: a page, a command, a process.
EDGES = ("web", "cli", "serving")
ASKS_FOR_THE_TIME = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}


def _sources(*layers: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(HOUSE.rglob("*.py")):
        inside = path.relative_to(HOUSE)
        if not layers or inside.parts[0] in layers:
            yield str(inside), ast.parse(path.read_text("utf-8"))


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str, str]]:
    """Each call of something on something: the call, the last name of the thing, the name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            thing = node.func.value
            name = thing.attr if isinstance(thing, ast.Attribute) else thing.id if isinstance(thing, ast.Name) else ""
            yield node, name, node.func.attr


def test_rules_calendars_documents_and_sheets_know_no_web() -> None:
    known = []
    for place, tree in _sources(*PURE):
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            known += [f"{place}: {name}" for name in names if name.partition(".")[0] in OF_THE_WEB]
    assert not known


def test_only_the_edge_commits() -> None:
    """A deed that commits inside loses the letter when the next line fails."""
    inside = [
        f"{place}:{call.lineno}"
        for place, tree in _sources()
        if not place.startswith(EDGES)
        for call, _, name in _calls(tree)
        if name in ("commit", "rollback")
    ]
    assert not inside


def test_the_time_is_asked_in_one_place() -> None:
    elsewhere = [
        f"{place}:{call.lineno}"
        for place, tree in _sources()
        if place != "clock.py"
        for call, thing, name in _calls(tree)
        if (thing, name) in ASKS_FOR_THE_TIME
    ]
    assert not elsewhere
