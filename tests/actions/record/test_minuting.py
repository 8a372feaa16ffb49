"""Attendance as proposed and as recorded, notes that two people write at once, and what approval closes."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.record import following_up, minuting
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.registrations import register
from roundtable.domain.record import presence
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Minutes, MinutesApproved, NothingToApprove
from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable
from tests import factories


@pytest.fixture
def roundtable(session: Session, at: datetime) -> Roundtable:
    """It began two hours ago and has just ended."""
    return factories.a_roundtable(session, starts_at=at - timedelta(hours=2))


@pytest.fixture
def item(session: Session, roundtable: Roundtable) -> AgendaItem:
    return factories.an_agenda_item(session, roundtable)


@pytest.fixture
def minutes(session: Session, roundtable: Roundtable, at: datetime) -> Minutes:
    return minuting.begin(session, roundtable, at=at)


def an_invitation(session: Session, roundtable: Roundtable, family_name: str, rank: int) -> Invitation:
    office = roundtable.series.office
    organisation = factories.an_organisation(session, office, name=f"Haus {family_name}", short_name="")
    person = factories.a_person(session, office, family_name=family_name, rank=rank, organisation=organisation)
    return factories.an_invitation(session, roundtable, person)


def delegating(session: Session, head: Invitation, *, at: datetime) -> Invitation:
    head.record("delegated", at=at)
    delegate = an_invitation(session, head.roundtable, "Vertretung", 90)
    delegate.delegated_by = head
    register(session, delegate, at=at)
    return delegate


def test_attendance_is_proposed_from_the_answers_by_precedence(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    silent = an_invitation(session, roundtable, "Still", 4)
    declined = an_invitation(session, roundtable, "Nein", 3)
    declined.record("declined", at=at)
    head = an_invitation(session, roundtable, "Haupt", 2)
    delegate = delegating(session, head, at=at)
    coming = an_invitation(session, roundtable, "Ja", 1)
    coming.record("accepted", at=at)
    register(session, coming, at=at)
    session.commit()
    session.expire_all()

    lines = presence.seats(session, roundtable)

    assert [(line.person, line.state) for line in lines] == [
        (coming.person, "present"),
        (head.person, "represented"),
        (declined.person, "excused"),
        (silent.person, "absent"),
        (delegate.person, "present"),
    ]
    assert lines[1].delegate == delegate.person
    assert lines[4].organisation == head.person.organisation


def test_somebody_on_the_waiting_list_is_proposed_as_excused(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    roundtable.seats = 0
    waiting = an_invitation(session, roundtable, "Warte", 1)
    waiting.record("accepted", at=at)
    register(session, waiting, at=at)
    session.commit()

    assert [line.state for line in presence.seats(session, roundtable)] == ["excused"]


def test_taking_attendance_closes_it_and_may_be_corrected(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    person = an_invitation(session, roundtable, "Ja", 1).person
    home = person.organisation
    minutes = minuting.take_attendance(session, roundtable, {person.id: "present"}, at=at)
    person.organisation = factories.an_organisation(session, roundtable.series.office)

    minuting.take_attendance(session, roundtable, {person.id: "absent"}, at=at + timedelta(hours=1))

    [row] = minutes.attendance
    assert (row.state, row.organisation) == ("absent", home), "the organisation stays as it was on the day"
    assert minutes.attendance_closed_at == at
    assert not roundtable.takes_answers(at)


def test_attendance_is_not_taken_before_the_day(session: Session, at: datetime) -> None:
    tomorrow = factories.a_roundtable(session, starts_at=at + timedelta(days=1))
    with pytest.raises(minuting.NotYetTheDay):
        minuting.take_attendance(session, tomorrow, {}, at=at)


def test_nobody_is_represented_by_somebody_who_did_not_come(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    head = an_invitation(session, roundtable, "Haupt", 1)
    delegate = delegating(session, head, at=at)
    with pytest.raises(minuting.DelegateNotThere, match="Vertretung"):
        minuting.take_attendance(
            session, roundtable, {head.person_id: "represented", delegate.person_id: "absent"}, at=at
        )


def test_somebody_who_came_instead_without_invitation(session: Session, roundtable: Roundtable, at: datetime) -> None:
    head = an_invitation(session, roundtable, "Haupt", 1).person
    somebody = factories.a_person(session, roundtable.series.office, rank=50)

    minutes = minuting.admit(session, roundtable, somebody, instead_of=head, at=at)

    rows = {row.state: row for row in minutes.attendance}
    assert (rows["represented"].person, rows["represented"].represented_by) == (head, somebody)
    assert (rows["present"].person, rows["present"].organisation) == (somebody, head.organisation)

    minuting.send_away(session, minutes, somebody)

    assert [(row.person, row.state) for row in minutes.attendance] == [(head, "excused")]


def test_the_second_writer_is_shown_the_first_ones_text(session: Session, minutes: Minutes, item: AgendaItem) -> None:
    first = minuting.write_note(session, minutes, item, "Die Netze wachsen.", version=0)
    with pytest.raises(minuting.WrittenMeanwhile) as caught:
        minuting.write_note(session, minutes, item, "Die Netze schrumpfen.", version=0)
    assert caught.value.note.text == "Die Netze wachsen."

    again = minuting.write_note(session, minutes, item, "Die Netze wachsen langsam.", version=first.version)

    assert (again.text, again.version) == ("Die Netze wachsen langsam.", 2)


def test_beginning_twice_gives_the_same_minutes(session: Session, roundtable: Roundtable, minutes: Minutes) -> None:
    assert minuting.begin(session, roundtable, at=minutes.begun_at + timedelta(days=1)) is minutes


def test_a_commitment_belongs_to_the_persons_organisation(
    session: Session, roundtable: Roundtable, minutes: Minutes, item: AgendaItem, at: datetime
) -> None:
    person = an_invitation(session, roundtable, "Ja", 1).person
    due = date(2026, 6, 30)
    commitment = minuting.commit_to(
        session,
        minutes,
        item,
        "Plan vorlegen",
        organisation=None,
        person=person,
        due_on=due,
        is_public=True,
        at=at,
        by=None,
    )
    assert (commitment.organisation, commitment.series) == (person.organisation, roundtable.series)


def test_a_commitment_with_reports_is_not_removed(
    session: Session, minutes: Minutes, item: AgendaItem, at: datetime
) -> None:
    commitment = minuting.commit_to(
        session,
        minutes,
        item,
        "Plan vorlegen",
        organisation=None,
        person=None,
        due_on=None,
        is_public=False,
        at=at,
        by=None,
    )
    following_up.report(commitment, "under_way", "", at=at)
    with pytest.raises(minuting.AlreadyReported):
        minuting.uncommit(session, minutes, commitment, at=at, by=None)
    assert session.scalar(select(Commitment.id)) == commitment.id


def test_approving_needs_attendance_and_something_written(
    session: Session, roundtable: Roundtable, minutes: Minutes, item: AgendaItem, at: datetime
) -> None:
    clerk = factories.an_account(session)
    with pytest.raises(NothingToApprove):
        minuting.approve(session, minutes, at=at, by=clerk)
    minuting.take_attendance(session, roundtable, {}, at=at)
    minuting.write_note(session, minutes, item, "", version=0)
    with pytest.raises(NothingToApprove):
        minuting.approve(session, minutes, at=at, by=clerk)
    minuting.decide(session, minutes, item, "Wir machen weiter.", is_public=True, at=at, by=None)

    minuting.approve(session, minutes, at=at, by=clerk)

    assert (minutes.approved_at, minutes.approved_by) == (at, clerk)


def test_nothing_changes_after_approval(
    session: Session, roundtable: Roundtable, minutes: Minutes, item: AgendaItem, at: datetime
) -> None:
    minuting.take_attendance(session, roundtable, {}, at=at)
    decision = minuting.decide(session, minutes, item, "Wir machen weiter.", is_public=True, at=at, by=None)
    clerk = factories.an_account(session)
    minuting.approve(session, minutes, at=at, by=clerk)
    for deed in (
        lambda: minuting.write_note(session, minutes, item, "Doch nicht.", version=0),
        lambda: minuting.undecide(session, decision, at=at, by=None),
        lambda: minuting.take_attendance(session, roundtable, {}, at=at),
        lambda: minuting.approve(session, minutes, at=at, by=clerk),
    ):
        with pytest.raises(MinutesApproved):
            deed()
