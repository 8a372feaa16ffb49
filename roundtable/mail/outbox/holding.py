"""Holding letters back: what happened has overtaken them, or somebody has stopped their mailing."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, undefer

from roundtable.domain.letter_kinds import LetterKind
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import OVERTAKEN, STOPPED, UNSENT, Letter, file_away


def hold_back(
    session: Session,
    roundtable: Roundtable,
    kinds: Collection[LetterKind],
    *,
    at: datetime,
    to: Collection[int] | None = None,
) -> None:
    """Letters of these kinds that wait or failed are overtaken by what happened and never go out (rule 6).

    To everybody, or ``to`` these people, by id.
    One that is being handed over, or may have arrived, is not handed over again.
    """
    said: dict[str, object] = {"roundtable": roundtable.id, "kinds": kinds}
    if to is not None:
        said["people"] = to
    overtake(session, session.scalars(_unsent(is_to_all=to is None), said), at=at)


@cache
def _unsent(*, is_to_all: bool) -> Select[Letter]:
    found = select(Letter).where(
        Letter.roundtable_id == bindparam("roundtable"),
        Letter.kind.in_(bindparam("kinds", expanding=True)),
        Letter.state.in_(UNSENT),
    )
    return locked(found if is_to_all else found.where(Letter.person_id.in_(bindparam("people", expanding=True))))


def locked(letters: Select[Letter]) -> Select[Letter]:
    """As they are now, messages too; nobody else touches them until we commit."""
    found = letters.order_by(Letter.id).options(undefer(Letter.message)).with_for_update()
    return found.execution_options(populate_existing=True)


def overtake(session: Session, letters: Iterable[Letter], *, at: datetime) -> None:
    """What these say holds no more: none of them goes out (again)."""
    for letter in letters:
        letter.overtaken_at = at
        if letter.state in ("waiting", "failed"):
            file_away(letter, "given_up")
            letter.state_since, letter.reply = at, OVERTAKEN
    session.flush()


def stop(session: Session, mailing: Mailing, *, at: datetime) -> list[Letter]:
    """Those of a mailing that still wait never go out. Returns them; what was handed over is gone."""
    session.flush()
    mailing.stopped_at = at
    waiting = select(Letter).where(Letter.mailing_id == mailing.id, Letter.state == "waiting")
    stopped = list(session.scalars(locked(waiting)))
    for letter in stopped:
        file_away(letter, "given_up")
        letter.state_since, letter.reply, letter.overtaken_at = at, STOPPED, at
    session.flush()
    return stopped
