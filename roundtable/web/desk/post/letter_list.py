"""A page of a list of letters, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from roundtable.mail.outbox.outbox import Letter
from roundtable.web.desk.parts.paging import within

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Page:
    letters: list[Letter]
    total: int
    number: int
    pages: int
    # The address of the list, with everything but the number of the page.
    endpoint: str
    values: dict[str, Any]

    def __iter__(self) -> Iterator[Letter]:
        return iter(self.letters)

    def url_for(self, number: int) -> str:
        return url_for(self.endpoint, **self.values, page=number)


def page_of(
    session: Session,
    where: list[ColumnElement[bool]],
    *,
    total: int,
    number: int,
    endpoint: str,
    **values: Any,
) -> Page:
    number, pages = within(number, total, PER_PAGE)
    newest = (
        select(Letter)
        .where(*where)
        .options(joinedload(Letter.person))
        .order_by(Letter.queued_at.desc(), Letter.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    return Page(list(session.scalars(newest)), total, number, pages, endpoint, values)
