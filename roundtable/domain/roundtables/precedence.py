"""In which order people stand at one roundtable: placed by hand, else by rank, time in office and name (rule 24)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from roundtable.db import Base
from roundtable.domain.people.people import PRECEDENCE, Person
from roundtable.domain.roundtables.roundtables import Roundtable

# Where nobody can be put: the largest number a column holds.
AFTER_ALL = 2**31 - 1


class PlaceByHand(Base):
    """Where an organiser put somebody; whoever was put nowhere follows after all who were."""

    __tablename__ = "places_by_hand"

    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]


def order_at(roundtable: Roundtable) -> tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]:
    """What a statement about people of this roundtable is ordered by."""
    position = (
        select(PlaceByHand.position)
        .where(PlaceByHand.roundtable_id == roundtable.id, PlaceByHand.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    return (func.coalesce(position, AFTER_ALL), *PRECEDENCE)


def key_at(session: Session, roundtable: Roundtable) -> Callable[[Person], tuple[object, ...]]:
    """The same order for people who are loaded already."""
    positions: dict[int, int] = dict(
        session.execute(
            select(PlaceByHand.person_id, PlaceByHand.position).where(PlaceByHand.roundtable_id == roundtable.id)
        ).all()
    )
    last = len(positions) + 1
    return lambda person: (positions.get(person.id, last), *person.precedence, person.id)


def is_by_hand(session: Session, roundtable: Roundtable) -> bool:
    placed = select(PlaceByHand).where(PlaceByHand.roundtable_id == roundtable.id)
    return bool(session.scalar(select(placed.exists())))


def place(session: Session, roundtable: Roundtable, people: Sequence[Person]) -> None:
    """Put these in this order, by hand, and forget any order by hand before."""
    forget_places(session, roundtable)
    session.add_all(
        PlaceByHand(roundtable_id=roundtable.id, person_id=person.id, position=position)
        for position, person in enumerate(people, start=1)
    )
    session.flush()


def forget_places(session: Session, roundtable: Roundtable) -> None:
    """Back to rank, time in office and name."""
    session.execute(delete(PlaceByHand).where(PlaceByHand.roundtable_id == roundtable.id))
