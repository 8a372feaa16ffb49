"""How pages and letters say dates, times and lists."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_name
from babel.lists import format_list
from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from roundtable import clock
from roundtable.domain.roundtables import Roundtable
from roundtable.web.languages import language


def day(value: date | datetime, zone: ZoneInfo | None = None) -> str:
    """ "Mittwoch, 9. Oktober 2024"; a moment is a day only in a zone."""
    if isinstance(value, datetime) and zone is not None:
        value = value.astimezone(zone)
    return format_date(value, "full" if language() == "de" else "EEEE, d MMMM y", locale=language())


def short_day(value: date | datetime, zone: ZoneInfo | None = None) -> str:
    """ "09.10.2024" in German, "9 October 2024" in English."""
    if isinstance(value, datetime) and zone is not None:
        value = value.astimezone(zone)
    return format_date(value, "dd.MM.y" if language() == "de" else "d MMMM y", locale=language())


def hour(value: datetime, zone: ZoneInfo) -> str:
    """ "14:00", in both languages."""
    return f"{value.astimezone(zone):%H:%M}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """ "09.10.2024, 14:00 Uhr" in the zone."""
    return str(_("%(day)s, %(hour)s", day=short_day(value, zone), hour=hour(value, zone)))


def when(roundtable: Roundtable) -> str:
    """ "Mittwoch, 9. Oktober 2024, 14:00–16:00 Uhr", or the day alone while the hours are open."""
    zone = roundtable.series.zone
    if not roundtable.has_hours:
        return str(_("%(day)s (time to follow)", day=day(roundtable.starts_at, zone)))
    begins, ends = hour(roundtable.starts_at, zone), hour(roundtable.ends_at, zone)
    return str(_("%(day)s, %(begins)s–%(ends)s", day=day(roundtable.starts_at, zone), begins=begins, ends=ends))


def full_moment(value: datetime, zone: ZoneInfo) -> str:
    """ "Mittwoch, 9. Oktober 2024, 14:00 Uhr" in the zone."""
    return str(_("%(day)s, %(hour)s", day=day(value, zone), hour=hour(value, zone)))


def when_exactly(roundtable: Roundtable) -> str:
    """ "Mittwoch, 9. Oktober 2024, 14:00–16:00 Uhr (MESZ)"; the zone only where there are hours."""
    return f"{when(roundtable)} ({zone_name(roundtable)})" if roundtable.has_hours else when(roundtable)


def zone_name(roundtable: Roundtable) -> str:
    """ "MESZ" or "CEST", as it is on that day; the long name where the language has no short one."""
    start = roundtable.starts_at.astimezone(roundtable.series.zone)
    # British English: the American one has no short names for Europe.
    for locale in (language(), "en_GB" if language() == "en" else language()):
        name = get_timezone_name(start, "short", locale=locale)
        if name.isalpha():
            return name
    return get_timezone_name(start, locale=language())


def how_far(value: date, today: date | None = None) -> str:
    """ "in 12 days", "today", "3 days ago"."""
    days = (value - (today or clock.now().date())).days
    if days == 0:
        return str(_("today"))
    if days > 0:
        return str(ngettext("tomorrow", "in %(num)d days", days))
    return str(ngettext("yesterday", "%(num)d days ago", -days))


def listed(words: Iterable[str]) -> str:
    """ "A, B und C"."""
    return format_list([str(word) for word in words], locale=language())


def init_app(app: Flask) -> None:
    for filter_ in (day, short_day, hour, moment, full_moment, when, when_exactly, zone_name, how_far, listed):
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.filters["words"] = lambda value: value.in_(language())
