"""A roundtable as a calendar file: pure, bytes out."""

from roundtable.calendar.published import roundtable_file, series_feed

__all__ = ["roundtable_file", "series_feed"]
