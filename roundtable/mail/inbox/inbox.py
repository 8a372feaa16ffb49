"""What arrives in the reply mailbox. Every message is kept as it came; none is dropped, and twice is once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal, get_args

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    and_,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column, relationship

from roundtable.db import Base
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office, OfficeMember
from roundtable.domain.people.people import Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.inbox import masking, parsing
from roundtable.mail.inbox.parsing import MOST_BYTES, Arrived
from roundtable.mail.outbox.outbox import Letter

ReceivedKind = Literal["reply", "counter", "winmail", "bounce", "delay", "automatic", "mail", "unknown"]
# Open: it needs a person. Recorded: it has changed something. Set aside: it changed nothing, and why is said.
# Noted: nothing is to be done. Settled: a person has dealt with it.
ReceivedState = Literal["open", "recorded", "set_aside", "noted", "settled"]
# Who says that a message is from its sender: the mail server, the letter that it answers, nobody.
Voucher = Literal["server", "letter", ""]
# What is dealt with is forgotten after a year (rule 26). What needs a person waits for one, but not for ever.
KEPT, WAITS = timedelta(days=365), timedelta(days=730)


class AlreadySettled(Refused):
    sentence = _l("Somebody has dealt with this message in the meantime. Please look at it again.")


class ReceivedMessage(Base):
    """``because``: why it is in this state, a key whose words stand in components/mailbox.html."""

    __tablename__ = "received_messages"
    __table_args__ = (
        CheckConstraint(f"kind IN {get_args(ReceivedKind)}", name="kind_known"),
        CheckConstraint(f"state IN {get_args(ReceivedState)}", name="state_known"),
        Index("ix_received_messages_office_id_state", "office_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # None only while there is no office at all.
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    # It may be meant for another: only those see it who can say so.
    office_is_guessed: Mapped[bool] = mapped_column(default=False)
    # Message-ID, sender, date and body: two deliveries of one message have the same.
    fingerprint: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[str]
    sender: Mapped[str]
    sender_name: Mapped[str]
    subject: Mapped[str]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    # As it came, cut at MOST_BYTES; what people may read of it is to_read.
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    kind: Mapped[ReceivedKind] = mapped_column(default="unknown")
    state: Mapped[ReceivedState] = mapped_column(default="open")
    because: Mapped[str] = mapped_column(default="")
    # What the mail server said of a letter that came back.
    said: Mapped[str] = mapped_column(default="")
    vouched_by: Mapped[Voucher] = mapped_column(default="")

    # What a calendar program answered, in words of RFC 5546.
    calendar_uid: Mapped[str] = mapped_column(default="")
    attendee: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    delegated_to: Mapped[str] = mapped_column(default="")
    sequence: Mapped[int | None]
    stamped_at: Mapped[datetime | None]
    proposed_at: Mapped[datetime | None]

    roundtable_id: Mapped[int | None] = mapped_column(ForeignKey("roundtables.id", ondelete="SET NULL"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id", ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime | None]
    # None where it was decided by rule.
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    office: Mapped[Office | None] = relationship()
    roundtable: Mapped[Roundtable | None] = relationship()
    invitation: Mapped[Invitation | None] = relationship()
    person: Mapped[Person | None] = relationship()
    letter: Mapped[Letter | None] = relationship()
    decided_by: Mapped[Account | None] = relationship()

    @property
    def shown_sender(self) -> str:
        return self.sender_name or self.sender

    @property
    def to_read(self) -> bytes:
        """The message for whoever may look at it: nobody's personal link is in it."""
        return masking.masked(self.content)

    @property
    def is_answer(self) -> bool:
        """Whether it can be recorded as it is: a clear yes or no."""
        return self.kind == "reply" and self.answer in ("ACCEPTED", "DECLINED")

    @property
    def may_go_to_another_office(self) -> bool:
        """Whether it needs a person, and nothing in it belongs to this very office."""
        return self.state == "open" and self.letter_id is None and self.roundtable_id is None

    def decide(self, state: ReceivedState, because: str, *, at: datetime, by: Account | None = None) -> None:
        self.state, self.because, self.decided_at, self.decided_by = state, because, at, by

    def ask_a_person(self, because: str) -> None:
        self.state, self.because, self.decided_at, self.decided_by = "open", because, None, None


