"""Preparing a roundtable: what it talks about, in which order, and the papers for it."""

from __future__ import annotations

import json
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from roundtable.actions.sending import tell_moved_up
from roundtable.db import Bilingual
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.office import history
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.history import Entry
from roundtable.domain.people.people import Person
from roundtable.domain.record.minutes import Note
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables import agenda
from roundtable.domain.roundtables.agenda import AgendaItem, Paper, PaperVersion
from roundtable.domain.roundtables.precedence import order_at
from roundtable.domain.roundtables.roundtables import AlreadyCancelled, Roundtable
from roundtable.files import Stored


class HasNotes(Refused):
    sentence = _l("The minutes have notes on this item. Remove them there first; then the item can go.")


def change_seats(
    session: Session,
    roundtable: Roundtable,
    *,
    seats: int,
    reserved: int,
    per_organisation: int | None,
    companions: int,
    at: datetime,
) -> int:
    """How many seats there are and whose. Those on the waiting list move up and are told; returns how many did.

    Raises:
        MoreReservedThanSeats, FewerSeatsThanTaken, ReservedSeatsTaken
    """
    before = (roundtable.seats, roundtable.reserved_seats, roundtable.seats_per_organisation, roundtable.companions)
    if before == (seats, reserved, per_organisation, companions):
        return 0
    registrations.lock_seats(session, roundtable)
    registrations.seat_anew(session, roundtable, seats=seats, reserved=reserved)
    roundtable.seats_per_organisation, roundtable.companions = per_organisation, companions
    moved = registrations.move_up(session, roundtable, at=at)
    tell_moved_up(session, moved, at=at)
    return len(moved)


def describe(
    roundtable: Roundtable,
    *,
    motto: Bilingual,
    question: Bilingual,
    venue: str,
    address: str,
    map_url: str,
    access_notes: Bilingual,
    answer_until: datetime | None,
    at: datetime,
) -> None:
    """What it is about and where it is. Another title, place or link is one change in every calendar.

    Other words are only newer words there.
    """
    is_reworded, sequence = roundtable.question != question, roundtable.calendar_sequence
    with roundtable.revised(at):
        roundtable.motto, roundtable.question, roundtable.access_notes = motto, question, access_notes
        roundtable.venue, roundtable.address, roundtable.map_url = venue, address, map_url
    roundtable.answer_until = answer_until
    if is_reworded and roundtable.calendar_sequence == sequence:
        roundtable.newer_in_calendars(at)


def add_item(
    session: Session,
    roundtable: Roundtable,
    *,
    title: Bilingual,
    description: Bilingual,
    duration_minutes: int,
    speaker: Person | None,
    is_public: bool,
    at: datetime,
) -> AgendaItem:
    """At the end of the agenda. Raises AlreadyCancelled, MinutesApproved."""
    if roundtable.is_cancelled:
        raise AlreadyCancelled
    _must_be_open(roundtable)
    last = session.scalar(select(func.max(AgendaItem.position)).where(AgendaItem.roundtable_id == roundtable.id))
    item = AgendaItem(
        position=(last or 0) + 1,
        title=title,
        description=description,
        duration_minutes=duration_minutes,
        speaker=speaker,
        is_public=is_public,
    )
    roundtable.agenda.append(item)
    roundtable.newer_in_calendars(at)
    session.flush()
    return item


def edit_item(
    item: AgendaItem,
    *,
    title: Bilingual,
    description: Bilingual,
    duration_minutes: int,
    speaker: Person | None,
    is_public: bool,
    at: datetime,
) -> None:
    """Raises MinutesApproved."""
    _must_be_open(item.roundtable)
    item.title, item.description = title, description
    item.duration_minutes, item.speaker, item.is_public = duration_minutes, speaker, is_public
    item.roundtable.newer_in_calendars(at)


def _must_be_open(roundtable: Roundtable) -> None:
    """What the minutes were approved about stays as it was."""
    if roundtable.minutes is not None:
        roundtable.minutes.must_be_open()


def move_item(item: AgendaItem, *, up: bool, at: datetime) -> None:
    """Raises MinutesApproved."""
    _must_be_open(item.roundtable)
    agenda.move(item.roundtable, item, up=up)
    item.roundtable.newer_in_calendars(at)


def remove_item(session: Session, item: AgendaItem, *, at: datetime) -> set[str]:
    """With its papers; returns their files that nothing refers to any more, as SHA-256.

    Raises MinutesApproved, HasNotes: what stands in minutes is not lost in passing.
    """
    _must_be_open(item.roundtable)
    has_notes = session.scalar(select(func.count()).where(Note.item_id == item.id, Note.text != ""))
    if has_notes:
        raise HasNotes
    roundtable, files = item.roundtable, {each.sha256 for paper in item.papers for each in paper.versions}
    roundtable.agenda.remove(item)
    for position, each in enumerate(roundtable.agenda, start=1):
        each.position = position
    roundtable.newer_in_calendars(at)
    session.flush()
    return unreferenced(session, files)


def add_paper(
    item: AgendaItem,
    stored: Stored,
    *,
    title: str,
    file_name: str,
    by: Account,
    at: datetime,
    paper: Paper | None = None,
) -> PaperVersion:
    """A new paper, or a new version of this one; no version is ever overwritten. Raises MinutesApproved."""
    _must_be_open(item.roundtable)
    if paper is None:
        paper = Paper(title=title or file_name)
        item.papers.append(paper)
    version = PaperVersion(
        number=paper.current.number + 1 if paper.versions else 1,
        file_name=file_name,
        media_type=stored.media_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        uploaded_at=at,
        uploaded_by=by,
    )
    paper.versions.append(version)
    return version


def readers_of_papers(session: Session, roundtable: Roundtable) -> list[Person]:
    """To whom they were shown: whoever has a personal page, on which they stand."""
    told = select(Invitation.person_id).where(
        Invitation.roundtable_id == roundtable.id,
        Invitation.revoked_at.is_(None),
        Invitation.told_sequence.is_not(None),
    )
    return list(session.scalars(select(Person).where(Person.id.in_(told)).order_by(*order_at(roundtable))))


def remove_paper(session: Session, paper: Paper, *, number: int | None = None, at: datetime, by: Account) -> set[str]:
    """A wrong paper with all its versions, or one of them; once the minutes are approved, too.

    The history keeps that it was there and how many could read it. Returns the SHA-256s of the files that nothing
    refers to any more: to be deleted once this is committed.
    """
    roundtable, item = paper.item.roundtable, paper.item
    gone = [each for each in paper.versions if number in (None, each.number)]
    kept = [each for each in paper.versions if each not in gone]
    history.record(
        session,
        roundtable.series.office_id,
        "paper_removed",
        at=at,
        by=by,
        about=paper.title,
        details=json.dumps({"versions": len(gone), "readers": len(readers_of_papers(session, roundtable))}),
        roundtable_id=roundtable.id,
    )
    if kept:
        paper.versions = kept
    else:
        item.papers.remove(paper)
    session.flush()
    return unreferenced(session, {each.sha256 for each in gone})


def unreferenced(session: Session, digests: set[str]) -> set[str]:
    """Those of these files that no paper has any more."""
    still = select(PaperVersion.sha256).where(PaperVersion.sha256.in_(digests))
    return digests - set(session.scalars(still))


def removed_papers(session: Session, roundtable: Roundtable) -> list[Entry]:
    """The latest first."""
    entries = select(Entry).where(Entry.roundtable_id == roundtable.id, Entry.deed == "paper_removed")
    return list(session.scalars(entries.options(joinedload(Entry.account)).order_by(Entry.id.desc())))
