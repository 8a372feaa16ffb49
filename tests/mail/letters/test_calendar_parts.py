"""What letters carry for calendars, and that page and calendar say the same: read by parsers that did not write it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject
from flask import Flask
from sqlalchemy.orm import Session

from roundtable.domain.guests import registrations
from roundtable.mail.letters import letters
from roundtable.mail.message import personal_links, reading
from roundtable.mail.outbox.outbox import Letter
from tests.conftest import settings_for
from tests.factories import AT, a_person, an_invitation, worded
from tests.mail.every_letter import LETTERS, TOKEN, an_invited

# With replies read; where they are not, PUBLISH or nothing.
CARRIED = {
    "save_the_date": "PUBLISH",
    "invitation": "REQUEST",
    "reminder": "REQUEST",
    "delegate_invitation": "REQUEST",
    "companion_invitation": "REQUEST",
    "answer_received": "REQUEST",
    "answer_received, waiting": "REQUEST",
    "answer_received, declined": "CANCEL",
    "delegate_declined": "REQUEST",
    "seat_free": "REQUEST",
    "new_date": "REQUEST",
    "changed": "REQUEST",
    "cancelled": "CANCEL",
    "uninvited": "CANCEL",
    "uninvited, delegate": "CANCEL",
    "uninvited, companion": "CANCEL",
}


@pytest.fixture
def reads_replies(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.config["ROUNDTABLE"], "imap_url", "imaps://antwort:geheim@mail.lindenau.example/INBOX")


def parsed(letter: Letter) -> EmailMessage:
    sent = message_from_bytes(letter.message, policy=policy.default)
    assert isinstance(sent, EmailMessage)
    return sent


def calendar_in(letter: Letter) -> Any:
    """The one VCALENDAR of a letter, the same to each parser; None where there is none."""
    content = reading.read(letter.message).calendar
    if not content:
        return None
    other = vobject.readOne(content.decode())
    calendar = icalendar.Calendar.from_ical(content)
    [event] = calendar.events
    assert other.vevent.uid.value == event["uid"]
    assert content.replace(b"\r\n", b"").find(b"\n") == -1
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    return calendar


def attendee(letter: Letter) -> Any:
    [event] = calendar_in(letter).events
    return event["attendee"]


@pytest.mark.usefixtures("reads_replies")
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", LETTERS)
def test_what_each_letter_carries(session: Session, name: str, language: str) -> None:
    letter = LETTERS[name][0](an_invited(session, language), session)
    sent, calendar = parsed(letter), calendar_in(letter)
    if name not in CARRIED:
        assert calendar is None
        assert [part.get_content_type() for part in sent.iter_parts()] == ["text/plain", "text/html"]
        return
    method = CARRIED[name]
    assert calendar["method"] == method
    assert sent.get_content_type() == "multipart/mixed"
    words, file = sent.iter_parts()
    assert words.get_content_type() == "multipart/alternative"
    beside = [] if method == "PUBLISH" else ["text/calendar"]
    assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html", *beside]
    assert file.get_content_disposition() == "attachment"
    assert file.get_filename() == ("roundtable.ics" if method == "PUBLISH" else "invite.ics")
    assert file.get_content_type() == ("text/calendar" if method == "PUBLISH" else "application/ics")
    if beside:
        inline = list(words.iter_parts())[2]
        assert isinstance(inline, EmailMessage)
        assert inline.get_content_disposition() is None
        assert (inline.get_param("method"), inline.get_param("charset")) == (method, "UTF-8")
        assert inline.get_payload(decode=True) == file.get_payload(decode=True)
    content = reading.read(letter.message).calendar
    assert content.index(b"METHOD:") < content.index(b"BEGIN:VEVENT")
    assert content.count(b"BEGIN:VEVENT") == 1
    # Nothing in it opens anything, nothing rings, and nobody else is in it (rules 3 and 10).
    assert TOKEN.encode() not in content
    assert b"VALARM" not in content
    known = {f"mailto:{letter.recipient}", "mailto:antwort@lindenau.example", "mailto:roundtable@lindenau.example"}
    said = icalendar.Calendar.from_ical(content).to_ical().replace(b"\r\n ", b"").decode()
    assert {f"mailto:{each}" for each in _addresses(said)} <= known


def _addresses(words: str) -> list[str]:
    return [part.split('"')[0].split("\r\n")[0].split(";")[0] for part in words.split("mailto:")[1:]]


@pytest.mark.parametrize("name", LETTERS)
def test_where_no_reply_is_read_nothing_asks_for_one(session: Session, name: str) -> None:
    letter = LETTERS[name][0](an_invited(session, "de"), session)
    calendar = calendar_in(letter)
    assert (calendar is not None) == (CARRIED.get(name) in ("REQUEST", "PUBLISH") or name == "cancelled")
    if calendar is not None:
        assert calendar["method"] == "PUBLISH"
        assert "attendee" not in calendar.events[0]
        types = [part.get_content_type() for part in parsed(letter).walk()]
        assert types == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]


@pytest.mark.usefixtures("reads_replies")
def test_the_office_is_one_address_where_answers_are_read(session: Session) -> None:
    invitation = an_invited(session, "de")
    office = invitation.roundtable.series.office
    [event] = calendar_in(letters.invitation(invitation, TOKEN, at=AT)).events
    assert event["organizer"] == "mailto:antwort@lindenau.example"
    assert event["organizer"].params["SENT-BY"] == "mailto:roundtable@lindenau.example"
    office.sender_email = office.reply_email
    [event] = calendar_in(letters.reminder(invitation, TOKEN, at=AT.replace(hour=10))).events
    assert "SENT-BY" not in event["organizer"].params


@pytest.mark.usefixtures("reads_replies")
def test_calendar_and_page_agree(session: Session) -> None:
    invitation = an_invited(session, "de")

    def after(kind: str | None, seat: str | None = None) -> Any:
        session.flush()
        session.expire(invitation, ["answer", "registration"])
        held = invitation.registration
        letter = letters.answer_received(invitation, TOKEN, registration=held, place=None, at=AT)
        return attendee(letter) if kind != "declined" else calendar_in(letter)

    asked = attendee(letters.invitation(invitation, TOKEN, at=AT))
    assert (asked.params["PARTSTAT"], asked.params["RSVP"]) == ("NEEDS-ACTION", "TRUE")
    assert (asked.params["CUTYPE"], asked.params["ROLE"]) == ("INDIVIDUAL", "REQ-PARTICIPANT")
    assert asked == f"mailto:{invitation.person.email}"

    invitation.record("accepted", at=AT)
    seat = registrations.register(session, invitation, at=AT)
    coming = after("accepted")
    assert (coming.params["PARTSTAT"], coming.params["RSVP"]) == ("ACCEPTED", "FALSE")
    seat.confirmed_at = None
    waiting = after("accepted")
    assert (waiting.params["PARTSTAT"], waiting.params["ROLE"]) == ("TENTATIVE", "OPT-PARTICIPANT")

    invitation.record("delegated", at=AT)
    sent = after("delegated")
    assert (sent.params["PARTSTAT"], sent.params["ROLE"]) == ("DELEGATED", "NON-PARTICIPANT")
    # Named is the office, through which the two deal with each other.
    assert sent.params["DELEGATED-TO"] == "mailto:antwort@lindenau.example"

    invitation.record("declined", at=AT)
    gone = after("declined")
    assert gone["method"] == "CANCEL"
    assert "status" not in gone.events[0]


@pytest.mark.usefixtures("reads_replies")
def test_a_delegate_comes_for_somebody_whose_address_stays_unknown(session: Session) -> None:
    head = an_invited(session, "de")
    delegate = an_invitation(session, head.roundtable, delegated_by=head, role="guest")
    letter = letters.delegate_invitation(delegate, TOKEN, at=AT)
    # With it Thunderbird shows its buttons and never sends the answer.
    assert "DELEGATED-FROM" not in attendee(letter).params
    assert attendee(letter).params["ROLE"] == "REQ-PARTICIPANT"
    assert head.person.email.encode() not in reading.read(letter.message).calendar


@pytest.mark.usefixtures("reads_replies")
@pytest.mark.parametrize(("role", "said"), [("guest", "OPT-PARTICIPANT"), ("press", "OPT-PARTICIPANT")])
def test_the_part_somebody_has(session: Session, role: str, said: str) -> None:
    invitation = an_invited(session, "de")
    series, host = invitation.roundtable.series, invitation.roundtable.series.host
    theirs = an_invitation(session, invitation.roundtable, host)
    assert attendee(letters.invitation(theirs, TOKEN, at=AT)).params["ROLE"] == "CHAIR"
    other = an_invitation(session, invitation.roundtable, a_person(session, series.office), role=role)
    assert attendee(letters.invitation(other, TOKEN, at=AT)).params["ROLE"] == said


@pytest.mark.usefixtures("reads_replies")
def test_an_assistant_gets_the_date_without_buttons(session: Session) -> None:
    invitation = an_invited(session, "de")
    invitation.person.assistant_email = "buero@organisation.example"
    letter = letters.invitation(invitation, TOKEN, at=AT, for_assistant=True)
    calendar = calendar_in(letter)
    assert calendar["method"] == "PUBLISH"
    assert invitation.person.email.encode() not in reading.read(letter.message).calendar


@pytest.mark.usefixtures("reads_replies")
def test_the_whole_meeting_is_off_for_everybody(session: Session) -> None:
    invitation = an_invited(session, "en")
    before = calendar_in(letters.invitation(invitation, TOKEN, at=AT)).events[0]
    invitation.roundtable.cancel(worded("Sturm, Regen\nund Hagel"), at=AT)
    [event] = calendar_in(letters.cancelled(invitation, TOKEN, at=AT)).events
    assert (event["status"], event["sequence"]) == ("CANCELLED", before["sequence"] + 1)
    assert event["uid"] == before["uid"]
    assert event["organizer"] == before["organizer"]
    assert event["comment"] == "Sturm, Regen, und Hagel"


@pytest.mark.usefixtures("reads_replies")
def test_each_letter_is_newer_and_a_change_counts_once(session: Session) -> None:
    invitation = an_invited(session, "de")
    roundtable = invitation.roundtable
    first = calendar_in(letters.invitation(invitation, TOKEN, at=AT)).events[0]
    again = calendar_in(letters.reminder(invitation, TOKEN, at=AT.replace(minute=1))).events[0]
    assert (again["sequence"], again["dtstamp"].dt > first["dtstamp"].dt) == (first["sequence"], True)
    with roundtable.revised(AT):
        roundtable.venue, roundtable.address = "Hafen", "Kai 1"
    moved = calendar_in(letters.reminder(invitation, TOKEN, at=AT.replace(minute=2))).events[0]
    assert moved["sequence"] == first["sequence"] + 1
    assert moved["dtstamp"].dt > again["dtstamp"].dt
    assert moved["location"] == "Hafen, Kai 1"


@pytest.mark.usefixtures("reads_replies")
@pytest.mark.parametrize(
    "name", ['Müller; "Hans", Dr.', "Nguyễn Thị Hồng 🎉", "X" * 90, "Zeile\r\nATTENDEE:mailto:x@y.z"]
)
def test_a_name_stays_a_name(session: Session, name: str) -> None:
    invitation = an_invited(session, "de")
    invitation.person.title = invitation.person.given_name = ""
    invitation.person.family_name = name
    letter = letters.invitation(invitation, TOKEN, at=AT)
    assert attendee(letter) == f"mailto:{invitation.person.email}"
    assert attendee(letter).params["CN"] == " ".join(name.replace('"', "'").replace("\r\n", ", ").split())


@pytest.mark.usefixtures("reads_replies")
def test_a_letter_is_the_same_bytes_but_for_its_links(session: Session) -> None:
    letter = letters.invitation(an_invited(session, "de"), TOKEN, at=AT)
    shortened = personal_links.without_personal_links(letter.message)
    assert TOKEN.encode() not in shortened
    assert reading.read(shortened).calendar == reading.read(letter.message).calendar
    assert [part.get_content_type() for part in message_from_bytes(shortened).walk()] == [
        part.get_content_type() for part in message_from_bytes(letter.message).walk()
    ]
    assert personal_links.without_personal_links(shortened) == shortened


def test_writing_is_always_the_same(session: Session) -> None:
    invitation = an_invited(session, "de")
    one, other = (letters.invitation(invitation, TOKEN, at=AT) for _ in range(2))
    ids = [each.message_id.strip("<>").partition("@")[0].encode() for each in (one, other)]
    assert one.message.replace(ids[0], b"") == other.message.replace(ids[1], b"")


@pytest.mark.parametrize(
    ("more", "reads"),
    [
        ({}, False),
        ({"imap_url": "imaps://antwort:geheim@mail.lindenau.example/INBOX"}, True),
        ({"replies_are_piped": "true"}, True),
    ],
)
def test_replies_are_read_from_a_mailbox_or_a_pipe(tmp_path: Path, more: dict[str, str], reads: bool) -> None:
    assert settings_for(tmp_path, **more).reads_replies is reads


def test_a_mailbox_has_an_address_that_we_can_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="IMAP_URL"):
        settings_for(tmp_path, imap_url="https://mail.lindenau.example/")