IS_ANSWER = ReceivedMessage.kind.in_(("reply", "counter"))


def keep(session: Session, content: bytes, *, at: datetime) -> tuple[ReceivedMessage, Arrived] | None:
    """Store it, as something that needs a person; None where it has been delivered before."""
    is_whole, content = len(content) <= MOST_BYTES, content[:MOST_BYTES]
    found, mark = parsing.read(content), parsing.fingerprint(content)
    if session.scalar(select(ReceivedMessage.id).where(ReceivedMessage.fingerprint == mark)) is not None:
        return None
    received = ReceivedMessage(
        fingerprint=mark,
        message_id=parsing.clean(found.message_id),
        sender=found.sender,
        sender_name=found.sender_name,
        subject=found.subject,
        sent_at=found.sent_at,
        received_at=at,
        content=content,
        kind="unknown",
        state="open",
        because="unreadable" if is_whole else "too_long",
    )
    try:
        with session.begin_nested():
            session.add(received)
    except IntegrityError:  # Somebody else was delivered the same at the same moment.
        return None
    found.is_readable = found.is_readable and is_whole
    return received, found


def lock(session: Session, received: ReceivedMessage, *states: ReceivedState) -> None:
    """Nobody else decides on it until we commit. Raises AlreadySettled where it is in none of these states any more."""
    session.flush()
    session.refresh(received, ["state", "because", "office_id"], with_for_update=True)
    if received.state not in states:
        raise AlreadySettled


def views() -> dict[str, ColumnElement[bool]]:
    """What the list at the desk can be narrowed to."""
    returned = ReceivedMessage.kind.in_(("bounce", "delay"))
    return {
        "open": ReceivedMessage.state == "open",
        "answers": (ReceivedMessage.state == "open") & IS_ANSWER,
        "recorded": (ReceivedMessage.state == "recorded") & ~returned,
        "set_aside": ReceivedMessage.state == "set_aside",
        "returned": returned,
        "automatic": ReceivedMessage.kind == "automatic",
    }


def seen_by(members: Collection[OfficeMember]) -> ColumnElement[bool]:
    """What these may see: the messages to their offices, and where that is a guess, only whoever decides there."""
    deciding = [each.office_id for each in members if each.may("invite")]
    return and_(
        ReceivedMessage.office_id.in_([each.office_id for each in members]),
        or_(ReceivedMessage.office_is_guessed.is_(False), ReceivedMessage.office_id.in_(deciding)),
    )


def counts(session: Session, seen: ColumnElement[bool]) -> dict[str, int]:
    """How many messages each view shows, of those that are ``seen_by`` somebody; "all" too."""
    columns = [func.count().filter(each) for each in views().values()]
    row = session.execute(select(func.count(), *columns).where(seen)).one()
    return dict(zip(("all", *views()), row, strict=True))


def waiting(session: Session, seen: ColumnElement[bool]) -> tuple[int, int]:
    """How many answers, and how many other messages, need a person, of those that are ``seen_by`` somebody."""
    open_ones = [seen, ReceivedMessage.state == "open"]
    counted = select(func.count().filter(IS_ANSWER), func.count().filter(~IS_ANSWER)).where(*open_ones)
    answers, others = session.execute(counted).one()
    return answers, others


def forget_old(session: Session, *, at: datetime) -> None:
    """Messages dealt with a year ago, and those that nobody has cared for in two."""
    dealt_with = and_(ReceivedMessage.state != "open", ReceivedMessage.received_at < at - KEPT)
    session.execute(delete(ReceivedMessage).where(or_(dealt_with, ReceivedMessage.received_at < at - WAITS)))
