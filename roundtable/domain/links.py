"""Personal links: what opens a guest's page without an account. Only their hash is stored (rule 2)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import cast

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from roundtable.db import Base
from roundtable.domain.conditions import has_come, is_not, is_set
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.people.people import Person
from roundtable.domain.press.quotes import Quote
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.roundtables.polls import PollVoter

# After the roundtable, for invitations; after it was issued, for the rest.
LASTS = timedelta(days=180)
# A link that opens nothing any more.
KEPT_AFTERWARDS = timedelta(days=30)
# What stands in a letter that is only looked at: it opens nothing.
NO_TOKEN = "preview"  # noqa: S105 - no secret
OPENS = ("invitation", "quote", "commitment", "poll_voter", "sign_up")


class PersonalLink(Base):
    __tablename__ = "personal_links"
    __table_args__ = (
        CheckConstraint(
            " + ".join(f"CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END" for name in OPENS) + " = 1",
            name="opens_one_thing",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quotes.id", ondelete="CASCADE"), index=True)
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    poll_voter_id: Mapped[int | None] = mapped_column(ForeignKey("poll_voters.id", ondelete="CASCADE"), index=True)
    sign_up_id: Mapped[int | None] = mapped_column(ForeignKey("sign_ups.id", ondelete="CASCADE"), index=True)
    # It went to the assistant of the person it is about.
    is_for_assistant: Mapped[bool] = mapped_column(default=False)

    invitation: Mapped[Invitation | None] = relationship()
    quote: Mapped[Quote | None] = relationship()
    commitment: Mapped[Commitment | None] = relationship()
    poll_voter: Mapped[PollVoter | None] = relationship()
    sign_up: Mapped[SignUp | None] = relationship()

    @hybrid_property
    def is_revoked(self) -> bool:
        return is_set(self.revoked_at)

    @hybrid_method
    def opens(self, at: datetime) -> bool:
        return is_not(self.is_revoked) & is_not(has_come(self.expires_at, at))


LINKS = cast(Table, PersonalLink.__table__)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue(
    session: Session,
    *,
    at: datetime,
    invitation: Invitation | None = None,
    quote: Quote | None = None,
    commitment: Commitment | None = None,
    poll_voter: PollVoter | None = None,
    sign_up: SignUp | None = None,
    is_for_assistant: bool = False,
) -> str:
    """A new link to one thing, valid until 180 days after. Returns the token, which is kept nowhere."""
    token = new_token()
    session.add(
        PersonalLink(
            token_hash=hash_of(token),
            issued_at=at,
            expires_at=_end(invitation, at),
            invitation=invitation,
            quote=quote,
            commitment=commitment,
            poll_voter=poll_voter,
            sign_up=sign_up,
            is_for_assistant=is_for_assistant,
        )
    )
    return token


def issue_to_all(session: Session, whom: Sequence[tuple[Invitation, bool]], *, at: datetime) -> list[str]:
    """The same for many invitations at once; True: for the assistant. Returns the tokens in their order."""
    tokens = [new_token() for _ in whom]
    rows = [
        {
            "token_hash": hash_of(token),
            "issued_at": at,
            "expires_at": _end(invitation, at),
            "invitation_id": invitation.id,
            "is_for_assistant": is_for_assistant,
        }
        for token, (invitation, is_for_assistant) in zip(tokens, whom, strict=True)
    ]
    if rows:
        session.execute(insert(LINKS), rows)
    return tokens


def new_token() -> str:
    return secrets.token_urlsafe(24)


def _end(invitation: Invitation | None, at: datetime) -> datetime:
    return (max(at, invitation.roundtable.ends_at) if invitation is not None else at) + LASTS


@cache
def _by_hash(load: tuple[ORMOption, ...]) -> Select[PersonalLink]:
    return select(PersonalLink).where(PersonalLink.token_hash == bindparam("token_hash")).options(*load)


def link_by_token(session: Session, token: str, *, at: datetime, load: Sequence[ORMOption] = ()) -> PersonalLink | None:
    """The link this token opens now; None when mistyped, revoked or expired, and nobody is told which.

    ``load``: what to read with it, made once.
    """
    link = session.scalar(_by_hash(tuple(load)), {"token_hash": hash_of(token)})
    return link if link is not None and link.opens(at) else None


def revoke_links(session: Session, invitation: Invitation, *, at: datetime) -> None:
    """Every link to this invitation is dead from now on."""
    _revoke(session, PersonalLink.invitation_id == invitation.id, at=at)


def revoke_links_of_sign_up(session: Session, sign_up: SignUp, *, at: datetime) -> None:
    _revoke(session, PersonalLink.sign_up_id == sign_up.id, at=at)


def _revoke(session: Session, *which: ColumnElement[bool], at: datetime) -> None:
    session.execute(update(PersonalLink).where(*which, ~PersonalLink.is_revoked).values(revoked_at=at))


def reported_on_by(person_id: int) -> ColumnElement[bool]:
    """Commitments that name this person, or their organisation and nobody."""
    organisation = select(Person.organisation_id).where(Person.id == person_id).scalar_subquery()
    return or_(
        Commitment.person_id == person_id,
        and_(Commitment.person_id.is_(None), Commitment.organisation_id == organisation),
    )


def revoke_issued(
    session: Session, issued_at: datetime, *, person_id: int, is_for_assistant: bool, at: datetime
) -> None:
    """What went out to this person at that moment opens nothing any more."""
    theirs = or_(
        PersonalLink.invitation_id.in_(select(Invitation.id).where(Invitation.person_id == person_id)),
        PersonalLink.quote_id.in_(select(Quote.id).where(Quote.person_id == person_id)),
        PersonalLink.commitment_id.in_(select(Commitment.id).where(reported_on_by(person_id))),
        PersonalLink.poll_voter_id.in_(select(PollVoter.id).where(PollVoter.person_id == person_id)),
    )
    _revoke(
        session,
        PersonalLink.issued_at == issued_at,
        PersonalLink.is_for_assistant == is_for_assistant,
        theirs,
        at=at,
    )


def forget_ended(session: Session, *, at: datetime) -> None:
    """What has opened nothing for a month. Of those to a commitment the last says when it was last asked about."""
    until = at - KEPT_AFTERWARDS
    later = aliased(PersonalLink)
    was_asked_again = exists().where(later.commitment_id == PersonalLink.commitment_id, later.id > PersonalLink.id)
    ended = or_(PersonalLink.expires_at < until, PersonalLink.revoked_at < until)
    opened_nothing_else = or_(PersonalLink.commitment_id.is_(None), was_asked_again)
    session.execute(delete(PersonalLink).where(ended, opened_nothing_else))
