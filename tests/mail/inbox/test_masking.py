"""Whatever an answer quotes of a letter, and however its program writes that down, opens nobody's page."""

import base64
import quopri
import random
import time
from binascii import b2a_qp
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from roundtable.domain.links import new_token
from roundtable.mail.inbox import parsing
from roundtable.mail.inbox.masking import masked, without_links
from roundtable.mail.outbox import filing

TOKEN = "abcdefghijklmnopqrstuvwxyz01-_45"
LINK = f"https://roundtable.lindenau.example/de/i/{TOKEN}/"
ONCE, TWICE = quote(LINK, safe=""), quote(quote(LINK, safe=""), safe="")
WAYS = {
    "plain": LINK,
    "safelinks": f"https://eur01.safelinks.protection.outlook.com/?url={ONCE}&data=05%7C01&reserved=0",
    "in lower case": f"https://pruefer.example/?u={ONCE.replace('%2F', '%2f')}",
    "safelinks of safelinks": f"https://eur01.safelinks.protection.outlook.com/?url={TWICE}&data=05",
    "three times": f"https://pruefer.example/?u={quote(TWICE, safe='')}",
    "urldefense v3": f"https://urldefense.com/v3/__{LINK}__;!!abc$",
    "urldefense v2": f"https://urldefense.proofpoint.com/v2/url?u=https-3A__r.lindenau.example_de_i_{TOKEN}_&d=Dw",
    "entities": LINK.replace("/", "&#x2F;"),
    "decimal entities": LINK.replace("/", "&#47;"),
    "as JSON": LINK.replace("/", "\\/"),
    "over two lines": f"> https://roundtable.lindenau.example/de/i/{TOKEN[:9]}\r\n> {TOKEN[9:]}/",
    "folded in a calendar": f"DESCRIPTION:https://roundtable.lindenau.example/de/i/{TOKEN[:20]}\r\n {TOKEN[20:]}/",
    "on a line of its own": f"/de/i/{TOKEN.replace('-', 'a').replace('_', 'b')}",
}


def has_token(content: bytes) -> bool:
    """Half of it is too much."""
    joined = content.replace(b"=\r\n", b"").replace(b"\r\n> ", b"").replace(b"\r\n ", b"")
    return b"jklmnopqrstu" in joined or b"yz01" in joined


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64", "base64 of a message"])
def test_a_link_is_masked_in_whatever_way_it_is_written(way: str, encoding: str) -> None:
    words = f"Grüße, ich komme.\r\n\r\n{WAYS[way]}\r\n\r\nRobin Ahrens\r\n".encode()
    assert has_token(words)
    match encoding:
        case "8bit":
            written = words
        case "quoted-printable":
            written = b2a_qp(words, istext=True)
        case "base64":
            written = base64.encodebytes(words).replace(b"\n", b"\r\n")
        case _:
            inner = b"Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(words)
            written = base64.encodebytes(inner)
    head = f"From: a@b.example\r\nContent-Transfer-Encoding: {encoding.split()[0]}\r\n\r\n".encode()
    shown = masked(head + written)
    assert shown.startswith(head)
    body = parsing.read(shown).text.encode() if encoding != "base64 of a message" else shown
    assert not has_token(shown)
    assert not has_token(body)
    if encoding != "base64 of a message":
        assert "Grüße, ich komme.".encode() in body
        assert b"Robin Ahrens" in body
    assert masked(shown) == shown


@pytest.mark.parametrize("way", WAYS)
def test_words_are_masked_too(way: str) -> None:
    assert not has_token(without_links(WAYS[way]).encode())


@pytest.mark.parametrize("start", range(len(LINK)))
def test_quoted_printable_may_break_anywhere(start: int) -> None:
    broken = f"{LINK[:start]}=\r\n{LINK[start:]}".encode()
    assert not has_token(masked(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + broken))
    assert not has_token(quopri.decodestring(masked(broken)))


def test_a_real_message_stays_readable_with_its_files() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Robin <robin@organisation.example>", f"AW: {LINK}"
    message.set_content(f"Gern.\n\n> {LINK}\n")
    message.add_alternative(f'<p>Gern.</p><a href="{WAYS["safelinks"]}">Antwort</a>', subtype="html", cte="base64")
    picture = random.Random(1).randbytes(300_000)
    message.add_attachment(picture, maintype="image", subtype="png", filename="bild.png")
    original = EmailMessage()
    original.set_content(f"Einladung {LINK}", cte="base64")
    message.add_attachment(original, filename="einladung.eml")
    message.add_attachment(f"Notiz {LINK}".encode("utf-16"), maintype="text", subtype="plain", filename="notiz.txt")
    content = message.as_bytes()
    reading = parsing.read(masked(content))
    assert reading.text.startswith("Gern.\n\n> https://roundtable.lindenau.example/de/i/")
    assert "<p>Gern.</p>" in reading.html
    assert [each.name for each in reading.files][:1] == ["bild.png"]
    assert reading.files[0].content == picture
    notes = next(each.content for each in reading.files if each.name == "notiz.txt")
    assert "Notiz https://" in notes.decode("utf-16")
    everything = [
        reading.text,
        reading.html,
        reading.subject,
        *(each.content.decode("latin-1") for each in reading.files),
    ]
    assert not has_token("\n".join(everything).replace("\0", "").encode())


def test_without_a_link_every_byte_stays() -> None:
    chance = random.Random(2)
    for size in (0, 10, 300, 200_000):
        content = (
            b"From: a@b.example\r\n\r\n" + base64.encodebytes(chance.randbytes(size)) + b"\r\nGruss /i/kurz/ 50%\r\n"
        )
        assert masked(content) == content


@given(st.binary(max_size=500))
def test_it_raises_nothing(content: bytes) -> None:
    masked(content)
    masked(base64.encodebytes(content))


@pytest.mark.parametrize(
    "piece", [b"A" * 76 + b"\r\n", b"/i/", b"%25", b"=\r\n", b"x\r\n> ", b"/de/i/abc\r\n", b"_de_i_"]
)
def test_it_takes_its_time_from_the_length_alone(piece: bytes) -> None:
    began = time.process_time()
    masked(piece * (2_000_000 // len(piece)))
    assert time.process_time() - began < 5


def test_every_door_that_a_token_opens_is_known(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if "token" in rule.arguments:
            token = new_token()
            path = (
                rule.rule.replace("<token>", token).replace("<lang:lang>", "de").replace("<int:", "").replace(">", "")
            )
            assert token not in without_links(f"https://roundtable.lindenau.example{path}"), rule.rule
            assert token.encode() not in masked(path.encode())


def test_what_we_keep_of_our_own_letters_knows_the_same_doors() -> None:
    assert filing.QUOTED.search(b"/registration/" + TOKEN.encode())
