"""The office's own order of precedence: its ranks, and who holds them (rule 24)."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from roundtable.db import Bilingual
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import NO_RANK, Person, Rank
from roundtable.domain.refusals import Refused

STEP = 10


class TooManyRanks(Refused):
    sentence = _l("An office can have at most 90 ranks. Please remove one first.")


def ranks_of(session: Session, office: Office) -> list[Rank]:
    """First in order first."""
    return list(session.scalars(select(Rank).where(Rank.office_id == office.id).order_by(Rank.number)))


def people_by_rank(session: Session, office: Office) -> dict[int, int]:
    """How many people have each number."""
    counted = select(Person.rank, func.count()).where(Person.office_id == office.id).group_by(Person.rank)
    return {row[0]: row[1] for row in session.execute(counted)}


def add_rank(session: Session, office: Office, name: Bilingual) -> Rank:
    """At the end. Raises TooManyRanks."""
    ranks = ranks_of(session, office)
    number = (ranks[-1].number if ranks else 0) + STEP
    if number >= NO_RANK:
        raise TooManyRanks
    rank = Rank(office=office, number=number, name=name)
    session.add(rank)
    session.flush()
    return rank


def move_rank(session: Session, rank: Rank, *, up: bool) -> None:
    """It changes places with its neighbour; whoever holds either keeps it."""
    ranks = ranks_of(session, rank.office)
    place = ranks.index(rank)
    other_place = place + (-1 if up else 1)
    if not 0 <= other_place < len(ranks):
        return
    other = ranks[other_place]
    one, two = rank.number, other.number
    # By way of a number that nobody has: a number is unique in its office.
    for before, after in ((one, -1), (two, one), (-1, two)):
        _renumber(session, rank.office_id, before, after)
    session.expire(rank)
    session.expire(other)


def remove_rank(session: Session, rank: Rank) -> None:
    """Whoever held it has none and follows after all who have one."""
    _move_people(session, rank.office_id, rank.number, NO_RANK)
    session.delete(rank)
    session.flush()


def _renumber(session: Session, office_id: int, before: int, after: int) -> None:
    ours = update(Rank).where(Rank.office_id == office_id, Rank.number == before).values(number=after)
    session.execute(ours, execution_options={"synchronize_session": False})
    _move_people(session, office_id, before, after)


def _move_people(session: Session, office_id: int, before: int, after: int) -> None:
    theirs = update(Person).where(Person.office_id == office_id, Person.rank == before)
    values = {"rank": after, "version": Person.version + 1}
    session.execute(theirs.values(**values), execution_options={"synchronize_session": False})
    session.expire_all()
