from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.press import publishing, quoting
from roundtable.domain.office.history import Entry
from roundtable.domain.people.people import Person
from roundtable.domain.press.quotes import Quote, WordsChanged
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import a_person, a_roundtable, an_account, both


def a_quote(session: Session, roundtable: Roundtable, at: datetime, person: Person | None = None) -> Quote:
    person = person or a_person(session, roundtable.series.office)
    return quoting.write_quote(session, roundtable, person, language="de", text="Wir bauen das Netz.", at=at, by=None)


def test_quotes_stand_by_precedence_until_ordered_by_hand(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    third, first, second = (
        a_quote(session, roundtable, at, a_person(session, roundtable.series.office, rank=rank))
        for rank in (30, 10, 20)
    )
    assert quoting.quotes_of(session, roundtable, "de") == [first, second, third]

    quoting.move(session, third, up=True, at=at, by=None)
    assert quoting.quotes_of(session, roundtable, "de") == [first, third, second]

    newest = a_quote(session, roundtable, at, a_person(session, roundtable.series.office, rank=1))
    assert quoting.quotes_of(session, roundtable, "de") == [first, third, second, newest]


def test_one_quote_a_person_and_language(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    quote = a_quote(session, roundtable, at)
    with pytest.raises(quoting.AlreadyQuoted):
        a_quote(session, roundtable, at, quote.person)


def test_asking_queues_a_letter_with_the_exact_words_and_a_link(session: Session, at: datetime) -> None:
    quote = a_quote(session, a_roundtable(session), at)

    letter = quoting.ask_for_release(session, quote, at=at)
    session.flush()

    assert session.scalars(select(Letter)).all() == [letter]
    assert letter.recipient == quote.person.email
    assert quote.text in outbox.read(letter).text
    assert "/quote/" in outbox.read(letter).text
    assert quote.state == "asked"


def test_nobody_is_asked_for_what_is_released(session: Session, at: datetime) -> None:
    quote = a_quote(session, a_roundtable(session), at)
    quoting.release(quote, fingerprint=quote.fingerprint, at=at)
    with pytest.raises(quoting.AlreadyReleased):
        quoting.ask_for_release(session, quote, at=at)


def test_words_that_changed_while_they_were_read_are_not_released(session: Session, at: datetime) -> None:
    quote = a_quote(session, a_roundtable(session), at)
    seen = quote.fingerprint
    quoting.edit(session, quote, text="Wir bauen kein Netz.", attribution=quote.attribution, at=at, by=None)
    with pytest.raises(WordsChanged):
        quoting.release(quote, fingerprint=seen, at=at)
    assert not quote.is_released


def test_an_edit_says_whether_a_release_was_lost(session: Session, at: datetime) -> None:
    quote = a_quote(session, a_roundtable(session), at)
    assert not quoting.edit(session, quote, text="Anders.", attribution=quote.attribution, at=at, by=None)
    quoting.release(quote, fingerprint=quote.fingerprint, at=at)
    assert quoting.edit(session, quote, text="Ganz anders.", attribution=quote.attribution, at=at, by=None)


def test_a_release_by_phone_is_remembered_with_its_note(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    quote, by = a_quote(session, roundtable, at), an_account(session, roundtable.series.office)
    with pytest.raises(quoting.NoteMissing):
        quoting.record_release(session, quote, fingerprint=quote.fingerprint, note=" ", at=at, by=by)

    quoting.record_release(session, quote, fingerprint=quote.fingerprint, note="Büro, 10:30", at=at, by=by)
    session.flush()

    assert quote.is_released
    entry = session.scalars(select(Entry).where(Entry.deed != "quotes_changed")).one()
    assert (entry.deed, entry.account, entry.reason) == ("quote_release_recorded", by, "Büro, 10:30")


def test_a_release_is_taken_back_until_the_words_are_published(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    writer = an_account(session, roundtable.series.office)
    host = a_person(session, roundtable.series.office, function=both("Die Senatorin"), naming_basis="office_holder")
    quote = a_quote(session, roundtable, at, host)
    quoting.release(quote, fingerprint=quote.fingerprint, at=at)
    quoting.decline(session, quote, fingerprint=quote.fingerprint, note="Doch nicht.", at=at)
    assert quote.state == "declined"

    quoting.release(quote, fingerprint=quote.fingerprint, at=at)
    release = publishing.begin(session, roundtable, "de", at=at, by=writer)
    publishing.publish(session, release, at=at, by=writer, alone_because="Eile")

    with pytest.raises(quoting.WordsPublished):
        quoting.decline(session, quote, fingerprint=quote.fingerprint, note="", at=at)
    assert quote.is_released
