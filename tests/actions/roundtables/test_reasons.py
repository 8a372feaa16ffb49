"""Why the date changes, or why it is off: readers of German and of English each read it in their language."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from roundtable.actions.post import readdressing
from roundtable.actions.roundtables import planning, telling
from roundtable.db import NO_WORDS, Bilingual
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.message import reading
from roundtable.mail.outbox import mailings, outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import a_person, a_roundtable, an_account, an_invitation, worded

WEEK = timedelta(days=7)
STRIKE = Bilingual("Die Bahn streikt.\n\nWir bitten um Verständnis.", "The trains are on strike.")


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    """With somebody who reads German, and somebody who reads English."""
    roundtable = a_roundtable(session)
    for language in ("de", "en"):
        an_invitation(session, roundtable, a_person(session, roundtable.series.office, language=language))
    return roundtable


def move(session: Session, roundtable: Roundtable, because: Bilingual, at: datetime) -> None:
    moved: dict[str, Any] = {"starts_at": roundtable.starts_at + WEEK, "ends_at": roundtable.ends_at + WEEK}
    planning.reschedule(session, roundtable, because=because, at=at, **moved)


def written(session: Session, kind: str) -> dict[str, reading.Reading]:
    """What waits, by the language of its reader."""
    waiting = select(Letter).where(Letter.kind == kind, Letter.state == "waiting").order_by(Letter.id)
    return {each.person.language: outbox.read(each) for each in session.scalars(waiting) if each.person is not None}


def test_a_new_date_has_its_reason_in_the_readers_language(
    session: Session, roundtable: Roundtable, at: datetime
) -> None:
    move(session, roundtable, STRIKE, at)
    letters = written(session, "new_date")
    assert "Der Grund: Die Bahn streikt.\n\nWir bitten um Verständnis." in letters["de"].text
    assert "Die Bahn streikt.<br><br>Wir bitten um Verständnis." in letters["de"].html
    assert "The reason: The trains are on strike." in letters["en"].text
    assert "streikt" not in letters["en"].text + letters["en"].html
    mailing = mailings.queued(session, roundtable, at=at)
    assert mailing is not None
    assert mailing.words == STRIKE


@pytest.mark.parametrize("said", [Bilingual("Sturm", ""), Bilingual("", "Storm")])
def test_what_is_said_in_one_language_is_read_by_all(
    session: Session, roundtable: Roundtable, said: Bilingual, at: datetime
) -> None:
    only = said.de or said.en
    move(session, roundtable, said, at)
    assert all(f": {only}\n" in each.text for each in written(session, "new_date").values())
    planning.cancel(session, roundtable, because=said, at=at)
    assert all(f": {only}\n" in each.text for each in written(session, "cancelled").values())


def test_other_changes_are_explained_in_both(session: Session, roundtable: Roundtable, at: datetime) -> None:
    with roundtable.revised(at):
        roundtable.venue = "Speicher 4"
    session.flush()
    telling.tell(session, roundtable, words=Bilingual("Wird saniert.", "Under repair."), at=at)
    letters = written(session, "changed")
    assert ("Wird saniert." in letters["de"].text, "Under repair." in letters["de"].text) == (True, False)
    assert ("Wird saniert." in letters["en"].text, "Under repair." in letters["en"].text) == (False, True)


def test_why_it_is_off(session: Session, roundtable: Roundtable, at: datetime) -> None:
    planning.cancel(session, roundtable, because=STRIKE, at=at)
    session.expire(roundtable)
    assert roundtable.cancelled_because == STRIKE
    letters = written(session, "cancelled")
    assert "Die Bahn streikt.<br><br>Wir" in letters["de"].html
    assert "The reason: The trains are on strike." in letters["en"].text
    mailing = mailings.queued(session, roundtable, at=at)
    assert mailing is not None
    assert mailing.words == STRIKE


def test_a_reason_and_a_cancellation_come_together(session: Session, roundtable: Roundtable, at: datetime) -> None:
    session.commit()
    roundtable.cancel(NO_WORDS, at=at)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    roundtable.cancelled_because = worded("Sturm")
    with pytest.raises(IntegrityError):
        session.flush()


def test_what_waits_is_said_again_in_each_language(session: Session, roundtable: Roundtable, at: datetime) -> None:
    move(session, roundtable, STRIKE, at)
    assert telling.words_to_say_again(session, roundtable) == STRIKE
    with roundtable.revised(at):
        roundtable.venue = "Speicher 4"
    session.flush()
    mailing = mailings.Mailing(roundtable_id=roundtable.id, kind="changed", queued_at=at, send_after=at, stopped_at=at)
    mailing.words = worded("Wird saniert.")
    session.add(mailing)
    # What has no English is read in German, between what has.
    assert telling.words_to_say_again(session, roundtable) == Bilingual(
        "Die Bahn streikt.\n\nWir bitten um Verständnis.\n\nWird saniert.", "The trains are on strike.\n\nWird saniert."
    )


def test_what_was_once_said_alike_to_all_is_one_text(session: Session, roundtable: Roundtable, at: datetime) -> None:
    # As it was kept before there were two.
    move(session, roundtable, Bilingual("Sturm", "Sturm"), at)
    assert telling.words_to_say_again(session, roundtable) == worded("Sturm")


def test_a_corrected_address_gets_its_own_language(session: Session, roundtable: Roundtable, at: datetime) -> None:
    move(session, roundtable, STRIKE, at)
    someone = an_account(session, roundtable.series.office)
    to_english = select(Letter).join(Letter.person).where(Letter.kind == "new_date", Person.language == "en")
    letter = session.scalars(to_english).one()
    letter.state = "failed"
    again = readdressing.correct_and_send(session, letter, "right@organisation.example", by=someone, at=at)
    assert "The reason: The trains are on strike." in outbox.read(again).text


def test_one_letter_in_each_language_is_shown(session: Session, roundtable: Roundtable, at: datetime) -> None:
    an_invitation(session, roundtable, a_person(session, roundtable.series.office, language="en"))
    with roundtable.revised(at):
        roundtable.venue = "Speicher 4"
    session.flush()
    told = telling.to_tell(session, roundtable)
    shown = telling.shown(session, roundtable, told, Bilingual("Wird saniert.", "Under repair."), at=at)
    texts = [outbox.read(each).text for each in shown]
    assert [("Wird saniert." in text, "Under repair." in text) for text in texts] == [(True, False), (False, True)]
