"""Where letters go, and who is let in there."""

import smtplib
import socket
import threading
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from flask import Flask

from roundtable.mail.outbox import smtp
from roundtable.mail.outbox.smtp import Catcher, Envelope, Relay, RelayDown
from tests.mail.relay import Inbox, relay

ENVELOPE = Envelope("roundtable@lindenau.example", "gast@organisation.example", b"Subject: x\r\n\r\nHallo\r\n")


def test_a_demonstration_catches_every_letter(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["ROUNDTABLE"]
    assert smtp.door(settings) is None
    monkeypatch.setattr(settings, "is_demo", True)
    door = smtp.door(settings)
    assert isinstance(door, Catcher)
    door.open()
    assert door.hand_over(ENVELOPE).reply == "caught"
    monkeypatch.setattr(settings, "smtp_url", "smtp://mail.example")
    assert isinstance(smtp.door(settings), Relay)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_password_with_signs_lets_us_in() -> None:
    with relay(password="ge:heim@/%") as (inbox, url):
        door = Relay(
            url.replace("//", "//stadt%40lindenau:ge%3Aheim%40%2F%25@"), our_host="lindenau.example", timeout=5
        )
        door.open()
        assert door.hand_over(ENVELOPE).outcome == "accepted"
        door.close()
        assert len(inbox.messages) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_keeps_every_letter_here() -> None:
    with relay(password="geheim") as (_inbox, url):
        door = Relay(url.replace("//", "//stadt:falsch@"), our_host="lindenau.example", timeout=5)
        with pytest.raises(RelayDown, match="535"):
            door.open()
        # Without a password it lets us in and refuses the letter: that says nothing about the letter.
        door = Relay(url, our_host="lindenau.example", timeout=5)
        door.open()
        assert door.hand_over(ENVELOPE).outcome == "later"
        door.close()


@pytest.mark.parametrize(("takes_it", "outcome"), [(True, "accepted"), (False, "refused")])
def test_an_address_with_umlauts_needs_a_server_that_takes_it(takes_it: bool, outcome: str) -> None:
    with relay(enable_SMTPUTF8=takes_it) as (_inbox, url):
        door = Relay(url, our_host="lindenau.example", timeout=5)
        door.open()
        handover = door.hand_over(Envelope("rat@lindenau.example", "jörg@organisation.example", ENVELOPE.message))
        assert handover.outcome == outcome
        door.close()


def test_a_server_that_will_see_about_the_recipient_takes_the_letter() -> None:
    with relay() as (inbox, url):
        inbox.says[ENVELOPE.recipient] = "252 cannot verify, will try"
        door = Relay(url, our_host="lindenau.example", timeout=5)
        door.open()
        assert door.hand_over(ENVELOPE).outcome == "accepted"
        door.close()
        assert len(inbox.messages) == 1


@pytest.mark.parametrize(("step", "code"), [("mail", 252), ("rcpt", 354), ("docmd", 250)])
def test_what_nobody_expects_is_no_acceptance(monkeypatch: pytest.MonkeyPatch, step: str, code: int) -> None:
    with relay() as (inbox, url):
        door = Relay(url, our_host="lindenau.example", timeout=5)
        door.open()
        monkeypatch.setattr(smtplib.SMTP, step, lambda *_: (code, b"well"))
        assert door.hand_over(ENVELOPE).outcome == "later"
        assert not inbox.messages
        door.close()


class Hasty(Inbox):
    """Offers pipelining (RFC 2920), and listens even where nobody is to be written to."""

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: SmtpEnvelope, hostname: str, lines: list[str]
    ) -> Any:
        session.host_name = hostname
        return [lines[0], "250-PIPELINING", *lines[1:]]


@pytest.mark.parametrize("is_announced", [False, True])
def test_pipelining_hears_each_refusal_and_goes_on(monkeypatch: pytest.MonkeyPatch, is_announced: bool) -> None:
    """Whether sender and recipient were said beforehand or come with the letter."""
    monkeypatch.delattr(smtplib.SMTP, "mail")
    with relay(inbox=Hasty()) as (inbox, url):
        inbox.says["weg@organisation.example"] = "550 no such mailbox"
        door = Relay(url, our_host="lindenau.example", timeout=5)
        outcomes = []
        for recipient in ("gast@organisation.example", "weg@organisation.example", "gast@organisation.example"):
            envelope = Envelope(ENVELOPE.sender, recipient, ENVELOPE.message)
            door.open()
            if is_announced:
                door.announce(envelope)
            handover = door.hand_over(envelope)
            outcomes.append((handover.outcome, handover.reply))
        door.close()
        assert outcomes == [("accepted", "250 taken"), ("refused", "550 no such mailbox"), ("accepted", "250 taken")]
        assert len(inbox.messages) == 2


def test_what_was_announced_is_not_handed_over_as_something_else() -> None:
    with relay(inbox=Hasty()) as (inbox, url):
        door = Relay(url, our_host="lindenau.example", timeout=5)
        door.open()
        assert door.hand_over(ENVELOPE).outcome == "accepted"
        door.announce(ENVELOPE)
        other = Envelope(ENVELOPE.sender, "andere@organisation.example", ENVELOPE.message)
        assert door.hand_over(other).outcome == "later"
        door.close()
        assert len(inbox.messages) == 1


def test_data_for_nobody_ends_with_a_lone_dot() -> None:
    """RFC 2920 3.1: the server may say 354 although it took no recipient; not a word of the letter may follow."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as lines:
                connection.sendall(b"220 x\r\n")
                lines.readline()
                connection.sendall(b"250-x\r\n250 PIPELINING\r\n")
                for _ in range(3):
                    lines.readline()
                connection.sendall(b"250 fine\r\n550 no\r\n354 go on\r\n")
                heard.append(lines.readline())
                connection.sendall(b"554 nobody\r\n")
                lines.readline()

        thread = threading.Thread(target=serve)
        thread.start()
        door = Relay(f"smtp://127.0.0.1:{server.getsockname()[1]}", our_host="lindenau.example", timeout=5)
        door.open()
        assert door.hand_over(ENVELOPE).reply == "550 no"
        door.close()
        thread.join()
    assert heard == [b".\r\n"]


@pytest.mark.parametrize(("scheme", "said"), [("smtp+starttls", "STARTTLS"), ("smtps", "SSL")])
def test_no_letter_goes_without_the_encryption_that_is_asked_for(scheme: str, said: str) -> None:
    with relay() as (inbox, url):
        door = Relay(url.replace("smtp", scheme, 1), our_host="lindenau.example", timeout=5)
        with pytest.raises(RelayDown, match=said):
            door.open()
        assert not inbox.messages
