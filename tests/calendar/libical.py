"""libical, the C library inside Evolution, KOrganizer and Cyrus, as a reader (https://libical.github.io/libical/)."""

import ctypes
import ctypes.util
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from tests.calendar.reading import Entry, Reading

_POINTER, _TEXT, _INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int


class _Time(ctypes.Structure):
    """struct icaltimetype of libical 3."""

    _fields_ = [
        *((name, _INT) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")),
        ("zone", _POINTER),
    ]


_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "icalparser_parse_string": (_POINTER, [_TEXT]),
    "icalcomponent_free": (None, [_POINTER]),
    "icalcomponent_count_errors": (_INT, [_POINTER]),
    "icalcomponent_as_ical_string": (_TEXT, [_POINTER]),
    "icalrestriction_check": (_INT, [_POINTER]),
    "icalcomponent_string_to_kind": (_INT, [_TEXT]),
    "icalproperty_string_to_kind": (_INT, [_TEXT]),
    "icalcomponent_get_first_component": (_POINTER, [_POINTER, _INT]),
    "icalcomponent_get_next_component": (_POINTER, [_POINTER, _INT]),
    "icalcomponent_count_components": (_INT, [_POINTER, _INT]),
    "icalcomponent_get_first_property": (_POINTER, [_POINTER, _INT]),
    "icalcomponent_get_next_property": (_POINTER, [_POINTER, _INT]),
    "icalproperty_get_value_as_string": (_TEXT, [_POINTER]),
    "icalproperty_get_value": (_POINTER, [_POINTER]),
    "icalvalue_get_text": (_TEXT, [_POINTER]),
    "icalcomponent_get_sequence": (_INT, [_POINTER]),
    "icalcomponent_get_dtstart": (_Time, [_POINTER]),
    "icalcomponent_get_dtend": (_Time, [_POINTER]),
    "icaltime_as_timet_with_zone": (ctypes.c_long, [_Time, _POINTER]),
}
_TEXTS = ("UID", "SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "TZID")


@cache
def library() -> Any:
    """Raises OSError where it is not installed (Debian: libical3)."""
    found = ctypes.CDLL(ctypes.util.find_library("ical") or "libical.so.3")
    for name, (gives, takes) in _FUNCTIONS.items():
        function = getattr(found, name)
        function.restype, function.argtypes = gives, takes
    return found


def read(content: bytes) -> Reading:
    """Raises AssertionError for whatever libical finds wrong, by its grammar and by RFC 5546's tables."""
    ical = library()
    root = ical.icalparser_parse_string(content)
    assert root, "libical reads nothing"
    try:
        assert not ical.icalcomponent_count_errors(root), ical.icalcomponent_as_ical_string(root).decode()
        ical.icalrestriction_check(root)
        assert not ical.icalcomponent_count_errors(root), ical.icalcomponent_as_ical_string(root).decode()
        zones = sorted(_values(zone, "TZID")[0] for zone in _components(root, "VTIMEZONE"))
        events = [_entry(event) for event in _components(root, "VEVENT")]
        return Reading(method=_first(root, "METHOD"), zones=zones, events=events)
    finally:
        ical.icalcomponent_free(root)


def _entry(event: int) -> Entry:
    ical = library()
    return Entry(
        uid=_first(event, "UID"),
        sequence=ical.icalcomponent_get_sequence(event),
        summary=_first(event, "SUMMARY"),
        starts=_moment(ical.icalcomponent_get_dtstart(event)),
        ends=_moment(ical.icalcomponent_get_dtend(event)),
        location=_first(event, "LOCATION"),
        description=_first(event, "DESCRIPTION"),
        status=_first(event, "STATUS"),
        url=_first(event, "URL"),
        categories=_values(event, "CATEGORIES"),
        organizer=_first(event, "ORGANIZER"),
        attendees=_values(event, "ATTENDEE"),
        alarms=ical.icalcomponent_count_components(event, ical.icalcomponent_string_to_kind(b"VALARM")),
    )


def _components(root: int, name: str) -> list[int]:
    ical, found = library(), []
    kind = ical.icalcomponent_string_to_kind(name.encode())
    each = ical.icalcomponent_get_first_component(root, kind)
    while each:
        found.append(each)
        each = ical.icalcomponent_get_next_component(root, kind)
    return found


def _values(component: int, name: str) -> list[str]:
    ical, found = library(), []
    kind = ical.icalproperty_string_to_kind(name.encode())
    each = ical.icalcomponent_get_first_property(component, kind)
    while each:
        if name in _TEXTS:
            value = ical.icalvalue_get_text(ical.icalproperty_get_value(each))
        else:
            value = ical.icalproperty_get_value_as_string(each)
        found.append(value.decode())
        each = ical.icalcomponent_get_next_property(component, kind)
    return found


def _first(component: int, name: str) -> str | None:
    return next(iter(_values(component, name)), None)


def _moment(time: _Time) -> datetime | date:
    if time.is_date:
        return date(time.year, time.month, time.day)
    seconds = library().icaltime_as_timet_with_zone(time, time.zone)
    return datetime.fromtimestamp(seconds, UTC)
