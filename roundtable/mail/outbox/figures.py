"""How many letters stand where, and what stands in their way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.mail.outbox import heartbeats
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import OVERTAKEN, READDRESSED, STATES, Letter, LetterState
from roundtable.settings import Settings


@dataclass(frozen=True, slots=True)
class Standstill:
    """Letters that are due and do not go out; ``said`` is what the mail server answered."""

    number: int
    since: datetime
    because: str
    said: str = ""


def standstill(session: Session, offices: Collection[int], settings: Settings, *, at: datetime) -> Standstill | None:
    """None: nothing of these offices, by id, is due, or it is on its way."""
    number, since = waiting(session, at=at, offices=offices)
    if since is None:
        return None
    if not settings.smtp_url and not settings.is_demo:
        return Standstill(number, since, "no_mail_server")
    workers = heartbeats.running_workers(session, at=at)
    if not workers:
        return Standstill(number, since, "no_worker")
    if all(worker.trouble for worker in workers):
        return Standstill(number, since, "mail_server_down", workers[0].trouble)
    return None


def waiting(session: Session, *, at: datetime, offices: Collection[int] | None = None) -> tuple[int, datetime | None]:
    """How many letters are due, and since when the oldest."""
    due = select(func.count(), func.min(Letter.send_after)).where(Letter.state == "waiting", Letter.send_after <= at)
    if offices is not None:
        due = due.where(Letter.office_id.in_(offices))
    number, since = session.execute(due).one()
    return number, since


def by_state(session: Session) -> dict[LetterState, int]:
    """How many letters of all offices are in each state, every state named."""
    grouped = select(Letter.state, func.count()).group_by(Letter.state)
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in session.execute(grouped)}


def progress(session: Session, mailings: Collection[Mailing]) -> dict[int, dict[LetterState, int]]:
    """How many letters of each mailing, by its id, are in each state; every state named.

    Less those that another took the place of.
    """
    counted = (
        select(Letter.mailing_id, Letter.state, func.count())
        .where(Letter.mailing_id.in_([mailing.id for mailing in mailings]))
        .where((Letter.state != "given_up") | Letter.reply.not_in((OVERTAKEN, READDRESSED)))
        .group_by(Letter.mailing_id, Letter.state)
    )
    figures = {mailing.id: dict.fromkeys(STATES, 0) for mailing in mailings}
    for mailing_id, state, number in session.execute(counted):
        if mailing_id is not None:
            figures[mailing_id][state] = number
    return figures
