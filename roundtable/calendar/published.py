"""Calendar files for everybody: one roundtable to download, a series to subscribe to (RFC 5546 3.2.1, RFC 7986).

Nobody is an ATTENDEE here: with one, Outlook thinks it was not invited and shows nothing.
"""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Event, vText, vUri
from icalendar.prop import vDuration

from roundtable.calendar.entry import calendar_with, entry, one_line
from roundtable.calendar.entry import organiser as organiser_of
from roundtable.domain.offices import Office
from roundtable.domain.roundtables import Roundtable
from roundtable.domain.series import Series

LOOK_AGAIN_AFTER = timedelta(hours=1)


def roundtable_file(roundtable: Roundtable, *, language: str, url: str | None, organiser: Office) -> bytes:
    """One roundtable as a file. ``url``: its public page, None while it has none."""
    event = _published(roundtable, language=language, url=url, office=organiser)
    calendar = calendar_with([event], method="PUBLISH", series=roundtable.series, years=_years(roundtable))
    return bytes(calendar.to_ical())


def series_feed(series: Series, roundtables: Iterable[Roundtable], *, language: str, url: str) -> bytes:
    """The feed of a series. ``url``: the series' public page, under which its roundtables lie by number."""
    shown = sorted(roundtables, key=lambda roundtable: roundtable.number)
    events = [_published(each, language=language, url=f"{url}{each.number}/", office=series.office) for each in shown]
    years = [year for each in shown for year in _years(each)]
    calendar = calendar_with(events, method="PUBLISH", series=series, years=years)
    name = one_line(series.name.in_(language))
    for key in ("name", "x-wr-calname"):
        calendar.add(key, vText(name))
    purpose = one_line(series.purpose.in_(language))
    if purpose:
        calendar.add("x-wr-caldesc", vText(purpose))
    calendar.add("x-wr-timezone", series.timezone)
    calendar.add("url", vUri(url))
    calendar.add("refresh-interval", vDuration(LOOK_AGAIN_AFTER), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(LOOK_AGAIN_AFTER))
    return bytes(calendar.to_ical())


def _published(roundtable: Roundtable, *, language: str, url: str | None, office: Office) -> Event:
    event = entry(roundtable, language=language, url=url)
    event.add("organizer", organiser_of(office, language))
    return event


def _years(roundtable: Roundtable) -> tuple[int, int]:
    zone = roundtable.series.zone
    return roundtable.starts_at.astimezone(zone).year, roundtable.ends_at.astimezone(zone).year
