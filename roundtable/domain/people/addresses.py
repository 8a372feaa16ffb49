"""Whom an e-mail address leads to: whoever has it, whoever had it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from roundtable.db import Base
from roundtable.domain.people.people import Person

# How long whoever writes from an address that was corrected is still known by it.
KEPT = timedelta(days=365)


def same_address(email: str) -> str:
    """The same for one mailbox, however it is written."""
    return email.strip().lower()


def has_address(column: InstrumentedAttribute[str], email: str | Collection[str]) -> ColumnElement[bool]:
    """A condition: this column holds the address, or one of them."""
    emails = (email,) if isinstance(email, str) else email
    return func.lower(column).in_([same_address(each) for each in emails])


def person_at(session: Session, office_id: int, email: str, *, but: Person | None = None) -> Person | None:
    """Who has this address in an office's address book; ``but``: whoever else than them."""
    if not same_address(email):
        return None
    found = select(Person).where(Person.office_id == office_id, has_address(Person.email, email)).order_by(Person.id)
    if but is not None and but.id is not None:
        found = found.where(Person.id != but.id)
    return session.scalars(found.limit(1)).first()


class FormerAddress(Base):
    """An address that was a person's, or their assistant's, before it was corrected or merged into another entry."""

    __tablename__ = "former_addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    # As same_address has it.
    email: Mapped[str] = mapped_column(index=True)
    given_up_at: Mapped[datetime]


def remember(session: Session, person: Person, emails: Iterable[str], *, at: datetime) -> None:
    """These were their addresses until now."""
    for each in {same_address(email) for email in emails} - {""}:
        session.add(FormerAddress(person_id=person.id, email=each, given_up_at=at))


def people_once_at(session: Session, email: str, *, office_id: int | None = None) -> list[Person]:
    """Whose address this was, as long as KEPT."""
    theirs = select(FormerAddress.person_id).where(has_address(FormerAddress.email, email))
    found = select(Person).where(Person.id.in_(theirs)).order_by(Person.id)
    return list(session.scalars(found.where(Person.office_id == office_id) if office_id is not None else found))


def forget_old(session: Session, *, at: datetime) -> None:
    session.execute(delete(FormerAddress).where(FormerAddress.given_up_at < at - KEPT))
