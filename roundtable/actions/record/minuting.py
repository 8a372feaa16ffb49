"""Writing the minutes: who was there, what was said, decided and promised, until they are approved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from roundtable.domain.guests.registrations import lock_seats
from roundtable.domain.office import history
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Attendance, AttendanceState, Decision, Minutes, Note, NothingToApprove
from roundtable.domain.record.named import NameWithoutBasis, named_without_basis
from roundtable.domain.record.presence import Seat, seats
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import AlreadyCancelled, Roundtable


class NotYetTheDay(Refused):
    sentence = _l("Attendance can be taken from the day of the roundtable on, not before.")


class DelegateNotThere(Refused):
    """Somebody is said to be represented, but by nobody who is present."""


class AlreadyReported(Refused):
    sentence = _l("There are reports on this commitment. Record it as dropped instead of removing it.")


class WrittenMeanwhile(Refused):
    """Somebody else saved this note first. ``note`` is theirs; nothing of the second writer's is lost or saved."""

    sentence = _l("Somebody else has changed this note in the meantime. Your text has not been saved yet.")

    def __init__(self, note: Note) -> None:
        super().__init__()
        self.note = note


def begin(session: Session, roundtable: Roundtable, *, at: datetime) -> Minutes:
    """The roundtable's minutes; asking twice gives the same. Raises AlreadyCancelled."""
    if roundtable.is_cancelled:
        raise AlreadyCancelled
    lock_seats(session, roundtable)
    minutes = session.scalar(select(Minutes).where(Minutes.roundtable_id == roundtable.id))
    if minutes is None:
        minutes = Minutes(roundtable=roundtable, begun_at=at)
        session.add(minutes)
        session.flush()
    return minutes


def earlier(session: Session, roundtable: Roundtable) -> Roundtable | None:
    """The roundtable of the series before this one, with its minutes; cancelled ones do not count."""
    before = (
        select(Roundtable)
        .where(
            Roundtable.series_id == roundtable.series_id,
            Roundtable.number < roundtable.number,
            ~Roundtable.is_cancelled,
        )
        .options(joinedload(Roundtable.minutes))
        .order_by(Roundtable.number.desc())
        .limit(1)
    )
    return session.scalar(before)


def _lock(session: Session, minutes: Minutes) -> None:
    """The minutes stay as they are until we commit. Raises MinutesApproved."""
    session.flush()
    session.refresh(minutes, ["attendance_closed_at", "approved_at"], with_for_update=True)
    minutes.must_be_open()


def _on_the_day(roundtable: Roundtable, at: datetime) -> None:
    if roundtable.series.day_at(at) < roundtable.day:
        raise NotYetTheDay


def _record(
    minutes: Minutes, known: dict[int, Attendance], line: Seat, state: AttendanceState, *, at: datetime
) -> None:
    row = known.get(line.person.id)
    if row is None:
        row = Attendance(person=line.person, organisation=line.organisation, recorded_at=at)
        minutes.attendance.append(row)
    delegate = line.delegate if state == "represented" else None
    if (row.state, row.represented_by) != (state, delegate):
        row.state, row.represented_by, row.recorded_at = state, delegate, at


def take_attendance(
    session: Session, roundtable: Roundtable, states: Mapping[int, AttendanceState], *, at: datetime
) -> Minutes:
    """Record who was there (person id → state) and close attendance; may be corrected until approval.

    Raises:
        NotYetTheDay, DelegateNotThere, AlreadyCancelled, MinutesApproved
    """
    _on_the_day(roundtable, at)
    minutes = begin(session, roundtable, at=at)
    _lock(session, minutes)
    lines = seats(session, roundtable)
    told = {line.person.id: states.get(line.person.id, line.state) for line in lines}
    for line in lines:
        if told[line.person.id] != "represented":
            continue
        if line.delegate is None:
            raise DelegateNotThere(_("Please add who came instead of %(name)s.", name=line.person.name))
        if told.get(line.delegate.id) != "present":
            raise DelegateNotThere(
                _(
                    "%(name)s cannot be represented by %(delegate)s, who is not marked as present.",
                    name=line.person.name,
                    delegate=line.delegate.name,
                )
            )
    known = {row.person_id: row for row in minutes.attendance}
    for line in lines:
        _record(minutes, known, line, told[line.person.id], at=at)
    minutes.attendance_closed_at = minutes.attendance_closed_at or at
    session.flush()
    return minutes


