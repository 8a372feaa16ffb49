"""Seats are never overbooked, whoever races, and the waiting list is first come, first served (rule 7)."""

import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering
from roundtable.db import db
from roundtable.domain.guests import registrations, waiting_list
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import NoSeatsLeft, Registration
from tests.factories import a_person, a_roundtable, an_invitation


def _states(session: Session, roundtable_id: int) -> list[str]:
    found = select(Registration).where(Registration.roundtable_id == roundtable_id).order_by(Registration.id)
    return [each.state for each in session.scalars(found)]


def _registered(session: Session, invitation: Invitation, at: datetime) -> Registration:
    registrations.lock_seats(session, invitation.roundtable)
    return registrations.register(session, invitation, at=at)


def test_seats_go_in_order_and_the_rest_wait(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=2)
    held = [_registered(session, an_invitation(session, roundtable), at) for _ in range(4)]
    assert [each.state for each in held] == ["confirmed", "confirmed", "waiting", "waiting"]
    assert [waiting_list.place_in_line(session, each) for each in held[2:]] == [1, 2]


def test_asking_twice_is_one_seat(session: Session, at: datetime) -> None:
    invitation = an_invitation(session)
    assert _registered(session, invitation, at) is _registered(session, invitation, at)
    assert registrations.seating_of(session, invitation.roundtable).confirmed == 1


def test_a_free_seat_goes_to_the_first_who_waits(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    first, second, third = (an_invitation(session, roundtable) for _ in range(3))
    for each in (first, second, third):
        _registered(session, each, at)
    moved = registrations.withdraw(session, first, at=at)
    assert [each.invitation_id for each in moved] == [second.id]
    assert _states(session, roundtable.id) == ["withdrawn", "confirmed", "waiting"]


def test_nobody_moves_up_in_the_last_day_and_nobody_overtakes(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    first, second, newcomer = (an_invitation(session, roundtable) for _ in range(3))
    for each in (first, second):
        _registered(session, each, at)
    late = roundtable.starts_at - timedelta(hours=23)
    assert registrations.withdraw(session, first, at=late) == []
    assert _registered(session, newcomer, late).state == "waiting"


def test_a_seat_handed_over_is_never_free(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    head, waiting = (an_invitation(session, roundtable) for _ in range(2))
    delegate = an_invitation(session, roundtable, delegated_by=head)
    for each in (head, waiting):
        _registered(session, each, at)
    seat = registrations.pass_on(session, head, delegate)
    assert seat is not None
    assert (seat.state, seat.person, seat.instead_of) == ("confirmed", delegate.person, head.person)
    assert _states(session, roundtable.id) == ["confirmed", "waiting"]


def test_even_an_organiser_does_not_overbook(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    _registered(session, an_invitation(session, roundtable), at)
    waiting = _registered(session, an_invitation(session, roundtable), at)
    with pytest.raises(NoSeatsLeft):
        registrations.give_seat(session, waiting, at=at)


def test_reserved_seats_are_for_those_they_are_kept_for(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=3, reserved_seats=1)
    host = a_person(session, roundtable.series.office)
    roundtable.series.host = host
    guests = [_registered(session, an_invitation(session, roundtable), at) for _ in range(3)]
    late_host = _registered(session, an_invitation(session, roundtable, host), at)
    assert [each.state for each in guests] == ["confirmed", "confirmed", "waiting"]
    assert (late_host.state, late_host.is_reserved) == ("confirmed", True)
    assert waiting_list.place_in_line(session, guests[2]) == 1


def test_out_of_turn_onto_a_reserved_seat_that_is_free_and_not_onto_more(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=2, reserved_seats=1)
    _, first, second = (_registered(session, an_invitation(session, roundtable), at) for _ in range(3))
    registrations.give_seat(session, second, at=at)
    assert (second.state, second.is_reserved) == ("confirmed", True)
    with pytest.raises(NoSeatsLeft):
        registrations.give_seat(session, first, at=at)
    # Back on the pile: the reserved seat stays kept, the one who waits goes on waiting.
    assert registrations.withdraw(session, second.invitation, at=at) == []
    assert registrations.seating_of(session, roundtable).reserved_left == 1


def test_whoever_leaves_the_list_moves_the_others_on(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1, reserved_seats=1)
    first, second = (_registered(session, an_invitation(session, roundtable), at) for _ in range(2))
    assert registrations.withdraw(session, first.invitation, at=at) == []
    assert (second.state, waiting_list.place_in_line(session, second)) == ("waiting", 1)


def test_forty_at_once_for_ten_seats(app: Flask, session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=10)
    ids = [an_invitation(session, roundtable).id for _ in range(40)]
    session.commit()
    start, wrong, seated = threading.Barrier(40), [], []

    def answer(invitation_id: int) -> None:
        try:
            with app.app_context(), Session(db.engine, expire_on_commit=False) as own:
                invitation = own.get_one(Invitation, invitation_id)
                own.rollback()
                start.wait(timeout=30)
                held = answering.accept(own, invitation, at=at)
                own.commit()
                seated.append(held.state)
        except Exception as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=answer, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []
    assert sorted(seated) == ["confirmed"] * 10 + ["waiting"] * 30
    assert _states(session, roundtable.id) == ["confirmed"] * 10 + ["waiting"] * 30
