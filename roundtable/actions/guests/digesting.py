"""Telling organisers what was answered: at once for chosen people, once a morning for everybody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office, OfficeMember
from roundtable.domain.roundtables.precedence import key_at
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series, zone_of
from roundtable.mail.letters import digest_letters
from roundtable.mail.outbox import outbox

# In the zone of the office's first series.
MORNING = time(7)


@dataclass(frozen=True, slots=True)
class News:
    """What was answered about one roundtable, those who answered in its order."""

    roundtable: Roundtable
    answers: list[Answer]


def tell_at_once(session: Session, invitation: Invitation, *, at: datetime) -> None:
    """A letter to each organiser, where somebody has answered whose answers are told at once.

    Not to the one who has just recorded it.
    """
    if not invitation.person.is_told_at_once or invitation.answer is None:
        return
    answer = invitation.answer
    for member in _readers(session, invitation.roundtable.series.office):
        if member.account_id != answer.recorded_by_id:
            outbox.queue(session, digest_letters.answer_news(answer, to=member, at=at))


def send_due(session: Session, *, at: datetime) -> int:
    """After seven in the morning, a letter to each organiser whose office had new answers. Returns how many letters."""
    letters = 0
    for office in session.scalars(select(Office).order_by(Office.id)):
        morning = _last_morning(session, office, at)
        due = [each for each in _readers(session, office) if each.digest_until is None or each.digest_until < morning]
        for member in due:
            since, member.digest_until = member.digest_until, morning
            news = _news(session, office, since, morning) if since is not None else []
            if news:
                outbox.queue(session, digest_letters.digest(news, to=member, at=at))
                letters += 1
    return letters


def _last_morning(session: Session, office: Office, at: datetime) -> datetime:
    zone = zone_of(session, office)
    local = at.astimezone(zone)
    day = local.date() if local.time() >= MORNING else date.fromordinal(local.date().toordinal() - 1)
    return datetime.combine(day, MORNING, zone)


def _readers(session: Session, office: Office) -> Iterable[OfficeMember]:
    """Who plans for this office and wants to know."""
    members = (
        select(OfficeMember)
        .join(OfficeMember.account)
        .where(OfficeMember.office_id == office.id, OfficeMember.has_digest, ~Account.is_blocked)
        .options(joinedload(OfficeMember.account))
        .order_by(OfficeMember.id)
    )
    return [member for member in session.scalars(members) if member.may("invite")]


def _news(session: Session, office: Office, since: datetime, until: datetime) -> list[News]:
    """The answers that count at present and were given in this time, by roundtable."""
    given = (
        select(Answer)
        .join(Answer.invitation)
        .join(Invitation.roundtable)
        .join(Roundtable.series)
        .where(
            Series.office_id == office.id,
            Answer.is_current,
            Answer.answered_at > since,
            Answer.answered_at <= until,
        )
        .options(
            joinedload(Answer.invitation).options(
                joinedload(Invitation.person), joinedload(Invitation.registration), joinedload(Invitation.roundtable)
            )
        )
    )
    by_roundtable: dict[Roundtable, list[Answer]] = {}
    for answer in session.scalars(given):
        by_roundtable.setdefault(answer.invitation.roundtable, []).append(answer)
    news = []
    for roundtable in sorted(by_roundtable, key=lambda each: (each.starts_at, each.id)):
        order = key_at(session, roundtable)
        answers = sorted(by_roundtable[roundtable], key=lambda answer: order(answer.invitation.person))
        news.append(News(roundtable, answers))
    return news
