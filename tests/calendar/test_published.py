"""What calendar programs are given, read back by two parsers that did not write it, and line by line."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from roundtable.calendar import series_feed
from roundtable.db import Bilingual
from roundtable.domain.roundtables.agenda import AgendaItem
from tests.calendar.examples import NASTY, PAGE, a_roundtable, feed, written
from tests.calendar.readers import lines


def event(content: bytes) -> icalendar.Event:
    return icalendar.Calendar.from_ical(content).events[0]


def test_a_file_is_published_to_nobody_in_particular() -> None:
    found = lines(written(a_roundtable()))
    assert found.index("METHOD:PUBLISH") < found.index("BEGIN:VEVENT")
    assert not [line for line in found if line.startswith("ATTENDEE")]
    assert [line for line in found if line.startswith("ORGANIZER")] == [
        "ORGANIZER;CN=\"Senat 'Lindenau'; Presse\":mailto:r@l.example"
    ]
    assert f"URL:{PAGE}" in found
    for expected in ("UID:3f0c@lindenau.example", "SEQUENCE:2", "DTSTAMP:20260102T030405Z", "STATUS:CONFIRMED"):
        assert expected in found
    assert "LOCATION:Rathaus\\, Rathausplatz 1\\, 01234 Lindenau" in found


def test_without_a_public_page_there_is_no_address() -> None:
    assert "URL:" not in written(a_roundtable(), url=None).decode()


def test_two_writings_are_the_same_bytes() -> None:
    assert written(a_roundtable()) == written(a_roundtable())
    assert feed(a_roundtable()) == feed(a_roundtable())


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"])
@pytest.mark.parametrize(
    "starts_at",
    [
        datetime(2026, 3, 28, 22, tzinfo=UTC),  # over midnight into the night the clocks go forward in Berlin
        datetime(2026, 3, 29, 12, tzinfo=UTC),
        datetime(2026, 10, 24, 21, tzinfo=UTC),  # … and back
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # the hour that comes twice, its second coming
        datetime(2026, 11, 1, 6, 30, tzinfo=UTC),  # the same in New York
        datetime(2026, 12, 31, 22, tzinfo=UTC),
    ],
)
def test_every_parser_reads_the_same_moments(zone: str, starts_at: datetime) -> None:
    ends_at = starts_at + timedelta(hours=4)
    content = written(a_roundtable(zone, starts_at=starts_at, ends_at=ends_at))
    read = event(content)
    assert [moment.timestamp() for moment in (read.start, read.end)] == [starts_at.timestamp(), ends_at.timestamp()]  # type: ignore[attr-defined]  # no dates here
    other = vobject.readOne(content.decode()).vevent
    assert other.dtstart.value.astimezone(UTC) == starts_at
    assert other.dtend.value.astimezone(UTC) == ends_at


def test_a_day_whose_hours_are_open_is_a_whole_day() -> None:
    midnight = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    content = written(a_roundtable(starts_at=midnight, ends_at=midnight + timedelta(hours=25), hours_fixed_at=None))
    assert "DTSTART;VALUE=DATE:20261025" in lines(content)
    assert event(content).end == date(2026, 10, 26)
    assert vobject.readOne(content.decode()).vevent.dtstart.value == date(2026, 10, 25)
    assert "Die Uhrzeit folgt" in str(event(content).description)


def test_words_survive_commas_semicolons_backslashes_newlines_and_emoji() -> None:
    content = written(a_roundtable(motto=Bilingual(NASTY, ""), question=Bilingual("", ""), venue="Haus; A, B\\C\nHof"))
    lines(content)
    assert event(content).description == NASTY
    other = vobject.readOne(content.decode()).vevent
    assert other.description.value == NASTY
    assert other.location.value == "Haus; A, B\\C, Hof, Rathausplatz 1, 01234 Lindenau"


def test_control_characters_and_bare_returns_do_not_break_a_line() -> None:
    content = written(a_roundtable(motto=Bilingual("a\x00b\rc\r\nd\x1be", ""), question=Bilingual("", "")))
    lines(content)
    assert event(content).description == "ab\nc\nde"


def test_only_public_items_stand_in_the_description_with_their_hour() -> None:
    roundtable = a_roundtable()
    for position, (title, is_public) in enumerate([("Lage", True), ("Intern", False), ("Ausblick", True)], start=1):
        roundtable.agenda.append(
            AgendaItem(position=position, title=Bilingual(title, ""), duration_minutes=30, is_public=is_public)
        )
    description = str(event(written(roundtable)).description)
    assert description.endswith("Tagesordnung:\n14:00 Lage\n15:00 Ausblick")


def test_a_cancelled_roundtable_says_so_in_status_and_words() -> None:
    roundtable = a_roundtable()
    before = written(roundtable)
    roundtable.cancel(Bilingual("Krank", ""), at=datetime(2026, 9, 1, tzinfo=UTC))
    after = event(written(roundtable))
    assert (after["STATUS"], after["SEQUENCE"], after["UID"]) == ("CANCELLED", 3, event(before)["UID"])
    assert after.stamp > event(before).stamp
    assert str(after["SUMMARY"]).startswith("Abgesagt: ")
    assert "Krank" not in str(after)


def test_language_of_a_file() -> None:
    assert event(written(a_roundtable(), "en"))["SUMMARY"] == "Roundtable on heat No. 7"
    assert event(written(a_roundtable(), "de"))["SUMMARY"] == "Runder Tisch Wärme Nr. 7"


def test_a_feed_names_itself_and_says_when_to_look_again() -> None:
    first = a_roundtable()
    second = a_roundtable(number=8, calendar_uid="4f@lindenau.example")
    content = feed(second, first)
    found = lines(content)
    for expected in (
        "NAME:Runder Tisch Wärme",
        "X-WR-CALNAME:Runder Tisch Wärme",
        "X-WR-CALDESC:Erst\\, dann\\; so",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "METHOD:PUBLISH",
    ):
        assert expected in found
    assert "URL:https://lindenau.example/de/series/waerme/8/" in found
    assert [str(each["UID"]) for each in icalendar.Calendar.from_ical(content).events] == [
        "3f0c@lindenau.example",
        "4f@lindenau.example",
    ]
    assert len(vobject.readOne(content.decode()).vevent_list) == 2
    assert content.count(b"BEGIN:VTIMEZONE") == 1


def test_a_feed_without_roundtables_is_still_a_calendar() -> None:
    series = a_roundtable().series
    content = series_feed(series, [], language="de", url="https://lindenau.example/de/series/waerme/")
    assert len(icalendar.Calendar.from_ical(content).subcomponents) == 1
