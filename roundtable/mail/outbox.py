"""Letters that wait, go out, or need a person. Queued in the transaction of the deed they tell of (rule 21).

A worker claims a letter with a lease, commits ``handing_over`` before it talks to the mail server and ``sent`` after.
A lease that ends in between leaves it ``uncertain``: it may have arrived, so a person decides, nobody guesses.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Select, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column, relationship, undefer

from roundtable.db import Base
from roundtable.domain.accounts import Account
from roundtable.domain.history import Entry
from roundtable.domain.offices import Office
from roundtable.domain.people import Person
from roundtable.domain.polls import Poll
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables import Roundtable
from roundtable.mail import message
from roundtable.mail.mailings import Mailing
from roundtable.mail.message import Reading
from roundtable.mail.smtp import Handover

STATES = ("waiting", "handing_over", "sent", "failed", "uncertain", "given_up", "bounced")
UNSENT = ("waiting", "handing_over", "failed", "uncertain")
# Stand where the mail server's answer would.
OVERTAKEN, STOPPED = "overtaken", "stopped"
# Longer than the longest talk with a mail server: its five time-outs.
LEASE = timedelta(minutes=10)
# After "try again later": two days in all, as RFC 5321 4.5.4.1 has it, then a person decides.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 960, 960))
RUNS_IF_SEEN_WITHIN = timedelta(minutes=3)


class HasMovedOn(Refused):
    sentence = _l("This letter has changed its state in the meantime. Please look at it again.")


class Overtaken(HasMovedOn):
    sentence = _l("What this letter says was overtaken by a later change. It will not be sent (again).")


class Letter(Base):
    """One e-mail, rendered complete when queued; ``message`` is its bytes as they go over the wire (RFC 5322).

    Once it is sent or given up nobody needs its personal link any more: what is kept shows that there was one (rule 2).
    """

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state_known"),
        Index("ix_letters_state_send_after", "state", "send_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    roundtable_id: Mapped[int | None] = mapped_column(ForeignKey("roundtables.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("polls.id", ondelete="SET NULL"), index=True)
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailings.id", ondelete="SET NULL"), index=True)
    # Which letter it is: the name of its template, for example "invitation".
    kind: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    sender: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    message: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    queued_at: Mapped[datetime]
    # Planned for later, or waiting after a try that the mail server asked us to repeat.
    send_after: Mapped[datetime]
    state: Mapped[str] = mapped_column(Text, default="waiting")
    state_since: Mapped[datetime]
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    # What the mail server said last.
    reply: Mapped[str] = mapped_column(default="")
    # Since then what it says holds no more, and nobody sends it (again).
    overtaken_at: Mapped[datetime | None]

    office: Mapped[Office] = relationship()
    roundtable: Mapped[Roundtable | None] = relationship()
    person: Mapped[Person | None] = relationship()
    mailing: Mapped[Mailing | None] = relationship()
    poll: Mapped[Poll | None] = relationship()


def queue(session: Session, letter: Letter) -> Letter:
    """Put it into the outbox, in the transaction of the deed it tells of."""
    session.add(letter)
    return letter


def read(letter: Letter) -> Reading:
    """What its reader sees: ``.text``, ``.html``, ``.attachments``, ``.headers``."""
    return message.read(letter.message)


def is_due(session: Session, *, at: datetime) -> bool:
    return bool(session.scalar(select(_due(at).exists())))


def _due(at: datetime) -> Select[int]:
    return select(Letter.id).where(Letter.state == "waiting", Letter.send_after <= at)


def claim(session: Session, worker: str, *, at: datetime, lease: timedelta = LEASE) -> Letter | None:
    """Take the next letter that is due, message and all; commit before talking to the mail server.

    Two workers never get the same one: PostgreSQL skips rows that another has locked, SQLite lets one write at a time.
    """
    next_one = _due(at).order_by(Letter.send_after, Letter.id).limit(1).with_for_update(skip_locked=True)
    taken = (
        update(Letter)
        .where(Letter.id == next_one.scalar_subquery(), Letter.state == "waiting")
        .values(state="handing_over", state_since=at, claimed_by=worker, lease_until=at + lease, tries=Letter.tries + 1)
        .returning(Letter.id)
    )
    letter_id = session.scalar(taken, execution_options={"synchronize_session": False})
    if letter_id is None:
        return None
    return session.get(Letter, letter_id, options=[undefer(Letter.message)], populate_existing=True)


def record(session: Session, letter_id: int, worker: str, handover: Handover, *, at: datetime) -> None:
    """What became of a claimed letter. Late truth corrects ``uncertain``; a person's decision stands."""
    held = [Letter.id == letter_id, Letter.claimed_by == worker, Letter.state.in_(("handing_over", "uncertain"))]
    letter = session.scalar(
        select(Letter).where(*held).with_for_update(), execution_options={"populate_existing": True}
    )
    if letter is None:
        return
    letter.reply, letter.state_since, letter.lease_until = handover.reply, at, None
    match handover.outcome:
        case "accepted":
            _file_away(letter, "sent")
        case "unknown":
            letter.state = "uncertain"
        case "later" | "refused" if letter.overtaken_at is not None:
            _file_away(letter, "given_up")
            letter.reply = OVERTAKEN
        case "refused":
            letter.state = "failed"
        case "later" if letter.tries <= len(PAUSES):
            letter.state, letter.send_after, letter.claimed_by = "waiting", at + PAUSES[letter.tries - 1], None
        case "later":
            letter.state = "failed"


