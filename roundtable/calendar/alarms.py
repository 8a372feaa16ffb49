"""Alarms, only where somebody asked for one: in their own file or feed (RFC 5545 3.6.6)."""

from datetime import timedelta

from roundtable.calendar.entry import summary
from roundtable.calendar.lines import Property, component
from roundtable.domain.roundtables.roundtables import Roundtable

# How long before the beginning.
WHEN = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
# A day without hours begins at midnight: nine in the morning of the day before.
_BEFORE_A_DAY = timedelta(hours=15)


def alarm(roundtable: Roundtable, rings: str, language: str) -> bytes:
    """A VALARM, or nothing: also for a cancelled roundtable. ``rings``: a key of WHEN, or ""."""
    if rings not in WHEN or roundtable.is_cancelled:
        return b""
    before = WHEN[rings] if roundtable.has_hours else _BEFORE_A_DAY
    said = [
        Property("ACTION", "DISPLAY"),
        Property("DESCRIPTION", summary(roundtable, language)),
        Property("TRIGGER", -before),
    ]
    return component("VALARM", said)
