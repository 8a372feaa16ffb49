"""A letter that went to a wrong address is written anew, and the old link opens nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering, inviting, signing_up
from roundtable.actions.post import readdressing
from roundtable.actions.post.readdressing import NotAgain, RegisteredAlready, SameAddress
from roundtable.actions.press import quoting
from roundtable.actions.record import following_up
from roundtable.actions.roundtables import planning, polling, telling
from roundtable.db import NO_WORDS
from roundtable.domain import links
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.letter_kinds import LetterKind, those
from roundtable.domain.office.history import Entry
from roundtable.domain.people.people import AlreadyThere
from roundtable.domain.press.quotes import Quote
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters import letters
from roundtable.mail.message import personal_links
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import (
    AT,
    a_person,
    a_poll,
    a_roundtable,
    a_series,
    a_sign_up,
    an_account,
    an_invitation,
    an_office,
    an_organisation,
    letters_written,
    worded,
)

OF_AN_INVITATION = those(lambda kind: kind.about == "invitation")
NEW = "neu@organisation.example"
WEEK = timedelta(days=7)


def token_in(letter: Letter) -> str:
    found = personal_links.PERSONAL.search(outbox.read(letter).text.encode())
    assert found is not None
    return found[0].decode().rpartition("/")[2]


def failed(session: Session, letter: Letter) -> Letter:
    session.flush()
    letter.state, letter.reply, letter.state_since = "failed", "550 no such mailbox", AT
    session.flush()
    return letter


@pytest.mark.parametrize("kind", [each for each in OF_AN_INVITATION if not each.startswith(("d", "c", "u"))])
def test_every_letter_about_an_invitation_is_written_anew(session: Session, kind: LetterKind) -> None:
    invitation = an_invitation(session)
    if kind == "new_date":
        moved = invitation.roundtable
        moved.move_to(moved.starts_at + WEEK, moved.ends_at + WEEK, at=AT)
    told: dict[str, dict[str, Any]] = {
        "answer_received": {"registration": None, "place": None},
        "new_date": {"because": NO_WORDS},
    }
    context = told.get(kind, {})
    [old] = letters_written(session, invitation, getattr(letters, kind), **context)
    stray = token_in(failed(session, old)) if kind != "save_the_date" else ""
    someone = an_account(session, invitation.roundtable.series.office)
    again = readdressing.correct_and_send(session, old, NEW, by=someone, at=AT)
    assert (again.kind, again.state, again.recipient, invitation.person.email) == (kind, "waiting", NEW, NEW)
    assert (old.state, old.reply, old.replaced_by) == ("given_up", "readdressed", again)
    if stray:
        assert links.link_by_token(session, stray, at=AT) is None
        assert links.link_by_token(session, token_in(again), at=AT) is not None
    entry = session.scalars(select(Entry)).one()
    assert (entry.deed, entry.account) == ("corrected_address", someone)


def test_what_has_changed_is_said_again(session: Session) -> None:
    invitation = an_invitation(session)
    roundtable = invitation.roundtable
    [first] = letters_written(session, invitation, letters.invitation)
    first.state = "sent"
    with roundtable.revised(AT + timedelta(hours=1)):
        roundtable.venue = "Altes Rathaus"
    session.flush()
    telling.tell(session, roundtable, words=NO_WORDS, at=AT + timedelta(hours=2))
    old = failed(session, session.scalars(select(Letter).where(Letter.kind == "changed")).one())
    someone = an_account(session, roundtable.series.office)
    again = readdressing.correct_and_send(session, old, NEW, by=someone, at=AT + timedelta(hours=3))
    said = outbox.read(again).text
    assert "Rathaus, Ratssaal" in said
    assert "Altes Rathaus" in said
    assert again.kind == "changed"


def test_a_new_date_keeps_its_reason_and_what_it_tells(session: Session) -> None:
    invitation = an_invitation(session)
    roundtable = invitation.roundtable
    someone = an_account(session, roundtable.series.office)
    moved = {"starts_at": roundtable.starts_at + WEEK, "ends_at": roundtable.ends_at + WEEK}
    planning.reschedule(session, roundtable, because=worded("Der Saal ist belegt."), at=AT, by=None, **moved)
    old = failed(session, session.scalars(select(Letter)).one())
    # Twice: the address was wrong again.
    for address in (NEW, "ganz-neu@organisation.example"):
        old = readdressing.correct_and_send(session, failed(session, old), address, by=someone, at=AT)
        said = outbox.read(old).text
        assert "Der Grund: Der Saal ist belegt." in said
        assert "bisher: Mittwoch, 1. April 2026" in said
    failed(session, old)
    planning.reschedule(
        session, roundtable, because=worded("Doch frei."), at=AT, starts_at=AT + WEEK, ends_at=AT + 2 * WEEK
    )
    with pytest.raises(NotAgain):
        readdressing.correct_and_send(session, old, "x@organisation.example", by=someone, at=AT)


def test_what_was_changed_back_is_not_told_again(session: Session) -> None:
    invitation = an_invitation(session)
    roundtable = invitation.roundtable
    for venue in ("Speicher 4", "Rathaus, Ratssaal"):
        with roundtable.revised(AT):
            roundtable.venue = venue
        session.flush()
        if venue == "Speicher 4":
            telling.tell(session, roundtable, words=NO_WORDS, at=AT)
    old = failed(session, session.scalars(select(Letter)).one())
    with pytest.raises(NotAgain):
        readdressing.correct_and_send(session, old, NEW, by=an_account(session, invitation.person.office), at=AT)


def test_that_a_delegate_cannot_come(session: Session) -> None:
    head = an_invitation(session)
    someone = an_account(session, head.person.office)
    named: dict[str, Any] = dict(given_name="Vera", family_name="Vertretung", function="", email="vera@x.example")
    delegate = answering.delegate(session, head, **named, at=AT).invitation
    answering.decline(session, delegate, at=AT)
    old = failed(session, session.scalars(select(Letter).where(Letter.kind == "delegate_declined")).one())
    again = readdressing.correct_and_send(session, old, NEW, by=someone, at=AT)
    assert (again.kind, again.recipient) == ("delegate_declined", NEW)
    assert "Vera Vertretung" in outbox.read(again).text
    # They come themselves: there is nothing to say of a delegate any more.
    answering.accept(session, head, at=AT)
    with pytest.raises(NotAgain):
        readdressing.correct_and_send(session, failed(session, again), "y@x.example", by=someone, at=AT)


def test_how_a_poll_ended(session: Session) -> None:
    series = a_series(session, an_office(session))
    poll = a_poll(session, series, voters=1)
    polling.ask(session, poll, at=AT)
    polling.choose(session, poll, poll.dates[0], host="lindenau.example", at=AT)
    old = failed(session, session.scalars(select(Letter).where(Letter.kind == "poll_closed")).one())
    again = readdressing.correct_and_send(session, old, NEW, by=an_account(session, series.office), at=AT)
    assert (again.kind, again.poll_id, again.recipient) == ("poll_closed", poll.id, NEW)
    assert "5. Mai 2026" in outbox.read(again).text


def test_whoever_is_uninvited_reads_it_at_the_right_address(session: Session) -> None:
    invitation = an_invitation(session)
    invitation.revoked_at = AT
    old = failed(session, outbox.queue(session, letters.uninvited(invitation, at=AT)))
    someone = an_account(session, invitation.roundtable.series.office)
    again = readdressing.correct_and_send(session, old, NEW, by=someone, at=AT)
    assert (again.kind, again.recipient, old.replaced_by) == ("uninvited", NEW, again)


def test_a_conversation_begins_with_what_they_got_and_they_know_how_it_is_today(session: Session) -> None:
    invitation = an_invitation(session)
    [old] = letters_written(session, invitation, letters.invitation)
    with invitation.roundtable.revised(AT):
        invitation.roundtable.venue = "Altes Rathaus"
    someone = an_account(session, invitation.roundtable.series.office)
    again = readdressing.correct_and_send(session, failed(session, old), NEW, by=someone, at=AT)
    assert invitation.thread_id == again.message_id
    assert invitation.told_sequence == invitation.roundtable.calendar_sequence == 1
    assert telling.untold(session, invitation.roundtable, at=AT).number == 0


def test_the_assistants_address_is_the_assistants(session: Session) -> None:
    roundtable = a_roundtable(session)
    person = a_person(session, roundtable.series.office, assistant_email="alt@organisation.example")
    _own, of_assistant = letters_written(session, an_invitation(session, roundtable, person), letters.invitation)
    before, own_token = person.email, token_in(_own)
    again = readdressing.correct_and_send(
        session, failed(session, of_assistant), NEW, by=an_account(session, person.office), at=AT
    )
    assert (person.email, person.assistant_email, again.recipient) == (before, NEW, NEW)
    link = links.link_by_token(session, token_in(again), at=AT)
    assert link is not None
    assert link.is_for_assistant
    assert links.link_by_token(session, own_token, at=AT) is not None


def test_polls_and_quotes_too(session: Session) -> None:
    office = an_office(session)
    someone = an_account(session, office)
    poll = a_poll(session, a_series(session, office), voters=1)
    polling.ask(session, poll, at=AT)
    asked = failed(session, session.scalars(select(Letter).where(Letter.kind == "poll")).one())
    assert readdressing.correct_and_send(session, asked, NEW, by=someone, at=AT).poll_id == poll.id

    roundtable = a_roundtable(session)
    person = a_person(session, roundtable.series.office)
    words = dict(language="de", text="Wärme.", attribution=person.name, written_at=AT)
    quote = Quote(roundtable=roundtable, person=person, **words)
    session.add(quote)
    letter = failed(session, quoting.ask_for_release(session, quote, at=AT))
    again = readdressing.correct_and_send(session, letter, "q@organisation.example", by=someone, at=AT)
    assert (again.kind, again.recipient) == ("quote_to_release", "q@organisation.example")


def test_what_stands_in_the_way_is_said(session: Session) -> None:
    invitation = an_invitation(session)
    office = invitation.roundtable.series.office
    someone, other = an_account(session, office), a_person(session, office)
    [letter] = letters_written(session, invitation, letters.invitation)
    failed(session, letter)
    with pytest.raises(SameAddress):
        readdressing.correct_and_send(session, letter, letter.recipient, by=someone, at=AT)
    with pytest.raises(AlreadyThere):
        readdressing.correct_and_send(session, letter, other.email.upper(), by=someone, at=AT)
    readdressing.correct_and_send(session, letter, NEW, by=someone, at=AT)
    with pytest.raises(NotAgain):
        readdressing.correct_and_send(session, letter, "noch@organisation.example", by=someone, at=AT)
    # Whoever is not invited any more gets no new invitation.
    [late] = letters_written(session, invitation, letters.reminder)
    invitation.revoked_at = AT
    with pytest.raises(NotAgain):
        readdressing.correct_and_send(session, failed(session, late), "x@organisation.example", by=someone, at=AT)


def test_what_is_planned_stays_planned_and_can_still_be_stopped(session: Session) -> None:
    invitation = an_invitation(session, sent_at=None)
    roundtable, later = invitation.roundtable, AT + timedelta(days=3)
    inviting.send(session, roundtable, [invitation], at=AT, send_after=later)
    old = session.scalars(select(Letter)).one()
    someone = an_account(session, roundtable.series.office)
    again = readdressing.correct_and_send(session, old, NEW, by=someone, at=AT)
    assert (again.state, again.send_after) == ("waiting", later)
    assert old.mailing is not None
    assert inviting.stop(session, old.mailing, at=AT) == 1
    session.refresh(again)
    assert again.state == "given_up"


def test_whoever_registered_with_a_wrong_address(session: Session) -> None:
    roundtable = a_roundtable(session, registration_opened_at=AT - timedelta(days=1))
    someone = an_account(session, roundtable.series.office)
    asked: dict[str, Any] = dict(given_name="Kim", family_name="Brandt", function="", organisation="Verein")
    signing_up.ask(session, roundtable, title="", email="Kim@verien.example", language="de", at=AT, **asked)
    old = failed(session, session.scalars(select(Letter)).one())
    stray = token_in(old)
    sign_up = readdressing.reader_of(session, old)
    assert (sign_up.name, readdressing.address_of(old, sign_up)) == ("Kim Brandt", "kim@verien.example")
    again = readdressing.correct_and_send(session, old, "Kim@verein.example", by=someone, at=AT + timedelta(hours=1))
    assert (again.kind, again.recipient, sign_up.email) == (
        "confirm_address",
        "kim@verein.example",
        "kim@verein.example",
    )
    assert links.link_by_token(session, stray, at=AT) is None
    link = links.link_by_token(session, token_in(again), at=AT)
    assert link is not None
    assert link.sign_up is sign_up
    # Once it is confirmed, this letter has been overtaken.
    signing_up.confirm(session, link.sign_up, at=AT + timedelta(hours=2))
    with pytest.raises(NotAgain):
        readdressing.correct_and_send(session, failed(session, again), "x@verein.example", by=someone, at=AT)


def a_waiting_one(session: Session, roundtable: Roundtable) -> SignUp:
    """Who has confirmed their address, and what they were told of it did not arrive."""
    asked: dict[str, Any] = dict(given_name="Kim", family_name="Brandt", function="", organisation="Verein")
    signing_up.ask(session, roundtable, title="", email="kim@verein.example", language="de", at=AT, **asked)
    sign_up = session.scalars(select(SignUp)).one()
    signing_up.confirm(session, sign_up, at=AT)
    failed(session, session.scalars(select(Letter).where(Letter.kind == "sign_up_received")).one())
    return sign_up


def test_that_a_registration_has_arrived(session: Session) -> None:
    roundtable = a_roundtable(session, registration_opened_at=AT - timedelta(days=1))
    someone, sign_up = an_account(session, roundtable.series.office), a_waiting_one(session, roundtable)
    old = session.scalars(select(Letter).where(Letter.kind == "sign_up_received")).one()
    stray = token_in(old)
    a_sign_up(session, roundtable, email="schon@verein.example", confirmed_at=AT)
    with pytest.raises(RegisteredAlready):
        readdressing.correct_and_send(session, old, "Schon@verein.example", by=someone, at=AT + timedelta(hours=2))
    again = readdressing.correct_and_send(session, old, "Kim@neu.example", by=someone, at=AT + timedelta(hours=2))
    assert (again.kind, again.recipient, sign_up.email) == ("sign_up_received", "kim@neu.example", "kim@neu.example")
    # Nobody has confirmed this one.
    assert "bestätigt" not in outbox.read(again).text
    assert links.link_by_token(session, stray, at=AT) is None
    assert links.link_by_token(session, token_in(again), at=AT) is not None
    # Wrong again; but now it is decided, and the letter says what no longer holds.
    signing_up.let_in(session, sign_up, at=AT + timedelta(hours=3), by=someone)
    with pytest.raises(NotAgain):
        readdressing.correct_and_send(session, failed(session, again), NEW, by=someone, at=AT + timedelta(hours=3))


def test_whoever_was_turned_away_reads_why(session: Session) -> None:
    roundtable = a_roundtable(session, registration_opened_at=AT - timedelta(days=1))
    someone, sign_up = an_account(session, roundtable.series.office), a_waiting_one(session, roundtable)
    later = AT + timedelta(hours=2)
    signing_up.turn_away(session, sign_up, words="Im Herbst gern!", at=later, by=someone)
    old = session.scalars(select(Letter).where(Letter.kind == "turned_away")).one()
    # Twice: the address was wrong again.
    for address in ("kim@neu.example", "kim@richtig.example"):
        old = readdressing.correct_and_send(session, failed(session, old), address, by=someone, at=later)
        assert (old.kind, old.recipient) == ("turned_away", address)
        assert "Im Herbst gern!" in outbox.read(old).text
    # What was written before such words were kept may have said more than we know.
    sign_up.turned_away_words = None
    with pytest.raises(NotAgain):
        readdressing.correct_and_send(session, failed(session, old), NEW, by=someone, at=later)


def test_whoever_reports_for_their_organisation(session: Session) -> None:
    roundtable = a_roundtable(session)
    office = roundtable.series.office
    organisation = an_organisation(session, office)
    a_person(session, office, organisation=organisation)
    owed = Commitment(series=roundtable.series, roundtable=roundtable, text="Ein Plan", organisation=organisation)
    session.add(owed)
    session.flush()
    old = failed(session, following_up.ask_for_report(session, owed, at=AT))
    stray = token_in(old)
    again = readdressing.correct_and_send(session, old, NEW, by=an_account(session, office), at=AT + timedelta(hours=1))
    assert (again.kind, again.recipient) == ("report_due", NEW)
    assert links.link_by_token(session, stray, at=AT) is None
