"""What somebody needs to take part: access, food, interpretation. Asked for one roundtable alone: it is health data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship

from roundtable.db import Base
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import Registration, seating_of
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import Roundtable

Diet = Literal["", "vegetarian", "vegan", "no_pork", "gluten_free", "lactose_free", "other"]
DIETS: tuple[Diet, ...] = get_args(Diet)
ACCESS = ("wheelchair", "hearing_loop", "large_print", "guide_dog", "seat_near_door")
Interpretation = Literal["", "sign_language", "german", "english"]
INTERPRETATION: tuple[Interpretation, ...] = get_args(Interpretation)


class Needs(Base):
    __tablename__ = "needs"
    __table_args__ = (
        CheckConstraint(f"diet IN {DIETS}", name="diet_known"),
        CheckConstraint(f"interpretation IN {INTERPRETATION}", name="interpretation_known"),
    )

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), primary_key=True)
    stated_at: Mapped[datetime]
    diet: Mapped[Diet] = mapped_column(Text, default="")
    diet_note: Mapped[str] = mapped_column(default="")
    # Keys of ACCESS, separated by blanks.
    access: Mapped[str] = mapped_column(default="")
    access_note: Mapped[str] = mapped_column(default="")
    interpretation: Mapped[Interpretation] = mapped_column(Text, default="")

    invitation: Mapped[Invitation] = relationship()

    @property
    def access_keys(self) -> tuple[str, ...]:
        return tuple(key for key in ACCESS if key in self.access.split())


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the people with a seat need, as numbers and words without names."""

    people: int
    diets: dict[str, int]
    diet_notes: list[str]
    access: dict[str, int]
    access_notes: list[str]
    interpretation: dict[str, int]


def needs_of(session: Session, roundtable: Roundtable) -> list[Needs]:
    """Of everybody with a confirmed seat, in the roundtable's order."""
    seated = (
        select(Needs)
        .join(Needs.invitation)
        .join(Invitation.person)
        .join(Registration, Registration.invitation_id == Invitation.id)
        .where(
            Invitation.roundtable_id == roundtable.id,
            Registration.is_confirmed,
        )
        .options(contains_eager(Needs.invitation).contains_eager(Invitation.person).joinedload(Person.organisation))
        .order_by(*order_at(roundtable))
    )
    return list(session.scalars(seated))


def numbers(session: Session, roundtable: Roundtable) -> Numbers:
    """For the caterer and the house; whoever said nothing eats everything."""
    stated = needs_of(session, roundtable)
    people = seating_of(session, roundtable).confirmed
    eaten = Counter(each.diet for each in stated)
    special: dict[str, int] = {diet: eaten[diet] for diet in DIETS if diet and eaten[diet]}
    return Numbers(
        people=people,
        diets={"": people - sum(special.values()), **special},
        diet_notes=sorted(each.diet_note for each in stated if each.diet_note),
        access=dict(Counter(key for each in stated for key in each.access_keys)),
        access_notes=sorted(each.access_note for each in stated if each.access_note),
        interpretation=dict(Counter(each.interpretation for each in stated if each.interpretation)),
    )


def state_needs(
    session: Session,
    invitation: Invitation,
    *,
    diet: Diet,
    diet_note: str,
    access: Collection[str],
    access_note: str,
    interpretation: Interpretation,
    at: datetime,
) -> None:
    """What counts from now on; nothing at all is no row."""
    needs = session.get(Needs, invitation.id)
    if not (diet or diet_note or access or access_note or interpretation):
        if needs is not None:
            session.delete(needs)
        return
    if needs is None:
        needs = Needs(invitation_id=invitation.id)
        session.add(needs)
    needs.diet, needs.diet_note, needs.interpretation, needs.stated_at = diet, diet_note, interpretation, at
    needs.access, needs.access_note = " ".join(key for key in ACCESS if key in access), access_note
