"""What two entries both have and one can have only once: found before they are merged, and settled by a stated rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload

from roundtable.actions.people import invitations
from roundtable.domain import calendars, references
from roundtable.domain.guests.consents import Consent
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.press.quotes import Quote
from roundtable.domain.record.minutes import Attendance, Minutes
from roundtable.domain.roundtables.polls import Poll, PollVoter, Vote
from roundtable.domain.roundtables.precedence import PlaceByHand
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import MEMBER_ROLES, Member

# The most that can be said of somebody comes first.
ATTENDANCE = ("present", "represented", "excused", "absent")


@dataclass(frozen=True, slots=True)
class Clash:
    """``rule``: which sentence of the page says what happens; ``where``: a series or a roundtable.

    ``refusal``: a sentence where people have to settle it first, else empty.
    """

    rule: str
    where: str
    refusal: str = ""
    settle: Callable[[], list[dict[str, Any]]] = field(default=list, compare=False)


def clashes_of_people(session: Session, keep: Person, lose: Person, *, at: datetime) -> list[Clash]:
    finders = (_invitations, _memberships, _attendance, _quotes, _votes, _consents, _places, _calendars)
    return [clash for find in finders for clash in find(session, keep, lose, at)]


def clashes_of_organisations(session: Session, keep: Organisation, lose: Organisation) -> list[Clash]:
    both = _both(session, Member, Member.organisation_id, keep.id, lose.id, Member.series_id)
    return [
        Clash("seats_added", one.series.name.de or one.series.name.en, settle=_then(_add_seats, session, one, other))
        for one, other in both
    ]


def _both(session: Session, model: Any, column: Any, keep: int, lose: int, *same: Any) -> list[tuple[Any, Any]]:
    """Rows of the one and of the other that agree in these columns."""
    theirs = aliased(model)
    agree = [getattr(theirs, each.key) == each for each in same]
    pairs = (
        select(model, theirs)
        .join(theirs, tuple_(*same) == tuple_(*(getattr(theirs, each.key) for each in same)))
        .where(column == keep, getattr(theirs, column.key) == lose, *agree)
    )
    return [(one, other) for one, other in session.execute(pairs)]


def _then(deed: Callable[..., list[dict[str, Any]]], *given: Any) -> Callable[[], list[dict[str, Any]]]:
    return lambda: deed(*given)


def named(roundtable: Roundtable) -> str:
    series = roundtable.series.name
    return f"{series.de or series.en} {roundtable.number}"


def drop(session: Session, thing: Any) -> list[dict[str, Any]]:
    """Remove a row; what stood in it, for the history."""
    table = thing.__table__
    where = [column == getattr(thing, column.key) for column in table.primary_key.columns]
    row = references.row_as_json(session.execute(select(table).where(*where)).one())
    session.delete(thing)
    session.flush()
    return [{"table": table.name, **row}]


def _invitations(session: Session, keep: Person, lose: Person, at: datetime) -> Iterator[Clash]:
    both = _both(session, Invitation, Invitation.person_id, keep.id, lose.id, Invitation.roundtable_id)
    for one, other in both:
        refusal = invitations.what_stands_in_the_way(session, one, other, at=at)
        yield Clash("invited", named(one.roundtable), refusal, _then(invitations.join, session, one, other, at))


def _memberships(session: Session, keep: Person, lose: Person, at: datetime) -> Iterator[Clash]:
    for one, other in _both(session, Member, Member.person_id, keep.id, lose.id, Member.series_id):
        series = one.series.name.de or one.series.name.en
        refusal = ""
        if one.organisation_id is not None and other.organisation_id is not None:
            refusal = _(
                "Both are heads of an organisation in “%(series)s”. Remove one of them from its members first.",
                series=series,
            )
        stays, goes = (other, one) if other.organisation_id is not None else (one, other)
        yield Clash("member", series, refusal, _then(_join_memberships, session, stays, goes))


def _join_memberships(session: Session, stays: Member, goes: Member) -> list[dict[str, Any]]:
    stays.role = min(stays.role, goes.role, key=MEMBER_ROLES.index)
    return drop(session, goes)


def _add_seats(session: Session, stays: Member, goes: Member) -> list[dict[str, Any]]:
    """The other's head stays a member as a person, on one of the seats."""
    stays.seats += goes.seats - 1
    goes.organisation_id, goes.seats = None, 1
    session.flush()
    return []


