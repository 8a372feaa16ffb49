"""How pages and letters say dates, times and lists, in the language of whoever reads."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_name
from babel.lists import format_list
from flask import Flask
from flask_babel import get_locale, get_translations, ngettext
from flask_babel import gettext as _
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from roundtable import clock
from roundtable.db import Bilingual
from roundtable.domain.roundtables.editions import Edition
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series


def language() -> str:
    """The language of this request, or of the letter that is being rendered."""
    locale = get_locale()
    return locale.language if locale is not None else "de"


def words(value: Bilingual) -> str:
    return value.in_(language())


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


def after(text: str, paragraphs: list[str]) -> str:
    """What would go on after a salutation begins a sentence where ``paragraphs`` stand before it."""
    begins = re.match(r"(?:\s|<[^>]*>)*", text)
    if not paragraphs or begins is None:
        return text
    here = begins.end()
    return text[:here] + text[here : here + 1].upper() + text[here + 1 :]


def iso_day(value: str) -> str:
    """A day as a history keeps it, "2024-10-09", as people say it; anything else as it is."""
    try:
        return short_day(date.fromisoformat(value))
    except ValueError:
        return value


def hour(value: datetime, zone: ZoneInfo) -> str:
    """ "14:00", in both languages."""
    return f"{value.astimezone(zone):%H:%M}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """ "09.10.2024, 14:00 Uhr" in the zone."""
    return _moment(value, zone, language())


@lru_cache(maxsize=1024)
def _moment(value: datetime, zone: ZoneInfo, _language: str) -> str:
    # A list says the same few moments on every line: when a letter went out, when an answer came.
    return str(_("%(day)s, %(hour)s", day=short_day(value, zone), hour=hour(value, zone)))


def moment_of(value: datetime, roundtable: Roundtable | None, zone: ZoneInfo) -> str:
    """In the zone of the roundtable it is about, else in ``zone``; it says which where the two differ."""
    own = roundtable.series.zone if roundtable is not None else zone
    said = moment(value, own)
    return said if own.key == zone.key else f"{said} ({_zone_name(value.astimezone(own))})"


def when(roundtable: Roundtable | Edition) -> str:
    """ "Mittwoch, 9. Oktober 2024, 14:00–16:00 Uhr", or the day alone while the hours are open.

    "22:00–02:00 Uhr am nächsten Tag" where it goes over midnight.
    """
    zone = roundtable.series.zone
    if not roundtable.has_hours:
        return str(_("%(day)s (time to follow)", day=day(roundtable.starts_at, zone)))
    begins, ends = hour(roundtable.starts_at, zone), hour(roundtable.ends_at, zone)
    said: dict[str, Any] = dict(day=day(roundtable.starts_at, zone), begins=begins, ends=ends)
    if roundtable.series.day_at(roundtable.ends_at) > roundtable.series.day_at(roundtable.starts_at):
        return str(_("%(day)s, %(begins)s–%(ends)s the next day", **said))
    return str(_("%(day)s, %(begins)s–%(ends)s", **said))


def full_moment(value: datetime, zone: ZoneInfo) -> str:
    """ "Mittwoch, 9. Oktober 2024, 14:00 Uhr" in the zone."""
    return str(_("%(day)s, %(hour)s", day=day(value, zone), hour=hour(value, zone)))


def when_exactly(roundtable: Roundtable | Edition) -> str:
    """ "Mittwoch, 9. Oktober 2024, 14:00–16:00 Uhr (MESZ)"; the zone only where there are hours."""
    return f"{when(roundtable)} ({zone_name(roundtable)})" if roundtable.has_hours else when(roundtable)


def zone_name(roundtable: Roundtable | Edition) -> str:
    """ "MESZ" or "CEST", as it is on that day; "MESZ, Ende MEZ" where the clocks change in between."""
    zone = roundtable.series.zone
    begins, ends = (_zone_name(each.astimezone(zone)) for each in (roundtable.starts_at, roundtable.ends_at))
    if begins == ends or not roundtable.has_hours:
        return begins
    return str(_("%(begins)s, end in %(ends)s", begins=begins, ends=ends))


def _zone_name(local: datetime) -> str:
    """The long name where the language has no short one."""
    # British English: the American one has no short names for Europe.
    for locale in (language(), "en_GB" if language() == "en" else language()):
        name = get_timezone_name(local, "short", locale=locale)
        if name.isalpha():
            return name
    return get_timezone_name(local, locale=language())


def how_far(value: date, series: Series) -> str:
    """ "in 12 days", "today", "3 days ago", by the day in the series' zone."""
    days = (value - series.day_at(clock.now())).days
    if days == 0:
        return str(_("today"))
    if days > 0:
        return str(ngettext("tomorrow", "in %(num)d days", days))
    return str(ngettext("yesterday", "%(num)d days ago", -days))


def place(roundtable: Roundtable | Edition) -> str:
    """Venue and address on one line; empty while both are open."""
    lines = (roundtable.venue, *roundtable.address.splitlines())
    return ", ".join(line.strip(" ,") for line in lines if line.strip(" ,"))


def changes_to(before: Edition, roundtable: Roundtable, *, in_any: bool = False) -> list[tuple[str, str, str]]:
    """What is different since then: what it is called, how it was, how it is.

    Words count in the reader's language; ``in_any``: in the other one too.
    """
    said = [
        (_("Date"), when_exactly(before), when_exactly(roundtable)),
        (_("Place"), place(before), place(roundtable)),
        (_("Link to a map"), before.map_url, roundtable.map_url),
    ]
    for named, old, new in (
        (_("Motto"), before.motto, roundtable.motto),
        (_("Title"), before.name, roundtable.series.name),
    ):
        other = "en" if language() == "de" else "de"
        read = other if in_any and old.in_(language()) == new.in_(language()) else language()
        said.insert(0, (named, old.in_(read), new.in_(read)))
    return [(str(named), old, new) for named, old, new in said if old != new]


def quoted(words: str) -> str:
    """A name that may itself hold commas or end with a full stop, where it stands in a sentence."""
    return str(_("“%(words)s”", words=words))


def listed(words: Iterable[str]) -> str:
    """ "A, B und C"."""
    return format_list([str(word) for word in words], locale=language())


FILTERS = (
    day,
    short_day,
    iso_day,
    after,
    hour,
    moment,
    moment_of,
    full_moment,
    when,
    when_exactly,
    zone_name,
    how_far,
    place,
    changes_to,
    quoted,
    listed,
    words,
)


def init_app(app: Flask) -> None:
    """What templates need to say things, pages and letters alike: filters, and our sentences in both languages."""
    app.jinja_env.filters.update({each.__name__: each for each in FILTERS})

    @cache
    def catalogue(language: str) -> Any:
        return get_translations()

    # As Flask-Babel's own, which look for the catalogue anew at each of a page's hundred sentences.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # comes with its extension
        gettext=lambda words: catalogue(language()).ugettext(words),
        ngettext=lambda one, many, number: catalogue(language()).ungettext(one, many, number),
        newstyle=True,
    )

    @pass_context
    def said(context: Context, words: str, /, **values: object) -> str:
        """As Jinja's own, which takes three steps more for each of a page's two hundred sentences."""
        sentence: str = catalogue(language()).ugettext(words)
        if context.eval_ctx.autoescape:
            sentence = Markup(sentence)  # noqa: S704 - our own words
        return sentence % values if "%" in sentence else sentence

    app.jinja_env.globals.update(_=said, gettext=said)
