"""What is true of a roundtable in every calendar file, published or sent: one VEVENT, without people."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zlib import crc32
from zoneinfo import ZoneInfo

from icalendar import vUri

from roundtable.calendar.lines import Property
from roundtable.calendar.places import coordinates
from roundtable.calendar.zones import timezone
from roundtable.domain.office.offices import Office
from roundtable.domain.roundtables.agenda import AgendaItem, Part, beginnings
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from roundtable.email_address import domain_on_the_wire

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
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What some programs take for the end of a line, whatever RFC 5545 says.
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_EDGES = re.compile(r"^[\s,]+|[\s,]+$")
# Names that CSS knows (RFC 7986 5.9), dark enough for the white letters that programs put on them.
COLOURS = ("steelblue", "seagreen", "firebrick", "darkslateblue", "teal", "saddlebrown", "darkmagenta", "olivedrab")


def frame(method: str) -> list[Property]:
    """How every calendar begins; METHOD before the components."""
    return [
        Property("VERSION", "2.0"),
        Property("PRODID", "-//Roundtable//roundtable//EN"),
        Property("CALSCALE", "GREGORIAN"),
        Property("METHOD", method),
    ]


def needs_rules(zone: str) -> bool:
    """Moments in UTC are written without a zone."""
    return zone not in ("UTC", "Etc/UTC")


@lru_cache(maxsize=256)
def zone_rules(zone: ZoneInfo, first: int, last: int) -> bytes:
    """The VTIMEZONE that is right for these years, ready to be written."""
    return bytes(timezone(zone, (first, last)).to_ical())


def zones(roundtables: Iterable[Roundtable]) -> bytes:
    """One VTIMEZONE for each zone, right for the years of its roundtables."""
    years: dict[ZoneInfo, set[int]] = {}
    for each in roundtables:
        if each.has_hours and needs_rules(each.series.timezone):
            zone = each.series.zone
            years.setdefault(zone, set()).update(_year(moment, zone) for moment in (each.starts_at, each.ends_at))
    ordered = sorted(years, key=lambda zone: zone.key)
    return b"".join(zone_rules(zone, min(years[zone]), max(years[zone])) for zone in ordered)


def _year(moment: datetime, zone: ZoneInfo) -> int:
    return moment.astimezone(zone).year


def properties(roundtable: Roundtable, *, language: str, url: str | None) -> list[Property]:
    """Everything that stands in the VEVENT, in the order it is written."""
    changed_at = roundtable.calendar_changed_at
    said = [Property("SUMMARY", summary(roundtable, language)), *_times(roundtable)]
    said += [
        Property("DTSTAMP", changed_at),
        Property("UID", roundtable.calendar_uid),
        Property("SEQUENCE", roundtable.calendar_sequence),
        Property("COLOR", colour(roundtable.series)),
        Property("LAST-MODIFIED", changed_at),
    ]
    series = one_line(roundtable.series.name.in_(language))
    if series:
        said.append(Property("CATEGORIES", [series]))
    words = description(roundtable, language)
    if words:
        said.append(Property("DESCRIPTION", words))
    where = place(roundtable)
    if where:
        said.append(Property("LOCATION", where))
    point = coordinates(roundtable.map_url) if roundtable.map_url else None
    if point is not None:
        said.append(Property("GEO", point))
    # A day whose hours follow is certain as a day: TENTATIVE would say that it may not take place at all.
    said.append(Property("STATUS", "CANCELLED" if roundtable.is_cancelled else "CONFIRMED"))
    blocks = roundtable.has_hours and not roundtable.is_cancelled
    said.append(Property("TRANSP", "OPAQUE" if blocks else "TRANSPARENT"))
    if url is not None:
        said.append(Property("URL", vUri(url)))
    return said


def colour(series: Series) -> str:
    """One for each series, the same for good, so that a feed of several can be told apart."""
    return COLOURS[crc32(series.slug.encode()) % len(COLOURS)]


def place(roundtable: Roundtable) -> str:
    """On one line."""
    return one_line(f"{roundtable.venue}, {roundtable.address}" if roundtable.venue else roundtable.address)


def organiser(office: Office, language: str) -> Property:
    """The office, under the one address it has for good: where answers are read (RFC 5546 3.2.3)."""
    return Property("ORGANIZER", vUri(mailto(office.reply_email)), {"CN": quoted(office.name.in_(language))})


def quoted(words: str) -> str:
    """A parameter's value, which cannot hold a double quote (RFC 5545 3.2)."""
    return '"{}"'.format(one_line(words).replace('"', "'"))


def mailto(email: str) -> str:
    """A domain with umlauts in ASCII, as in the letter's own header."""
    local, _, domain = email.strip().rpartition("@")
    with suppress(ValueError):
        domain = domain_on_the_wire(domain)
    return f"mailto:{local}@{domain}"


def summary(roundtable: Roundtable, language: str) -> str:
    """ "KI-Roundtable Nr. 2"; the word for a cancelled one stands first, as many programs hide STATUS."""
    words = WORDS["de" if language == "de" else "en"]
    named = words["number"].format(name=roundtable.series.name.in_(language), number=roundtable.number)
    return one_line(words["cancelled"].format(summary=named) if roundtable.is_cancelled else named)


def one_line(text: str) -> str:
    if text.isprintable():
        return text.strip(" ,")
    return ", ".join(filter(None, (_EDGES.sub("", line) for line in _clean(text).split("\n"))))


def _clean(text: str) -> str:
    return text if text.isprintable() else _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))


def _times(roundtable: Roundtable) -> list[Property]:
    if not roundtable.has_hours:
        day = roundtable.day
        return [Property("DTSTART", day), Property("DTEND", day + timedelta(days=1))]
    zone = roundtable.series.zone
    return [
        Property("DTSTART", _written(roundtable.starts_at, zone)),
        Property("DTEND", _written(roundtable.ends_at, zone)),
    ]


def _written(moment: datetime, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    # With a TZID, an hour that comes twice means its first coming (RFC 5545 3.3.5), but libical and ical.js, and with
    # them Evolution, Thunderbird and Nextcloud, take the second: so neither is written that way.
    comes_twice = local.utcoffset() != local.replace(fold=not local.fold).utcoffset()
    return moment.astimezone(UTC) if comes_twice or not needs_rules(zone.key) else local


def _whole(roundtable: Roundtable) -> Iterable[tuple[AgendaItem, datetime]]:
    return zip(roundtable.agenda, beginnings(roundtable), strict=True) if roundtable.agenda else ()


def description(roundtable: Roundtable, language: str, opening: Part | None = None) -> str:
    """Motto, question and the public part of the agenda with its hours.

    ``opening``: where no more of the agenda has been read.
    """
    words, has_hours = WORDS["de" if language == "de" else "en"], roundtable.has_hours
    parts = [_clean(each.in_(language)).strip() for each in (roundtable.motto, roundtable.question)]
    if not has_hours:
        parts.append(words["hours"])
    zone, agenda = roundtable.series.zone, opening.items if opening is not None else _whole(roundtable)
    lines = [f"{words['agenda']}:"]
    for item, begins_at in agenda:
        if item.is_public:
            local = begins_at.astimezone(zone)
            hour = f"{local.hour:02}:{local.minute:02} " if has_hours else "– "
            lines.append(hour + one_line(item.title.in_(language)))
    if opening is not None and opening.pages > 1:
        lines.append("…")
    if len(lines) > 1:
        parts.append("\n".join(lines))
    return "\n\n".join(filter(None, parts))
