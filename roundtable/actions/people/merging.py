"""Two entries of the address book that stand for one: everything that leads to the other leads to the one from now on.

A merge loses nothing. It walks over all foreign keys, so that a table of tomorrow is not forgotten; what one can have
only once is settled by a stated rule (keeping_once); the other entry stands whole in the history. What is published
or approved holds its own words and stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, delete, or_, select
from sqlalchemy.orm import Session

import roundtable.models  # noqa: F401 - every table, or its keys would be forgotten
from roundtable.actions.people import entry_history
from roundtable.actions.people.clashes import Clash, clashes_of_organisations, clashes_of_people
from roundtable.db import Bilingual
from roundtable.domain import references
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.office.accounts import Account
from roundtable.domain.people.duplicates import DifferentOrganisations, DifferentPeople
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable

# What each foreign key means to the people at the desk; None: nothing they would count. tests/house compares this with
# the tables: whoever adds a key says here what it is, and in keeping_once what happens where it can be there once.
OF_PEOPLE: dict[str, str | None] = {
    "agenda_items.speaker_id": "agenda items",
    "attendance.person_id": "attendance",
    "attendance.represented_by_id": "attendance",
    "commitments.person_id": "commitments",
    "consents.person_id": "consents",
    "different_people.one_id": None,
    "different_people.other_id": None,
    "former_addresses.person_id": None,
    "history.person_id": None,
    "invitations.person_id": "invitations",
    "letters.person_id": "letters",
    "members.person_id": "memberships",
    "places_by_hand.person_id": "places",
    "poll_voters.person_id": "polls",
    "private_calendars.person_id": None,
    "quotes.person_id": "quotes",
    "received_messages.person_id": None,
    "registrations.instead_of_id": "seats",
    "registrations.person_id": "seats",
    "reports.person_id": "reports",
    "series.host_id": "hosted series",
}
OF_ORGANISATIONS: dict[str, str | None] = {
    "attendance.organisation_id": "attendance",
    "commitments.organisation_id": "commitments",
    "different_organisations.one_id": None,
    "different_organisations.other_id": None,
    "history.organisation_id": None,
    "members.organisation_id": "memberships",
    "people.organisation_id": "people",
    "registrations.organisation_id": "seats",
}
# Where a rule of the table allows one alone, and who settles it before the rest moves.
SETTLED = {
    "consents.person_id",
    "different_organisations.one_id",
    "different_organisations.other_id",
    "different_people.one_id",
    "different_people.other_id",
    "attendance.person_id",
    "invitations.person_id",
    "members.organisation_id",
    "members.person_id",
    "places_by_hand.person_id",
    "poll_voters.person_id",
    "private_calendars.person_id",
    "quotes.person_id",
}
# Fields that are chosen together.
BILINGUAL = ("function", "salutation")
FIELDS_OF_PERSON = (
    "title",
    "given_name",
    "family_name",
    "function_de",
    "function_en",
    "organisation",
    "email",
    "assistant_email",
    "phone",
    "language",
    "salutation_de",
    "salutation_en",
    "rank",
    "in_office_since",
    "naming_basis",
    "is_told_at_once",
)


class SameEntry(Refused):
    sentence = _l("This is one and the same entry.")


class CannotBeMerged(Refused):
    """Says what has to be settled by a person first."""


class GoneMeanwhile(Refused):
    sentence = _l("One of the entries is no longer there: somebody has merged or removed it meanwhile.")


class StillReferredTo(Refused):
    sentence = _l("This entry is needed elsewhere, so it cannot be removed. Merge it with another one instead.")


@dataclass(frozen=True, slots=True)
class Preview:
    """``moving``: how much of what leads to the other entry; ``clashes``: what both have and one can have only once."""

    moving: dict[str, int]
    clashes: list[Clash]

    @property
    def refusals(self) -> list[str]:
        return list(dict.fromkeys(clash.refusal for clash in self.clashes if clash.refusal))


def referred_to(session: Session, thing: Person | Organisation) -> dict[str, int]:
    """What leads to this entry, by what it is to people; nothing where it can be removed."""
    meanings = OF_PEOPLE if isinstance(thing, Person) else OF_ORGANISATIONS
    found: dict[str, int] = {}
    for name, number in references.counts(session, references.pointing_at(_table(thing)), thing.id).items():
        meaning = meanings.get(name, name)
        if meaning is not None and number:
            found[meaning] = max(number, found.get(meaning, 0))
    return found


def preview(session: Session, keep: Person | Organisation, lose: Person | Organisation, *, at: datetime) -> Preview:
    """Looks only. Raises SameEntry."""
    if keep is lose or type(keep) is not type(lose) or keep.office_id != lose.office_id:
        raise SameEntry
    if isinstance(keep, Person) and isinstance(lose, Person):
        clashes = clashes_of_people(session, keep, lose, at=at)
    else:
        assert isinstance(keep, Organisation)
        assert isinstance(lose, Organisation)
        clashes = clashes_of_organisations(session, keep, lose)
    return Preview(referred_to(session, lose), clashes)


def merge_people(
    session: Session, keep: Person, lose: Person, *, theirs: Collection[str], at: datetime, by: Account
) -> None:
    """``theirs``: fields whose value comes from the entry that is merged away; see FIELDS_OF_PERSON.

    Raises:
        SameEntry, CannotBeMerged, GoneMeanwhile
    """
    _lock_seats_of_both(session, keep, lose, at)
    values = {name: _value(lose, name) for name in theirs if name in FIELDS_OF_PERSON}
    if "naming_basis" in values:
        values["naming_agreed_at"] = lose.naming_agreed_at
    details, name, before = _merge(session, keep, lose, at=at)
    for field, value in values.items():
        _write(keep, field, value)
    if any(each["rule"] == "taken_back_named" for each in details["rules"]) and keep.naming_basis == "agreed":
        keep.naming_basis = keep.naming_agreed_at = None
    _finish(session, keep, name, before, details, at=at, by=by)


def merge_organisations(
    session: Session, keep: Organisation, lose: Organisation, *, theirs: Collection[str], at: datetime, by: Account
) -> None:
    """As merge_people; ``theirs``: of recording.PLAIN_OF_ORGANISATION."""
    values = {name: getattr(lose, name) for name in theirs if name in entry_history.PLAIN_OF_ORGANISATION}
    details, name, before = _merge(session, keep, lose, at=at)
    for field, value in values.items():
        setattr(keep, field, value)
    _finish(session, keep, name, before, details, at=at, by=by)


def remove(session: Session, thing: Person | Organisation, *, at: datetime, by: Account) -> None:
    """An entry that nothing leads to. Raises StillReferredTo."""
    if referred_to(session, thing):
        raise StillReferredTo
    entry_history.record_removed(session, thing, at=at, by=by)
    session.delete(thing)
    session.flush()


def _merge(
    session: Session, keep: Person | Organisation, lose: Person | Organisation, *, at: datetime
) -> tuple[dict[str, Any], str, dict[str, str]]:
    """Move everything and delete the other; its row and all that was settled, its name, and what stood in the first."""
    table = _table(keep)
    both = select(table.c.id).where(table.c.id.in_((keep.id, lose.id))).order_by(table.c.id).with_for_update()
    if len(session.execute(both).all()) < len({keep.id, lose.id}):
        raise GoneMeanwhile
    seen = preview(session, keep, lose, at=at)
    if seen.refusals:
        raise CannotBeMerged(" ".join(seen.refusals))
    before, name = entry_history.values_of(session, keep), lose.name
    entry = references.row_as_json(session.execute(select(table).where(table.c.id == lose.id)).one())
    entry["organisation"] = lose.organisation.name if isinstance(lose, Person) and lose.organisation else None
    not_kept = [row for clash in seen.clashes for row in clash.settle()]
    session.flush()
    _move_differences(session, keep, lose)
    moved: dict[str, int] = {}
    for key, column in references.pointing_at(table).items():
        if number := references.repoint(session, column, lose.id, keep.id):
            moved[key] = number
    gone = lose.id
    session.expunge(lose)
    session.execute(delete(table).where(table.c.id == gone))
    session.expire_all()
    rules = [{"rule": clash.rule, "where": clash.where} for clash in seen.clashes]
    return {"entry": entry, "moved": moved, "rules": rules, "not_kept": not_kept}, name, before


def _finish(
    session: Session,
    keep: Person | Organisation,
    name: str,
    before: Mapping[str, str],
    details: dict[str, Any],
    *,
    at: datetime,
    by: Account,
) -> None:
    session.flush()
    entry_history.record_merged(session, keep, name, details, at=at, by=by)
    entry_history.record_changed(session, keep, before, at=at, by=by)


def _table(thing: Person | Organisation) -> Table:
    table: Table = type(thing).__table__  # type: ignore[assignment]  # both are tables, not joins
    return table


def _value(person: Person, name: str) -> Any:
    return person.organisation_id if name == "organisation" else _column_value(person, name)


def _column_value(person: Person, name: str) -> Any:
    stem, _, language = name.rpartition("_")
    return getattr(getattr(person, stem), language) if stem in BILINGUAL else getattr(person, name)


def _write(person: Person, name: str, value: Any) -> None:
    stem, _, language = name.rpartition("_")
    if name == "organisation":
        person.organisation_id = value
    elif stem in BILINGUAL:
        words = getattr(person, stem)
        both = {"de": words.de, "en": words.en, language: value}
        setattr(person, stem, Bilingual(**both))
    else:
        setattr(person, name, value)


def _lock_seats_of_both(session: Session, keep: Person, lose: Person, at: datetime) -> None:
    """Nobody answers for either while we look at who holds which seat."""
    theirs = select(Invitation.roundtable_id).where(Invitation.person_id == lose.id)
    both = (
        select(Roundtable)
        .join(Invitation)
        .where(Invitation.person_id == keep.id, Roundtable.id.in_(theirs), ~Roundtable.is_over(at))
    )
    for each in session.scalars(both.order_by(Roundtable.id)).all():
        registrations.lock_seats(session, each)


def _move_differences(session: Session, keep: Person | Organisation, lose: Person | Organisation) -> None:
    """Whoever was said to be somebody else than the other is somebody else than the one."""
    model: Any = DifferentPeople if isinstance(keep, Person) else DifferentOrganisations
    said = select(model).where(or_(model.one_id == lose.id, model.other_id == lose.id))
    for each in session.scalars(said).all():
        third = each.other_id if each.one_id == lose.id else each.one_id
        session.delete(each)
        session.flush()
        pair = tuple(sorted((keep.id, third)))
        if third != keep.id and session.get(model, pair) is None:
            session.add(model(one_id=pair[0], other_id=pair[1], said_at=each.said_at))
            session.flush()
