"""A time zone as a short VTIMEZONE whose rules are right for the years concerned (RFC 5545 3.6.5).

``icalendar`` can write one too, but begins daylight saving an hour late and without a rule, which Outlook follows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vRecur

# The European Union's rules hold since 1996; going back further makes files long and helps nobody.
FIRST_YEAR = 1996
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Change:
    """The clocks go from one offset to another; ``onset`` is what the old clock shows then."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool

    @property
    def rules(self) -> list[tuple[int, int, str]]:
        """(month, week, weekday) this change may follow: counted from the start, and -1 where it is the last."""
        day, weekday = self.onset, WEEKDAYS[self.onset.weekday()]
        counted = [(day.month, (day.day - 1) // 7 + 1, weekday)]
        if (day + timedelta(days=7)).month != day.month:
            counted.insert(0, (day.month, -1, weekday))
        return counted

    @property
    def kind(self) -> tuple[bool, timedelta, timedelta, str]:
        return (self.is_daylight, self.before, self.after, self.name)


def timezone(zone: ZoneInfo, years: Iterable[int]) -> Timezone:
    """The VTIMEZONE that is right from the year before the first of these to the year after the last."""
    first, last = min(years_ := list(years)) - 1, max(years_) + 1
    part = Timezone()
    part.add("tzid", zone.key)
    needed = _changes(zone, first, last)
    if not needed:
        part.add_component(_steady(zone, datetime(first, 1, 1, tzinfo=UTC)))
        return part
    for _, group in groupby(sorted(needed, key=lambda change: change.kind), key=lambda change: change.kind):
        for observance in _observances(zone, list(group), last):
            part.add_component(observance)
    return part


def _observances(zone: ZoneInfo, changes: list[Change], last: int) -> list[TimezoneStandard | TimezoneDaylight]:
    """One with a rule where the changes of every year follow one, else one for each.

    Not one with a list of dates (RDATE): ical.js, which is inside Thunderbird and Nextcloud, reads the first value of
    each alone, and then forgets DTSTART.
    """
    rule = _common_rule(changes)
    one_a_year = [change.onset.year for change in changes] == list(range(changes[0].onset.year, last + 1))
    if rule is None or not one_a_year:
        return [_written(change) for change in changes]
    part = _written(_since_when(zone, changes[0], rule))
    month, week, weekday = rule
    part.add("rrule", vRecur(freq="YEARLY", bymonth=month, byday=f"{week}{weekday}"))
    return [part]


def _common_rule(changes: list[Change]) -> tuple[int, int, str] | None:
    times = {change.onset.time() for change in changes}
    shared = [rule for rule in changes[0].rules if all(rule in change.rules for change in changes)]
    return shared[0] if shared and len(times) == 1 else None


def _since_when(zone: ZoneInfo, change: Change, rule: tuple[int, int, str]) -> Change:
    """The first change of an unbroken line, one a year, that follows this rule; a stable beginning for the file."""
    earliest = change
    for year in range(change.onset.year - 1, FIRST_YEAR - 1, -1):
        alike = [
            each
            for each in _changes(zone, year, year)
            if each.kind == change.kind and rule in each.rules and each.onset.time() == change.onset.time()
        ]
        if len(alike) != 1:
            break
        earliest = alike[0]
    return earliest


def _written(change: Change) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
    part.add("dtstart", change.onset)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    return part


def _steady(zone: ZoneInfo, moment: datetime) -> TimezoneStandard:
    here = moment.astimezone(zone)
    offset = here.utcoffset() or timedelta(0)
    onset = datetime(1970, 1, 1)  # noqa: DTZ001 - a local time, as RFC 5545 3.6.5 has it
    return _written(Change(onset, offset, offset, here.tzname() or zone.key, False))  # type: ignore[return-value]


@lru_cache(maxsize=1024)
def _changes(zone: ZoneInfo, first: int, last: int) -> tuple[Change, ...]:
    """Every change of the clocks in these years, in order, found to the minute."""
    changes = []
    moment, end = (datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC))
    while moment < end:
        following = moment + timedelta(days=7)
        if _offset(zone, moment) != _offset(zone, following):
            at = _found(zone, moment, following)
            changes.append(_described(zone, at))
            following = at
        moment = following
    return tuple(changes)


def _found(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first minute of the new offset between two moments whose offsets differ."""
    while high - low > _MINUTE:
        middle = low + (high - low) // 2 // _MINUTE * _MINUTE
        if _offset(zone, middle) == _offset(zone, low):
            low = middle
        else:
            high = middle
    return high


def _described(zone: ZoneInfo, at: datetime) -> Change:
    before, after = _offset(zone, at - _MINUTE), _offset(zone, at)
    new = at.astimezone(zone)
    # Where "daylight saving" is negative (Dublin in winter), the larger offset still is the daylight of calendars.
    return Change((at + before).replace(tzinfo=None), before, after, new.tzname() or zone.key, after > before)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
