"""A roundtable as a calendar file: pure, bytes out."""

from roundtable.calendar import invited
from roundtable.calendar.published import roundtable_file, series_feed

__all__ = ["invited", "roundtable_file", "series_feed"]
