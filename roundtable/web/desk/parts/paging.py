"""One page of a longer list, by the address or by the form that asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, func, select

from roundtable.db import db

PER_PAGE = 25
Row = TypeVar("Row")


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """One page of a longer list; ``pages`` from 1. ``parameter``: what says in the address which page."""

    rows: list[Row]
    total: int
    number: int
    pages: int
    parameter: str = "page"

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def url_for(self, number: int) -> str:
        asked: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {}), self.parameter: number}
        return url_for(str(request.endpoint), **asked)


def within(asked: int, total: int, per_page: int) -> tuple[int, int]:
    """The page asked for, beyond the last one that one, and how many pages there are; the first is always there."""
    pages = max(1, -(-total // per_page))
    return min(max(1, asked), pages), pages


def slice_of(
    chosen: Select[Any], *, parameter: str = "page", per_page: int = PER_PAGE, number: int | None = None
) -> Slice[Any]:
    """The page asked for of what this statement finds. ``number``: where a form asks for it, not the address."""
    counted = select(func.count()).select_from(chosen.order_by(None).subquery())
    total = db.session.scalar(counted) or 0
    number, pages = within(_asked_for(number, parameter), total, per_page)
    shown = chosen.limit(per_page).offset((number - 1) * per_page)
    return Slice(list(db.session.scalars(shown)), total, number, pages, parameter)


def part_of(rows: list[Row], *, per_page: int = PER_PAGE, number: int | None = None) -> Slice[Row]:
    """The same of a list that is there already."""
    number, pages = within(_asked_for(number, "page"), len(rows), per_page)
    return Slice(rows[(number - 1) * per_page : number * per_page], len(rows), number, pages)


def _asked_for(number: int | None, parameter: str) -> int:
    return request.args.get(parameter, 1, type=int) if number is None else number
