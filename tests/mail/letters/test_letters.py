"""Every letter, in both languages: its words, its links, its headers."""

import base64
import re
from email import message_from_bytes, policy

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.orm import Session

from roundtable.actions.sending import remember
from roundtable.domain.letter_kinds import KINDS
from roundtable.mail.letters import letters
from roundtable.mail.message import headers, personal_links
from roundtable.mail.message.headers import CannotBeWrittenTo
from roundtable.mail.message.reading import read
from roundtable.mail.outbox import outbox
from tests.factories import (
    AT,
    both,
)
from tests.mail.every_letter import LETTERS, NOT_DEAR, OF_A_POLL, TO_A_COLLEAGUE, TOKEN, WITHOUT_LINK, an_invited


def links_in(words: str) -> set[str]:
    return set(re.findall(r"http://localhost[^\s\"<]*", words))


def test_no_kind_is_left_out() -> None:
    assert {name.partition(",")[0] for name in LETTERS} == set(KINDS)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_in_both_languages(app: Flask, session: Session, name: str, language: str) -> None:
    write, german, english = LETTERS[name]
    letter = write(an_invited(session, language), session)
    reading = outbox.read(letter)
    is_german = language == "de"
    page = BeautifulSoup(reading.html, "html5lib")
    words = " ".join(page.get_text(" ").split())

    assert (german if is_german else english) in letter.subject
    assert letter.kind == name.partition(",")[0]
    for said in (reading.text, words):
        assert ("Guten Tag" if is_german else NOT_DEAR.get(name, "Dear ")) in said
        assert ("Mittwoch, 1. April 2026" if is_german else "Wednesday, 1 April 2026") in said or (
            name in ("report_due", *OF_A_POLL)
        )
        assert ("weil" if is_german else "You receive this letter because") in said
        assert "01234 5670" in said
        assert "antwort@lindenau.example" in said
        assert "None" not in said
        assert "%(" not in said
    if name not in ("quote_to_release", "report_due", *TO_A_COLLEAGUE, *OF_A_POLL):
        for said in (reading.text, words):
            assert ("14:00–16:00 Uhr" if is_german else "14:00–16:00") in said
            assert ("(MESZ)" if is_german else "(CEST)") in said
            assert "Rathaus, Ratssaal" in said

    # The same links in both, all ours, in the recipient's language, and each leads to a page.
    assert links_in(reading.text) == links_in(reading.html)
    assert bool(links_in(reading.text)) == (name not in WITHOUT_LINK)
    for link in links_in(reading.text):
        endpoint, _ = app.url_map.bind("localhost").match(link.removeprefix("http://localhost"))
        assert endpoint.startswith(("guest.", "public.", "desk." if name in NOT_DEAR else "public."))
        assert link.startswith(f"http://localhost/{language}/")
    assert page.html is not None
    assert page.html["lang"] == language
    assert not page.select("img, script, link, iframe, [src]")


def test_markup_in_words_stays_words(session: Session) -> None:
    invitation = an_invited(session, "de")
    invitation.person.family_name = "<script>alert(1)</script>"
    reading = outbox.read(LETTERS["report_due"][0](invitation, session))
    assert "&lt;script&gt;" in reading.html
    assert "<script" not in reading.html
    assert "Ein Netzplan <bis Juni>" in reading.text


LONG = "Dr.-Ing. Änne-Sophie Freifrau von und zu Großmühlhausen-Überlingen, geb. Çelik-Ørsted"


@pytest.mark.parametrize(
    "name", ['Müller, "Hans"', "O'Brien", "Weiß <weiss@anderswo.example>", LONG, "Nguyễn Thị Hồng"]
)
def test_names_survive_the_header(session: Session, name: str) -> None:
    invitation = an_invited(session, "de")
    person = invitation.person
    person.title, person.given_name, person.family_name = "", "", name
    letter = letters.invitation(invitation, TOKEN, at=AT)
    assert outbox.read(letter).headers["To"].replace("\\", "").replace('"', "") == f"{name} <{person.email}>".replace(
        '"', ""
    )
    sent = message_from_bytes(letter.message, policy=policy.default)
    [to] = sent["To"].addresses
    assert to.addr_spec == person.email == letter.recipient
    assert all(len(line) <= 998 for line in letter.message.split(b"\r\n"))
    assert letter.message.isascii()


def test_nothing_typed_becomes_a_header(session: Session) -> None:
    invitation = an_invited(session, "de")
    invitation.person.family_name = "Brandt\r\nBcc: alle@anderswo.example\r\n\r\nText"
    invitation.roundtable.series.name = both("Runde\r\nBcc: alle@anderswo.example", "Round\nBcc: all@elsewhere.example")
    sent = message_from_bytes(letters.invitation(invitation, TOKEN, at=AT).message, policy=policy.default)
    assert sent["Bcc"] is None
    assert len(sent["To"].addresses) == 1
    assert "Runde Bcc: alle@anderswo.example" in sent["Subject"]


