"""Letters that wait, go out, or need a person. Queued in the transaction of the deed they tell of (rule 21).

A worker claims a letter with a lease, commits ``handing_over`` before it talks to the mail server and ``sent`` after,
that one together with its claim on the next: one commit a letter, and never more than one in a worker's hands.
A lease that ends in between leaves it ``uncertain``: it may have arrived, so a person decides, nobody guesses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast, get_args

from flask import current_app
from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    Table,
    bindparam,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column, relationship

from roundtable.db import Base
from roundtable.domain.letter_kinds import KINDS, URGENCIES, LetterKind
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.polls import Poll
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.message import reading
from roundtable.mail.message.reading import Reading
from roundtable.mail.outbox import filing
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.smtp import Envelope, Handover

LetterState = Literal["waiting", "handing_over", "sent", "failed", "uncertain", "given_up", "bounced"]
STATES: tuple[LetterState, ...] = get_args(LetterState)
IN_HAND: tuple[LetterState, ...] = ("handing_over", "uncertain")
UNSENT: tuple[LetterState, ...] = ("waiting", "handing_over", "failed", "uncertain")
# Stand where the mail server's answer would.
OVERTAKEN: Literal["overtaken"] = "overtaken"
STOPPED: Literal["stopped"] = "stopped"
READDRESSED: Literal["readdressed"] = "readdressed"
# Longer than the longest talk with a mail server: its five time-outs.
LEASE = timedelta(minutes=10)
# After "try again later": two days in all, as RFC 5321 4.5.4.1 has it, then a person decides.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 960, 960))


def _urgency(context: DefaultExecutionContext) -> int:
    kind = cast(dict[str, LetterKind], context.get_current_parameters())["kind"]  # type: ignore[no-untyped-call]  # SQLAlchemy's
    return URGENCIES.index(KINDS[kind].urgency)


class Letter(Base):
    """One e-mail, rendered complete when queued; ``message`` is its bytes as they go over the wire (RFC 5322).

    Once it is sent or given up nobody needs its personal link any more: what is kept shows that there was one (rule 2).
    """

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state_known"),
        # The next one to go; lists of an office, newest first; how many it has in each state.
        Index("ix_letters_next", "state", "urgency", "send_after", "id"),
        Index("ix_letters_office_id_queued_at", "office_id", "queued_at", "id"),
        Index("ix_letters_office_id_state_queued_at", "office_id", "state", "queued_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    roundtable_id: Mapped[int | None] = mapped_column(ForeignKey("roundtables.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("polls.id", ondelete="SET NULL"), index=True)
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailings.id", ondelete="SET NULL"), index=True)
    kind: Mapped[LetterKind]
    message_id: Mapped[str] = mapped_column(unique=True)
    sender: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    message: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    queued_at: Mapped[datetime]
    # Planned for later, or waiting after a try that the mail server asked us to repeat.
    send_after: Mapped[datetime]
    # The place in URGENCIES: the smaller goes first.
    urgency: Mapped[int] = mapped_column(default=_urgency)
    state: Mapped[LetterState] = mapped_column(default="waiting")
    state_since: Mapped[datetime]
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    # What the mail server said last.
    reply: Mapped[str] = mapped_column(default="")
    # Since then what it says holds no more, and nobody sends it (again).
    overtaken_at: Mapped[datetime | None]
    # The SEQUENCE their reader had been told of before; none: of nothing yet, or the letter tells of none.
    knew_sequence: Mapped[int | None]
    # The same to the corrected address.
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id", ondelete="SET NULL"), index=True)

    office: Mapped[Office] = relationship()
    roundtable: Mapped[Roundtable | None] = relationship()
    person: Mapped[Person | None] = relationship()
    mailing: Mapped[Mailing | None] = relationship()
    poll: Mapped[Poll | None] = relationship()
    replaced_by: Mapped[Letter | None] = relationship(remote_side=[id], foreign_keys=[replaced_by_id])


LETTERS = cast(Table, Letter.__table__)
# What is known of a letter when it is queued.
WRITTEN = (
    "kind",
    "message_id",
    "sender",
    "recipient",
    "subject",
    "message",
    "queued_at",
    "send_after",
    "state",
    "state_since",
    "knew_sequence",
)
BELONGS_TO = ("office", "roundtable", "person", "poll")


def queue(session: Session, letter: Letter) -> Letter:
    """Put it into the outbox, in the transaction of the deed it tells of."""
    session.add(letter)
    return letter


def queue_all(session: Session, letters: Sequence[Letter], *, mailing: Mailing | None) -> None:
    """Many at once, as rows: the session does not hold them. What they belong to has been flushed."""
    rows = [
        {name: getattr(letter, name) for name in WRITTEN}
        | {f"{name}_id": thing.id if (thing := getattr(letter, name)) is not None else None for name in BELONGS_TO}
        | {"mailing_id": mailing.id if mailing is not None else None}
        for letter in letters
    ]
    if rows:
        session.execute(insert(LETTERS), rows)


def read(letter: Letter) -> Reading:
    """What its reader sees: ``.text``, ``.html``, ``.attachments``, ``.headers``."""
    return reading.read(letter.message)


def is_due(session: Session, *, at: datetime) -> bool:
    return bool(session.scalar(select(_due(at).exists())))


def _due(at: datetime) -> Select[int]:
    return select(Letter.id).where(Letter.state == "waiting", Letter.send_after <= at)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a worker needs of a letter."""

    id: int
    kind: LetterKind
    envelope: Envelope


