"""One letter says it all: what still waits names what holds no more, and whoever knows nothing hears nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering, inviting
from roundtable.actions.guests.inviting import HaveToHear
from roundtable.actions.roundtables import planning, preparing, telling
from roundtable.db import NO_WORDS
from roundtable.domain.guests.invitations import Given, Invitation
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters import calendar_parts
from roundtable.mail.outbox import figures, mailings, outbox
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter, LetterState
from tests.factories import a_person, a_roundtable, an_invitation, worded

WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


def describe(roundtable: Roundtable, at: datetime, **values: Any) -> None:
    names = ("motto", "question", "venue", "address", "map_url", "access_notes", "answer_until")
    preparing.describe(roundtable, **{name: getattr(roundtable, name) for name in names} | values, at=at)


def move(session: Session, roundtable: Roundtable, at: datetime, by: timedelta = WEEK) -> int:
    starts_at, ends_at = roundtable.starts_at + by, roundtable.ends_at + by
    return planning.reschedule(
        session, roundtable, starts_at=starts_at, ends_at=ends_at, because=worded("Streik"), at=at
    )


def waiting(session: Session) -> list[Letter]:
    return list(session.scalars(select(Letter).where(Letter.state == "waiting").order_by(Letter.id)))


def text(letter: Letter) -> str:
    return outbox.read(letter).text


def all_are(session: Session, state: LetterState) -> None:
    for letter in waiting(session):
        letter.state = state
    session.flush()


def test_a_newer_letter_tells_everything_since_what_they_were_told(session: Session, at: datetime) -> None:
    roundtable = an_invitation(session).roundtable
    describe(roundtable, at, venue="Speicher 4")
    telling.tell(session, roundtable, words=worded("Der Saal wird saniert."), at=at)
    assert telling.words_to_say_again(session, roundtable) == worded("Der Saal wird saniert.")
    describe(roundtable, at + HOUR, map_url="https://karte.example/")
    telling.tell(session, roundtable, words=NO_WORDS, at=at + HOUR)
    [letter] = waiting(session)
    assert "bisher: Rathaus, Ratssaal" in text(letter)
    assert "https://karte.example/" in text(letter)
    # And so does the third, of what the second would have told.
    describe(roundtable, at + 2 * HOUR, venue="Speicher 5")
    telling.tell(session, roundtable, words=NO_WORDS, at=at + 2 * HOUR)
    [letter] = waiting(session)
    assert "bisher: Rathaus, Ratssaal" in text(letter)
    assert "jetzt: Speicher 5" in text(letter)
    assert "https://karte.example/" in text(letter)


def test_what_has_gone_out_is_not_told_again(session: Session, at: datetime) -> None:
    roundtable = an_invitation(session).roundtable
    describe(roundtable, at, venue="Speicher 4")
    telling.tell(session, roundtable, words=worded("Der Saal wird saniert."), at=at)
    all_are(session, "sent")
    describe(roundtable, at, map_url="https://karte.example/")
    telling.tell(session, roundtable, words=NO_WORDS, at=at)
    [letter] = waiting(session)
    assert "bisher:" in text(letter)
    assert "Rathaus, Ratssaal" not in text(letter)
    assert telling.words_to_say_again(session, roundtable) == NO_WORDS


@pytest.mark.parametrize("state", ["uncertain", "handing_over"])
def test_what_may_have_arrived_is_told_again_and_taken_back(session: Session, at: datetime, state: LetterState) -> None:
    roundtable = an_invitation(session).roundtable
    venue = roundtable.venue
    describe(roundtable, at, venue="Speicher 4")
    telling.tell(session, roundtable, words=NO_WORDS, at=at)
    all_are(session, state)
    describe(roundtable, at, venue=venue)
    assert telling.tell(session, roundtable, words=NO_WORDS, at=at) == 1
    [letter] = waiting(session)
    assert "bisher: Speicher 4" in text(letter)


def test_what_was_changed_back_before_anybody_heard_is_no_news(session: Session, at: datetime) -> None:
    roundtable = an_invitation(session).roundtable
    venue = roundtable.venue
    describe(roundtable, at, venue="Speicher 4")
    telling.tell(session, roundtable, words=NO_WORDS, at=at)
    describe(roundtable, at, venue=venue)
    assert telling.untold(session, roundtable, at=at).number == 1
    telling.hold_back_what_is_no_news(session, roundtable, at=at)
    assert not waiting(session)
    assert telling.untold(session, roundtable, at=at).number == 0


def test_the_old_day_again_before_anybody_heard_of_another(session: Session, at: datetime) -> None:
    roundtable = an_invitation(session).roundtable
    assert move(session, roundtable, at) == 1
    assert move(session, roundtable, at + HOUR, -WEEK) == 0
    assert not waiting(session)
    assert telling.untold(session, roundtable, at=at).number == 0


def test_another_place_after_another_day_is_one_letter_about_the_day(session: Session, at: datetime) -> None:
    roundtable = an_invitation(session).roundtable
    move(session, roundtable, at)
    describe(roundtable, at, venue="Speicher 4")
    assert telling.words_to_say_again(session, roundtable) == worded("Streik")
    telling.tell(session, roundtable, words=worded("Streik"), at=at)
    [letter] = waiting(session)
    assert letter.kind == "new_date"
    for words in ("bisher: Mittwoch, 1. April 2026", "8. April 2026", "jetzt: Speicher 4", "Der Grund: Streik"):
        assert words in text(letter)


def seated(session: Session, roundtable: Roundtable, at: datetime) -> tuple[Invitation, Invitation]:
    """One has the only seat, the other waits for it; the letters have gone out."""
    first, second = an_invitation(session, roundtable), an_invitation(session, roundtable)
    for invitation in (first, second):
        answering.accept(session, invitation, at=at)
    all_are(session, "sent")
    return first, second


@pytest.mark.parametrize("state", ["waiting", "failed", "uncertain"])
def test_nobody_who_got_a_seat_stays_ignorant_of_it(session: Session, at: datetime, state: LetterState) -> None:
    roundtable = a_roundtable(session, seats=1)
    first, second = seated(session, roundtable, at)
    answering.decline(session, first, at=at)
    [free] = [each for each in waiting(session) if each.kind == "seat_free"]
    free.state = state
    move(session, roundtable, at)
    assert free.state in ("given_up", "uncertain")
    assert free.overtaken_at == at
    # Whoever declined is not told of another day; what was understood of their answer still holds.
    assert {letter.kind: letter.person for letter in waiting(session)} == {
        "answer_received": first.person,
        "new_date": second.person,
    }
    [news] = [each for each in waiting(session) if each.kind == "new_date"]
    assert "Für Sie ist ein Platz bestätigt." in text(news)
    assert "ein Platz bestätigt." in outbox.read(news).html


def test_even_where_the_day_comes_back(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    first, second = seated(session, roundtable, at)
    move(session, roundtable, at)
    answering.decline(session, first, at=at)
    move(session, roundtable, at, -WEEK)
    [news] = [each for each in waiting(session) if each.person is second.person]
    assert "1. April 2026" in news.subject
    assert "Für Sie ist ein Platz bestätigt." in text(news)


def test_a_letter_about_changes_says_how_it_stands_with_each(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=2)
    _first, head = (an_invitation(session, roundtable) for _ in range(2))
    answering.accept(session, _first, at=at)
    named: dict[str, Any] = dict(
        given_name="Vera", family_name="Vertretung", function="Referat 1", email="vera@organisation.example"
    )
    delegate = answering.delegate(session, head, **named, at=at).invitation
    waits, silent = an_invitation(session, roundtable), an_invitation(session, roundtable)
    answering.accept(session, waits, at=at)
    all_are(session, "sent")
    describe(roundtable, at, venue="Speicher 4")
    telling.tell(session, roundtable, words=NO_WORDS, at=at)
    said = {letter.person_id: text(letter) for letter in waiting(session)}
    assert "Vera Vertretung an Ihrer Stelle" in said[head.person_id]
    assert "Für Sie ist ein Platz freigehalten." in said[delegate.person_id]
    assert "auf der Warteliste auf Platz 1" in said[waits.person_id]
    assert "Sie haben noch nicht geantwortet. Bitte antworten Sie bis" in said[silent.person_id]

    all_are(session, "sent")
    answering.decline(session, delegate, at=at)
    [told_head] = [each for each in waiting(session) if each.kind == "delegate_declined"]
    move(session, roundtable, at)
    assert told_head.state == "given_up"
    [news] = [each for each in waiting(session) if each.person_id == head.person_id]
    assert "Vera Vertretung sollte Sie vertreten und kann nicht kommen." in text(news)
    # Their calendar asks again, as the letter does.
    entry = calendar_parts.part_of(
        "new_date", head, language="de", url=None, at=at, reads_replies=True, for_assistant=False
    )
    assert entry is not None
    assert b"PARTSTAT=NEEDS-ACTION" in entry.content.replace(b"\r\n ", b"")


def test_whoever_came_in_by_themselves_hears_of_changes_too(session: Session, at: datetime) -> None:
    invitation = an_invitation(session, told_sequence=None)
    answering.accept(session, invitation, at=at, given=Given(via="sign_up"))
    all_are(session, "sent")
    describe(invitation.roundtable, at, venue="Speicher 4")
    assert telling.tell(session, invitation.roundtable, words=NO_WORDS, at=at) == 1


def planned(session: Session, at: datetime, number: int = 2) -> list[Invitation]:
    """Invitations that wait until tomorrow."""
    roundtable = a_roundtable(session)
    people = [a_person(session, roundtable.series.office) for _ in range(number)]
    prepared = inviting.prepare(session, roundtable, people, at=at).new
    inviting.send(session, roundtable, prepared, at=at, send_after=at + timedelta(days=1))
    return prepared


def test_whoever_knows_of_nothing_is_not_told_that_it_is_off(session: Session, at: datetime) -> None:
    knows, nothing = planned(session, at)
    never = an_invitation(session, knows.roundtable, sent_at=None)
    letter, other = sorted(waiting(session), key=lambda each: each.person is not knows.person)
    letter.state = "sent"
    assert planning.cancel(session, knows.roundtable, because=worded("Sturm"), at=at) == 1
    assert [each.person for each in waiting(session)] == [knows.person]
    assert other.state == "given_up"
    assert {nothing.person, never.person}.isdisjoint({each.person for each in waiting(session)})


def test_whoever_keeps_the_day_free_hears_of_another_before_the_invitation(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    [invitation] = inviting.prepare(session, roundtable, [a_person(session, roundtable.series.office)], at=at).new
    inviting.announce(session, roundtable, [invitation], at=at)
    all_are(session, "sent")
    inviting.send(session, roundtable, [invitation], at=at, send_after=at + WEEK)
    assert move(session, roundtable, at + HOUR) == 1
    news, later = waiting(session)
    assert (news.kind, news.send_after, later.kind, later.send_after) == (
        "new_date",
        at + HOUR,
        "invitation",
        at + WEEK,
    )
    assert "8. April 2026" in text(later)
    assert b"In-Reply-To" in later.message
    # And once the invitation is gone too, they are told of the end.
    assert planning.cancel(session, roundtable, because=worded("Sturm"), at=at + HOUR) == 1


def test_an_invitation_written_anew_goes_and_stops_with_the_others(session: Session, at: datetime) -> None:
    first, _second = planned(session, at)
    move(session, first.roundtable, at)
    mailing = session.scalars(select(Mailing)).one()
    assert {(each.mailing_id, each.kind) for each in waiting(session)} == {(mailing.id, "invitation")}
    assert all(b"In-Reply-To" not in each.message for each in waiting(session))
    counted = figures.progress(session, [mailing])[mailing.id]
    assert (sum(counted.values()), counted["waiting"]) == (2, 2)
    assert inviting.stop(session, mailing, at=at) == 2
    assert (first.sent_at, first.told_sequence) == (None, None)


def test_news_can_be_watched_and_stopped_and_told_later(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    for _ in range(2):
        an_invitation(
            session, roundtable, a_person(session, roundtable.series.office, assistant_email=f"a{_}@x.example")
        )
    move(session, roundtable, at)
    mailing = mailings.queued(session, roundtable, at=at)
    assert mailing is not None
    assert (mailing.kind, mailing.words.de) == ("new_date", "Streik")
    reached, *_rest = waiting(session)
    reached.state = "sent"
    assert inviting.stop(session, mailing, at=at) == 3
    # One was reached themselves, and their office was not; the other knows of nothing.
    assert telling.untold(session, roundtable, at=at).number == 1
    assert telling.words_to_say_again(session, roundtable) == worded("Streik")
    assert telling.tell(session, roundtable, words=worded("Streik"), at=at) == 1
    assert {each.kind for each in waiting(session)} == {"new_date"}
    assert reached.person not in {each.person for each in waiting(session)}
    assert "bisher: Mittwoch, 1. April 2026" in text(waiting(session)[0])


def test_that_it_is_off_cannot_be_stopped(session: Session, at: datetime) -> None:
    roundtable = an_invitation(session).roundtable
    planning.cancel(session, roundtable, because=worded("Sturm"), at=at)
    mailing = mailings.queued(session, roundtable, at=at)
    assert mailing is not None
    with pytest.raises(HaveToHear):
        inviting.stop(session, mailing, at=at)
    assert len(waiting(session)) == 1
