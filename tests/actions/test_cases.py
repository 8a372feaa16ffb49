"""Loading a published case: twice for the same office, and with what is no time of day."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions import cases
from roundtable.actions.cases import CaseUnreadable
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.roundtables.roundtables import Roundtable


def a_case(name: str, **roundtable: Any) -> dict[str, Any]:
    return {
        "case": name.lower(),
        "series": {"name": f"Runder Tisch {name}", "host": {"name": "Kim Brandt", "function": "Bürgermeisteramt"}},
        "roundtable": {"date": "2026-04-01", "time": "14:00–16:00", **roundtable},
        "organisations": [
            {"name": "Handelskammer Lindenau", "short": "HKL"},
            {"name": "Stadtwerke Lindenau", "short": "SWL"},
        ],
        "officials": [
            {"name": "Kim Brandt", "email": "Brandt@lindenau.example"},
            {"name": "Robin Çelik", "organisation": "HKL"},
        ],
        "press_release": {"contact": {"office": "Presseamt Lindenau", "email": "presse@lindenau.example"}},
    }


def load(session: Session, data: dict[str, Any], at: datetime) -> Roundtable:
    return cases.load_case(session, cases.read_case(data), at=at, host="lindenau.example")


def counted(session: Session) -> list[int | None]:
    return [session.scalar(select(func.count()).select_from(each)) for each in (Office, Organisation, Person)]


def test_a_second_case_of_an_office_finds_who_is_known(session: Session, at: datetime) -> None:
    first = load(session, a_case("Wärme"), at)
    assert counted(session) == [1, 2, 3]
    session.commit()
    again = a_case("Wasser")
    again["officials"][0] |= {"name": "Dr. Kim Brandt"}
    again["series"]["host"]["name"] = "Dr. Kim Brandt"
    second = load(session, again, at)
    assert counted(session) == [1, 2, 3]
    assert second.series.host is first.series.host
    assert {each.person for each in second.series.members} == {each.person for each in first.series.members}
    assert second.series is not first.series


@pytest.mark.parametrize("written", ["25:00", "14:00–16:75"])
def test_what_is_no_time_of_day_is_said(session: Session, at: datetime, written: str) -> None:
    with pytest.raises(CaseUnreadable, match=r"roundtable\.time.*(25:00|16:75)"):
        load(session, a_case("Wärme", time=written), at)
