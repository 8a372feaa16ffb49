"""The list of who answered what at the desk: one standing a person, filtered, counted and paged in SQL."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.guests.standings import Standing, standing_now
from roundtable.domain.people.people import Person, fits
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web.paging import Page, within

PER_PAGE = 20


@dataclass(frozen=True)
class Row:
    invitation: Invitation
    standing: Standing


def page(
    session: Session,
    roundtable: Roundtable,
    counts: dict[Standing, int],
    *,
    standing: Standing | None = None,
    words: str = "",
    number: int = 1,
) -> Page[Row]:
    """Twenty by precedence, those who wait in the order of the list. Without a standing: all but the revoked."""
    chosen = _chosen(roundtable, standing, words)
    if words:
        found = chosen.with_only_columns(Invitation.id).order_by(None).subquery()
        total = session.scalar(select(func.count()).select_from(found)) or 0
    else:
        total = counts[standing] if standing else sum(counts.values()) - counts["revoked"]
    number, pages = within(number, total, PER_PAGE)
    # Found and put in order by their numbers alone; only then is read what stands in a row.
    shown = chosen.with_only_columns(Invitation.id).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    rows = _rows(session, chosen.where(Invitation.id.in_(shown)))
    here: dict[str, Any] = {"roundtable_id": roundtable.id, "standing": standing, "q": words or None}
    return Page(rows, total, number, pages, lambda number: url_for("desk.invitations.index", **here, page=number))


def every_row(session: Session, roundtable: Roundtable, *, standing: Standing | None, words: str) -> list[Row]:
    """The same rows, all of them."""
    return _rows(session, _chosen(roundtable, standing, words))


def _chosen(roundtable: Roundtable, standing: Standing | None, words: str) -> Select[Invitation, Standing]:
    """Every word stands in the name, the organisation or the address."""
    order = (Registration.id,) if standing == "waiting" else order_at(roundtable)
    return (
        select(Invitation, standing_now)
        .join(Invitation.person)
        .outerjoin(Person.organisation)
        .outerjoin(Invitation.registration)
        .outerjoin(Invitation.answer)
        .where(
            Invitation.roundtable_id == roundtable.id,
            standing_now == standing if standing else Invitation.is_open,
            *fits(words),
        )
        .order_by(*order)
    )


def _rows(session: Session, chosen: Select[Invitation, Standing]) -> list[Row]:
    loaded = chosen.options(
        contains_eager(Invitation.person).contains_eager(Person.organisation),
        contains_eager(Invitation.registration),
        contains_eager(Invitation.answer).joinedload(Answer.recorded_by),
        joinedload(Invitation.delegated_by).joinedload(Invitation.person),
        joinedload(Invitation.brought_by).joinedload(Invitation.person),
        selectinload(Invitation.delegates).options(
            joinedload(Invitation.person), joinedload(Invitation.answer), joinedload(Invitation.registration)
        ),
    )
    return [Row(invitation, found) for invitation, found in session.execute(loaded).unique()]
