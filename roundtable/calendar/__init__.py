"""A roundtable as a calendar file: pure, bytes out."""

from roundtable.calendar import invited
from roundtable.calendar.alarms import WHEN as ALARMS
from roundtable.calendar.entry import summary
from roundtable.calendar.published import feed, roundtable_file, series_feed
from roundtable.calendar.weblinks import (
    details,
    google,
    google_subscription,
    in_private,
    outlook,
    outlook_subscription,
)

__all__ = [
    "ALARMS",
    "details",
    "feed",
    "google",
    "google_subscription",
    "in_private",
    "invited",
    "outlook",
    "outlook_subscription",
    "roundtable_file",
    "series_feed",
    "summary",
]
