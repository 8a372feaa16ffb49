"""Files that came with a message: what masking cannot see into is for those alone who may answer for people anyway."""

import io
import zipfile
from email.message import EmailMessage

import pytest
from sqlalchemy.orm import Session

from roundtable.actions.post import receiving
from roundtable.mail.inbox import masking
from tests.factories import AT, an_account, an_office
from tests.pages import PageClient

LINK = "https://roundtable.example/de/i/Abcdefghijklmnopqrstuvwxyz012345/"


def zipped(words: str) -> bytes:
    """As a document of a word processor is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", words)
    return file.getvalue()


def a_message(to: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "robin@organisation.example", to, "Meine Unterlagen"
    message.set_content("Anbei.")
    message.add_attachment(LINK, filename="notiz.txt")
    message.add_attachment(zipped(LINK), maintype="application", subtype="msword", filename="brief.docx")
    return message.as_bytes()


@pytest.mark.parametrize(("role", "expect"), [("organiser", 200), ("viewer", 403), ("press_officer", 403)])
def test_a_document_is_opened_by_those_who_look_after_guests(
    client: PageClient, session: Session, role: str, expect: int
) -> None:
    office = an_office(session)
    received = receiving.receive(session, a_message(office.reply_email), at=AT)
    assert received is not None
    session.commit()
    client.sign_in(an_account(session, office, role))
    client.get(client.url("desk.mailbox.show", received_id=received.id), expect)
    for part in ("2", "1"):
        client.get(client.url("desk.mailbox.part", received_id=received.id, part=part), expect, checked=False)
    if expect == 200:
        client.get(client.url("desk.mailbox.show", received_id=received.id))
        offered = client.page.select("main a[href*='/part/']")
        assert {link.text.strip() for link in offered} >= {"notiz.txt", "brief.docx"}
        client.get(client.url("desk.mailbox.part", received_id=received.id, part="1"), checked=False)
        assert b"Abcdefghijklmnop" not in client.answer.data


@pytest.mark.parametrize(
    ("media_type", "content", "expected"),
    [
        ("text/plain", b"words", True),
        ("text/calendar", b"BEGIN:VCALENDAR", True),
        ("text/plain", zipped(LINK), False),
        ("application/pdf", b"%PDF-1.7", False),
        ("image/png", b"\x89PNG", False),
    ],
)
def test_only_words_lie_open(media_type: str, content: bytes, expected: bool) -> None:
    assert masking.is_laid_open(media_type, content) is expected
