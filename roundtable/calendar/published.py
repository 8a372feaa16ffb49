"""Calendar files for everybody: one roundtable to download, feeds to subscribe to (RFC 5546 3.2.1, RFC 7986).

Nobody is an ATTENDEE here: with one, Outlook thinks it was not invited and shows nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from icalendar import vUri

from roundtable.calendar.alarms import alarm
from roundtable.calendar.entry import colour, frame, one_line, properties, zone_rules, zones
from roundtable.calendar.entry import organiser as organiser_of
from roundtable.calendar.lines import Property, component
from roundtable.domain.office.offices import Office
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series

LOOK_AGAIN_AFTER = timedelta(hours=1)
# Of a calendar without roundtables, which still needs one component (RFC 5545 3.6).
_ZONE_OF_NOTHING = ZoneInfo("Europe/Berlin")
_SOME_YEAR = 2026


def roundtable_file(
    roundtable: Roundtable, *, language: str, url: str | None, organiser: Office, rings: str = ""
) -> bytes:
    """One roundtable as a file. ``url``: its public page, None while it has none; ``rings``: one of alarms.WHEN."""
    event = _event(roundtable, language, url, organiser_of(organiser, language), rings)
    return component("VCALENDAR", frame("PUBLISH"), zones([roundtable]) + event)


def series_feed(series: Series, roundtables: Iterable[Roundtable], *, language: str, url: str) -> bytes:
    """The feed of a series. ``url``: the series' public page, under which its roundtables lie by number."""
    shown = sorted(roundtables, key=lambda roundtable: roundtable.number)
    return feed(
        shown,
        name=series.name.in_(language),
        purpose=series.purpose.in_(language),
        language=language,
        url=url,
        url_of=lambda each: f"{url}{each.number}/",
        zone=series.zone,
        color=colour(series),
    )


def feed(
    roundtables: Sequence[Roundtable],
    *,
    name: str,
    language: str,
    url_of: Callable[[Roundtable], str | None],
    purpose: str = "",
    url: str | None = None,
    zone: ZoneInfo = _ZONE_OF_NOTHING,
    color: str = "",
    rings: Callable[[Roundtable], str] = lambda _: "",
) -> bytes:
    """Roundtables of any series to subscribe to, in the order given.

    ``url_of``: the page of each, None where the reader may not see one; ``url``: the page of them all; ``zone``: what
    a program shows times in that cannot tell; ``rings``: one of alarms.WHEN.
    """
    offices: dict[Office, Property] = {}
    events = []
    for each in roundtables:
        office = each.series.office
        if office not in offices:
            offices[office] = organiser_of(office, language)
        events.append(_event(each, language, url_of(each), offices[office], rings(each)))
    keys = {each.series.timezone for each in roundtables} or {zone.key}
    head = [*frame("PUBLISH"), Property("NAME", one_line(name)), Property("X-WR-CALNAME", one_line(name))]
    if one_line(purpose):
        head += [Property("DESCRIPTION", one_line(purpose)), Property("X-WR-CALDESC", one_line(purpose))]
    head.append(Property("X-WR-TIMEZONE", keys.pop() if len(keys) == 1 else zone.key))
    if color:
        head.append(Property("COLOR", color))
    if url is not None:
        head.append(Property("URL", vUri(url)))
    head.append(Property("REFRESH-INTERVAL", LOOK_AGAIN_AFTER, {"VALUE": "DURATION"}))
    head.append(Property("X-PUBLISHED-TTL", LOOK_AGAIN_AFTER))
    rules = zones(roundtables) or (b"" if events else zone_rules(zone, _SOME_YEAR, _SOME_YEAR))
    return component("VCALENDAR", head, rules + b"".join(events))


def _event(roundtable: Roundtable, language: str, url: str | None, organiser: Property, rings: str) -> bytes:
    said = [*properties(roundtable, language=language, url=url), organiser]
    return component("VEVENT", said, alarm(roundtable, rings, language))
