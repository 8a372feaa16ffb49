"""A VTIMEZONE has to say what the zone database says, read by somebody else's parser."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from roundtable.calendar.zones import timezone

ZONES = (
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/Santiago",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)


@pytest.mark.parametrize("key", ZONES)
@pytest.mark.parametrize("year", [2011, 2022, 2026, 2031])
def test_a_zone_says_the_same_as_the_zone_database(key: str, year: int) -> None:
    zone = ZoneInfo(key)
    text = timezone(zone, [year]).to_ical().decode()
    read = tzical(StringIO(f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")).get(key)
    moment = datetime(year, 1, 1, 12, 30, tzinfo=UTC)
    while moment.year == year:
        local = moment.astimezone(zone)
        if _is_plain(local, zone):
            assert local.replace(tzinfo=read).utcoffset() == local.utcoffset(), local
        moment += timedelta(hours=1)


def _is_plain(local: datetime, zone: ZoneInfo) -> bool:
    """Not within a day of a change of the clocks: an hour that comes twice is no question for this parser."""
    offsets = {(local.replace(tzinfo=None) + timedelta(hours=h)).replace(tzinfo=zone).utcoffset() for h in (-3, 0, 3)}
    return len(offsets) == 1


@pytest.mark.parametrize("key", ["Europe/Berlin", "America/New_York"])
def test_a_zone_with_a_rule_is_short(key: str) -> None:
    text = timezone(ZoneInfo(key), range(2020, 2030)).to_ical().decode()
    assert text.count("BEGIN:STANDARD") == text.count("BEGIN:DAYLIGHT") == text.count("RRULE") // 2 == 1
    assert "RDATE" not in text


def test_daylight_saving_begins_by_the_clock_before_it() -> None:
    """RFC 5545 3.6.5: DTSTART is what the old offset shows, 02:00, not 03:00."""
    text = timezone(ZoneInfo("Europe/Berlin"), [2026]).to_ical().decode()
    assert "DTSTART:19960331T020000" in text
    assert "DTSTART:19961027T030000" in text
