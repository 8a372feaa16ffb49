"""The same roundtable as icalendar writes it: what our own lines are held against."""

from collections.abc import Iterable

from icalendar import Calendar, Event, vCalAddress

from roundtable.calendar.entry import frame, properties
from roundtable.calendar.zones import timezone
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series


def entry(roundtable: Roundtable, *, url: str | None) -> Event:
    event = Event()
    for each in properties(roundtable, language="de", url=url):
        event.add(each.name, each.value)
    office = roundtable.series.office
    organiser = vCalAddress(f"mailto:{office.reply_email}")
    organiser.params["CN"] = office.name.de.replace('"', "'")
    event.add("organizer", organiser)
    return event


def calendar_with(events: Iterable[Event], *, series: Series, years: Iterable[int]) -> bytes:
    calendar = Calendar()
    for each in frame("PUBLISH"):
        calendar.add(each.name, each.value)
    if series.timezone != "UTC":
        calendar.add_component(timezone(series.zone, years))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())
