"""A closed set is a type: what types alone cannot tell of conditions on columns, whose words nobody checks."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from roundtable.db import Base

HOUSE = Path(__file__).parents[2] / "roundtable"


def _closed_columns() -> dict[tuple[str, str], set[Any]]:
    """By class and column: what it may hold, where its type says so."""
    closed = {}
    for mapper in Base.registry.mappers:
        known = vars(sys.modules[mapper.class_.__module__])
        for name, annotation in mapper.class_.__annotations__.items():
            inside = str(annotation).removeprefix("Mapped[").removesuffix("]").removesuffix(" | None")
            if values := get_args(known.get(inside)):
                closed[mapper.class_.__name__, name] = set(values)
    return closed


def _conditions(tree: ast.Module) -> Iterator[tuple[ast.expr, list[ast.expr]]]:
    """A column, and what it is compared with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield node.left, node.comparators
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("in_", "not_in")
        ):
            yield node.func.value, [inner for each in node.args for inner in getattr(each, "elts", [])]


def test_conditions_ask_for_what_a_column_may_hold() -> None:
    closed, asked, unknown = _closed_columns(), 0, []
    for path in sorted(HOUSE.rglob("*.py")):
        for column, others in _conditions(ast.parse(path.read_text("utf-8"))):
            if not isinstance(column, ast.Attribute) or not isinstance(column.value, ast.Name):
                continue
            may_hold = closed.get((column.value.id, column.attr))
            if may_hold is not None:
                words = [each.value for each in others if isinstance(each, ast.Constant)]
                asked += len(words)
                unknown += [
                    f"{path.relative_to(HOUSE)}:{column.lineno}: {each!r}" for each in words if each not in may_hold
                ]
    assert asked > 20
    assert not unknown