def bounce(session: Session, letter: Letter, *, reason: str, at: datetime) -> None:
    """It was handed over and came back; ``reason`` is what the mail server says. What never left stays as it is."""
    session.flush()
    session.refresh(letter, ["state", "reply", "message"], with_for_update=True)
    if letter.state in ("handing_over", "sent", "uncertain"):
        _file_away(letter, "bounced")
        letter.state_since, letter.reply, letter.claimed_by, letter.lease_until = at, reason, None, None


def doubt_ended_leases(session: Session, *, at: datetime) -> None:
    """Whoever was handing these over has gone silent: each may have arrived."""
    ended = [Letter.state == "handing_over", Letter.lease_until < at]
    session.execute(update(Letter).where(*ended).values(state="uncertain", state_since=at, lease_until=None))


def retry(session: Session, letter: Letter, *, at: datetime) -> None:
    """Hand it over (again), at once. Raises HasMovedOn, Overtaken."""
    _decide(session, letter, ("waiting", "failed", "uncertain"), at)
    if letter.overtaken_at is not None:
        raise Overtaken
    letter.state, letter.send_after, letter.tries, letter.reply = "waiting", at, 0, ""


def retry_failed(session: Session, office: Office, *, at: datetime) -> int:
    """Hand over again all that failed, for example while the password was wrong. Returns how many."""
    of_ours = [Letter.office_id == office.id, Letter.state == "failed", Letter.overtaken_at.is_(None)]
    again = {"state": "waiting", "state_since": at, "send_after": at, "tries": 0, "reply": "", "claimed_by": None}
    return len(session.scalars(update(Letter).where(*of_ours).values(**again).returning(Letter.id)).all())


def hold_back(
    session: Session, roundtable: Roundtable, kinds: Collection[str], *, at: datetime, to: Person | None = None
) -> None:
    """Letters of these kinds that wait or failed are overtaken by what happened and never go out (rule 6).

    To everybody, or ``to`` one person. One that is being handed over, or may have arrived, is not handed over again.
    """
    session.flush()
    ours = [Letter.roundtable_id == roundtable.id, Letter.kind.in_(kinds), Letter.state.in_(UNSENT)]
    if to is not None:
        ours.append(Letter.person_id == to.id)
    overtake(session, select(Letter).where(*ours).options(undefer(Letter.message)), at=at)


def overtake(session: Session, unsent: Select[Letter], *, at: datetime) -> None:
    """What these letters, messages loaded, say holds no more: none of them goes out (again)."""
    found = unsent.order_by(Letter.id).with_for_update()
    for letter in session.scalars(found, execution_options={"populate_existing": True}):
        letter.overtaken_at = at
        if letter.state in ("waiting", "failed"):
            _file_away(letter, "given_up")
            letter.state_since, letter.reply = at, OVERTAKEN
    session.flush()


