"""A roundtable as a calendar file: pure, bytes out."""

from roundtable.calendar import invited
from roundtable.calendar.alarms import WHEN as ALARMS
from roundtable.calendar.entry import summary
from roundtable.calendar.published import feed, roundtable_file, series_feed
from roundtable.calendar.weblinks import google, google_subscription, outlook, outlook_subscription

__all__ = [
    "ALARMS",
    "feed",
    "google",
    "google_subscription",
    "invited",
    "outlook",
    "outlook_subscription",
    "roundtable_file",
    "series_feed",
    "summary",
]
