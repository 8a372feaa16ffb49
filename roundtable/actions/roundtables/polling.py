"""Polling: asking a circle which day suits, and choosing one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from roundtable.actions.roundtables import planning
from roundtable.db import Bilingual
from roundtable.domain import links
from roundtable.domain.people.people import PRECEDENCE, Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.polls import Poll, PollClosed, PollDate, PollVoter, Vote, VoteAnswer
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.mail.letters import conversations, poll_letters
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter

FEWEST, MOST = 2, 20
# Whoever was written to this recently is not reminded: a double click must not be a second letter.
LEAVE_IN_PEACE = timedelta(hours=20)


class TooFewDates(Refused):
    sentence = _l("Please propose at least two dates, and at most twenty.")


class SameDateTwice(Refused):
    sentence = _l("Two of the dates begin at the same time. Please change one of them.")


class DateIsOver(Refused):
    sentence = _l("One of the dates lies in the past. Please change it.")


class NobodyAsked(Refused):
    sentence = _l("Please choose at least one person to ask.")


@dataclass(frozen=True, slots=True)
class Proposed:
    starts_at: datetime
    ends_at: datetime


def open_poll(
    session: Session,
    series: Series,
    dates: Sequence[Proposed],
    people: Iterable[Person],
    *,
    note: Bilingual,
    answer_until: datetime | None,
    at: datetime,
) -> Poll:
    """A poll whose letters have not gone out yet.

    Raises:
        TooFewDates, SameDateTwice, DateIsOver, NobodyAsked
    """
    if not FEWEST <= len(dates) <= MOST:
        raise TooFewDates
    if len({each.starts_at for each in dates}) < len(dates):
        raise SameDateTwice
    if any(each.starts_at <= at for each in dates):
        raise DateIsOver
    poll = Poll(series=series, note=note, answer_until=answer_until, created_at=at)
    poll.dates = [PollDate(starts_at=each.starts_at, ends_at=each.ends_at) for each in dates]
    poll.voters = [PollVoter(person_id=person_id) for person_id in dict.fromkeys(each.id for each in people)]
    if not poll.voters:
        raise NobodyAsked
    session.add(poll)
    session.flush()
    return poll


def add_voter(session: Session, poll: Poll, person: Person) -> None:
    """Somebody else to ask. Twice is once. Raises PollClosed."""
    _lock(session, poll)
    if person.id not in {voter.person_id for voter in voters_of(session, poll)}:
        session.add(PollVoter(poll_id=poll.id, person_id=person.id))
    session.flush()


def ask(session: Session, poll: Poll, *, at: datetime) -> int:
    """A letter with a personal link to each who has not been asked. Returns how many people. Raises PollClosed."""
    _lock(session, poll)
    asked = [voter for voter in voters_of(session, poll) if voter.asked_at is None]
    for voter in asked:
        _write(session, voter, poll_letters.poll, at=at)
        voter.asked_at = at
    poll.asked_at = poll.asked_at or at
    session.flush()
    return len(asked)


def owing(session: Session, poll: Poll, *, at: datetime) -> list[PollVoter]:
    """Who was asked, has not voted, and was left in peace since the last letter."""
    if not poll.takes_votes(at):
        return []
    lately = select(Letter.person_id).where(
        Letter.poll_id == poll.id,
        Letter.queued_at > at - LEAVE_IN_PEACE,
        Letter.person_id.is_not(None),
    )
    in_peace = set(session.scalars(lately))
    silent = [each for each in voters_of(session, poll) if each.asked_at is not None and each.answered_at is None]
    return [each for each in silent if each.person_id not in in_peace]


def remind(session: Session, poll: Poll, *, at: datetime) -> int:
    """A reminder to each who owes an answer at this moment (rule 6). Returns how many. Raises PollClosed."""
    _lock(session, poll)
    written = owing(session, poll, at=at)
    begun = conversations.about_poll(session, poll)
    for voter in written:
        _write(session, voter, poll_letters.poll_reminder, at=at, thread_id=begun.get(voter.person_id))
    return len(written)


def vote(
    session: Session,
    voter: PollVoter,
    answers: Mapping[int, VoteAnswer],
    *,
    comment: str,
    at: datetime,
    given_by: str = "",
) -> None:
    """``answers``: by the date's id. A date that is left out has no answer; what was said before counts no more.

    Raises:
        PollClosed
    """
    _lock(session, voter.poll)
    if not voter.poll.takes_votes(at):
        raise PollClosed
    dates = {date.id for date in voter.poll.dates}
    before = {each.date_id: each for each in voter.votes}
    for date_id in dates:
        answer = answers.get(date_id)
        if answer is None:
            if date_id in before:
                voter.votes.remove(before[date_id])
        elif date_id in before:
            before[date_id].answer = answer
        else:
            voter.votes.append(Vote(date_id=date_id, answer=answer))
    voter.comment, voter.given_by, voter.answered_at = comment, given_by, at
    session.flush()


def choose(session: Session, poll: Poll, date: PollDate, *, host: str, at: datetime) -> Roundtable:
    """The next roundtable of the series gets this date, and everybody who was asked is told.

    Raises:
        PollClosed: somebody was faster.
        planning.NumberTaken
    """
    close(session, poll, at=at)
    date.chosen_at = at
    roundtable = planning.plan_roundtable(
        session, poll.series, starts_at=date.starts_at, ends_at=date.ends_at, at=at, host=host
    )
    poll.roundtable_id = roundtable.id
    session.flush()
    session.expire(poll, ["dates"])
    _tell(session, poll, at=at)
    return roundtable


def close(session: Session, poll: Poll, *, at: datetime) -> None:
    """No more votes; letters that would still ask for one never go out. Raises PollClosed when it is closed already."""
    session.flush()
    ours = update(Poll).where(Poll.id == poll.id, Poll.is_open).values(closed_at=at)
    if session.execute(ours.returning(Poll.id), execution_options={"synchronize_session": False}).scalar() is None:
        raise PollClosed
    session.refresh(poll)
    poll_letters.hold_back(session, poll, at=at)


def give_up(session: Session, poll: Poll, *, at: datetime) -> int:
    """End it without a date, and tell those who were asked. Returns how many. Raises PollClosed."""
    close(session, poll, at=at)
    return _tell(session, poll, at=at)


def voters_of(session: Session, poll: Poll) -> list[PollVoter]:
    """By precedence, with what they said; the host first."""
    listed = (
        select(PollVoter)
        .join(PollVoter.person)
        .where(PollVoter.poll_id == poll.id)
        .options(joinedload(PollVoter.person).joinedload(Person.organisation))
        .order_by(*PRECEDENCE)
    )
    return sorted(session.scalars(listed), key=lambda each: each.person_id != poll.series.host_id)


def _lock(session: Session, poll: Poll) -> None:
    """Nobody closes the poll until we commit. Raises PollClosed."""
    session.flush()
    closed_at = session.scalar(select(Poll.closed_at).where(Poll.id == poll.id).with_for_update())
    if closed_at is not None:
        raise PollClosed


def _tell(session: Session, poll: Poll, *, at: datetime) -> int:
    told = [voter for voter in voters_of(session, poll) if voter.asked_at is not None]
    begun = conversations.about_poll(session, poll)
    for voter in told:
        thread_id = begun.get(voter.person_id)
        outbox.queue(session, poll_letters.poll_closed(voter, chosen=poll.chosen, at=at, thread_id=thread_id))
    return len(told)


def _write(
    session: Session, voter: PollVoter, letter: poll_letters.WithLink, *, at: datetime, **context: str | None
) -> None:
    for is_for_assistant in (False, True) if voter.person.assistant_email else (False,):
        token = links.issue(session, at=at, poll_voter=voter, is_for_assistant=is_for_assistant)
        outbox.queue(session, letter(voter, token, at=at, for_assistant=is_for_assistant, **context))
