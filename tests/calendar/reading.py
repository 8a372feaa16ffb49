"""What a calendar file says, whoever read it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Entry:
    """One VEVENT. ``starts`` and ``ends`` are moments in UTC, or days; ``alarms`` is their number."""

    uid: str | None
    sequence: int
    summary: str | None
    starts: datetime | date
    ends: datetime | date
    location: str | None
    description: str | None
    status: str | None
    url: str | None
    categories: list[str]
    organizer: str | None
    attendees: list[str]
    alarms: int


@dataclass(frozen=True)
class Reading:
    """``zones``: the TZID of every VTIMEZONE, sorted."""

    method: str | None
    zones: list[str]
    events: list[Entry]
