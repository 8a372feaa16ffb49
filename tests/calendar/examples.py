"""Roundtables to write into calendar files, without a database."""

from datetime import UTC, datetime
from typing import Any

from roundtable.calendar import roundtable_file, series_feed
from roundtable.db import Bilingual
from roundtable.domain.guests import registrations  # noqa: F401 - the models know each other by name
from roundtable.domain.office.offices import Office
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series

PAGE = "https://lindenau.example/de/series/waerme/7/"
NASTY = 'Wärme, Kälte; Geld\\Zeit\n"Alles": neu 🎉 ' + "Ünverzichtbar🔥" * 12


def a_roundtable(zone: str = "Europe/Berlin", **values: Any) -> Roundtable:
    office = Office(
        name=Bilingual('Senat "Lindenau"; Presse', "Senate"),
        sender_email="rt@lindenau.example",
        reply_email="r@l.example",
    )
    series = Series(
        office=office,
        slug="waerme",
        name=Bilingual("Runder Tisch Wärme", "Roundtable on heat"),
        purpose=Bilingual("Erst, dann; so", ""),
        motto=Bilingual("", ""),
        timezone=zone,
        language="de",
    )
    defaults = dict(
        number=7,
        motto=Bilingual("Gemeinsam", "Together"),
        question=Bilingual("Wie?", ""),
        starts_at=datetime(2026, 10, 9, 12, tzinfo=UTC),
        ends_at=datetime(2026, 10, 9, 14, tzinfo=UTC),
        hours_fixed_at=datetime(2026, 1, 1, tzinfo=UTC),
        venue="Rathaus",
        address="Rathausplatz 1\n01234 Lindenau",
        seats=20,
        calendar_uid="3f0c@lindenau.example",
        calendar_sequence=2,
        calendar_changed_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
    return Roundtable(**{"series": series, **defaults, **values})


def written(roundtable: Roundtable, language: str = "de", url: str | None = PAGE) -> bytes:
    return roundtable_file(roundtable, language=language, url=url, organiser=roundtable.series.office)


def feed(*roundtables: Roundtable) -> bytes:
    series = roundtables[0].series
    return series_feed(series, roundtables, language="de", url="https://lindenau.example/de/series/waerme/")
