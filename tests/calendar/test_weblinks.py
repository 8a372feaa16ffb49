"""Addresses for calendars on the web: moments in UTC, words as they are, nothing secret."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from roundtable import calendar
from roundtable.db import Bilingual
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.calendar.examples import PAGE, a_roundtable

Address = Callable[..., str]
WORDS = "Wärme & Kälte: 100 % + 1 #heute?"


def of(address: Address, roundtable: Roundtable, *, language: str = "de", url: str | None = None) -> str:
    details = calendar.details(roundtable, language=language, url=url)
    return address(roundtable, details, language=language)


def asked(url: str) -> dict[str, str]:
    assert " " not in url
    assert "+" not in url  # Outlook would show it
    assert len(url) < 4000
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


def test_google_gets_moments_in_utc_and_the_words_as_they_are() -> None:
    roundtable = a_roundtable("America/New_York", motto=Bilingual(WORDS, ""), question=Bilingual("", ""))
    found = asked(of(calendar.google, roundtable, url=PAGE))
    assert found == {
        "action": "TEMPLATE",
        "text": "Runder Tisch Wärme Nr. 7",
        "dates": "20261009T120000Z/20261009T140000Z",
        "details": f"{WORDS}\n\n{PAGE}",
        "location": "Rathaus, Rathausplatz 1, 01234 Lindenau",
    }


def test_outlook_gets_moments_in_utc_too() -> None:
    roundtable = a_roundtable()
    work = of(calendar.outlook, roundtable, language="en")
    for url, host in ((work, "outlook.office.com"), (calendar.in_private(work), "outlook.live.com")):
        assert urlsplit(url).netloc == host
        found = asked(url)
        assert (found["startdt"], found["enddt"]) == ("2026-10-09T12:00:00Z", "2026-10-09T14:00:00Z")
        assert (found["subject"], found["body"]) == ("Roundtable on heat No. 7", "Together<br><br>Wie?")
        assert "allday" not in found


def test_outlook_takes_no_word_for_markup() -> None:
    roundtable = a_roundtable(motto=Bilingual("<b>1 < 2</b> & mehr", ""), question=Bilingual("", ""))
    found = asked(of(calendar.outlook, roundtable))
    assert found["body"] == "&lt;b&gt;1 &lt; 2&lt;/b&gt; &amp; mehr"


def test_a_day_without_hours_is_a_whole_day() -> None:
    midnight = datetime(2026, 10, 8, 22, tzinfo=UTC)
    roundtable = a_roundtable(starts_at=midnight, ends_at=midnight + timedelta(days=1), hours_fixed_at=None)
    assert asked(of(calendar.google, roundtable))["dates"] == "20261009/20261010"
    found = asked(of(calendar.outlook, roundtable))
    assert (found["startdt"], found["enddt"], found["allday"]) == ("2026-10-09", "2026-10-10", "true")


def test_long_words_are_cut_so_that_the_address_arrives() -> None:
    roundtable = a_roundtable(motto=Bilingual("ü🎉" * 3000, ""))
    found = asked(of(calendar.google, roundtable, url=PAGE).replace("%F0%9F%8E%89", ""))
    assert found["details"].endswith(f"…\n\n{PAGE}")


def test_a_feed_is_handed_over_whole() -> None:
    feed = "webcal://lindenau.example/series/waerme/calendar.ics?lang=de"
    assert asked(calendar.google_subscription(feed)) == {"cid": feed}
    https = feed.replace("webcal", "https")
    assert asked(calendar.outlook_subscription(https, WORDS)) == {"url": https, "name": WORDS}
