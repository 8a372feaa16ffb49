"""How often a series meets, and which days that proposes: a part of RFC 5545 recurrence rules, as offices say them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from babel import Locale
from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday
from flask_babel import lazy_gettext as _l

from roundtable.domain.refusals import Refused

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# The first to the fourth of a month, and the last.
WHICH = (1, 2, 3, 4, -1)
MOST_WEEKS, MOST_MONTHS = 52, 24


class RuleNotUnderstood(Refused):
    sentence = _l("This rhythm is not understood. Please choose for example “third Wednesday, every 3 months”.")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``which`` None: every so many weeks; else which of these weekdays (0 is Monday), every so many months."""

    every: int
    weekday: int
    which: int | None = None

    def __post_init__(self) -> None:
        most = MOST_WEEKS if self.which is None else MOST_MONTHS
        if not 1 <= self.every <= most or not 0 <= self.weekday <= 6 or self.which not in (None, *WHICH):
            raise RuleNotUnderstood

    @classmethod
    def from_rule(cls, rule: str) -> Rhythm:
        """Raises RuleNotUnderstood for whatever ``rule`` would not have written."""
        parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
        day = parts.get("BYDAY", "")
        number = day[:-2]
        try:
            which = int(number) if parts["FREQ"] == "MONTHLY" else None
            found = cls(int(parts.get("INTERVAL", "1")), WEEKDAYS.index(day[-2:]), which)
        except (KeyError, ValueError):
            raise RuleNotUnderstood from None
        if found.rule != rule.upper():
            raise RuleNotUnderstood
        return found

    @property
    def rule(self) -> str:
        """For example ``FREQ=MONTHLY;INTERVAL=3;BYDAY=3WE`` (RFC 5545 3.3.10)."""
        day = WEEKDAYS[self.weekday]
        if self.which is None:
            return f"FREQ=WEEKLY;INTERVAL={self.every};BYDAY={day}"
        return f"FREQ=MONTHLY;INTERVAL={self.every};BYDAY={self.which}{day}"

    def days(self, day: date) -> Iterator[date]:
        """The days of the rule from the beginning of this day's month or week on, which the count starts from."""
        if self.which is None:
            begins = day - timedelta(days=day.weekday())
            rule = rrule(WEEKLY, interval=self.every, byweekday=weekday(self.weekday), dtstart=_midnight(begins))
        else:
            begins = day.replace(day=1)
            of_month = weekday(self.weekday)(self.which)
            rule = rrule(MONTHLY, interval=self.every, byweekday=of_month, dtstart=_midnight(begins))
        return (moment.date() for moment in rule)

    def period_ends(self, day: date) -> date:
        """The first day after the month, or the week, that this day is in."""
        if self.which is None:
            return day - timedelta(days=day.weekday()) + timedelta(days=7)
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Proposal:
    """``moved_from`` is the day of the rule where that one is a public holiday, whose name is ``holiday``.

    ``clashes`` names what else the office has on that day.
    """

    day: date
    moved_from: date | None = None
    holiday: str = ""
    clashes: tuple[str, ...] = ()


def in_words(rhythm: Rhythm, language: str) -> str:
    """ "third Wednesday, every 3 months"."""
    day = Locale(language).days["format"]["wide"][rhythm.weekday]
    if rhythm.which is None:
        weeks = _l("every %(day)s") if rhythm.every == 1 else _l("%(day)s, every %(num)s weeks")
        return str(weeks) % {"day": day, "num": rhythm.every}
    words = {1: _l("first %(day)s"), 2: _l("second %(day)s"), 3: _l("third %(day)s"), 4: _l("fourth %(day)s")}
    named = str(words.get(rhythm.which, _l("last %(day)s"))) % {"day": day}
    months = _l("%(day)s of each month") if rhythm.every == 1 else _l("%(day)s, every %(num)s months")
    return str(months) % {"day": named, "num": rhythm.every}


def proposals(
    rhythm: Rhythm,
    before: date | None,
    today: date,
    region: str,
    *,
    language: str,
    number: int = 6,
    taken: Mapping[date, Sequence[str]] | None = None,
) -> list[Proposal]:
    """The next days of the rhythm after ``today``, counted from the day of the roundtable ``before`` (or from today).

    A public holiday of the region is left out: the roundtable moves to the same weekday a week later, or further, until
    it is none. ``taken``: what else the office has planned; it is named and not avoided.
    """
    found: list[Proposal] = []
    # A second day in the month, or the week, of the last one is no next one.
    earliest = max(today + timedelta(days=1), rhythm.period_ends(before) if before else today)
    for planned in rhythm.days(before or today):
        if planned < earliest:
            continue
        if len(found) == number:
            break
        day = planned
        while holiday_on(day, region, language):
            day += timedelta(days=7)
        holiday = holiday_on(planned, region, language)
        found.append(Proposal(day, planned if holiday else None, holiday, tuple((taken or {}).get(day, ()))))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a day of the calendar, in no zone


def holiday_on(day: date, region: str, language: str) -> str:
    """The name of the public holiday on this day, "" where it is none or the region is not known."""
    return _holidays_in(region, day.year, language).get(day, "") if region else ""


@cache
def _holidays_in(region: str, year: int, language: str) -> dict[date, str]:
    import holidays  # noqa: PLC0415 - as large as all the rest together, and needed on one page

    country, _dash, part = region.partition("-")
    spoken = "en_US" if language == "en" else language
    try:
        return dict(holidays.country_holidays(country, subdiv=part or None, years=year, language=spoken))
    except NotImplementedError:
        return {}


@cache
def regions() -> tuple[str, ...]:
    """ISO 3166 codes that holidays are known of: a country ("DE"), or a part of one ("DE-BE")."""
    import holidays  # noqa: PLC0415 - as above

    supported: dict[str, list[str]] = holidays.list_supported_countries()
    parts = (f"{country}-{part}" for country in ("DE", "AT", "CH") for part in sorted(supported[country]))
    return (*parts, *sorted(country for country in supported if len(country) == 2))
