"""One page of a longer list, by the address or by the form that asks for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, func, select

from roundtable.db import db

PER_PAGE = 25
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a longer list; ``pages`` from 1. ``url_for``: the address of another one, by its number."""

    rows: list[Row]
    total: int
    number: int
    pages: int
    url_for: Callable[[int], str]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


def of_this_address(parameter: str = "page") -> Callable[[int], str]:
    """The address that was asked for, with another number in this ``parameter``."""

    def url(number: int) -> str:
        asked: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {}), parameter: number}
        return url_for(str(request.endpoint), **asked)

    return url


def within(asked: int, total: int, per_page: int) -> tuple[int, int]:
    """The page asked for, beyond the last one that one, and how many pages there are; the first is always there."""
    pages = max(1, -(-total // per_page))
    return min(max(1, asked), pages), pages


def slice_of(
    chosen: Select[Any], *, parameter: str = "page", per_page: int = PER_PAGE, number: int | None = None
) -> Page[Any]:
    """The page asked for of what this statement finds. ``number``: where a form asks for it, not the address."""
    counted = select(func.count()).select_from(chosen.order_by(None).subquery())
    total = db.session.scalar(counted) or 0
    number, pages = within(_asked_for(number, parameter), total, per_page)
    shown = chosen.limit(per_page).offset((number - 1) * per_page)
    return Page(list(db.session.scalars(shown)), total, number, pages, of_this_address(parameter))


def part_of(rows: list[Row], *, per_page: int = PER_PAGE, number: int | None = None) -> Page[Row]:
    """The same of a list that is there already."""
    number, pages = within(_asked_for(number, "page"), len(rows), per_page)
    return Page(rows[(number - 1) * per_page : number * per_page], len(rows), number, pages, of_this_address())


def _asked_for(number: int | None, parameter: str) -> int:
    return request.args.get(parameter, 1, type=int) if number is None else number
