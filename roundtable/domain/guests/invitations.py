"""Who is invited to a roundtable and what they answered. Answers are added, never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from roundtable.db import Base
from roundtable.domain.conditions import is_set, is_unset
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import MEMBER_ROLES, MemberRole

if TYPE_CHECKING:
    from roundtable.domain.guests.registrations import Registration

AnswerKind = Literal["accepted", "declined", "delegated"]
ANSWERS: tuple[AnswerKind, ...] = get_args(AnswerKind)
Way = Literal["link", "phone", "letter", "in_person", "sign_up", "calendar"]
WAYS: tuple[Way, ...] = get_args(Way)


class AnswersClosed(Refused):
    sentence = _l("The time to answer by this link is over. Please call the office named below.")


@dataclass(frozen=True)
class Given:
    """How an answer came to us. ``given_by``: on behalf of the invited person; ``recorded_by``: at the desk."""

    via: Way = "link"
    note: str = ""
    given_by: str = ""
    recorded_by: Account | None = None


BY_LINK = Given()


class Invitation(Base):
    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("roundtable_id", "person_id"),
        CheckConstraint(f"role IN {MEMBER_ROLES}", name="role_known"),
        CheckConstraint("seats >= 1", name="seats_at_least_one"),
        CheckConstraint("delegated_by_id IS NULL OR brought_by_id IS NULL", name="delegate_or_companion"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    # The one who sent this delegate.
    delegated_by_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    # The one who brings this companion, or this colleague on another seat of their organisation.
    brought_by_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    # What the guest who named them typed; what the office knows of them is not the guest's to read.
    named_as: Mapped[str] = mapped_column(default="")
    role: Mapped[MemberRole] = mapped_column(Text, default="member")
    # Of the organisation, this person's own included.
    seats: Mapped[int] = mapped_column(default=1)
    prepared_at: Mapped[datetime]
    # When the save-the-date was queued.
    announced_at: Mapped[datetime | None]
    # When the letter was queued; the letter itself knows whether it arrived.
    sent_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    # The SEQUENCE of the calendar entry that this person was last told of; none: of nothing yet.
    told_sequence: Mapped[int | None]
    # Message-ID of the first letter to them: later ones belong to the same conversation.
    thread_id: Mapped[str | None]

    roundtable: Mapped[Roundtable] = relationship(back_populates="invitations")
    person: Mapped[Person] = relationship()
    delegated_by: Mapped[Invitation | None] = relationship(
        foreign_keys=[delegated_by_id], remote_side=[id], back_populates="delegates"
    )
    delegates: Mapped[list[Invitation]] = relationship(foreign_keys=[delegated_by_id], back_populates="delegated_by")
    brought_by: Mapped[Invitation | None] = relationship(
        foreign_keys=[brought_by_id], remote_side=[id], back_populates="brought"
    )
    brought: Mapped[list[Invitation]] = relationship(
        foreign_keys=[brought_by_id], back_populates="brought_by", order_by="Invitation.id"
    )
    answers: Mapped[list[Answer]] = relationship(
        back_populates="invitation", order_by="Answer.id", cascade="all, delete-orphan"
    )
    answer: Mapped[Answer | None] = relationship(
        primaryjoin="and_(Answer.invitation_id == Invitation.id, Answer.is_current)",
        viewonly=True,
        uselist=False,
    )
    registration: Mapped[Registration | None] = relationship(
        primaryjoin="and_(Registration.invitation_id == Invitation.id, Registration.is_live)",
        viewonly=True,
        uselist=False,
    )

    @hybrid_property
    def is_open(self) -> bool:
        return is_unset(self.revoked_at)

    @hybrid_property
    def is_sent(self) -> bool:
        return is_set(self.sent_at)

    @hybrid_property
    def has_been_told(self) -> bool:
        """Of the date at least: by the save-the-date or by the invitation."""
        return is_set(self.sent_at) | is_set(self.announced_at)

    @property
    def delegate(self) -> Invitation | None:
        """Who comes instead at present."""
        return next((each for each in self.delegates if each.is_open), None)

    @property
    def called(self) -> str:
        """The name for whoever named them as delegate or companion."""
        return self.named_as or self.person.name

    @property
    def companions(self) -> list[Invitation]:
        """Who comes along at present, in the order they were named."""
        return [each for each in self.brought if each.is_open]

    @property
    def may_bring(self) -> int:
        """How many more may be named: the organisation's other seats, and companions where they are welcome."""
        if self.delegated_by_id is not None or self.brought_by_id is not None:
            return 0
        return max(0, self.seats - 1 + self.roundtable.companions - len(self.companions))

    def ask_again(self, *, at: datetime) -> None:
        """What was answered before stays on record and counts no more."""
        for answer in self.answers:
            answer.superseded_at = answer.superseded_at or at
        # What is only looked at does not follow by itself.
        set_committed_value(self, "answer", None)

    def record(self, kind: AnswerKind, *, at: datetime, given: Given = BY_LINK) -> Answer:
        """Add an answer that takes the place of the one before."""
        self.ask_again(at=at)
        answer = Answer(kind=kind, answered_at=at, **vars(given))
        self.answers.append(answer)
        set_committed_value(self, "answer", answer)
        return answer


class Answer(Base):
    __tablename__ = "answers"
    __table_args__ = (
        CheckConstraint(f"kind IN {ANSWERS}", name="kind_known"),
        CheckConstraint(f"via IN {WAYS}", name="via_known"),
        Index(
            "uq_answers_current",
            "invitation_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    kind: Mapped[AnswerKind] = mapped_column(Text)
    answered_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    via: Mapped[Way] = mapped_column(Text)
    note: Mapped[str] = mapped_column(default="")
    # The assistant who answered for the invited person; empty: they did so themselves.
    given_by: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    invitation: Mapped[Invitation] = relationship(back_populates="answers")
    recorded_by: Mapped[Account | None] = relationship()

    @hybrid_property
    def is_current(self) -> bool:
        return is_unset(self.superseded_at)