def claim(session: Session | Connection, worker: str, *, at: datetime, lease: timedelta = LEASE) -> Claimed | None:
    """Take the next letter that is due, the urgent first; commit before talking to the mail server.

    Two workers never get the same one: PostgreSQL skips rows that another has locked, SQLite lets one write at a time.
    """
    row = session.execute(_CLAIM, {"at": at, "worker": worker, "until": at + lease}).one_or_none()
    return Claimed(row.id, row.kind, Envelope(row.sender, row.recipient, row.message)) if row is not None else None


def record(session: Session, letter_id: int, worker: str, handover: Handover, *, at: datetime) -> None:
    """What became of a claimed letter. Late truth corrects ``uncertain``; a person's decision stands."""
    letter = session.scalar(
        select(Letter)
        .where(Letter.id == letter_id, Letter.claimed_by == worker, Letter.state.in_(IN_HAND))
        .with_for_update(),
        execution_options={"populate_existing": True},
    )
    if letter is None:
        return
    letter.reply, letter.state_since, letter.lease_until = handover.reply, at, None
    match handover.outcome:
        case "accepted":
            file_away(letter, "sent")
        case "unknown":
            letter.state = "uncertain"
        case "later" | "refused" if letter.overtaken_at is not None:
            file_away(letter, "given_up")
            letter.reply = OVERTAKEN
        case "refused":
            letter.state = "failed"
        case "later" if letter.tries <= len(PAUSES) and not _was_stopped(letter):
            letter.state, letter.send_after, letter.claimed_by = "waiting", at + PAUSES[letter.tries - 1], None
        case "later":
            letter.state = "failed"


def _was_stopped(letter: Letter) -> bool:
    """While it was handed over somebody stopped its mailing: it is not tried again without being asked for."""
    return letter.mailing is not None and letter.mailing.stopped_at is not None


def record_sent(connection: Connection, letter: Claimed, worker: str, reply: str, *, at: datetime) -> None:
    """The usual end, in one statement: the same as ``record`` of a letter that was accepted."""
    kept = {
        "b_id": letter.id,
        "b_worker": worker,
        "b_reply": reply,
        "b_at": at,
        "b_kept": _to_keep(letter.envelope.message),
    }
    connection.execute(_RECORD_SENT, kept)


def bounce(session: Session, letter: Letter, *, reason: str, at: datetime) -> None:
    """It was handed over and came back; ``reason`` is what the mail server says. What never left stays as it is."""
    session.flush()
    session.refresh(letter, ["state", "reply", "message"], with_for_update=True)
    if letter.state in ("handing_over", "sent", "uncertain"):
        file_away(letter, "bounced")
        letter.state_since, letter.reply, letter.claimed_by, letter.lease_until = at, reason, None, None


def doubt_ended_leases(session: Session, *, at: datetime) -> None:
    """Whoever was handing these over has gone silent: each may have arrived."""
    ended = [Letter.state == "handing_over", Letter.lease_until < at]
    session.execute(update(Letter).where(*ended).values(state="uncertain", state_since=at, lease_until=None))


def send_now(session: Session, mailing: Mailing, *, at: datetime) -> None:
    """What was planned for later goes out at once."""
    mailing.send_after = at
    waiting = [Letter.mailing_id == mailing.id, Letter.state == "waiting", Letter.send_after > at]
    session.execute(update(Letter).where(*waiting).values(send_after=at))


def file_away(letter: Letter, state: LetterState) -> None:
    """It goes nowhere any more. In the demo, where the reader plays every part, its link stays."""
    letter.state, letter.message = state, _to_keep(letter.message)


def _to_keep(content: bytes) -> bytes:
    return content if current_app.config["ROUNDTABLE"].is_demo else filing.shortened(content)


# Built once: a worker needs them for every letter.
_next = select(LETTERS.c.id).where(LETTERS.c.state == "waiting", LETTERS.c.send_after <= bindparam("at"))
_next = _next.order_by(LETTERS.c.urgency, LETTERS.c.send_after, LETTERS.c.id).limit(literal_column("1"))
_CLAIM = (
    update(LETTERS)
    .where(LETTERS.c.id == _next.with_for_update(skip_locked=True).scalar_subquery(), LETTERS.c.state == "waiting")
    .values(
        state="handing_over",
        state_since=bindparam("at"),
        claimed_by=bindparam("worker"),
        lease_until=bindparam("until"),
        tries=LETTERS.c.tries + 1,
    )
    .returning(*(LETTERS.c[name] for name in ("id", "kind", "sender", "recipient", "message")))
)
_RECORD_SENT = (
    update(LETTERS)
    .where(
        LETTERS.c.id == bindparam("b_id"),
        LETTERS.c.claimed_by == bindparam("b_worker"),
        or_(*(LETTERS.c.state == literal_column(f"'{state}'") for state in IN_HAND)),
    )
    .values(
        state="sent",
        state_since=bindparam("b_at"),
        lease_until=None,
        reply=bindparam("b_reply"),
        message=bindparam("b_kept"),
    )
)
