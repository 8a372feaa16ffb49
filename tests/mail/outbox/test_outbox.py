"""What becomes of a letter when the mail server takes it, refuses it, or breaks off."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.db import db
from roundtable.domain.office.history import Entry
from roundtable.mail.letters import letters
from roundtable.mail.outbox import heartbeats, holding, outbox, settling
from roundtable.mail.outbox.outbox import Letter
from roundtable.mail.outbox.settling import HasMovedOn, Overtaken
from roundtable.mail.outbox.smtp import Handover, Relay
from roundtable.serving.worker import Worker
from tests.factories import AT, a_person, a_roundtable, an_account, an_invitation
from tests.mail.relay import Inbox, relay

TOKEN = "Zufall-Zufall-Zufall-Zufall-1234"


@pytest.fixture
def server() -> Iterator[tuple[Inbox, Relay]]:
    with relay() as (inbox, url):
        yield inbox, Relay(url, our_host="roundtable.example", timeout=5)


def a_letter(session: Session, email: str = "gast@organisation.example") -> Letter:
    roundtable = a_roundtable(session)
    person = a_person(session, roundtable.series.office, email=email)
    letter = outbox.queue(session, letters.invitation(an_invitation(session, roundtable, person), TOKEN, at=AT))
    session.commit()
    return letter


def hand_over(session: Session, letter: Letter, door: Relay) -> Letter:
    Worker(db.engine, door).hand_over_all()
    session.refresh(letter)
    session.commit()
    return letter


def test_letters_go_out_once_over_one_connection(session: Session, server: tuple[Inbox, Relay]) -> None:
    inbox, door = server
    queued = [a_letter(session, f"gast{number}@organisation.example") for number in range(5)]
    queued[0].message = queued[0].message.replace(b"Sie", b"\r\n.\r\n.Sie", 1)
    session.commit()
    written = [letter.message for letter in queued]
    worker = Worker(db.engine, door)
    assert (worker.hand_over_all(), worker.hand_over_all()) == (5, 0)
    for letter in queued:
        session.refresh(letter)
    assert {letter.state for letter in queued} == {"sent"}
    assert queued[0].reply == "250 taken"
    assert sorted(inbox.message_ids) == sorted(letter.message_id for letter in queued)
    # A line with a lone dot did not end the letter.
    assert sorted(inbox.messages) == sorted(written)
    assert inbox.connections == 1


def test_a_refusal_is_final_and_says_why(session: Session, server: tuple[Inbox, Relay]) -> None:
    inbox, door = server
    inbox.says["weg@organisation.example"] = "550 5.1.1 no such mailbox"
    gone, fine = a_letter(session, "weg@organisation.example"), a_letter(session)
    hand_over(session, gone, door)
    session.refresh(fine)
    assert (gone.state, gone.reply) == ("failed", "550 5.1.1 no such mailbox")
    assert fine.state == "sent"


def test_later_waits_with_growing_pauses_and_then_fails(session: Session, server: tuple[Inbox, Relay]) -> None:
    inbox, door = server
    inbox.says_after_data["voll@organisation.example"] = "452 mailbox full"
    letter = a_letter(session, "voll@organisation.example")
    pauses = []
    at = AT
    with time_machine.travel(at, tick=False) as clock:
        while hand_over(session, letter, door).state == "waiting":
            pauses.append(letter.send_after - at)
            at = letter.send_after
            clock.move_to(at)
    assert pauses == list(outbox.PAUSES)
    assert pauses == sorted(pauses)
    assert (letter.state, letter.tries, letter.reply) == ("failed", len(pauses) + 1, "452 mailbox full")
    assert not inbox.messages


@pytest.mark.parametrize("answer", ["break", "break before taking it"])
def test_a_break_after_the_letter_is_a_doubt(session: Session, server: tuple[Inbox, Relay], answer: str) -> None:
    inbox, door = server
    inbox.says_after_data["gast@organisation.example"] = answer
    assert hand_over(session, a_letter(session), door).state == "uncertain"
    # Nobody but a person tries again.
    with time_machine.travel(AT + timedelta(days=7)):
        assert Worker(db.engine, door).hand_over_all() == 0


def test_a_break_before_the_letter_is_none(session: Session, server: tuple[Inbox, Relay]) -> None:
    inbox, door = server
    inbox.says["gast@organisation.example"] = "break"
    letter = hand_over(session, a_letter(session), door)
    assert (letter.state, letter.tries) == ("waiting", 1)
    inbox.says.clear()
    with time_machine.travel(letter.send_after, tick=False):
        assert hand_over(session, letter, door).state == "sent"


def test_a_server_that_is_down_costs_no_letter_a_try(session: Session) -> None:
    letter = a_letter(session)
    worker = Worker(db.engine, Relay("smtp://127.0.0.1:9", our_host="roundtable.example", timeout=2))
    with time_machine.travel(AT, tick=False):
        assert worker.hand_over_all() == 0
    session.refresh(letter)
    assert (letter.state, letter.tries) == ("waiting", 0)
    [seen] = heartbeats.running_workers(session, at=AT)
    assert "127.0.0.1:9" in seen.trouble
    session.commit()
    worker.leave()
    assert not heartbeats.running_workers(session, at=AT)


def test_a_server_that_is_down_is_not_asked_for_every_letter(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    knocks: list[int] = []
    door = Relay("smtp://127.0.0.1:9", our_host="roundtable.example", timeout=2)
    there = door.open

    def knock() -> None:
        knocks.append(1)
        there()

    monkeypatch.setattr(door, "open", knock)
    a_letter(session)
    worker = Worker(db.engine, door)
    with time_machine.travel(AT, tick=False) as clock:
        for _second in range(60):
            worker.hand_over_all()
            clock.shift(1)
    assert len(knocks) == 4  # after 0, 5, 15 and 35 seconds


def test_two_workers_never_claim_the_same_letter(session: Session) -> None:
    first, second = a_letter(session), a_letter(session)
    claimed = [outbox.claim(session, name, at=AT) for name in ("one", "two", "three")]
    assert [each and each.id for each in claimed] == [first.id, second.id, None]


def test_a_lease_that_ends_is_a_doubt_and_late_truth_corrects_it(session: Session) -> None:
    letter = a_letter(session)
    outbox.claim(session, "one", at=AT)
    outbox.doubt_ended_leases(session, at=AT + outbox.LEASE)
    session.refresh(letter)
    assert letter.state == "handing_over"
    late = AT + outbox.LEASE + timedelta(seconds=1)
    outbox.doubt_ended_leases(session, at=late)
    doubtful = session.get_one(Letter, letter.id, populate_existing=True)
    assert doubtful.state == "uncertain"
    outbox.record(session, letter.id, "another", Handover("refused", "550 no"), at=late)
    assert doubtful.state == "uncertain"
    outbox.record(session, letter.id, "one", Handover("accepted", "250 yes"), at=late)
    assert session.get_one(Letter, letter.id).state == "sent"


def test_a_person_decides_about_a_doubt(session: Session) -> None:
    letter = a_letter(session)
    someone = an_account(session, letter.office)
    with pytest.raises(HasMovedOn):
        settling.mark_arrived(session, letter, by=someone, at=AT)
    outbox.claim(session, "one", at=AT)
    with pytest.raises(HasMovedOn):
        settling.give_up(session, letter, "Zu spät", by=someone, at=AT)
    outbox.record(session, letter.id, "one", Handover("unknown", "broken"), at=AT)
    settling.give_up(session, letter, "Telefonisch geklärt", by=someone, at=AT)
    assert letter.state == "given_up"
    outbox.record(session, letter.id, "one", Handover("accepted", "250 yes"), at=AT)
    assert letter.state == "given_up"
    entry = session.scalars(select(Entry)).one()
    assert (entry.deed, entry.reason, entry.account) == ("gave_up_letter", "Telefonisch geklärt", someone)
    with pytest.raises(HasMovedOn):
        settling.retry(session, letter, at=AT)


def test_what_is_overtaken_never_goes_out(session: Session) -> None:
    letter, other = a_letter(session), a_letter(session)
    assert letter.roundtable is not None
    holding.hold_back(session, letter.roundtable, ("invitation", "reminder"), at=AT)
    session.refresh(letter)
    session.refresh(other)
    assert (letter.state, other.state) == ("given_up", "waiting")


@pytest.mark.parametrize("outcome", ["later", "refused"])
def test_what_failed_or_is_under_way_is_overtaken_too(session: Session, outcome: Literal["later", "refused"]) -> None:
    failed, under_way = a_letter(session), a_letter(session)
    for _ in range(2):
        outbox.claim(session, "one", at=AT)
    outbox.record(session, failed.id, "one", Handover("refused", "550 no"), at=AT)
    for letter in (failed, under_way):
        assert letter.roundtable is not None
        holding.hold_back(session, letter.roundtable, ["invitation"], at=AT)
    assert (failed.state, under_way.state) == ("given_up", "handing_over")
    outbox.record(session, under_way.id, "one", Handover(outcome, "450 later"), at=AT)
    assert (under_way.state, under_way.reply) == ("given_up", "overtaken")
    assert settling.retry_failed(session, failed.office, at=AT) == 0
    assert not outbox.is_due(session, at=AT + timedelta(days=7))


def test_an_overtaken_doubt_is_not_sent_again_but_may_have_arrived(session: Session) -> None:
    letter = a_letter(session)
    assert letter.roundtable is not None
    outbox.claim(session, "one", at=AT)
    holding.hold_back(session, letter.roundtable, ["invitation"], at=AT)
    outbox.record(session, letter.id, "one", Handover("unknown", "broken"), at=AT)
    with pytest.raises(Overtaken):
        settling.retry(session, letter, at=AT)
    settling.mark_arrived(session, letter, by=an_account(session, letter.office), at=AT)
    assert letter.state == "sent"


def shows_its_link(session: Session, letter: Letter) -> bool:
    session.flush()
    session.refresh(letter, ["message"])
    reading = outbox.read(letter)
    assert "/de/i/" in reading.text
    return TOKEN in reading.text or TOKEN in reading.html or TOKEN.encode() in letter.message


@pytest.mark.parametrize(("outcome", "is_kept"), [("accepted", False), ("refused", True), ("unknown", True)])
def test_a_sent_letter_keeps_no_personal_link(
    session: Session, outcome: Literal["accepted", "refused", "unknown"], is_kept: bool
) -> None:
    letter = a_letter(session)
    outbox.claim(session, "one", at=AT)
    outbox.record(session, letter.id, "one", Handover(outcome, "said"), at=AT)
    assert shows_its_link(session, letter) is is_kept


def test_a_letter_that_is_given_up_keeps_no_personal_link(session: Session) -> None:
    given_up, overtaken = a_letter(session), a_letter(session)
    settling.give_up(session, given_up, "Zu spät", by=an_account(session, given_up.office), at=AT)
    assert overtaken.roundtable is not None
    holding.hold_back(session, overtaken.roundtable, ["invitation"], at=AT)
    assert not shows_its_link(session, given_up)
    assert not shows_its_link(session, overtaken)


def test_the_demonstration_keeps_links(session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.config["ROUNDTABLE"], "is_demo", True)
    letter = a_letter(session)
    outbox.claim(session, "one", at=AT)
    outbox.record(session, letter.id, "one", Handover("accepted", "caught"), at=AT)
    assert shows_its_link(session, letter)
