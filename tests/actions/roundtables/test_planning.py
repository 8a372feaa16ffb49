"""Planning, another date, calling off: numbers, what opens the agenda by itself, and who is told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering, inviting
from roundtable.actions.roundtables import planning, preparing
from roundtable.db import db
from roundtable.domain.guests.invitations import Given
from roundtable.domain.guests.registrations import FewerSeatsThanTaken
from roundtable.domain.links import PersonalLink, link_by_token
from roundtable.domain.record.minutes import Minutes, Note
from roundtable.domain.roundtables.roundtables import AlreadyCancelled, EndsBeforeItStarts, Roundtable
from roundtable.domain.series.series import Series
from roundtable.mail.outbox import outbox, settling
from roundtable.mail.outbox.outbox import Letter
from tests.factories import (
    a_person,
    a_roundtable,
    a_series,
    an_agenda_item,
    an_invitation,
    an_office,
    both,
    worded,
)

HOURS = timedelta(hours=2)


def plan(session: Session, series: Series, at: datetime, days: int = 30) -> Roundtable:
    starts_at = at + timedelta(days=days)
    return planning.plan_roundtable(
        session, series, starts_at=starts_at, ends_at=starts_at + HOURS, at=at, host="lindenau.example"
    )


def letters_of(session: Session, kind: str) -> list[Letter]:
    session.flush()
    return list(session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.recipient)))


def test_the_first_takes_from_the_series_the_next_from_the_one_before(session: Session, at: datetime) -> None:
    series = a_series(session, an_office(session), motto=both("Wärme"), seats=12)
    first = plan(session, series, at)
    assert (first.number, first.motto, first.venue, first.seats) == (1, both("Wärme"), series.venue, 12)
    assert first.agenda == []
    assert first.calendar_uid.endswith("@lindenau.example")
    first.venue, first.seats = "Werk 2", 30
    second = planning.plan_roundtable(
        session, first.series, starts_at=at + timedelta(days=90), ends_at=at + timedelta(days=91), at=at, host="h"
    )
    assert (second.number, second.venue, second.seats) == (2, "Werk 2", 30)
    assert second.calendar_uid != first.calendar_uid


def test_minutes_and_commitments_open_the_agenda_by_themselves(session: Session, at: datetime) -> None:
    series = a_series(session, an_office(session))
    first, second = plan(session, series, at), plan(session, series, at, days=60)
    assert [item.kind for item in second.agenda] == ["approval_of_minutes", "state_of_commitments"]
    assert second.agenda[0].title == both(
        "Genehmigung des Protokolls vom 3. April 2026", "Approval of the minutes of 3 April 2026"
    )
    planning.reschedule(
        session,
        first,
        starts_at=at + timedelta(days=31),
        ends_at=at + timedelta(days=31) + HOURS,
        because=worded("x"),
        at=at,
    )
    assert second.agenda[0].title.en == "Approval of the minutes of 4 April 2026"


def test_what_was_called_off_has_no_minutes_to_approve(session: Session, at: datetime) -> None:
    series = a_series(session, an_office(session))
    first = plan(session, series, at)
    second = plan(session, series, at, days=60)
    planning.cancel(session, second, because=worded("x"), at=at)
    third = plan(session, series, at, days=90)
    assert third.agenda[0].title.de.endswith("vom 3. April 2026")
    planning.cancel(session, first, because=worded("x"), at=at)
    assert plan(session, series, at, days=120).agenda[0].title.de.endswith("vom 2. Juni 2026")


def test_a_number_is_given_once(session: Session, at: datetime) -> None:
    series = a_series(session, an_office(session))
    first = plan(session, series, at)
    plan(session, series, at, days=60)
    with pytest.raises(planning.NumberTaken):
        planning.plan_roundtable(session, series, starts_at=at, ends_at=at + HOURS, at=at, host="h", after=first.number)


def test_two_who_plan_the_same_number_at_once(
    session: Session, at: datetime, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other commits between our counting and our writing; only PostgreSQL lets that happen."""
    series = a_series(session, an_office(session))
    session.commit()
    if database == "sqlite":
        pytest.skip("writers queue from their first statement")
    begin_nested = session.begin_nested

    def first_the_other() -> object:
        with Session(db.engine) as other:
            plan(other, other.get_one(Series, series.id), at)
            other.commit()
        return begin_nested()

    monkeypatch.setattr(session, "begin_nested", first_the_other)
    with pytest.raises(planning.NumberTaken):
        plan(session, series, at)
    assert session.scalar(select(func.count()).select_from(Roundtable)) == 1