@pytest.mark.parametrize(
    "email",
    ["", "niemand", "a@b.example\r\nBcc: c@d.example", "a b@c.example", "a@b.example, c@d.example", "@b.example"],
)
def test_what_is_no_address_is_refused_in_words(session: Session, email: str) -> None:
    invitation = an_invited(session, "de")
    invitation.person.email = email
    invitation.person.family_name = "Großmühl"
    with pytest.raises(CannotBeWrittenTo, match="Großmühl"):
        letters.invitation(invitation, TOKEN, at=AT)


def test_a_domain_with_umlauts_goes_out_in_ascii(session: Session) -> None:
    invitation = an_invited(session, "de")
    invitation.person.email = "rat@müllheim.example"
    assert letters.invitation(invitation, TOKEN, at=AT).recipient == "rat@xn--mllheim-n2a.example"
    # IDNA2003 made "strasse" of it, which is somebody else's.
    invitation.person.email = "rat@straße.example"
    assert letters.invitation(invitation, TOKEN, at=AT).recipient == "rat@xn--strae-oqa.example"


def test_the_envelope_of_a_conversation(session: Session) -> None:
    invitation = an_invited(session, "en")
    first = letters.invitation(invitation, TOKEN, at=AT)
    remember(invitation, first)
    second = letters.reminder(invitation, TOKEN, at=AT)
    invitation.person.assistant_email = "buero@organisation.example"
    to_assistant = letters.reminder(invitation, TOKEN, at=AT, for_assistant=True)
    sent, later, beside = (
        message_from_bytes(each.message, policy=policy.default) for each in (first, second, to_assistant)
    )
    assert sent["From"].addresses[0].addr_spec == "roundtable@lindenau.example"
    assert sent["Reply-To"].addresses[0].addr_spec == "antwort@lindenau.example"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"] == first.message_id != second.message_id
    assert first.message_id.endswith("@localhost>")
    assert sent["Date"].datetime == AT
    assert b"\n" not in first.message.replace(b"\r\n", b"")
    # Nothing went before the first; an assistant has not got what went to the person.
    assert (sent["In-Reply-To"], sent["References"]) == (None, None)
    assert later["In-Reply-To"] == later["References"] == first.message_id
    assert (beside["In-Reply-To"], beside["References"]) == (None, first.message_id)


@pytest.mark.parametrize("name", LETTERS)
def test_only_a_subscription_can_be_ended(app: Flask, session: Session, name: str) -> None:
    letter = LETTERS[name][0](an_invited(session, "de"), session)
    sent = message_from_bytes(letter.message, policy=policy.default)
    if name not in TO_A_COLLEAGUE:
        assert (sent["List-Unsubscribe"], sent["List-Unsubscribe-Post"]) == (None, None)
        return
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = sent["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert app.url_map.bind("localhost").match(address, method="POST")[0] == "guest.digest.end"
    # What ends somebody's letters is nobody else's to press.
    shortened = personal_links.without_personal_links(letter.message)
    assert address.encode() not in shortened
    assert read(shortened).text == outbox.read(letter).text


def test_a_letter_is_in_no_session_until_it_is_queued(session: Session) -> None:
    letter = letters.invitation(an_invited(session, "de"), "preview", at=AT)
    assert letter not in session
    outbox.queue(session, letter)
    session.flush()
    assert letter.id


def test_reading_is_lenient() -> None:
    reading = read(
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: text/plain; charset=gibtsnicht\r\n\r\nHallo\xff"
    )
    assert (reading.headers["Subject"], reading.text, reading.html) == ("Grüße", "Hallo\ufffd", "")


PARTS = {
    "7bit": b"/de/i/" + TOKEN.encode() + b"/\r\n",
    "base64": base64.encodebytes("Grüße: /de/i/".encode() + TOKEN.encode() + b"/\r\n").replace(b"\n", b"\r\n"),
    "quoted-printable": b"Gr=C3=BC=C3=9Fe: /de/i/" + TOKEN[:9].encode() + b"=\r\n" + TOKEN[9:].encode() + b"/\r\n",
}


@pytest.mark.parametrize("encoding", PARTS)
def test_a_personal_link_is_taken_out_of_every_encoding(encoding: str) -> None:
    head = (
        "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    ).encode()
    shortened = personal_links.without_personal_links(head + PARTS[encoding])
    said = read(shortened).text
    assert ("/de/i/.../\n" if encoding == "7bit" else "/de/i/…/\n") in said
    assert TOKEN not in said
    assert encoding == "7bit" or "Grüße: " in said
    assert shortened.startswith(head)


def test_nothing_else_of_a_letter_changes(session: Session) -> None:
    letter = letters.invitation(an_invited(session, "de"), TOKEN, at=AT)
    shortened = personal_links.without_personal_links(letter.message)
    before, after = read(letter.message), read(shortened)
    assert after.headers == before.headers
    assert after.text == before.text.replace(TOKEN, "…")
    assert after.html == before.html.replace(TOKEN, "…")
    assert personal_links.without_personal_links(shortened) == shortened
    assert b"\n" not in shortened.replace(b"\r\n", b"")
    assert max(map(len, shortened.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("typed", ['"' * 200_000, "(" * 1_200, "(" * 250, "a@" + "b." * 130 + "de"])
def test_an_address_that_is_too_long_or_too_deep_is_simply_none(typed: str) -> None:
    assert not headers.is_address(typed)
