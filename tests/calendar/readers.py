"""Four readers that we did not write: libical (C), ical.js (JavaScript), vobject and icalendar (Python).

``read_by_all(content)`` is for any test that holds the bytes of a calendar file: it asserts that the lines are sound
and that all readers understand the same, and returns what they understood.
"""

import atexit
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import icalendar
import vobject

from tests.calendar import libical
from tests.calendar.reading import Entry, Reading
from tests.conftest import missing

# dist/ical.js of the npm package ical.js, unpacked; .ci/run fetches it and names it here.
ICAL_JS = "ICAL_JS"


def read_by_all(content: bytes) -> Reading:
    """Raises AssertionError where a line is unsound, or a reader finds an error or understands something else."""
    lines(content)
    readings = {name: read(content) for name, read in readers().items()}
    (first, expected), *others = readings.items()
    for name, reading in others:
        assert reading == expected, f"{name} and {first} understand different things"
    return expected


@cache
def readers() -> dict[str, Callable[[bytes], Reading]]:
    """All of them, or a skip that says what is missing; on the shared machine that is a failure."""
    try:
        libical.library()
    except OSError:
        missing("libical (Debian: libical3)")
    if shutil.which("node") is None or not Path(os.environ.get(ICAL_JS, "")).is_file():
        missing(f"ical.js (node, and {ICAL_JS} with the path of its dist/ical.js; see .ci/run)")
    return {"icalendar": by_icalendar, "libical": libical.read, "vobject": by_vobject, "ical.js": by_ical_js}


def lines(content: bytes) -> list[str]:
    """Unfolded; asserts what RFC 5545 3.1 says of lines."""
    assert content.endswith(b"\r\n")
    for line in content.split(b"\r\n")[:-1]:
        assert len(line) <= 75, line
        assert not set(line) & {10, 13}, line
        line.decode()  # no character is split
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def by_icalendar(content: bytes) -> Reading:
    calendar = icalendar.Calendar.from_ical(content)
    events: list[Any] = list(calendar.events)
    wrong = [each.errors for each in calendar.walk() if getattr(each, "errors", None)]
    assert not wrong, wrong
    return Reading(
        method=_text(calendar.get("METHOD")),
        zones=sorted(str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")),
        events=[
            Entry(
                uid=_text(event.get("UID")),
                sequence=int(event.get("SEQUENCE", 0)),
                summary=_text(event.get("SUMMARY")),
                starts=_moment(event["DTSTART"].dt),
                ends=_moment(event["DTEND"].dt),
                location=_text(event.get("LOCATION")),
                description=_text(event.get("DESCRIPTION")),
                status=_text(event.get("STATUS")),
                url=_text(event.get("URL")),
                categories=[str(each) for each in event["CATEGORIES"].cats] if "CATEGORIES" in event else [],
                organizer=_text(event.get("ORGANIZER")),
                attendees=[str(each) for each in _list(event.get("ATTENDEE"))],
                alarms=len(event.walk("VALARM")),
            )
            for event in events
        ],
    )


def by_vobject(content: bytes) -> Reading:
    # It keeps the first zone it ever met under a name, whatever later files say of it.
    known = vars(vobject.icalendar)["__tzidMap"]
    for tzid in [each for each in known if each != "UTC"]:
        del known[tzid]
    calendar = vobject.readOne(content.decode())

    def value(component: Any, name: str) -> Any:
        return getattr(component, name).value if name in component.contents else None

    return Reading(
        method=value(calendar, "method"),
        zones=sorted(zone.tzid.value for zone in calendar.contents.get("vtimezone", [])),
        events=[
            Entry(
                uid=value(event, "uid"),
                sequence=int(value(event, "sequence") or 0),
                summary=value(event, "summary"),
                starts=_moment(event.dtstart.value),
                ends=_moment(event.dtend.value),
                location=value(event, "location"),
                description=value(event, "description"),
                status=value(event, "status"),
                url=value(event, "url"),
                categories=list(value(event, "categories") or []),
                organizer=value(event, "organizer"),
                attendees=[each.value for each in event.contents.get("attendee", [])],
                alarms=len(event.contents.get("valarm", [])),
            )
            for event in calendar.contents.get("vevent", [])
        ],
    )


def by_ical_js(content: bytes) -> Reading:
    node = _node()
    assert node.stdin is not None
    assert node.stdout is not None
    node.stdin.write(json.dumps(content.decode()) + "\n")
    node.stdin.flush()
    said = json.loads(node.stdout.readline())
    assert "error" not in said, said["error"]
    for event in said["events"]:
        event.update(starts=_parsed(event["starts"]), ends=_parsed(event["ends"]))
    return Reading(said["method"], sorted(said["zones"]), [Entry(**event) for event in said["events"]])


@cache
def _node() -> subprocess.Popen[str]:
    """One for all tests: starting it takes longer than reading."""
    command = ["node", str(Path(__file__).with_name("ical.mjs")), os.environ[ICAL_JS]]
    node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def stop() -> None:
        node.kill()
        node.communicate()

    atexit.register(stop)
    return node


def _parsed(text: str) -> datetime | date:
    return _moment(datetime.fromisoformat(text)) if "T" in text else date.fromisoformat(text)


def _moment(value: datetime | date) -> datetime | date:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
