"""Planning a roundtable, giving it another date, calling it off: the deed, and in the same breath who is told."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from babel.dates import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from roundtable.actions.roundtables import telling
from roundtable.actions.roundtables.readers import readers_of
from roundtable.actions.sending import write_to_all
from roundtable.db import Bilingual
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.letter_kinds import overtaken_by
from roundtable.domain.links import NO_TOKEN
from roundtable.domain.office.accounts import Account
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.agenda import AgendaItem, ItemKind
from roundtable.domain.roundtables.roundtables import EndsBeforeItStarts, Roundtable
from roundtable.domain.series.series import Series
from roundtable.mail.letters import letters
from roundtable.mail.outbox import holding
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter

STATE_OF_COMMITMENTS = Bilingual("Stand der Vereinbarungen", "State of the commitments")
APPROVAL_MINUTES, STATE_MINUTES = 5, 15


class NumberTaken(Refused):
    sentence = _l(
        "Somebody has just planned the next roundtable of this series. Please look at it before planning another."
    )


def plan_roundtable(
    session: Session,
    series: Series,
    *,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
    host: str,
    has_hours: bool = True,
    motto: Bilingual | None = None,
    question: Bilingual | None = None,
    answer_until: datetime | None = None,
    after: int | None = None,
) -> Roundtable:
    """The next roundtable of a series, numbered. ``host`` is the host name that its calendar UID is made under.

    Place and seats come from the roundtable before, or from the series for the first one. From the second on,
    approving the minutes and the state of the commitments open the agenda by themselves (rule 14).

    Raises:
        EndsBeforeItStarts
        NumberTaken: somebody else planned one at the same moment, or since ``after`` was the last number.
    """
    if ends_at <= starts_at:
        raise EndsBeforeItStarts
    before = session.scalar(
        select(Roundtable).where(Roundtable.series_id == series.id).order_by(Roundtable.number.desc()).limit(1)
    )
    if after is not None and after != (before.number if before else 0):
        raise NumberTaken
    takes_from: Series | Roundtable = before or series
    roundtable = Roundtable(
        number=before.number + 1 if before else 1,
        motto=motto or series.motto or (before.motto if before else series.motto),
        question=question or Bilingual("", ""),
        starts_at=starts_at,
        ends_at=ends_at,
        hours_fixed_at=at if has_hours else None,
        venue=takes_from.venue,
        address=takes_from.address,
        map_url=before.map_url if before else "",
        access_notes=before.access_notes if before else Bilingual("", ""),
        seats=takes_from.seats,
        reserved_seats=before.reserved_seats if before else 0,
        seats_per_organisation=before.seats_per_organisation if before else None,
        companions=before.companions if before else 0,
        answer_until=answer_until,
        calendar_uid=f"{uuid4()}@{host}",
        calendar_sequence=0,
        calendar_changed_at=at,
    )
    try:
        with session.begin_nested():
            roundtable.series = series
            session.add(roundtable)
            session.flush()
    except IntegrityError:
        raise NumberTaken from None
    _open_agenda(session, roundtable)
    session.flush()
    return roundtable


def reschedule(
    session: Session,
    roundtable: Roundtable,
    *,
    starts_at: datetime,
    ends_at: datetime,
    because: Bilingual,
    at: datetime,
    answer_until: datetime | None = None,
    by: Account | None = None,
) -> int:
    """Another date, and a letter with a fresh link to everyone it concerns. Returns how many people are written to.

    Whoever's invitation has not gone out yet gets one for the new date, when the old one would have gone.
    The same date again tells nobody. ``answer_until`` None keeps the deadline. See ``telling.write_news``.

    Raises:
        AlreadyCancelled, EndsBeforeItStarts
    """
    old_title, sequence = _approval_of(roundtable), roundtable.calendar_sequence
    roundtable.move_to(starts_at, ends_at, at=at)
    if answer_until is not None:
        roundtable.answer_until = answer_until
    if roundtable.calendar_sequence == sequence:
        return 0
    _retitle_approvals(session, roundtable, old_title)
    # From here on nobody answers until we commit: the letters say how it stands with each.
    session.flush()
    readers = readers_of(session, roundtable)
    holding.hold_back(session, roundtable, overtaken_by("move"), at=at)
    return telling.write_news(session, roundtable, readers, kind="new_date", words=because, at=at, by=by)


def cancel(
    session: Session, roundtable: Roundtable, *, because: Bilingual, at: datetime, by: Account | None = None
) -> int:
    """Call it off, and a letter to everyone who may know of it. Returns how many people are written to.

    ``because`` in one language is read by everybody.

    Whoever's invitation still waits never hears of the roundtable at all: that letter is held back, and no other is
    written.

    Raises:
        AlreadyCancelled
    """
    roundtable.cancel(because, at=at)
    session.flush()
    told = to_hear_that_it_is_off(session, roundtable)
    holding.hold_back(session, roundtable, overtaken_by("last_word"), at=at)
    if told:
        mailing = Mailing(roundtable_id=roundtable.id, kind="cancelled", queued_at=at, send_after=at, queued_by=by)
        mailing.words = because
        session.add(mailing)
        write_to_all(session, told, lambda _: letters.cancelled, mailing=mailing, at=at)
    return len(told)


def letters_if_moved(
    session: Session,
    roundtable: Roundtable,
    *,
    starts_at: datetime,
    ends_at: datetime,
    because: Bilingual,
    at: datetime,
) -> list[Letter]:
    """One in each language, in full (rule 22). Whoever asks takes back that the roundtable has moved."""
    roundtable.move_to(starts_at, ends_at, at=at)
    return telling.shown(session, roundtable, readers_of(session, roundtable), because, at=at)


def letters_if_cancelled(session: Session, roundtable: Roundtable, *, because: Bilingual, at: datetime) -> list[Letter]:
    """One in each language, in full (rule 22). Whoever asks takes back that the roundtable is cancelled."""
    told = telling.one_a_language(to_hear_that_it_is_off(session, roundtable))
    roundtable.cancel(because, at=at)
    return [letters.cancelled(each, NO_TOKEN, at=at) for each in told]


def to_hear_that_it_is_off(session: Session, roundtable: Roundtable) -> list[Invitation]:
    """Whoever may know of it, by precedence."""
    return [reader.invitation for reader in readers_of(session, roundtable) if reader.knows]


def _open_agenda(session: Session, roundtable: Roundtable) -> None:
    """Rule 14. What was called off has no minutes; where nothing was held there is nothing to approve."""
    last = session.scalar(
        select(Roundtable)
        .where(
            Roundtable.series_id == roundtable.series_id,
            Roundtable.number < roundtable.number,
            ~Roundtable.is_cancelled,
        )
        .order_by(Roundtable.number.desc())
        .limit(1)
    )
    if last is not None:
        _add_item(roundtable, "approval_of_minutes", _approval_of(last), APPROVAL_MINUTES)
    if roundtable.number > 1:
        _add_item(roundtable, "state_of_commitments", STATE_OF_COMMITMENTS, STATE_MINUTES)


def _add_item(roundtable: Roundtable, kind: ItemKind, title: Bilingual, duration_minutes: int) -> None:
    roundtable.agenda.append(
        AgendaItem(
            position=len(roundtable.agenda) + 1,
            kind=kind,
            title=title,
            description=Bilingual("", ""),
            duration_minutes=duration_minutes,
        )
    )


def _approval_of(roundtable: Roundtable) -> Bilingual:
    day = roundtable.day
    return Bilingual(
        f"Genehmigung des Protokolls vom {format_date(day, 'd. MMMM y', locale='de')}",
        f"Approval of the minutes of {format_date(day, 'd MMMM y', locale='en')}",
    )


def _retitle_approvals(session: Session, roundtable: Roundtable, old_title: Bilingual) -> None:
    """Where the agenda of a later roundtable names the old day, and nobody reworded it, it names the new one."""
    items = (
        select(AgendaItem)
        .join(AgendaItem.roundtable)
        .where(
            Roundtable.series_id == roundtable.series_id,
            Roundtable.number > roundtable.number,
            AgendaItem.kind == "approval_of_minutes",
        )
    )
    for item in session.scalars(items):
        if item.title == old_title:
            item.title = _approval_of(roundtable)
