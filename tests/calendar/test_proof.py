"""What we write, understood alike by readers that we did not write, in the cases that break calendars elsewhere."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roundtable import calendar
from roundtable.db import Bilingual
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.calendar.examples import NASTY, PAGE, a_roundtable, feed, written
from tests.calendar.readers import read_by_all, readers
from tests.calendar.reading import Entry

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Europe/Dublin",  # whose "daylight saving" is negative, in winter
    "Australia/Lord_Howe",  # half an hour of it
    "America/Santiago",  # whose rule changes every few years
    "UTC",
)
EMPTY = Bilingual("", "")
RTL = "שולחן עגול \u200f(12) مائدة مستديرة"
LONG = "Landesarbeitsgemeinschaft der Wohlfahrtsverbände für Wärme, Wohnen & Würde e. V. – Nord"
HALF_AN_HOUR = timedelta(minutes=30)


def read_one(roundtable: Roundtable, **how: object) -> Entry:
    content = written(roundtable) if not how else rung(roundtable, **how)
    (entry,) = read_by_all(content).events
    return entry


def rung(roundtable: Roundtable, rings: object = "") -> bytes:
    office = roundtable.series.office
    return calendar.roundtable_file(roundtable, language="de", url=PAGE, organiser=office, rings=str(rings))


def changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """The moments of this year at which the clocks change, to the half hour."""
    moment, found = datetime(year, 1, 1, tzinfo=UTC), []
    while moment.year == year:
        if moment.astimezone(zone).utcoffset() != (moment - HALF_AN_HOUR).astimezone(zone).utcoffset():
            found.append(moment)
        moment += HALF_AN_HOUR
    return found


@pytest.mark.parametrize("key", ZONES)
@pytest.mark.parametrize("year", [2026, 2027])
def test_every_roundtable_of_a_year_is_at_the_same_moment_for_all(key: str, year: int) -> None:
    """One a day at all hours, and every half hour of the nights when the clocks change."""
    moments = moments_of(key, year)
    reading = read_by_all(feed_of(key, moments))
    assert reading.zones == ([] if key == "UTC" else [key])
    assert [(each.starts, each.ends) for each in reading.events] == [
        (moment, moment + timedelta(hours=2)) for moment in moments
    ]


def test_a_zone_without_a_rule_is_understood_too() -> None:
    """Morocco's clocks follow the moon. Only by those who read the zone's many parts: vobject mixes them up."""
    moments = moments_of("Africa/Casablanca", 2026)
    content = feed_of("Africa/Casablanca", moments)
    for name in ("libical", "ical.js"):
        assert [each.starts for each in readers()[name](content).events] == moments, name


def moments_of(key: str, year: int) -> list[datetime]:
    begin = datetime(year, 1, 1, tzinfo=UTC)
    moments = [begin + timedelta(days=day, minutes=30 * (day * 7 % 48)) for day in range(365)]
    for change in changes(ZoneInfo(key), year):
        moments += [change + HALF_AN_HOUR * steps for steps in range(-8, 9)]
    return moments


def feed_of(key: str, moments: list[datetime]) -> bytes:
    first = a_roundtable(key)
    roundtables = [
        a_roundtable(
            number=number,
            calendar_uid=f"{number}@lindenau.example",
            series=first.series,
            starts_at=moment,
            ends_at=moment + timedelta(hours=2),
        )
        for number, moment in enumerate(moments, start=1)
    ]
    return feed(*roundtables)


@pytest.mark.parametrize("key", ZONES)
def test_over_midnight_into_the_night_the_clocks_change(key: str) -> None:
    zone = ZoneInfo(key)
    nights = changes(zone, 2026) or [datetime(2026, 7, 1, tzinfo=UTC)]
    for change in nights:
        starts_at, ends_at = change - timedelta(hours=5), change + timedelta(hours=5)
        entry = read_one(a_roundtable(key, starts_at=starts_at, ends_at=ends_at))
        assert (entry.starts, entry.ends) == (starts_at, ends_at)


def test_over_the_end_of_the_year() -> None:
    starts_at = datetime(2026, 12, 31, 22, tzinfo=UTC)
    entry = read_one(a_roundtable(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)))
    assert (entry.starts, entry.ends) == (starts_at, starts_at + timedelta(hours=3))


@pytest.mark.parametrize("key", ZONES)
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2026, 12, 31)])
def test_a_save_the_date_is_that_whole_day_everywhere(key: str, day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(key)).astimezone(UTC)
    entry = read_one(a_roundtable(key, starts_at=midnight, ends_at=midnight + timedelta(hours=23), hours_fixed_at=None))
    assert (entry.starts, entry.ends, entry.status) == (day, day + timedelta(days=1), "CONFIRMED")
    assert entry.description is not None
    assert "Die Uhrzeit folgt" in entry.description


@pytest.mark.parametrize("words", [NASTY, RTL, LONG, "a\\n\\,b\\;c\\\\", "1;2,3:4=5\"6'7", "\\" * 200, "👩‍👩‍👧‍👦" * 20])
def test_words_arrive_as_they_were_typed(words: str) -> None:
    roundtable = a_roundtable(motto=Bilingual(words, ""), question=EMPTY, venue=words, address="")
    roundtable.series.name = Bilingual(words, "")
    entry = read_one(roundtable)
    on_one_line = words.replace("\n", ", ")
    assert (entry.description, entry.location, entry.summary) == (words, on_one_line, f"{on_one_line} Nr. 7")
    assert entry.categories == [on_one_line]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_any_words_at_all_arrive_as_all_readers_understand_them(words: str) -> None:
    roundtable = a_roundtable(motto=Bilingual(words, ""), question=EMPTY, venue="", address=words)
    roundtable.series.name = Bilingual(words.replace("\x00", ""), "")
    entry = read_one(roundtable)
    kept = "".join((entry.description or "").split())
    assert kept == "".join(each for each in words if each not in CONTROLS and not each.isspace())


# Not text to any calendar (RFC 5545 3.3.11), C1 included.
CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))}


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2034, 12, 30)),
    st.integers(min_value=15, max_value=3 * 24 * 60),
)
def test_any_moment_arrives(key: str, begins: datetime, minutes: int) -> None:
    starts_at = begins.replace(second=0, microsecond=0, tzinfo=UTC)
    ends_at = starts_at + timedelta(minutes=minutes)
    entry = read_one(a_roundtable(key, starts_at=starts_at, ends_at=ends_at))
    assert (entry.starts, entry.ends) == (starts_at, ends_at)


def test_several_zones_in_one_feed_have_one_timezone_each() -> None:
    roundtables = [
        a_roundtable(key, number=number, calendar_uid=f"{key}-{number}@lindenau.example")
        for number in (1, 2)
        for key in ("Asia/Kolkata", "Europe/Berlin", "America/New_York", "UTC")
    ]
    content = calendar.feed(roundtables, name="Alle", language="de", url_of=lambda _: None)
    reading = read_by_all(content)
    assert reading.zones == ["America/New_York", "Asia/Kolkata", "Europe/Berlin"]
    assert {each.starts for each in reading.events} == {roundtables[0].starts_at}
    assert len(reading.events) == 8


def test_a_cancelled_one_is_understood_as_cancelled_and_never_rings() -> None:
    roundtable = a_roundtable()
    assert read_one(roundtable, rings="day").alarms == 1
    roundtable.cancel(Bilingual("Krankheit", ""), at=datetime(2026, 9, 1, tzinfo=UTC))
    entry = read_one(roundtable, rings="day")
    assert (entry.status, entry.alarms, entry.sequence) == ("CANCELLED", 0, 3)


@pytest.mark.parametrize(("rings", "alarms"), [("", 0), ("hour", 1), ("day", 1), ("never heard of", 0)])
def test_an_alarm_rings_only_where_somebody_asked_for_it(rings: str, alarms: int) -> None:
    assert read_one(a_roundtable(), rings=rings).alarms == alarms


def test_nobody_is_invited_by_a_published_file() -> None:
    entry = read_one(a_roundtable())
    assert (entry.attendees, entry.organizer) == ([], "mailto:r@l.example")