def stop(session: Session, mailing: Mailing, *, at: datetime) -> list[Letter]:
    """Those of a mailing that still wait never go out. Returns them; what was handed over is gone."""
    session.flush()
    mailing.stopped_at = at
    waiting = select(Letter).where(Letter.mailing_id == mailing.id, Letter.state == "waiting")
    held = waiting.order_by(Letter.id).options(undefer(Letter.message)).with_for_update()
    stopped = list(session.scalars(held, execution_options={"populate_existing": True}))
    for letter in stopped:
        _file_away(letter, "given_up")
        letter.state_since, letter.reply, letter.overtaken_at = at, STOPPED, at
    session.flush()
    return stopped


def send_now(session: Session, mailing: Mailing, *, at: datetime) -> None:
    """What was planned for later goes out at once."""
    mailing.send_after = at
    waiting = [Letter.mailing_id == mailing.id, Letter.state == "waiting", Letter.send_after > at]
    session.execute(update(Letter).where(*waiting).values(send_after=at))


def progress(session: Session, mailings: Collection[Mailing]) -> dict[int, dict[str, int]]:
    """How many letters of each mailing, by its id, are in each state; every state named."""
    counted = (
        select(Letter.mailing_id, Letter.state, func.count())
        .where(Letter.mailing_id.in_([mailing.id for mailing in mailings]))
        .group_by(Letter.mailing_id, Letter.state)
    )
    figures = {mailing.id: dict.fromkeys(STATES, 0) for mailing in mailings}
    for mailing_id, state, number in session.execute(counted):
        if mailing_id is not None:
            figures[mailing_id][state] = number
    return figures


def give_up(session: Session, letter: Letter, because: str, *, by: Account, at: datetime) -> None:
    """Never hand it over (again); who decided so and why goes into the office's history. Raises HasMovedOn."""
    _decide(session, letter, ("waiting", "failed", "uncertain"), at)
    _file_away(letter, "given_up")
    _note(session, letter, "gave_up_letter", by, at, because)


def mark_arrived(session: Session, letter: Letter, *, by: Account, at: datetime) -> None:
    """A person knows that an uncertain letter arrived. Raises HasMovedOn."""
    _decide(session, letter, ("uncertain",), at)
    _file_away(letter, "sent")
    _note(session, letter, "marked_letter_arrived", by, at)


def _file_away(letter: Letter, state: str) -> None:
    """It goes nowhere any more. In the demo, where the reader plays every part, its link stays."""
    letter.state = state
    if not current_app.config["ROUNDTABLE"].is_demo:
        letter.message = message.without_personal_links(letter.message)


def _decide(session: Session, letter: Letter, may_be: Collection[str], at: datetime) -> None:
    session.flush()
    session.refresh(letter, ["state", "tries", "overtaken_at"], with_for_update=True)
    if letter.state not in may_be:
        raise HasMovedOn
    letter.state_since, letter.claimed_by, letter.lease_until = at, None, None


def _note(session: Session, letter: Letter, deed: str, by: Account, at: datetime, because: str = "") -> None:
    about = f"{letter.recipient}: {letter.subject}"
    entry = Entry(office_id=letter.office_id, happened_at=at, account=by, deed=deed, about=about, reason=because)
    session.add(entry)


def counts(session: Session, office: Office) -> dict[str, int]:
    """How many letters of the office are in each state, every state named."""
    grouped = select(Letter.state, func.count()).where(Letter.office_id == office.id).group_by(Letter.state)
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in session.execute(grouped)}


class WorkerBeat(Base):
    """A worker that runs, and what keeps it from sending if anything does."""

    __tablename__ = "worker_beats"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    # What the mail server said when it last did not let us in; empty: all is well.
    trouble: Mapped[str] = mapped_column(default="")


def beat(session: Session, worker: str, *, at: datetime, trouble: str = "") -> None:
    session.merge(WorkerBeat(name=worker, seen_at=at, trouble=trouble))
    session.execute(delete(WorkerBeat).where(WorkerBeat.seen_at < at - timedelta(days=1)))


def stop_beating(session: Session, worker: str) -> None:
    session.execute(delete(WorkerBeat).where(WorkerBeat.name == worker))


def running_workers(session: Session, *, at: datetime) -> list[WorkerBeat]:
    """Those seen lately, the last seen first."""
    lately = select(WorkerBeat).where(WorkerBeat.seen_at > at - RUNS_IF_SEEN_WITHIN)
    return list(session.scalars(lately.order_by(WorkerBeat.seen_at.desc())))
