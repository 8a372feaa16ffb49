"""Where letters go, and who is let in there."""

import smtplib

import pytest
from flask import Flask

from roundtable.mail import smtp
from roundtable.mail.smtp import Catcher, Envelope, Relay, RelayDown
from tests.mail.relay import relay

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
