"""Letters to the same person about the same thing are one conversation in their mail program."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import signing_up
from roundtable.actions.press import quoting
from roundtable.actions.record import following_up
from roundtable.actions.roundtables import polling
from roundtable.domain.press.quotes import Quote
from roundtable.domain.record.commitments import Commitment
from roundtable.mail.outbox.outbox import Letter
from tests.factories import a_person, a_poll, a_roundtable, a_series, a_sign_up, an_account, an_invitation, an_office

DAY = timedelta(days=1)


def sent(session: Session) -> list[Letter]:
    """All letters, which have arrived, in order."""
    session.flush()
    letters = list(session.scalars(select(Letter).order_by(Letter.id)))
    for letter in letters:
        letter.state = "sent"
    session.flush()
    return letters


def answers(letter: Letter, first: Letter) -> bool:
    return f"In-Reply-To: {first.message_id}".encode() in letter.message


def begins(letter: Letter) -> bool:
    return b"In-Reply-To" not in letter.message and b"References" not in letter.message


def test_a_poll_its_reminder_and_its_end(session: Session, at: datetime) -> None:
    series = a_series(session, an_office(session))
    poll = a_poll(session, series, voters=2)
    polling.ask(session, poll, at=at)
    first, second = sent(session)
    assert begins(first)
    polling.remind(session, poll, at=at + DAY)
    polling.give_up(session, poll, at=at + 2 * DAY)
    later = sent(session)[2:]
    assert len(later) == 4
    for letter in later:
        assert answers(letter, first if letter.person is first.person else second)


def test_a_poll_for_an_office_that_answers_for_somebody(session: Session, at: datetime) -> None:
    series = a_series(session, an_office(session))
    poll = a_poll(session, series, voters=1)
    poll.voters[0].person.assistant_email = "buero@organisation.example"
    polling.ask(session, poll, at=at)
    own, _assistants = sent(session)
    polling.remind(session, poll, at=at + DAY)
    again, to_assistant = sent(session)[2:]
    assert answers(again, own)
    # They have not got the letter to the person themselves.
    assert b"In-Reply-To" not in to_assistant.message
    assert f"References: {own.message_id}".encode() in to_assistant.message


def test_a_quote_asked_for_again(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    person = a_person(session, roundtable.series.office)
    quotes = [
        Quote(roundtable=roundtable, person=person, language=lang, text="x", attribution="y", written_at=at)
        for lang in ("de", "en")
    ]
    session.add_all(quotes)
    first = quoting.ask_for_release(session, quotes[0], at=at)
    sent(session)
    other = quoting.ask_for_release(session, quotes[1], at=at + timedelta(hours=1))
    again = quoting.ask_for_release(session, quotes[0], at=at + DAY)
    assert begins(first)
    assert begins(other)
    assert answers(again, first)


def test_a_commitment_asked_about_again(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    one, other = (a_person(session, roundtable.series.office) for _ in range(2))
    owed = Commitment(series=roundtable.series, roundtable=roundtable, text="Ein Netzplan", person=one)
    session.add(owed)
    session.flush()
    first = following_up.ask_for_report(session, owed, at=at)
    # What did not arrive begins nothing.
    first.state = "bounced"
    second = following_up.ask_for_report(session, owed, at=at + DAY)
    assert begins(second)
    second.state = "sent"
    assert answers(following_up.ask_for_report(session, owed, at=at + 2 * DAY), second)
    # Somebody else of the organisation has none of these.
    assert begins(following_up.ask_for_report(session, owed, at=at + 2 * DAY, to=other))


def test_a_registration_up_to_the_seat(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, registration_opened_at=at - DAY)
    asked = dict(given_name="Kim", family_name="Brandt", function="", organisation="Verein", email="Kim@verein.example")
    signing_up.ask(session, roundtable, title="", language="de", at=at, **asked)
    [first] = sent(session)
    sign_up = a_sign_up(session, roundtable, email="kim@verein.example")
    signing_up.confirm(session, sign_up, at=at)
    received = sent(session)[1]
    assert begins(first)
    assert answers(received, first)
    signing_up.let_in(session, sign_up, at=at, by=an_account(session, roundtable.series.office))
    seat = sent(session)[2]
    assert seat.kind == "answer_received"
    assert answers(seat, first)


def test_somebody_invited_who_registers_stays_in_their_thread(session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, registration_opened_at=at - DAY)
    person = a_person(session, roundtable.series.office, email="kim@verein.example")
    an_invitation(session, roundtable, person, thread_id="<erste@lindenau.example>")
    asked = dict(given_name="Kim", family_name="Brandt", function="", organisation="Verein", email="kim@verein.example")
    signing_up.ask(session, roundtable, title="", language="de", at=at, **asked)
    [letter] = sent(session)
    assert b"In-Reply-To: <erste@lindenau.example>" in letter.message
