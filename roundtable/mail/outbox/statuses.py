"""Where a letter stands, told more finely than its state: planned is not waiting, stopped is not given up."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from roundtable.mail.outbox.outbox import OVERTAKEN, READDRESSED, STATES, STOPPED, Letter, LetterState

Standing = Literal[LetterState, "planned", "stopped", "overtaken", "readdressed"]
# In the order in which a letter comes by them; a state that is told no finer stands for itself.
FINER: dict[LetterState, tuple[Standing, ...]] = {
    "waiting": ("planned", "waiting"),
    "given_up": ("given_up", STOPPED, OVERTAKEN, READDRESSED),
}
STANDINGS: tuple[Standing, ...] = tuple(standing for state in STATES for standing in FINER.get(state, (state,)))


def standing_of(letter: Letter, at: datetime) -> Standing:
    if letter.state == "waiting":
        return "planned" if letter.send_after > at and not letter.tries else "waiting"
    if letter.state == "given_up" and letter.reply in FINER["given_up"]:
        return letter.reply
    return letter.state


def stands(standing: Standing, at: datetime) -> ColumnElement[bool]:
    """The same as a condition."""
    state = next(each for each in STATES if standing in FINER.get(each, (each,)))
    return and_(Letter.state == state, *([_finer(at) == standing] if state in FINER else []))


def _finer(at: datetime) -> ColumnElement[Standing]:
    return case(
        (and_(Letter.state == "waiting", Letter.send_after > at, Letter.tries == 0), "planned"),
        (and_(Letter.state == "given_up", Letter.reply.in_(FINER["given_up"])), Letter.reply),
        else_=Letter.state,
    )


def counts(session: Session, where: list[ColumnElement[bool]], *, at: datetime) -> dict[Standing, int]:
    """How many of these letters stand where, every standing named."""
    # In two steps: the states of all come from an index, and only the few that are told more finely are looked at.
    grouped = select(Letter.state, func.count()).where(*where).group_by(Letter.state)
    found: dict[Standing, int] = {row[0]: row[1] for row in session.execute(grouped) if row[0] not in FINER}
    told = _finer(at).label("standing")
    finer = select(told, func.count()).where(*where, Letter.state.in_(tuple(FINER))).group_by(told)
    return dict.fromkeys(STANDINGS, 0) | found | {row[0]: row[1] for row in session.execute(finer)}
