"""People are told what has changed: each what is new to them, and once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering, inviting
from roundtable.actions.roundtables import planning, preparing, telling
from roundtable.db import NO_WORDS
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.roundtables.roundtables import AlreadyCancelled, Roundtable
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter
from tests.factories import a_person, a_roundtable, an_invitation, both, worded


def describe(roundtable: Roundtable, at: datetime, **values: Any) -> None:
    names = ("motto", "question", "venue", "address", "map_url", "access_notes", "answer_until")
    preparing.describe(roundtable, **{name: getattr(roundtable, name) for name in names} | values, at=at)


def letters_of(session: Session, kind: str) -> list[Letter]:
    return list(session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def arrive(session: Session) -> None:
    session.flush()
    session.execute(update(Letter).where(Letter.state == "waiting").values(state="sent"))


def test_a_saved_edit_counts_once_and_is_told_once(session: Session, at: datetime) -> None:
    invitation = an_invitation(session)
    roundtable = invitation.roundtable
    silent = an_invitation(session, roundtable)
    gone = an_invitation(session, roundtable)
    gone.record("declined", at=at)
    assert telling.untold(session, roundtable, at=at).number == 0
    sequence = roundtable.calendar_sequence
    describe(roundtable, at, motto=both("Neues Motto"), venue="Speicher 4", map_url="https://karte.example/")
    session.flush()
    assert roundtable.calendar_sequence == sequence + 1
    assert telling.untold(session, roundtable, at=at).number == 2

    assert telling.tell(session, roundtable, words=worded("Der Ratssaal wird saniert."), at=at) == 2
    first, second = letters_of(session, "changed")
    assert {first.person, second.person} == {invitation.person, silent.person}
    said = outbox.read(first).text
    for words in (
        "Rathaus, Ratssaal",
        "Speicher 4",
        "Neues Motto",
        "https://karte.example/",
        "Der Ratssaal wird saniert.",
    ):
        assert words in said
    assert telling.untold(session, roundtable, at=at).number == 0
    assert telling.tell(session, roundtable, words=NO_WORDS, at=at) == 0
    assert len(letters_of(session, "changed")) == 2


def test_what_is_changed_back_is_no_news(session: Session, at: datetime) -> None:
    roundtable = an_invitation(session).roundtable
    venue = roundtable.venue
    describe(roundtable, at, venue="Speicher 4")
    describe(roundtable, at, venue=venue)
    session.flush()
    assert telling.untold(session, roundtable, at=at).number == 0
    assert telling.tell(session, roundtable, words=NO_WORDS, at=at) == 0


def test_whose_language_says_the_same_hears_nothing(session: Session, at: datetime) -> None:
    german = an_invitation(session)
    roundtable = german.roundtable
    an_invitation(session, roundtable, a_person(session, roundtable.series.office, language="en"))
    roundtable.motto = both("Gemeinsam", "Together")
    describe(roundtable, at, motto=both("Miteinander", "Together"))
    session.flush()
    assert telling.untold(session, roundtable, at=at).number == 1
    assert telling.tell(session, roundtable, words=NO_WORDS, at=at) == 1
    [letter] = letters_of(session, "changed")
    assert letter.person is german.person
    assert telling.untold(session, roundtable, at=at).number == 0


def test_other_words_and_the_agenda_are_no_change(session: Session, at: datetime) -> None:
    roundtable = an_invitation(session).roundtable
    sequence = roundtable.calendar_sequence
    describe(roundtable, at, question=both("Was nun?"), access_notes=both("Klingeln"))
    preparing.add_item(
        session,
        roundtable,
        title=both("Begrüßung"),
        description=both(""),
        duration_minutes=5,
        speaker=None,
        is_public=True,
        at=at,
    )
    assert roundtable.calendar_sequence == sequence
    assert telling.untold(session, roundtable, at=at).number == 0


def test_each_hears_what_is_new_to_them(session: Session, at: datetime) -> None:
    early = an_invitation(session)
    roundtable = early.roundtable
    describe(roundtable, at, venue="Speicher 4")
    session.flush()
    late = an_invitation(session, roundtable)
    describe(roundtable, at + timedelta(hours=1), motto=both("Neues Motto"))
    assert telling.tell(session, roundtable, words=NO_WORDS, at=at + timedelta(hours=2)) == 2
    said = {letter.person: outbox.read(letter).text for letter in letters_of(session, "changed")}
    assert "bisher: Rathaus, Ratssaal" in said[early.person]
    assert "bisher: Rathaus, Ratssaal" not in said[late.person]
    assert all("jetzt: Neues Motto" in words for words in said.values())


def test_whoever_has_no_invitation_yet_gets_it_anew(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    [invitation] = inviting.prepare(session, roundtable, [a_person(session, roundtable.series.office)], at=at).new
    inviting.send(session, roundtable, [invitation], at=at, send_after=at + timedelta(days=1))
    describe(roundtable, at, venue="Speicher 4")
    assert telling.tell(session, roundtable, words=NO_WORDS, at=at) == 1
    old, new = letters_of(session, "invitation")
    assert (old.state, new.state, new.send_after) == ("given_up", "waiting", at + timedelta(days=1))
    assert "Speicher 4" in outbox.read(new).text
    assert not letters_of(session, "changed")


def test_a_new_date_tells_the_rest_too(session: Session, at: datetime) -> None:
    invitation = an_invitation(session)
    roundtable = invitation.roundtable
    old = roundtable.starts_at
    describe(roundtable, at, venue="Speicher 4")
    planning.reschedule(
        session,
        roundtable,
        starts_at=old + timedelta(days=7),
        ends_at=old + timedelta(days=7, hours=2),
        because=worded("Streik"),
        at=at,
    )
    [letter] = letters_of(session, "new_date")
    said = outbox.read(letter).text
    assert "bisher: Mittwoch, 1. April 2026" in said
    assert "bisher: Rathaus, Ratssaal" in said
    assert telling.untold(session, roundtable, at=at).number == 0


def test_another_name_of_the_series_changes_what_lies_ahead(session: Session, at: datetime) -> None:
    coming = an_invitation(session).roundtable
    held = a_roundtable(session, coming.series, starts_at=at - timedelta(days=30))
    with coming.series.revised(at):
        coming.series.name = both("Runder Tisch Wärme")
    session.flush()
    assert (coming.calendar_sequence, held.calendar_sequence) == (1, 0)
    assert telling.untold(session, coming, at=at).number == 1


def test_nothing_is_told_of_one_that_is_cancelled(session: Session, at: datetime) -> None:
    roundtable = an_invitation(session).roundtable
    describe(roundtable, at, venue="Speicher 4")
    planning.cancel(session, roundtable, because=worded("Sturm"), at=at)
    assert telling.untold(session, roundtable, at=at).number == 0
    with pytest.raises(AlreadyCancelled):
        telling.tell(session, roundtable, words=NO_WORDS, at=at)


def named(session: Session, head: Invitation, at: datetime) -> Invitation:
    words: dict[str, Any] = dict(
        given_name="Vera", family_name="Vertretung", function="Referat 1", email="vera@organisation.example"
    )
    return answering.delegate(session, head, **words, at=at).invitation


def test_a_delegate_who_is_not_needed_is_told(session: Session, at: datetime) -> None:
    head = an_invitation(session)
    delegate = named(session, head, at)
    arrive(session)
    answering.accept(session, head, at=at)
    [letter] = letters_of(session, "uninvited")
    assert letter.person is delegate.person
    assert head.person.name in outbox.read(letter).text


def test_whoever_has_heard_nothing_yet_hears_nothing(session: Session, at: datetime) -> None:
    head = an_invitation(session)
    named(session, head, at)
    answering.accept(session, head, at=at)
    assert not letters_of(session, "uninvited")


def test_a_delegate_who_has_declined_knows(session: Session, at: datetime) -> None:
    head = an_invitation(session)
    delegate = named(session, head, at)
    arrive(session)
    answering.decline(session, delegate, at=at)
    answering.accept(session, head, at=at)
    assert not letters_of(session, "uninvited")


def test_who_is_uninvited_is_told_and_so_is_their_office(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    person = a_person(session, roundtable.series.office, assistant_email="buero@organisation.example")
    [invitation] = inviting.prepare(session, roundtable, [person], at=at).new
    inviting.send(session, roundtable, [invitation], at=at)
    arrive(session)
    inviting.revoke(session, invitation, at=at)
    assert [each.recipient for each in letters_of(session, "uninvited")] == [person.email, "buero@organisation.example"]


def test_whoever_is_uninvited_reads_nothing_that_is_for_guests(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    [invitation] = inviting.prepare(session, roundtable, [a_person(session, roundtable.series.office)], at=at).new
    inviting.send(session, roundtable, [invitation], at=at)
    arrive(session)
    answering.accept(session, invitation, at=at)
    inviting.revoke(session, invitation, at=at)
    [understood] = letters_of(session, "answer_received")
    assert (understood.state, understood.reply) == ("given_up", outbox.OVERTAKEN)


def test_the_first_letter_begins_the_conversation(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    [invitation] = inviting.prepare(session, roundtable, [a_person(session, roundtable.series.office)], at=at).new
    inviting.send(session, roundtable, [invitation], at=at)
    answering.accept(session, invitation, at=at)
    [first], [second] = letters_of(session, "invitation"), letters_of(session, "answer_received")
    assert invitation.thread_id == first.message_id
    assert b"In-Reply-To: " + first.message_id.encode() in second.message


def test_a_letter_that_was_stopped_begins_nothing(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    [invitation] = inviting.prepare(session, roundtable, [a_person(session, roundtable.series.office)], at=at).new
    inviting.send(session, roundtable, [invitation], at=at, send_after=at + timedelta(days=1))
    inviting.stop(session, session.scalars(select(Mailing)).one(), at=at)
    inviting.send(session, roundtable, [invitation], at=at + timedelta(hours=1))
    stopped, sent = letters_of(session, "invitation")
    assert b"References" not in sent.message
    assert invitation.thread_id == sent.message_id != stopped.message_id


def test_whoever_keeps_the_day_free_hears_of_another_place(session: Session, at: datetime) -> None:
    roundtable, later = a_roundtable(session), at + timedelta(hours=3)
    office = roundtable.series.office
    people = [a_person(session, office, email=f"{name}@x.example") for name in ("hat", "wartet")]
    keeping = [an_invitation(session, roundtable, person, sent_at=None) for person in people]
    inviting.announce(session, roundtable, keeping, at=at, send_after=later)
    for letter in letters_of(session, "save_the_date"):
        letter.state = "sent" if letter.recipient == "hat@x.example" else "waiting"
    describe(roundtable, at, venue="Anderswo")
    assert telling.tell(session, roundtable, words=NO_WORDS, at=at) == 2
    assert [each.recipient for each in letters_of(session, "changed")] == ["hat@x.example"]
    [fresh] = [each for each in letters_of(session, "save_the_date") if each.state == "waiting"]
    assert (fresh.recipient, fresh.send_after) == ("wartet@x.example", later)
    assert "Anderswo" in outbox.read(fresh).text
