"""Whom a guest named once, and who did not come, does not stay in the address book."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions import forgetting, forgetting_people
from roundtable.actions.guests import accompanying, answering, inviting
from roundtable.actions.people import entry_history
from roundtable.actions.post import readdressing
from roundtable.actions.record import minuting
from roundtable.actions.roundtables import planning
from roundtable.domain import references
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.people.people import Person
from roundtable.mail.outbox.outbox import Letter
from tests.factories import AT, a_member, a_person, a_roundtable, an_account, an_invitation, worded

NAMED: dict[str, Any] = {
    "given_name": "Vera",
    "family_name": "Vertretung",
    "function": "",
    "email": "vera@organisation.example",
}
YEAR = timedelta(days=365)


@pytest.fixture
def head(session: Session) -> Invitation:
    return an_invitation(
        session, a_roundtable(session, starts_at=AT + timedelta(days=1), answer_until=None, companions=2)
    )


def vera(session: Session) -> Person | None:
    return session.scalar(select(Person).where(Person.email == NAMED["email"]))


def is_forgotten(session: Session, head: Invitation, *, later: timedelta = timedelta(days=1)) -> bool:
    """Whether she is gone a year after the roundtable, and not before; everybody else stays."""
    session.flush()
    others = session.scalar(select(func.count()).where(Person.email != NAMED["email"]))
    forgetting.forget_old(session, at=head.roundtable.ends_at + YEAR - timedelta(hours=1))
    assert vera(session) is not None
    forgetting.forget_old(session, at=head.roundtable.ends_at + YEAR + later)
    assert session.scalar(select(func.count()).where(Person.email != NAMED["email"])) == others
    return vera(session) is None


def test_whom_nobody_needed_is_forgotten(session: Session, head: Invitation) -> None:
    answering.delegate(session, head, **NAMED, at=AT)
    answering.accept(session, head, at=AT)
    assert is_forgotten(session, head)
    session.expire_all()
    assert [each.kind for each in head.answers] == ["delegated", "accepted"]
    assert session.scalars(select(Invitation)).all() == [head]
    assert [each.person_id for each in session.scalars(select(Registration))] == [head.person_id]
    # The letter to her ends as all letters do.
    assert NAMED["email"] in session.scalars(select(Letter.recipient).where(Letter.person_id.is_(None))).all()


def test_whoever_declined_is_forgotten(session: Session, head: Invitation) -> None:
    delegate = answering.delegate(session, head, **NAMED, at=AT).invitation
    answering.decline(session, delegate, at=AT)
    assert is_forgotten(session, head)
    # The answer stays, though nobody is named any more.
    session.expire_all()
    assert head.answer is not None
    assert (head.answer.kind, head.delegate) == ("delegated", None)


def test_nobody_came_to_what_was_cancelled(session: Session, head: Invitation) -> None:
    answering.delegate(session, head, **NAMED, at=AT)
    planning.cancel(session, head.roundtable, because=worded("Sturm"), at=AT)
    assert is_forgotten(session, head)


def test_a_companion_left_behind_is_forgotten(session: Session, head: Invitation) -> None:
    answering.accept(session, head, at=AT)
    companion = accompanying.bring(session, head, **NAMED, at=AT).invitation
    accompanying.leave_behind(session, companion, at=AT)
    assert is_forgotten(session, head)


def test_who_came_for_whom_stays(session: Session, head: Invitation) -> None:
    answering.delegate(session, head, **NAMED, at=AT)
    assert not is_forgotten(session, head, later=10 * YEAR)
    assert head.delegate is not None


def test_what_the_minutes_say_stays(session: Session, head: Invitation) -> None:
    registration = answering.delegate(session, head, **NAMED, at=AT)
    minuting.take_attendance(
        session,
        head.roundtable,
        {registration.person_id: "absent", head.person_id: "excused"},
        at=head.roundtable.ends_at,
    )
    registration.withdrawn_at = AT
    assert not is_forgotten(session, head)


def _edit(session: Session, person: Person, head: Invitation) -> None:
    before = entry_history.values_of(session, person)
    entry_history.record_changed(session, person, before, at=AT, by=an_account(session, person.office))


def _correct(session: Session, person: Person, head: Invitation) -> None:
    letter = session.scalars(select(Letter).where(Letter.kind == "delegate_invitation")).one()
    letter.state = "bounced"
    by = an_account(session, person.office)
    readdressing.correct_and_send(session, letter, "v@organisation.example", by=by, at=AT)
    person.email = NAMED["email"]


def _invite(session: Session, person: Person, head: Invitation) -> None:
    another = a_roundtable(session, head.roundtable.series, number=9, starts_at=AT + timedelta(days=2))
    inviting.prepare(session, another, [person], at=AT)


def _make_a_member(session: Session, person: Person, head: Invitation) -> None:
    a_member(session, head.roundtable.series, person)


@pytest.mark.parametrize("deed", [_edit, _correct, _invite, _make_a_member])
def test_whom_the_office_has_made_something_of_is_kept(
    session: Session, head: Invitation, deed: Callable[[Session, Person, Invitation], None]
) -> None:
    person = answering.delegate(session, head, **NAMED, at=AT).person
    deed(session, person, head)
    answering.accept(session, head, at=AT)
    assert not is_forgotten(session, head, later=10 * YEAR)


def test_whom_the_office_knew_before_is_kept(session: Session, head: Invitation) -> None:
    a_person(session, head.roundtable.series.office, email=NAMED["email"])
    answering.delegate(session, head, **NAMED, at=AT)
    answering.accept(session, head, at=AT)
    assert not is_forgotten(session, head, later=10 * YEAR)


def test_whoever_was_named_again_waits_for_the_later_roundtable(session: Session, head: Invitation) -> None:
    series = head.roundtable.series
    later = an_invitation(
        session, a_roundtable(session, series, number=9, starts_at=AT + timedelta(days=200), answer_until=None)
    )
    for each in (head, later):
        answering.delegate(session, each, **NAMED, at=AT)
        answering.accept(session, each, at=AT)
    assert not is_forgotten(session, head)
    assert is_forgotten(session, later)


def test_what_goes_with_them_is_known() -> None:
    keys = references.pointing_at(Person.__table__)  # type: ignore[arg-type]  # a table, not a join
    assert set(keys) > forgetting_people.KEEPS_NOBODY
