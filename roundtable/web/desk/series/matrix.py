"""Who can when: voters by dates, with totals and the dates that suit best."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.domain.roundtables.polls import Poll, PollDate, PollVoter, Vote


@dataclass(frozen=True, slots=True)
class Row:
    """``answers``: one a date, "" where there is none."""

    voter: PollVoter
    answers: list[str]


@dataclass(frozen=True, slots=True)
class Column:
    date: PollDate
    yes: int
    if_need_be: int
    no: int
    is_best: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    columns: list[Column]
    rows: list[Row]
    answered: int


def matrix_of(session: Session, poll: Poll, voters: Sequence[PollVoter]) -> Matrix:
    said: dict[tuple[int, int], str] = {
        (vote.voter_id, vote.date_id): vote.answer
        for vote in session.scalars(select(Vote).join(Vote.voter).where(PollVoter.poll_id == poll.id))
    }
    counts = {date.id: Counter[str]() for date in poll.dates}
    for (_voter_id, date_id), answer in said.items():
        counts[date_id][answer] += 1
    # Most who can, then fewest who cannot.
    worth = {date_id: (each["yes"] + each["if_need_be"], each["yes"], -each["no"]) for date_id, each in counts.items()}
    best = max(worth.values(), default=(0, 0, 0))
    columns = [
        Column(
            date,
            counts[date.id]["yes"],
            counts[date.id]["if_need_be"],
            counts[date.id]["no"],
            best[0] > 0 and worth[date.id] == best,
        )
        for date in poll.dates
    ]
    rows = [Row(voter, [said.get((voter.id, date.id), "") for date in poll.dates]) for voter in voters]
    return Matrix(columns, rows, sum(voter.answered_at is not None for voter in voters))