def _attendance(session: Session, keep: Person, lose: Person, at: datetime) -> Iterator[Clash]:
    ids = (keep.id, lose.id)
    represented = select(Attendance).where(Attendance.person_id.in_(ids), Attendance.represented_by_id.in_(ids))
    loaded = joinedload(Attendance.minutes).joinedload(Minutes.roundtable).joinedload(Roundtable.series)
    for each in session.scalars(represented.options(loaded)):
        yield Clash("attended", named(each.minutes.roundtable), two_people(named(each.minutes.roundtable)))
    for one, other in _both(session, Attendance, Attendance.person_id, keep.id, lose.id, Attendance.minutes_id):
        yield Clash("attended", named(one.minutes.roundtable), settle=_then(_join_attendance, session, one, other))


def two_people(where: str) -> str:
    return str(_("One came instead of the other at “%(where)s”, so these are two people.", where=where))


def _join_attendance(session: Session, one: Attendance, other: Attendance) -> list[dict[str, Any]]:
    better = min(one, other, key=lambda each: ATTENDANCE.index(each.state))
    one.organisation_id = better.organisation_id or one.organisation_id or other.organisation_id
    one.state, one.represented_by_id = better.state, better.represented_by_id
    return drop(session, other)


def _quotes(session: Session, keep: Person, lose: Person, at: datetime) -> Iterator[Clash]:
    both = _both(session, Quote, Quote.person_id, keep.id, lose.id, Quote.roundtable_id, Quote.language)
    for one, _other in both:
        where = named(one.roundtable)
        refusal = _(
            "Both have a quote in the same language at “%(where)s”. Delete one of them there first.", where=where
        )
        yield Clash("quoted", where, refusal)


def _votes(session: Session, keep: Person, lose: Person, at: datetime) -> Iterator[Clash]:
    for one, other in _both(session, PollVoter, PollVoter.person_id, keep.id, lose.id, PollVoter.poll_id):
        poll = session.get_one(Poll, one.poll_id, options=[joinedload(Poll.series)])
        stays, goes = sorted((one, other), key=lambda each: (each.answered_at is None, each.answered_at or at))
        yield Clash(
            "voted", poll.series.name.de or poll.series.name.en, settle=_then(_join_votes, session, stays, goes)
        )


def _join_votes(session: Session, stays: PollVoter, goes: PollVoter) -> list[dict[str, Any]]:
    votes = [
        {"table": "votes", **references.row_as_json(row)}
        for row in session.execute(select(Vote.__table__).where(Vote.voter_id == goes.id))
    ]
    stays.asked_at = stays.asked_at or goes.asked_at
    column = references.pointing_at(PollVoter.__table__)["personal_links.poll_voter_id"]  # type: ignore[arg-type]
    references.repoint(session, column, goes.id, stays.id)
    return votes + drop(session, goes)


def _consents(session: Session, keep: Person, lose: Person, at: datetime) -> Iterator[Clash]:
    """At most one of a kind counts, and none where it was taken back later than it was given."""
    given = select(Consent).where(Consent.person_id.in_((keep.id, lose.id))).order_by(Consent.given_at, Consent.id)
    consents = list(session.scalars(given))
    for kind in sorted({each.kind for each in consents}):
        of_kind = [each for each in consents if each.kind == kind]
        counting = [each for each in of_kind if each.is_current]
        taken_back = max((each.withdrawn_at for each in of_kind if each.withdrawn_at is not None), default=None)
        if counting and taken_back is not None and taken_back > counting[-1].given_at:
            yield Clash(f"taken_back_{kind}", "", settle=_then(_end, counting, taken_back))
        elif len(counting) > 1:
            yield Clash(f"agreed_{kind}", "", settle=_then(_end, counting[:-1], at))


def _end(consents: list[Consent], at: datetime) -> list[dict[str, Any]]:
    for each in consents:
        each.withdrawn_at = at
    return []


def _places(session: Session, keep: Person, lose: Person, at: datetime) -> Iterator[Clash]:
    both = _both(session, PlaceByHand, PlaceByHand.person_id, keep.id, lose.id, PlaceByHand.roundtable_id)
    for one, other in both:
        roundtable = session.get_one(Roundtable, one.roundtable_id, options=[joinedload(Roundtable.series)])
        yield Clash("placed", named(roundtable), settle=_then(drop, session, other))


def _calendars(session: Session, keep: Person, lose: Person, at: datetime) -> Iterator[Clash]:
    if calendars.calendar_of(session, keep) is not None and calendars.calendar_of(session, lose) is not None:
        yield Clash("subscribed", "", settle=_then(_end_calendar, session, lose))


def _end_calendar(session: Session, lose: Person) -> list[dict[str, Any]]:
    calendars.end(session, lose)
    return []
