"""Rhythms, public holidays and what they propose."""

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from roundtable.domain.series import rhythm
from roundtable.domain.series.rhythm import Rhythm, RuleNotUnderstood, holiday_on, in_words, proposals

QUARTERLY = Rhythm(3, 2, 3)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=3WE", QUARTERLY),
        ("FREQ=MONTHLY;INTERVAL=1;BYDAY=-1TH", Rhythm(1, 3, -1)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", Rhythm(2, 1)),
    ],
)
def test_a_rule_there_and_back(rule: str, found: Rhythm) -> None:
    assert Rhythm.from_rule(rule) == found
    assert found.rule == rule


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=SECONDLY",
        "FREQ=MONTHLY;INTERVAL=0;BYDAY=3WE",
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=5WE",
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=WE",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=3TU",
        "FREQ=MONTHLY;INTERVAL=99999999999;BYDAY=3WE",
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=3WE;COUNT=9",
        "FREQ=MONTHLY;INTERVAL=x;BYDAY=3WE",
    ],
)
def test_other_rules_are_refused(rule: str) -> None:
    with pytest.raises(RuleNotUnderstood):
        Rhythm.from_rule(rule)


def test_quarters_are_counted_from_the_last_roundtable() -> None:
    days = [each.day for each in proposals(QUARTERLY, date(2024, 10, 9), date(2024, 10, 10), "DE-BE", language="de")]
    assert days == [date(2025, month, day) for month, day in ((1, 15), (4, 16), (7, 16), (10, 15))] + [
        date(2026, 1, 21),
        date(2026, 4, 15),
    ]


def test_without_a_roundtable_before_this_month_counts() -> None:
    first = proposals(QUARTERLY, None, date(2026, 3, 4), "", language="de", number=2)
    assert [each.day for each in first] == [date(2026, 3, 18), date(2026, 6, 17)]


def test_what_has_passed_is_not_proposed() -> None:
    (proposal,) = proposals(QUARTERLY, date(2020, 1, 15), date(2026, 3, 4), "", language="de", number=1)
    assert proposal.day == date(2026, 4, 15)


def test_a_holiday_moves_it_by_a_week_and_says_which() -> None:
    fridays = Rhythm(1, 4, 1)
    (proposal,) = proposals(fridays, date(2026, 4, 9), date(2026, 4, 10), "DE-BE", language="de", number=1)
    assert (proposal.day, proposal.moved_from) == (date(2026, 5, 8), date(2026, 5, 1))
    assert proposal.holiday == "Erster Mai"


def test_clashes_are_named_and_kept() -> None:
    taken = {date(2026, 3, 18): ["Runder Tisch 4"]}
    (proposal,) = proposals(QUARTERLY, None, date(2026, 3, 4), "", language="de", number=1, taken=taken)
    assert (proposal.day, proposal.clashes) == (date(2026, 3, 18), ("Runder Tisch 4",))


def test_holidays_differ_by_land() -> None:
    assert holiday_on(date(2026, 3, 8), "DE-BE", "de")
    assert not holiday_on(date(2026, 3, 8), "DE-BY", "de")
    assert holiday_on(date(2026, 1, 6), "DE-BY", "en") == "Epiphany"
    assert holiday_on(date(2026, 10, 3), "DE", "en") == "German Unity Day"
    assert not holiday_on(date(2026, 10, 3), "", "de")
    assert not holiday_on(date(2026, 10, 3), "XX-9", "de")
    assert {"DE-BE", "AT-9", "CH-ZH", "IN", "US"} <= set(rhythm.regions())


@pytest.mark.parametrize(
    ("each", "german", "english"),
    [
        (QUARTERLY, "dritter Mittwoch, alle 3 Monate", "third Wednesday, every 3 months"),
        (Rhythm(1, 0, -1), "letzter Montag im Monat", "last Monday of each month"),
        (Rhythm(1, 1), "jeden Dienstag", "every Tuesday"),
        (Rhythm(2, 1), "Dienstag, alle 2 Wochen", "Tuesday, every 2 weeks"),
    ],
)
def test_in_words(app: Flask, each: Rhythm, german: str, english: str) -> None:
    for language, words in (("de", german), ("en", english)):
        with app.test_request_context(f"/{language}/"):
            app.preprocess_request()
            assert in_words(each, language) == words


@given(
    st.integers(1, 24),
    st.integers(0, 6),
    st.sampled_from(rhythm.WHICH),
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)
def test_each_proposal_fits_the_rule_or_says_where_it_comes_from(
    every: int, day: int, which: int, before: date
) -> None:
    found = proposals(Rhythm(every, day, which), before, before, "DE-BE", language="de", number=3)
    assert len(found) == 3
    for proposal in found:
        planned = proposal.moved_from or proposal.day
        assert (proposal.day.weekday(), proposal.day > before) == (day, True)
        months = (planned.year - before.year) * 12 + planned.month - before.month
        assert months % every == 0
        assert (
            (planned.day - 1) // 7 + 1 == which if which > 0 else (planned + timedelta(days=7)).month != planned.month
        )
        assert not holiday_on(proposal.day, "DE-BE", "de")
