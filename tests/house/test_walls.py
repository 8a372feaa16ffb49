"""What each layer may know and do, read from the source: what import contracts cannot say."""

import ast
from collections.abc import Iterator
from pathlib import Path

from roundtable.db import Base

HOUSE = Path(__file__).parents[2] / "roundtable"
# Pure: they know neither pages nor requests. Their sentences are translated by Flask-Babel, wherever they are shown.
PURE = ("domain", "calendar", "documents", "sheets")
OF_THE_WEB = {"flask", "flask_login", "flask_limiter", "flask_wtf", "werkzeug", "wtforms"}
# Only who was asked from outside ends a transaction: a page, a command, a process. Pages do it in one shape.
EDGES = ("web/edge.py", "web/errors.py", "cli/", "serving/")
# What begins to stand in the database, or no longer does, is a deed's to say.
OF_A_SESSION = ("add", "add_all", "delete", "merge")
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


def test_pages_assign_no_column() -> None:
    """A page that writes into a thing decides what is true; rules and deeds do."""
    columns = {each.key for mapper in Base.registry.mappers for each in mapper.attrs}
    assert "public_since" in columns
    written = []
    for place, tree in _sources("web"):
        stored = [
            each for each in ast.walk(tree) if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store)
        ]
        written += [
            f"{place}:{each.lineno} {ast.unparse(each)}"
            for each in stored
            if each.attr in columns and not _is_of_the_page(each.value)
        ]
        named = [each.func for each in ast.walk(tree) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)]
        written += [f"{place}:{each.lineno} setattr" for each in named if each.id == "setattr"]
        written += [
            f"{place}:{call.lineno} {name}"
            for call, thing, name in _calls(tree)
            if thing == "session" and name in OF_A_SESSION
        ]
    assert not written


def _is_of_the_page(thing: ast.expr) -> bool:
    """A form, one of its fields, the page itself: what lasts as long as the request."""
    names = {each.id for each in ast.walk(thing) if isinstance(each, ast.Name)}
    return bool(names & {"self", "g", "form", "field"}) or ast.unparse(thing).endswith("form")
