"""A page of a list of letters, newest first."""

from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from roundtable.mail.outbox.outbox import Letter
from roundtable.web.paging import Page, within

PER_PAGE = 25


def page_of(
    session: Session,
    where: list[ColumnElement[bool]],
    *,
    total: int,
    number: int,
    endpoint: str,
    **values: Any,
) -> Page[Letter]:
    number, pages = within(number, total, PER_PAGE)
    newest = (
        select(Letter)
        .where(*where)
        .options(joinedload(Letter.person))
        .order_by(Letter.queued_at.desc(), Letter.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    return Page(
        list(session.scalars(newest)), total, number, pages, lambda number: url_for(endpoint, **values, page=number)
    )
