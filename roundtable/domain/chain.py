"""How far a roundtable is on its way from date to release, and what comes next; figures are counted in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from sqlalchemy import BindParameter, ColumnExpressionArgument, ScalarSelect, Select, bindparam, func, select
from sqlalchemy.orm import Session

from roundtable.db import Base
from roundtable.domain.press.quotes import Quote
from roundtable.domain.press.releases import Release
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Attendance, Decision, Minutes
from roundtable.domain.roundtables.agenda import AgendaItem, Paper
from roundtable.domain.roundtables.roundtables import Roundtable

ReleaseStanding = Literal["draft", "approved", "published", "withdrawn"]
StepStanding = Literal["done", "due", "waiting", "coming", "off", "without"]


@dataclass(frozen=True, slots=True)
class Counts:
    """``agenda_topics``: the items that somebody wrote, and not those that come by themselves."""

    agenda_items: int
    agenda_topics: int
    agenda_minutes: int
    papers: int
    present: int
    decisions: int
    commitments: int
    quotes: int
    quotes_released: int
    quotes_asked: int


@dataclass(frozen=True, slots=True)
class ReleaseState:
    language: str
    state: ReleaseStanding


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain. ``standing``: ``done``, ``due``, ``waiting`` (for others), ``coming``, ``off``, or
    ``without``: there is none, and none will come any more.
    """

    name: str
    standing: StepStanding


def steps(
    roundtable: Roundtable,
    *,
    invited: int,
    not_sent: int,
    silent: int,
    counts: Counts,
    releases: Sequence[ReleaseState],
    is_followed: bool,
    at: datetime,
) -> list[Step]:
    """The whole chain in order; the first ``due`` one is the next deed."""
    is_over, has_begun, minutes = roundtable.is_over(at), roundtable.starts_at <= at, roundtable.minutes
    release = _release(releases, is_over)
    standings: dict[str, StepStanding] = {
        "date": "done" if roundtable.has_hours else "due",
        "invitations": _invitations(invited, not_sent, silent, has_begun),
        "agenda": _agenda(counts, is_over),
        "papers": "done" if counts.papers else "without" if is_over else "coming",
        "day": "done" if minutes and minutes.is_attendance_closed else "due" if has_begun else "coming",
        "minutes": "done" if minutes and minutes.is_approved else "due" if is_over else "coming",
        "quotes": _quotes(counts, is_public=bool(releases) and release == "done"),
        "release": release,
        "next": "done" if is_followed else "due" if is_over else "coming",
    }
    if roundtable.is_cancelled:
        off: dict[str, StepStanding] = dict.fromkeys(standings, "off")
        standings = off | {"next": "done" if is_followed else "due"}
    return [Step(name, standing) for name, standing in standings.items()]


def _invitations(invited: int, not_sent: int, silent: int, has_begun: bool) -> StepStanding:
    if has_begun:
        return "done" if invited else "without"
    if not invited or not_sent:
        return "due"
    return "waiting" if silent else "done"


def _agenda(counts: Counts, is_over: bool) -> StepStanding:
    if is_over:
        return "done" if counts.agenda_items else "without"
    return "done" if counts.agenda_topics else "due"


def _quotes(counts: Counts, *, is_public: bool) -> StepStanding:
    """``is_public``: the release is out, so no further quote is gathered."""
    if not counts.quotes:
        return "without" if is_public else "coming"
    if counts.quotes_released == counts.quotes:
        return "done"
    return "waiting" if counts.quotes_released + counts.quotes_asked == counts.quotes else "due"


def _release(releases: Sequence[ReleaseState], is_over: bool) -> StepStanding:
    if not releases:
        return "due" if is_over else "coming"
    return "done" if all(each.state in ("published", "withdrawn") for each in releases) else "due"


def counts_of(session: Session, roundtable: Roundtable) -> Counts:
    return Counts(*session.execute(_counting(), {"roundtable_id": roundtable.id}).one())


@cache
def _counting() -> Select[*tuple[int, ...]]:
    """In the order of :class:`Counts`, for a ``roundtable_id``. To build it takes longer than to ask it."""
    this: BindParameter[int] = bindparam("roundtable_id")
    items = AgendaItem.roundtable_id == this
    quotes = Quote.roundtable_id == this
    minutes = select(Minutes.id).where(Minutes.roundtable_id == this).scalar_subquery()

    def number(*where: ColumnExpressionArgument[bool], of: type[Base]) -> ScalarSelect[int]:
        return select(func.count()).select_from(of).where(*where).scalar_subquery()

    return select(
        number(items, of=AgendaItem),
        number(items, AgendaItem.kind == "topic", of=AgendaItem),
        select(func.coalesce(func.sum(AgendaItem.duration_minutes), 0)).where(items).scalar_subquery(),
        number(Paper.item_id.in_(select(AgendaItem.id).where(items)), of=Paper),
        number(Attendance.minutes_id == minutes, Attendance.state == "present", of=Attendance),
        number(Decision.minutes_id == minutes, of=Decision),
        number(Commitment.roundtable_id == this, of=Commitment),
        number(quotes, of=Quote),
        number(quotes, Quote.is_released, of=Quote),
        number(quotes, Quote.waits_for_release, of=Quote),
    )


def releases_of(session: Session, roundtable: Roundtable) -> list[ReleaseState]:
    found = select(Release.language, Release.is_approved, Release.is_withdrawn, Release.is_published).where(
        Release.roundtable_id == roundtable.id, Release.kind == "summary"
    )
    states = []
    for language, approved, withdrawn, published in session.execute(found.order_by(Release.language)):
        if withdrawn:
            states.append(ReleaseState(language, "withdrawn"))
        elif published:
            states.append(ReleaseState(language, "published"))
        else:
            states.append(ReleaseState(language, "approved" if approved else "draft"))
    return states


def next_one(session: Session, roundtable: Roundtable) -> Roundtable | None:
    later = select(Roundtable).where(
        Roundtable.series_id == roundtable.series_id, Roundtable.number > roundtable.number
    )
    return session.scalar(later.order_by(Roundtable.number).limit(1))