def admit(
    session: Session, roundtable: Roundtable, person: Person, *, at: datetime, instead_of: Person | None = None
) -> Minutes:
    """Somebody came who was not invited, for themselves or instead of somebody who was.

    Raises:
        NotYetTheDay, AlreadyCancelled, MinutesApproved
    """
    _on_the_day(roundtable, at)
    minutes = begin(session, roundtable, at=at)
    _lock(session, minutes)
    lines = {line.person.id: line for line in seats(session, roundtable)}
    head = lines.get(instead_of.id) if instead_of is not None and instead_of is not person else None
    came_for = head.organisation if head else person.organisation
    recorded = {row.person_id: row for row in minutes.attendance}
    came = lines.get(person.id) or Seat(person, came_for, "present", None, False)
    _record(minutes, recorded, came, "present", at=at)
    if head is not None:
        came_instead = Seat(head.person, head.organisation, "represented", person, head.is_invited)
        _record(minutes, recorded, came_instead, "represented", at=at)
    session.flush()
    return minutes


def send_away(session: Session, minutes: Minutes, person: Person) -> None:
    """Take back that somebody came; whom they stood for was not represented, then."""
    _lock(session, minutes)
    for row in list(minutes.attendance):
        if row.represented_by_id == person.id:
            row.represented_by, row.state = None, "excused"
        if row.person_id == person.id:
            minutes.attendance.remove(row)
    session.flush()


def write_note(session: Session, minutes: Minutes, item: AgendaItem, text: str, *, version: int) -> Note:
    """Save what was said on one item; ``version`` is the one the writer saw, 0 where there was none.

    Raises:
        WrittenMeanwhile, MinutesApproved
    """
    _lock(session, minutes)
    asked = select(Note).where(Note.minutes_id == minutes.id, Note.item_id == item.id)
    note = session.scalar(asked.execution_options(populate_existing=True))
    if note is None:
        note = minutes.note_on(item)
    elif note.version != version and note.text != text:
        raise WrittenMeanwhile(note)
    note.text = text
    session.flush()
    return note


def _agreed_otherwise(session: Session, minutes: Minutes, text: str, *, at: datetime, by: Account | None) -> None:
    """The public reads it in a release: the history says by whom (rule 18)."""
    roundtable = minutes.roundtable
    office_id = roundtable.series.office_id
    history.record(session, office_id, "agreements_changed", at=at, by=by, about=text, roundtable_id=roundtable.id)


def decide(
    session: Session,
    minutes: Minutes,
    item: AgendaItem | None,
    text: str,
    *,
    is_public: bool,
    at: datetime,
    by: Account | None,
) -> Decision:
    """Raises MinutesApproved."""
    _lock(session, minutes)
    if is_public:
        _agreed_otherwise(session, minutes, text, at=at, by=by)
    decision = Decision(item=item, text=text, is_public=is_public)
    minutes.decisions.append(decision)
    session.flush()
    return decision


def undecide(session: Session, decision: Decision, *, at: datetime, by: Account | None) -> None:
    """Raises MinutesApproved."""
    _lock(session, decision.minutes)
    if decision.is_public:
        _agreed_otherwise(session, decision.minutes, decision.text, at=at, by=by)
    decision.minutes.decisions.remove(decision)
    session.flush()


def commit_to(
    session: Session,
    minutes: Minutes,
    item: AgendaItem | None,
    text: str,
    *,
    organisation: Organisation | None,
    person: Person | None,
    due_on: date | None,
    is_public: bool,
    at: datetime,
    by: Account | None,
) -> Commitment:
    """Who does what until when; neither organisation nor person means everybody at the table.

    Raises:
        MinutesApproved
        NameWithoutBasis: the public reads it on the page of the series, and it names somebody who may not be.
    """
    _lock(session, minutes)
    nameless = named_without_basis(session, minutes.roundtable, [text]) if is_public else []
    if nameless:
        raise NameWithoutBasis(nameless[0])
    if is_public:
        _agreed_otherwise(session, minutes, text, at=at, by=by)
    commitment = Commitment(
        series=minutes.roundtable.series,
        roundtable=minutes.roundtable,
        item=item,
        text=text,
        organisation=organisation or (person.organisation if person else None),
        person=person,
        due_on=due_on,
        is_public=is_public,
    )
    session.add(commitment)
    session.flush()
    return commitment


def uncommit(session: Session, minutes: Minutes, commitment: Commitment, *, at: datetime, by: Account | None) -> None:
    """Raises MinutesApproved, AlreadyReported."""
    _lock(session, minutes)
    if commitment.reports:
        raise AlreadyReported
    if commitment.is_public:
        _agreed_otherwise(session, minutes, commitment.text, at=at, by=by)
    session.delete(commitment)
    session.flush()


def approve(session: Session, minutes: Minutes, *, at: datetime, by: Account) -> None:
    """From now on they cannot be changed.

    Raises:
        MinutesApproved, NothingToApprove
    """
    _lock(session, minutes)
    promised = select(Commitment.id).where(Commitment.roundtable_id == minutes.roundtable_id).limit(1)
    says_something = (
        any(note.text for note in minutes.notes) or bool(minutes.decisions) or session.scalar(promised) is not None
    )
    if not minutes.is_attendance_closed or not says_something:
        raise NothingToApprove
    minutes.approved_at, minutes.approved_by = at, by
