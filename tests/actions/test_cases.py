"""Loading a published case: twice for the same office, and with what is no time of day."""

from datetime import datetime, timedelta
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


def test_an_end_before_the_beginning_is_on_the_next_day(session: Session, at: datetime) -> None:
    late = load(session, a_case("Wärme", time="21:30–02:30"), at)
    assert late.ends_at - late.starts_at == timedelta(hours=5)
    without_end = load(session, a_case("Wasser", time="21:30"), at)
    assert without_end.ends_at - without_end.starts_at == timedelta(hours=2)


def test_people_whose_names_have_no_latin_letters_are_as_many_as_they_are(session: Session, at: datetime) -> None:
    names = ["欧阳小明", "山田太郎", "Александра Щербакова"]
    case = a_case("Wärme")
    case["officials"] += [{"name": name, "organisation": "SWL"} for name in names]
    members = load(session, case, at).series.members
    found = {each.person.name: each.person.email for each in members}
    assert set(names) < set(found)
    assert len(set(found.values())) == len(members)


def test_series_whose_names_have_no_latin_letters_have_addresses_of_their_own(session: Session, at: datetime) -> None:
    found = []
    for case, name in (("Beijing", "人工智能圆桌会议"), ("Tokyo", "AIラウンドテーブル以外")):
        data = a_case(case)
        data["series"]["name"] = name
        found.append(load(session, data, at).series.slug)
    assert found == ["beijing", "ai"]


@pytest.mark.parametrize("written", ["25:00", "14:00–16:75"])
def test_what_is_no_time_of_day_is_said(session: Session, at: datetime, written: str) -> None:
    with pytest.raises(CaseUnreadable, match=r"roundtable\.time.*(25:00|16:75)"):
        load(session, a_case("Wärme", time=written), at)
