"""Two roundtables on the harbour: its release held back until tomorrow, and one that is only a date."""

from __future__ import annotations

from datetime import timedelta

from roundtable.actions.press import publishing
from roundtable.actions.record import minuting
from roundtable.db import Bilingual
from roundtable.demo.season import Season, promise


def first(season: Season) -> None:
    """Held and minuted; its release is held back until tomorrow morning."""
    session, (owner, press, taker) = season.session, season.accounts
    roundtable = season.plan(
        season.harbour, -3, Bilingual("Woher kommt der Strom für die Liegeplätze?", "Where does shore power come from?")
    )
    roundtable.public_since = roundtable.starts_at - timedelta(days=30)
    power = season.topic(roundtable, Bilingual("Landstrom", "Shore power"), "Ohlsen", 50)
    invitations = season.invite(roundtable, at=roundtable.starts_at - timedelta(days=35))
    coming = "Feddersen Claasen Nowak Ohlsen Reimers Hinrichs Sauer Joost Tamm"
    season.answer(invitations, coming, at=roundtable.starts_at - timedelta(days=20))
    minutes = minuting.take_attendance(session, roundtable, {}, at=roundtable.ends_at)
    minuting.decide(
        session,
        minutes,
        power,
        "Die ersten drei Liegeplätze erhalten Landstrom.",
        is_public=True,
        at=roundtable.ends_at,
        by=taker,
    )
    promise(season, minutes, power, "Netzanschluss für Kai 4 bis 6 beantragen", "Ohlsen", due=-1)
    promise(season, minutes, power, "Fahrplan für elektrische Schlepper vorlegen", "Claasen", due=120)
    minuting.approve(session, minutes, at=roundtable.ends_at + timedelta(days=1), by=owner)
    release = publishing.begin(session, roundtable, "de", at=roundtable.ends_at, by=press)
    tomorrow = (season.at + timedelta(days=1)).replace(hour=8, minute=0)
    title, body, then = release.title, release.body, release.edited_at
    publishing.update(session, release, title=title, body=body, embargo_until=tomorrow, at=then, by=press)
    publishing.approve(session, release, at=season.at - timedelta(hours=1), by=owner)
    publishing.publish(session, release, at=season.at, by=press)


def second(season: Season) -> None:
    """A date in two months, nobody invited yet."""
    season.plan(season.harbour, 64, Bilingual("Wer bezahlt die Umstellung?", "Who pays for the change?"))
