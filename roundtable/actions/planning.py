"""Planning a roundtable, giving it another date, calling it off: the deed, and in the same breath who is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from babel.dates import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from roundtable.actions.writing import INVITING, OF_A_DATE, TO_A_GUEST, inviting_letter, write
from roundtable.db import Bilingual
from roundtable.domain.agenda import AgendaItem
from roundtable.domain.invitations import Answer, Invitation
from roundtable.domain.people import Person
from roundtable.domain.precedence import order_at
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables import EndsBeforeItStarts, Roundtable
from roundtable.domain.series import Series
from roundtable.mail import letters, outbox
from roundtable.mail.composing import to_many
from roundtable.mail.outbox import Letter

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
    because: str,
    at: datetime,
    answer_until: datetime | None = None,
) -> int:
    """Another date, and a letter with a fresh link to everyone it concerns. Returns how many letters.

    Whoever's invitation has not gone out yet gets one for the new date, when the old one would have gone.
    The same date again tells nobody. ``answer_until`` None keeps the deadline.

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
    told = concerned(session, roundtable)
    unasked = not_yet_asked(session, roundtable)
    outbox.hold_back(session, roundtable, OF_A_DATE, at=at)
    with to_many():
        for invitation in told:
            if invitation.person_id in unasked and invitation.answer is None:
                send_after = max(at, unasked[invitation.person_id])
                write(session, invitation, first_letter(invitation), at=at, send_after=send_after)
            else:
                before = roundtable.as_told(invitation.told_sequence)
                write(session, invitation, letters.new_date, at=at, because=because, before=before)
    return len(told)


def not_yet_asked(session: Session, roundtable: Roundtable) -> dict[int, datetime]:
    """Whose invitation surely has not gone out, by the person's id, and when it was to go.

    The save-the-date, where that is all they were sent.
    """
    their_first = or_(
        and_(Invitation.sent_at.is_not(None), Letter.kind.in_(INVITING)),
        and_(Invitation.sent_at.is_(None), Letter.kind == "save_the_date"),
    )
    theirs = (Invitation.roundtable_id == Letter.roundtable_id) & (Invitation.person_id == Letter.person_id)
    written = (
        select(Letter.person_id, Letter.state, Letter.send_after)
        .join(Invitation, theirs)
        .where(Letter.roundtable_id == roundtable.id, their_first)
        .order_by(Letter.id)
    )
    rows = session.execute(written).all()
    may_have_it = {row.person_id for row in rows if row.state in ("sent", "handing_over", "uncertain")}
    return {
        row.person_id: row.send_after
        for row in rows
        if row.state in ("waiting", "failed") and row.person_id not in may_have_it
    }


def first_letter(invitation: Invitation) -> Callable[..., Letter]:
    """What went out to them, or was about to, before anything else."""
    return letters.save_the_date if invitation.sent_at is None else inviting_letter(invitation)


def cancel(session: Session, roundtable: Roundtable, *, because: str, at: datetime) -> int:
    """Call it off, and a letter to everyone it concerns. Returns how many. Raises AlreadyCancelled."""
    roundtable.cancel(because, at=at)
    outbox.hold_back(session, roundtable, TO_A_GUEST, at=at)
    told = concerned(session, roundtable)
    with to_many():
        for invitation in told:
            write(session, invitation, letters.cancelled, at=at)
    return len(told)


def concerned(session: Session, roundtable: Roundtable) -> list[Invitation]:
    """Who has to hear of a change: the invited and those who keep the day free, less who declined, by precedence."""
    found = (
        select(Invitation)
        .join(Invitation.person)
        .outerjoin(Answer, (Answer.invitation_id == Invitation.id) & Answer.superseded_at.is_(None))
        .where(
            Invitation.roundtable_id == roundtable.id,
            *are_concerned(),
        )
        .options(
            joinedload(Invitation.person).joinedload(Person.organisation),
            joinedload(Invitation.answer),
            joinedload(Invitation.registration),
        )
        .order_by(*order_at(roundtable))
    )
    return list(session.scalars(found))


def are_concerned() -> list[ColumnElement[bool]]:
    """Conditions for a statement about invitations, outer-joined with the answers that count."""
    return [
        or_(Invitation.sent_at.is_not(None), Invitation.announced_at.is_not(None)),
        Invitation.revoked_at.is_(None),
        or_(Answer.id.is_(None), Answer.kind != "declined"),
    ]


def _open_agenda(session: Session, roundtable: Roundtable) -> None:
    """Rule 14. What was called off has no minutes; where nothing was held there is nothing to approve."""
    held = session.scalar(
        select(Roundtable)
        .where(
            Roundtable.series_id == roundtable.series_id,
            Roundtable.number < roundtable.number,
            Roundtable.cancelled_at.is_(None),
        )
        .order_by(Roundtable.number.desc())
        .limit(1)
    )
    if held is not None:
        _add_item(roundtable, "approval_of_minutes", _approval_of(held), APPROVAL_MINUTES)
    if roundtable.number > 1:
        _add_item(roundtable, "state_of_commitments", STATE_OF_COMMITMENTS, STATE_MINUTES)


def _add_item(roundtable: Roundtable, kind: str, title: Bilingual, duration_minutes: int) -> None:
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
