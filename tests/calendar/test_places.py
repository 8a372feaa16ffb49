"""A place on earth is read from a link to a map only where the link names one."""

import icalendar
import pytest

from roundtable.calendar.places import coordinates
from tests.calendar.examples import a_roundtable, written


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://www.openstreetmap.org/?mlat=53.55110&mlon=9.99370#map=17/53.5/9.9", (53.5511, 9.9937)),
        ("https://www.google.com/maps/search/?api=1&query=52.520008%2C13.404954", (52.520008, 13.404954)),
        ("https://maps.google.com/?q=-33.45,-70.6666667", (-33.45, -70.666667)),
        ("geo:48.2010,16.3695,183;u=40", (48.201, 16.3695)),
        ("https://www.openstreetmap.org/#map=17/53.5/9.9", None),  # where one looked, not where it is
        ("https://www.google.com/maps/@52.52,13.40,17z", None),
        ("https://maps.google.com/?q=Rathausplatz+1", None),
        ("https://maps.google.com/?q=91,13", None),
        ("https://www.openstreetmap.org/?mlat=NaN&mlon=inf", None),
        ("https://www.openstreetmap.org/?mlat=53.5", None),
        ("https://[broken", None),
        ("geo:", None),
        ("", None),
    ],
)
def test_only_a_marker_is_a_place(url: str, place: tuple[float, float] | None) -> None:
    assert coordinates(url) == place


def test_the_place_stands_in_the_file() -> None:
    content = written(a_roundtable(map_url="https://www.openstreetmap.org/?mlat=53.5511&mlon=9.9937"))
    assert b"GEO:53.5511;9.9937\r\n" in content
    assert icalendar.Calendar.from_ical(content).events[0]["GEO"].to_ical() == "53.5511;9.9937"
    assert b"GEO" not in written(a_roundtable())
