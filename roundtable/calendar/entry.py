"""What is true of a roundtable in every calendar file, published or sent: one VEVENT, without people."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vUri

from roundtable.calendar.zones import timezone
from roundtable.domain.agenda import beginnings
from roundtable.domain.offices import Office
from roundtable.domain.roundtables import Roundtable
from roundtable.domain.series import Series

WORDS = {
    "de": {
        "number": "{name} Nr. {number}",
        "cancelled": "Abgesagt: {summary}",
        "agenda": "Tagesordnung",
        "hours": "Die Uhrzeit folgt.",
    },
    "en": {
        "number": "{name} No. {number}",
        "cancelled": "Cancelled: {summary}",
        "agenda": "Agenda",
        "hours": "The hours will follow.",
    },
}
# RFC 5545 3.3.11: no control characters in text but tab and line feed.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# A file without roundtables still needs one component (RFC 5545 3.6); any year gives the zone's rules of today.
_SOME_YEAR = 2026


def calendar_with(entries: Iterable[Event], *, method: str, series: Series, years: Iterable[int]) -> Calendar:
    """METHOD before the components, then the zone, then the entries."""
    calendar = Calendar()
    calendar.add("prodid", "-//Roundtable//roundtable//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if series.timezone not in ("UTC", "Etc/UTC"):
        calendar.add_component(timezone(series.zone, sorted(set(years)) or [_SOME_YEAR]))
    for entry in entries:
        calendar.add_component(entry)
    return calendar


def entry(roundtable: Roundtable, *, language: str, url: str | None) -> Event:
    """The VEVENT. ``url`` is a public page; a personal link must never stand here (rule 3)."""
    event = Event()
    event.add("uid", roundtable.calendar_uid)
    event.add("sequence", roundtable.calendar_sequence)
    event.add("dtstamp", roundtable.calendar_changed_at)
    event.add("last-modified", roundtable.calendar_changed_at)
    event.add("summary", summary(roundtable, language))
    _add_times(event, roundtable)
    place = one_line(f"{roundtable.venue}, {roundtable.address}" if roundtable.venue else roundtable.address)
    if place:
        event.add("location", place)
    description = _description(roundtable, language)
    if description:
        event.add("description", description)
    if url is not None:
        event.add("url", vUri(url))
    event.add("status", "CANCELLED" if roundtable.is_cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if roundtable.has_hours and not roundtable.is_cancelled else "TRANSPARENT")
    return event


def organiser(office: Office, language: str) -> vCalAddress:
    """The office, under the one address it has for good: where answers are read (RFC 5546 3.2.3)."""
    address = vCalAddress(mailto(office.reply_email))
    # RFC 5545 3.2: a parameter's value cannot hold a double quote.
    address.params["CN"] = one_line(office.name.in_(language)).replace('"', "'")
    return address


def mailto(email: str) -> str:
    """A domain with umlauts in ASCII, as in the letter's own header (RFC 5891)."""
    local, _, domain = email.strip().rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return f"mailto:{local}@{domain}"


def summary(roundtable: Roundtable, language: str) -> str:
    """ "KI-Roundtable Nr. 2"; the word for a cancelled one stands first, as many programs hide STATUS."""
    words = WORDS["de" if language == "de" else "en"]
    named = words["number"].format(name=roundtable.series.name.in_(language), number=roundtable.number)
    return one_line(words["cancelled"].format(summary=named) if roundtable.is_cancelled else named)


def one_line(text: str) -> str:
    return ", ".join(line.strip(" ,") for line in _clean(text).split("\n") if line.strip(" ,"))


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _add_times(event: Event, roundtable: Roundtable) -> None:
    zone = roundtable.series.zone
    if roundtable.has_hours:
        event.add("dtstart", _written(roundtable.starts_at, zone))
        event.add("dtend", _written(roundtable.ends_at, zone))
    else:
        event.add("dtstart", roundtable.day)
        event.add("dtend", roundtable.day + timedelta(days=1))


def _written(moment: datetime, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    # An hour that comes twice means its first coming with a TZID (RFC 5545 3.3.5); the second is written in UTC.
    return moment.astimezone(UTC) if local.fold else local


def _description(roundtable: Roundtable, language: str) -> str:
    words = WORDS["de" if language == "de" else "en"]
    parts = [roundtable.motto.in_(language), roundtable.question.in_(language)]
    if not roundtable.has_hours:
        parts.append(words["hours"])
    zone = roundtable.series.zone
    lines = []
    for item, begins_at in zip(roundtable.agenda, beginnings(roundtable), strict=True):
        if item.is_public:
            hour = f"{begins_at.astimezone(zone):%H:%M} " if roundtable.has_hours else "– "
            lines.append(hour + one_line(item.title.in_(language)))
    if lines:
        parts.append("\n".join([f"{words['agenda']}:", *lines]))
    return "\n\n".join(_clean(part).strip() for part in parts if part.strip())
