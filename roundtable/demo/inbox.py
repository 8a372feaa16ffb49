"""The mailbox of the demo: answers from calendars, a question, an absence, a letter that came back."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import select

from roundtable.actions.post import receiving
from roundtable.demo.season import Season
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox.outbox import Letter

REPLY = """BEGIN:VCALENDAR
PRODID:-//Wendhafen//Kalender//DE
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
UID:{uid}
DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}
ATTENDEE;PARTSTAT={answer};CN={person.name}:mailto:{person.email}
SEQUENCE:0{comment}
END:VEVENT
END:VCALENDAR
"""
REPORT = """Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 mailbox does not exist
"""


def fill(season: Season, roundtable: Roundtable) -> None:
    """``roundtable``: the coming one, whose invitations have gone out."""
    people, at = season.people, season.at - timedelta(hours=3)
    _answer(
        season, roundtable, people["Kruse"], "ACCEPTED", at, in_reply_to=_letter(season, roundtable, people["Kruse"])
    )
    _answer(
        season, roundtable, people["Ehlers"], "DECLINED", at + timedelta(minutes=20), comment="Ich bin auf Dienstreise."
    )
    _answer(
        season,
        roundtable,
        people["Yıldız"],
        "TENTATIVE",
        at + timedelta(minutes=35),
        comment="Das klärt sich am Freitag.",
    )
    question = "Guten Tag,\n\nist im Saal eine Übersetzung ins Englische vorgesehen?\n\nMit freundlichen Grüßen\n"
    _deliver(season, _message(season, people["Tanabe"], "Übersetzung?", question, at + timedelta(minutes=50)), at)
    away = _message(season, people["Lorenzen"], "Abwesenheit: Einladung", "Ich bin bis Montag nicht im Hause.\n", at)
    away["Auto-Submitted"] = "auto-replied"
    _deliver(season, away, at + timedelta(minutes=55))
    letter = _letter(season, roundtable, people["Whitcombe"])
    if letter is not None:
        _come_back(season, letter, at + timedelta(minutes=58))


def _answer(
    season: Season,
    roundtable: Roundtable,
    person: Person,
    answer: str,
    at: datetime,
    *,
    comment: str = "",
    in_reply_to: Letter | None = None,
) -> None:
    said = f"\nCOMMENT:{comment}" if comment else ""
    reply = REPLY.format(uid=roundtable.calendar_uid, stamp=at, answer=answer, person=person, comment=said)
    message = _message(season, person, f"Antwort: {roundtable.series.name.de}", f"{person.name} hat geantwortet.\n", at)
    if in_reply_to is not None:
        message["In-Reply-To"] = in_reply_to.message_id
    message.add_alternative(reply.replace("\n", "\r\n"), subtype="calendar", params={"method": "REPLY"})
    _deliver(season, message, at)


def _come_back(season: Season, letter: Letter, at: datetime) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "Mail Delivery System <mailer-daemon@mx.example>", letter.sender
    message["Subject"], message["Date"] = "Undelivered Mail Returned to Sender", format_datetime(at)
    body = (
        f"--r\r\nContent-Type: text/plain\r\n\r\n{letter.recipient}: mailbox does not exist\r\n"
        f"--r\r\nContent-Type: message/delivery-status\r\n\r\n{REPORT.format(recipient=letter.recipient)}\r\n"
        f"--r\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {letter.message_id}\r\n\r\n--r--\r\n"
    )
    head = (
        message.as_bytes().rstrip() + b'\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="r"'
    )
    receiving.receive(season.session, head + b"\r\n\r\n" + body.encode(), at=at)


def _message(season: Season, person: Person, subject: str, text: str, at: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = (
        f"{person.given_name} {person.family_name} <{person.email}>",
        season.office.reply_email,
    )
    message["Subject"], message["Date"] = subject, format_datetime(at)
    message.set_content(text)
    return message


def _deliver(season: Season, message: EmailMessage, at: datetime) -> None:
    receiving.receive(season.session, message.as_bytes(), at=at)


def _letter(season: Season, roundtable: Roundtable, person: Person) -> Letter | None:
    """The invitation that this person got."""
    theirs = [Letter.roundtable_id == roundtable.id, Letter.person_id == person.id, Letter.kind == "invitation"]
    return season.session.scalars(select(Letter).where(*theirs)).first()
