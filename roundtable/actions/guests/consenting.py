"""Agreeing to be named and photographed, in the very words that were shown; and taking it back."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from roundtable.domain.guests.consents import Consent, ConsentKind, OnlyOneself
from roundtable.domain.guests.invitations import Invitation

_CURRENT = select(Consent.kind).where(Consent.person_id == bindparam("person"), Consent.is_current)


def agree(
    session: Session, invitation: Invitation, kind: ConsentKind, *, words: str, at: datetime, given_by: str = ""
) -> None:
    """Twice is once. ``given_by``: who answers, where it is not the person. Raises OnlyOneself.

    Being ``named`` is from now on the basis for the name in public (rule 19), if there was none.
    """
    person = invitation.person
    if given_by and kind not in agreed_to(session, invitation):
        raise OnlyOneself
    if kind == "named" and not person.may_be_named:
        person.naming_basis, person.naming_agreed_at = "agreed", at
    if _current(session, invitation, kind) is None:
        session.add(Consent(person=person, invitation=invitation, kind=kind, words=words, given_at=at))
    session.flush()


def withdraw(session: Session, invitation: Invitation, kind: ConsentKind, *, at: datetime) -> None:
    """It counts no more from now on, also where the office had noted it before. An office holder stays one."""
    consent = _current(session, invitation, kind)
    if consent is not None:
        consent.withdrawn_at = at
    person = invitation.person
    if kind == "named" and person.naming_basis == "agreed":
        person.naming_basis = person.naming_agreed_at = None
    session.flush()


def agreed_to(session: Session, invitation: Invitation) -> set[str]:
    """The kinds that count at present."""
    noted = {"named"} if invitation.person.naming_basis == "agreed" else set()
    return set(session.scalars(_CURRENT, {"person": invitation.person_id})) | noted


def _current(session: Session, invitation: Invitation, kind: ConsentKind) -> Consent | None:
    return session.scalar(
        select(Consent).where(Consent.person_id == invitation.person_id, Consent.kind == kind, Consent.is_current)
    )