def test_an_end_before_the_beginning_is_refused(session: Session, at: datetime) -> None:
    series = a_series(session, an_office(session))
    with pytest.raises(EndsBeforeItStarts):
        planning.plan_roundtable(session, series, starts_at=at, ends_at=at - HOURS, at=at, host="h")


def everybody_answered_differently(session: Session, at: datetime) -> Roundtable:
    roundtable = a_roundtable(session)
    office = roundtable.series.office
    people = {
        name: a_person(session, office, email=f"{name}@x.example") for name in ("ja", "nein", "still", "neu", "weg")
    }
    answering.accept(session, an_invitation(session, roundtable, people["ja"]), at=at)
    answering.decline(session, an_invitation(session, roundtable, people["nein"]), at=at)
    an_invitation(session, roundtable, people["still"])
    an_invitation(session, roundtable, people["neu"], sent_at=None)
    an_invitation(session, roundtable, people["weg"], revoked_at=at)
    return roundtable


def test_a_new_date_is_told_to_all_who_were_written_to_and_have_not_declined(session: Session, at: datetime) -> None:
    roundtable = everybody_answered_differently(session, at)
    links_before = session.scalar(select(func.count()).select_from(PersonalLink)) or 0
    starts_at, sequence = roundtable.starts_at + timedelta(days=7), roundtable.calendar_sequence
    told = planning.reschedule(
        session,
        roundtable,
        starts_at=starts_at,
        ends_at=starts_at + HOURS,
        because=worded("Der Saal ist belegt."),
        at=at,
    )
    letters = letters_of(session, "new_date")
    assert told == 2
    assert [letter.recipient for letter in letters] == ["ja@x.example", "still@x.example"]
    text = outbox.read(letters[0]).text
    assert "Der Saal ist belegt." in text
    assert "8. April 2026" in text
    token = text.split("/i/")[1].split("/")[0]
    link = link_by_token(session, token, at=at)
    assert link is not None
    assert link.invitation is not None
    assert link.invitation.person.email == "ja@x.example"
    assert session.scalar(select(func.count()).select_from(PersonalLink)) == links_before + 2
    assert roundtable.calendar_sequence == sequence + 1


