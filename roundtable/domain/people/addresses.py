"""Whom an e-mail address leads to: whoever has it, whoever had it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from roundtable.db import Base
from roundtable.domain.people.people import Person
from roundtable.email_address import is_at, on_the_wire

# How long whoever writes from an address that was corrected is still known by it.
KEPT = timedelta(days=365)


def person_at(session: Session, office_id: int, email: str, *, but: Person | None = None) -> Person | None:
    """Who has this address in an office's address book; ``but``: whoever else than them."""
    if not email.strip():
        return None
    found = select(Person).where(Person.office_id == office_id, is_at(Person.email, email)).order_by(Person.id)
    if but is not None and but.id is not None:
        found = found.where(Person.id != but.id)
    return session.scalars(found.limit(1)).first()


class FormerAddress(Base):
    """An address that was a person's, or their assistant's, before it was corrected or merged into another entry."""

    __tablename__ = "former_addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    # As on_the_wire has it.
    email: Mapped[str] = mapped_column(index=True)
    given_up_at: Mapped[datetime]


def remember(session: Session, person: Person, emails: Iterable[str], *, at: datetime) -> None:
    """These were their addresses until now."""
    for each in {on_the_wire(email) for email in emails} - {""}:
        session.add(FormerAddress(person_id=person.id, email=each, given_up_at=at))


def people_once_at(session: Session, email: str, *, office_id: int | None = None) -> list[Person]:
    """Whose address this was, as long as KEPT."""
    theirs = select(FormerAddress.person_id).where(is_at(FormerAddress.email, email))
    found = select(Person).where(Person.id.in_(theirs)).order_by(Person.id)
    return list(session.scalars(found.where(Person.office_id == office_id) if office_id is not None else found))


def forget_old(session: Session, *, at: datetime) -> None:
    session.execute(delete(FormerAddress).where(FormerAddress.given_up_at < at - KEPT))
