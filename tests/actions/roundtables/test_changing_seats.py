"""How many seats there are and whose: nobody loses one, nobody is overbooked, nobody overtakes."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering
from roundtable.actions.roundtables import preparing
from roundtable.db import db
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import (
    FewerSeatsThanTaken,
    MoreReservedThanSeats,
    OrganisationIsFull,
    Registration,
    ReservedSeatsTaken,
)
from roundtable.domain.refusals import Refused
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox.outbox import Letter
from tests.factories import (
    a_person,
    a_roundtable,
    a_series,
    an_agenda_item,
    an_invitation,
    an_office,
    an_organisation,
    seat_of,
)


def _change(session: Session, roundtable: Roundtable, seats: int, reserved: int, at: datetime, **more: Any) -> int:
    values = {"per_organisation": None, "companions": 0, **more}
    return preparing.change_seats(session, roundtable, seats=seats, reserved=reserved, at=at, **values)


def _all(session: Session, roundtable: Roundtable) -> list[Registration]:
    found = select(Registration).where(Registration.roundtable_id == roundtable.id).order_by(Registration.id)
    return list(session.scalars(found))


def _coming(session: Session, roundtable: Roundtable, number: int, at: datetime) -> list[Registration]:
    return [answering.accept(session, an_invitation(session, roundtable), at=at) for _ in range(number)]


def test_who_would_lose_a_seat_is_named_and_counted(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=20)
    people = [a_person(session, roundtable.series.office, family_name=f"Nummer {number}") for number in range(15)]
    for minutes, person in enumerate(people):
        answering.accept(session, an_invitation(session, roundtable, person), at=at + timedelta(minutes=minutes))
    with pytest.raises(FewerSeatsThanTaken) as refused:
        _change(session, roundtable, 12, 0, at)
    assert "Bisher bestätigt: 15" in str(refused.value)
    assert "3 Personen" in str(refused.value)
    assert "Robin Nummer 14, Robin Nummer 13, Robin Nummer 12." in str(refused.value)
    with pytest.raises(FewerSeatsThanTaken) as refused:
        _change(session, roundtable, 2, 0, at)
    assert "Robin Nummer 5 und 3 weitere" in str(refused.value)
    session.rollback()


def test_reserving_seats_that_are_taken_is_refused_with_the_most_there_can_be(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=5)
    _coming(session, roundtable, 3, at)
    with pytest.raises(MoreReservedThanSeats):
        _change(session, roundtable, 5, 6, at)
    with pytest.raises(ReservedSeatsTaken, match="höchstens 2"):
        _change(session, roundtable, 5, 3, at)
    assert _change(session, roundtable, 5, 2, at) == 0
    assert registrations.seating_of(session, roundtable).left == 0
    assert answering.accept(session, an_invitation(session, roundtable), at=at).state == "waiting"
    with pytest.raises(ReservedSeatsTaken, match="höchstens 1"):
        _change(session, roundtable, 4, 2, at)


def test_reserving_less_frees_open_seats(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=4, reserved_seats=2)
    held = _coming(session, roundtable, 5, at)
    assert [each.state for each in held] == ["confirmed"] * 2 + ["waiting"] * 3
    assert _change(session, roundtable, 4, 1, at) == 1
    assert [each.state for each in _all(session, roundtable)] == ["confirmed"] * 3 + ["waiting"] * 2
    told = session.scalars(select(Letter.person_id).where(Letter.kind == "seat_free")).all()
    assert told == [held[2].person_id]


def test_host_and_speakers_who_have_a_seat_already_sit_on_the_reserved_ones(session: Session, at: datetime) -> None:
    office = an_office(session)
    host, speaker = (a_person(session, office) for _ in range(2))
    roundtable = a_roundtable(session, a_series(session, office, host=host), seats=3)
    answering.accept(session, an_invitation(session, roundtable, host), at=at)
    _coming(session, roundtable, 2, at)
    waiting = answering.accept(session, an_invitation(session, roundtable, speaker), at=at)
    an_agenda_item(session, roundtable, speaker=speaker)
    assert waiting.state == "waiting"
    # The host's seat counts as reserved; the second reserved one goes to the speaker who waits.
    _change(session, roundtable, 3, 1, at)
    assert [each.is_reserved for each in _all(session, roundtable)] == [True, False, False, False]
    _change(session, roundtable, 4, 2, at)
    assert [(each.state, each.is_reserved) for each in _all(session, roundtable)][-1] == ("confirmed", True)
    # And back: nobody loses a seat.
    _change(session, roundtable, 4, 0, at)
    assert {(each.state, each.is_reserved) for each in _all(session, roundtable)} == {("confirmed", False)}


def test_a_free_reserved_seat_goes_to_the_speaker_who_waits_and_to_nobody_else(session: Session, at: datetime) -> None:
    office = an_office(session)
    host, speaker = (a_person(session, office) for _ in range(2))
    roundtable = a_roundtable(session, a_series(session, office, host=host), seats=2, reserved_seats=1)
    an_agenda_item(session, roundtable, speaker=speaker)
    of_host = an_invitation(session, roundtable, host)
    answering.accept(session, of_host, at=at)
    _, waiting = _coming(session, roundtable, 2, at)
    of_speaker = an_invitation(session, roundtable, speaker)
    assert answering.accept(session, of_speaker, at=at).state == "waiting"
    answering.decline(session, of_host, at=at)
    session.expire_all()
    assert waiting.state == "waiting"
    assert seat_of(session, of_speaker).state == "confirmed"  # type: ignore[union-attr]
    answering.decline(session, of_speaker, at=at)
    session.expire_all()
    assert waiting.state == "waiting"


def test_no_more_from_one_organisation_but_nobody_is_sent_home(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=9)
    office = roundtable.series.office
    chamber = an_organisation(session, office)
    people = [a_person(session, office, organisation=chamber) for _ in range(3)]
    for person in people[:2]:
        answering.accept(session, an_invitation(session, roundtable, person), at=at)
    _change(session, roundtable, 9, 0, at, per_organisation=1, companions=3)
    assert (roundtable.seats_per_organisation, roundtable.companions) == (1, 3)
    with pytest.raises(OrganisationIsFull):
        answering.accept(session, an_invitation(session, roundtable, people[2]), at=at)
    assert [each.state for each in _all(session, roundtable)] == ["confirmed"] * 2


def test_in_the_last_day_more_seats_move_nobody_up(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1, answer_until=None)
    _coming(session, roundtable, 2, at)
    assert _change(session, roundtable, 5, 0, roundtable.starts_at - timedelta(hours=23)) == 0
    late = answering.accept(session, an_invitation(session, roundtable), at=roundtable.starts_at - timedelta(hours=22))
    assert late.state == "waiting"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), st.integers(0, 9)),
        st.tuples(st.just("decline"), st.integers(0, 9)),
        st.tuples(st.just("change"), st.tuples(st.integers(0, 8), st.integers(0, 3))),
    ),
    max_size=24,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_nobody_is_overbooked_and_nobody_overtakes(
    session: Session, at: datetime, steps: list[Any]
) -> None:
    office = an_office(session)
    people = [a_person(session, office) for _ in range(10)]
    roundtable = a_roundtable(session, a_series(session, office, host=people[0]), seats=3, reserved_seats=1)
    an_agenda_item(session, roundtable, speaker=people[1])
    invitations = [an_invitation(session, roundtable, person) for person in people]
    for deed, value in steps:
        before = {each.id for each in _all(session, roundtable) if each.state == "confirmed"}
        try:
            if deed == "accept":
                answering.accept(session, invitations[value], at=at)
            elif deed == "decline":
                answering.decline(session, invitations[value], at=at)
            else:
                seats, reserved = value
                _change(session, roundtable, seats, reserved, at)
        except Refused:
            assert deed == "change"
        found = _all(session, roundtable)
        live = [each for each in found if each.state != "withdrawn"]
        seated = [each for each in live if each.state == "confirmed"]
        reserved = [each for each in seated if each.is_reserved]
        assert len(seated) <= roundtable.seats
        assert len(reserved) <= roundtable.reserved_seats
        assert len(seated) - len(reserved) <= roundtable.seats - roundtable.reserved_seats
        # Nobody loses a seat but by declining.
        assert all(each.state != "waiting" for each in found if each.id in before)
        # Whoever has an open seat asked before all who wait for one.
        waiting = [each.id for each in live if each.state == "waiting"]
        newly = [each.id for each in seated if each.id not in before and not each.is_reserved]
        assert not waiting or all(number < min(waiting) for number in newly)
        seating = registrations.seating_of(session, roundtable)
        assert not waiting or seating.left == 0


def test_seats_are_changed_while_thirty_answer(app: Flask, session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=10)
    ids = [an_invitation(session, roundtable).id for _ in range(30)]
    session.commit()
    start, wrong = threading.Barrier(33), []

    def act(number: int) -> None:
        try:
            with app.app_context(), Session(db.engine, expire_on_commit=False) as own:
                mine = own.get_one(Roundtable, roundtable.id)
                own.rollback()
                start.wait(timeout=30)
                if number < 30:
                    answering.accept(own, own.get_one(Invitation, ids[number]), at=at)
                else:
                    try:
                        _change(own, mine, (12, 6, 4)[number - 30], 0, at)
                    except FewerSeatsThanTaken:
                        own.rollback()
                own.commit()
        except Exception as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=act, args=(number,)) for number in range(33)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    session.expire_all()
    assert wrong == []
    states = [each.state for each in _all(session, roundtable)]
    assert states == ["confirmed"] * roundtable.seats + ["waiting"] * (30 - roundtable.seats)