def test_whoever_was_not_asked_yet_is_asked_for_the_new_date(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    office = roundtable.series.office
    new, sent, phoned = (
        an_invitation(session, roundtable, a_person(session, office, email=f"{name}@x.example"), sent_at=None)
        for name in ("neu", "da", "ruft-an")
    )
    later = at + timedelta(hours=3)
    inviting.send(session, roundtable, [new, sent, phoned], at=at, send_after=later)
    for letter in letters_of(session, "invitation"):
        letter.state = "sent" if letter.recipient == "da@x.example" else "waiting"
    answering.accept(session, phoned, at=at, given=Given(via="phone"))
    starts_at = roundtable.starts_at + timedelta(days=7)
    told = planning.reschedule(
        session, roundtable, starts_at=starts_at, ends_at=starts_at + HOURS, because=worded("x"), at=at
    )
    assert told == 3
    assert [each.recipient for each in letters_of(session, "new_date")] == ["da@x.example", "ruft-an@x.example"]
    [fresh] = [each for each in letters_of(session, "invitation") if each.state == "waiting"]
    assert (fresh.recipient, fresh.send_after) == ("neu@x.example", later)
    assert "8. April 2026" in outbox.read(fresh).text


def announced(session: Session, roundtable: Roundtable, at: datetime, later: datetime) -> None:
    """Two keep the day free, one of them has got the letter, the other's goes out later."""
    office = roundtable.series.office
    got, waits = (
        an_invitation(session, roundtable, a_person(session, office, email=f"{name}@x.example"), sent_at=None)
        for name in ("hat", "wartet")
    )
    inviting.announce(session, roundtable, [got, waits], at=at, send_after=later)
    for letter in letters_of(session, "save_the_date"):
        letter.state = "sent" if letter.recipient == "hat@x.example" else "waiting"


def test_whoever_keeps_the_day_free_hears_of_another_and_is_not_asked_yet(session: Session, at: datetime) -> None:
    roundtable, later = a_roundtable(session), at + timedelta(hours=3)
    announced(session, roundtable, at, later)
    starts_at = roundtable.starts_at + timedelta(days=7)
    told = planning.reschedule(
        session, roundtable, starts_at=starts_at, ends_at=starts_at + HOURS, because=worded("x"), at=at
    )
    assert told == 2
    [news] = letters_of(session, "new_date")
    assert news.recipient == "hat@x.example"
    assert b"METHOD:PUBLISH" in outbox.read(news).calendar
    assert b"STATUS:TENTATIVE" in outbox.read(news).calendar
    [fresh] = [each for each in letters_of(session, "save_the_date") if each.state == "waiting"]
    assert (fresh.recipient, fresh.send_after) == ("wartet@x.example", later)
    assert "8. April 2026" in outbox.read(fresh).text


def test_whoever_keeps_the_day_free_hears_that_it_is_off(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    announced(session, roundtable, at, at)
    planning.cancel(session, roundtable, because=worded("Krankheit"), at=at)
    assert "hat@x.example" in [each.recipient for each in letters_of(session, "cancelled")]


def test_nothing_that_waits_or_failed_survives_calling_off(session: Session, at: datetime) -> None:
    roundtable = everybody_answered_differently(session, at)
    assert len(inviting.remind(session, roundtable, at=at)) == 1
    [reminder] = letters_of(session, "reminder")
    reminder.state = "failed"
    planning.cancel(session, roundtable, because=worded("Krankheit"), at=at)
    assert settling.retry_failed(session, roundtable.series.office, at=at) == 0
    left = session.scalars(select(Letter.kind).where(Letter.state == "waiting"))
    assert set(left) == {"cancelled"}


def test_the_same_date_again_tells_nobody(session: Session, at: datetime) -> None:
    roundtable = everybody_answered_differently(session, at)
    again = planning.reschedule(
        session,
        roundtable,
        starts_at=roundtable.starts_at,
        ends_at=roundtable.ends_at,
        because=worded("x"),
        at=at,
    )
    assert again == 0
    assert letters_of(session, "new_date") == []


def test_calling_off_is_told_once_and_cannot_be_repeated(session: Session, at: datetime) -> None:
    roundtable = everybody_answered_differently(session, at)
    assert planning.cancel(session, roundtable, because=worded("Krankheit"), at=at) == 2
    letters = letters_of(session, "cancelled")
    assert [letter.recipient for letter in letters] == ["ja@x.example", "still@x.example"]
    assert "/i/" not in outbox.read(letters[0]).text
    with pytest.raises(AlreadyCancelled):
        planning.cancel(session, roundtable, because=worded("noch einmal"), at=at)
    with pytest.raises(AlreadyCancelled):
        planning.reschedule(session, roundtable, starts_at=at, ends_at=at + HOURS, because=worded("x"), at=at)


def test_more_seats_let_those_waiting_move_up_fewer_than_taken_are_refused(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    seats = [answering.accept(session, an_invitation(session, roundtable), at=at) for _ in range(3)]
    assert [seat.state for seat in seats] == ["confirmed", "waiting", "waiting"]
    values = dict(reserved=0, per_organisation=None, companions=0)
    assert preparing.change_seats(session, roundtable, seats=2, at=at, **values) == 1  # type: ignore[arg-type]
    assert [seat.state for seat in seats] == ["confirmed", "confirmed", "waiting"]
    assert len(letters_of(session, "seat_free")) == 1
    with pytest.raises(FewerSeatsThanTaken):
        preparing.change_seats(session, roundtable, seats=1, at=at, **values)  # type: ignore[arg-type]


def test_another_place_is_news_for_calendars_other_words_only_newer(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    values = dict(
        motto=roundtable.motto,
        question=both("Neu?"),
        venue=roundtable.venue,
        address=roundtable.address,
        map_url="",
        access_notes=both(""),
        answer_until=None,
    )
    preparing.describe(roundtable, **values, at=at)  # type: ignore[arg-type]
    assert (roundtable.calendar_sequence, roundtable.calendar_changed_at) == (0, at)
    preparing.describe(roundtable, **{**values, "venue": "Werk 2"}, at=at)  # type: ignore[arg-type]
    assert (roundtable.calendar_sequence, roundtable.calendar_changed_at) == (1, at + timedelta(seconds=1))


def test_an_item_with_notes_in_the_minutes_stays(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    first, second = an_agenda_item(session, roundtable), an_agenda_item(session, roundtable)
    session.add(Note(minutes=Minutes(roundtable=roundtable, begun_at=at), item=first, text="Gesagt."))
    session.flush()
    with pytest.raises(preparing.HasNotes):
        preparing.remove_item(session, first, at=at)
    preparing.remove_item(session, second, at=at)
    assert roundtable.agenda == [first]
