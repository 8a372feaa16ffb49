"""The history as pages show it: on the thing itself, and of a whole office."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from roundtable.db import db
from roundtable.domain.office.history import Entry, RecordedDeed
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.web.paging import Page, slice_of

LATEST = 8
WORDS: dict[RecordedDeed, LazyString] = {
    "person_added": _l("Person added"),
    "person_changed": _l("Person changed"),
    "person_merged": _l("Another entry was merged into this person’s"),
    "person_removed": _l("Person removed"),
    "organisation_added": _l("Organisation added"),
    "organisation_changed": _l("Organisation changed"),
    "organisation_merged": _l("Another entry was merged into this organisation’s"),
    "organisation_removed": _l("Organisation removed"),
    "imported_people": _l("People imported"),
    "paper_removed": _l("Paper removed"),
    "gave_seat_out_of_turn": _l("Seat given out of turn"),
    "quote_release_recorded": _l("Release of a quote recorded"),
    "quotes_changed": _l("Quote changed"),
    "agreements_changed": _l("Public decision or commitment changed"),
    "release_begun": _l("Press release begun"),
    "release_edited": _l("Press release edited"),
    "release_names_nobody": _l("Confirmed that no person is meant by"),
    "release_embargo_moved": _l("Embargo changed"),
    "release_approved": _l("Press release approved"),
    "release_published": _l("Press release published"),
    "release_published_alone": _l("Press release published without a second look"),
    "release_corrected": _l("Press release corrected"),
    "release_withdrawn": _l("Press release withdrawn"),
    "gave_up_letter": _l("Letter given up"),
    "marked_letter_arrived": _l("Letter counted as arrived"),
    "corrected_address": _l("Letter written anew to a corrected address"),
    "handed_message_over": _l("Message handed over to another office"),
    "took_message_over": _l("Message taken over from another office"),
}


@dataclass(frozen=True)
class Event:
    """An entry of the history, its details read: ``changes`` as (field, before, after)."""

    entry: Entry
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    merged: dict[str, Any] = field(default_factory=dict)
    rules: list[dict[str, str]] = field(default_factory=list)

    @property
    def words(self) -> LazyString:
        return WORDS[self.entry.deed]

    @property
    def about(self) -> str:
        """Its name, as it was then, else as it is now."""
        if self.entry.about:
            return self.entry.about
        thing = self.entry.person or self.entry.organisation
        return thing.name if thing is not None else ""

    @classmethod
    def of(cls, entry: Entry) -> Self:
        details = entry.told
        changes = [(name, before, after) for name, (before, after) in details.get("changes", {}).items()]
        merged = {key: value for key, value in (details.get("entry") or {}).items() if value not in (None, "")}
        return cls(entry, changes, merged, details.get("rules", []))


def _newest_first(*where: ColumnElement[bool]) -> Select[Entry]:
    """With all that a line says of what it is about."""
    loaded = [joinedload(each) for each in (Entry.account, Entry.person, Entry.organisation, Entry.release)]
    roundtable = joinedload(Entry.roundtable).joinedload(Roundtable.series)
    told = select(Entry).where(*where).options(*loaded, roundtable)
    return told.order_by(Entry.happened_at.desc(), Entry.id.desc())


def latest_of(*where: ColumnElement[bool]) -> list[Event]:
    """Of a thing that few deeds are about, or only what happened last."""
    return [Event.of(each) for each in db.session.scalars(_newest_first(*where).limit(LATEST))]


def events_of(*where: ColumnElement[bool]) -> Iterator[Event]:
    """All of them."""
    return map(Event.of, db.session.scalars(_newest_first(*where)))


def history_of(*where: ColumnElement[bool], parameter: str = "history", per_page: int = 10) -> Page[Event]:
    """Newest first, with all its pages."""
    found = slice_of(_newest_first(*where), parameter=parameter, per_page=per_page)
    return Page([Event.of(each) for each in found], found.total, found.number, found.pages, found.url_for)
