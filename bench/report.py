"""What is printed: each figure beside its yardstick and its target, and plainly where it misses."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """``is_met``: None where there is no target."""

    what: str
    figure: str
    yardstick: str
    target: str
    is_met: bool | None = None


def show(title: str, rows: Iterable[Row]) -> list[Row]:
    """Prints each as soon as it is known. Returns those that missed."""
    print(f"\n{title}")
    missed = []
    for row in rows:
        verdict = {True: "met", False: "MISSED", None: ""}[row.is_met]
        parts = (row.what, row.figure, row.yardstick, row.target and f"target {row.target}", verdict)
        print("  " + " | ".join(part for part in parts if part), flush=True)
        if row.is_met is False:
            missed.append(row)
    return missed
