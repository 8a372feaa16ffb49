"""The doctor says what hurts, in words, and nothing where nothing does."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from roundtable.cli import checks
from roundtable.db import db
from roundtable.documents import scripts
from roundtable.documents.printing import refused_characters
from roundtable.mail.inbox import statuses
from roundtable.settings import Settings
from tests.factories import AT, an_office, both


@pytest.fixture
def settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """As in production: replies are read, and we say who we are to the mail server."""
    settings: Settings = app.config["ROUNDTABLE"]
    monkeypatch.setattr(settings, "replies_are_piped", True)
    monkeypatch.setattr(settings, "authserv_id", "mx.lindenau.example")
    monkeypatch.setattr(settings, "smtp_url", "smtps://roundtable%40lindenau.example:geheim@mail.example")
    return settings


def senders(session: Session, settings: Settings, sender: str, reply: str) -> list[str]:
    an_office(session, name=both("Amt", "Office"), sender_email=sender, reply_email=reply)
    session.commit()
    return checks._senders(settings, db.engine)


def test_one_address_for_both_is_best(session: Session, settings: Settings) -> None:
    assert senders(session, settings, "Roundtable@Lindenau.example", "roundtable@lindenau.example") == []


def test_two_addresses_of_one_domain_cost_buttons_only_where_there_are_any(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    [said] = senders(session, settings, "roundtable@lindenau.example", "antwort@lindenau.example")
    assert said.startswith("Office: letters come from roundtable@lindenau.example, replies go to antwort@")
    assert "buttons" in said
    monkeypatch.setattr(settings, "replies_are_piped", False)
    assert checks._senders(settings, db.engine) == []


@pytest.mark.parametrize("reads", [True, False])
def test_two_domains_look_like_fraud(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch, reads: bool
) -> None:
    monkeypatch.setattr(settings, "replies_are_piped", reads)
    [said] = senders(session, settings, "roundtable@lindenau.example", "roundtable@agentur.example")
    assert "another domain" in said
    assert "DMARC" in said


def test_a_domain_with_umlauts_is_the_same_however_it_is_written(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "smtp_url", "smtp://127.0.0.1")
    assert senders(session, settings, "a@rüdnitz.example", "a@xn--rdnitz-3ya.example") != []
    assert all("another domain" not in each for each in checks._senders(settings, db.engine))


def test_signing_in_as_somebody_of_another_domain(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "smtp_url", "smtps://konto%40anbieter.example:geheim@mail.example")
    [said] = senders(session, settings, "roundtable@lindenau.example", "roundtable@lindenau.example")
    assert "konto@anbieter.example" in said
    assert "geheim" not in said
    monkeypatch.setattr(settings, "smtp_url", "smtps://apikey:geheim@mail.example")
    assert checks._senders(settings, db.engine) == []


def test_the_demo_writes_to_nobody(session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "is_demo", True)
    assert senders(session, settings, "a@eins.example", "b@zwei.example") == []


def test_replies_that_nobody_reads(session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks._mailbox(settings) == []
    monkeypatch.setattr(settings, "authserv_id", "")
    [said] = checks._mailbox(settings)
    assert "ROUNDTABLE_AUTHSERV_ID" in said
    monkeypatch.setattr(settings, "replies_are_piped", False)
    [said] = checks._mailbox(settings)
    assert said.startswith("Nobody reads the replies")
    monkeypatch.setattr(settings, "is_demo", True)
    assert checks._mailbox(settings) == []


def test_a_mailbox_that_nobody_looks_into_any_more(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "imap_url", "imaps://antwort:geheim@mail.example/INBOX")
    assert checks._looks(settings, db.engine) == []
    for hours, said in ((0, []), (2, ["Nobody has looked into the reply mailbox since 2026-03-04 07:00 UTC."])):
        statuses.record(session, at=AT - timedelta(hours=hours), is_read=True)
        session.commit()
        assert [each.partition(" Run:")[0] for each in checks._looks(settings, db.engine)] == said


@pytest.mark.parametrize("lacks", ["", "国한"])
def test_which_scripts_can_be_printed(monkeypatch: pytest.MonkeyPatch, lacks: str) -> None:
    monkeypatch.setattr(scripts, "refused_characters", lambda words: "".join(set(words) & set(lacks)))
    said, _, boxes = checks.about_fonts().partition(" They become boxes in ")
    assert "Thai" in said
    assert ("Korean" in said) == (not lacks)
    assert boxes.startswith("Chinese, Korean.") == bool(lacks)
    assert ("fonts-noto-cjk" in boxes) == bool(lacks)


def test_the_doctor_asks_the_fonts_themselves() -> None:
    have, lack = scripts.printable()
    assert sorted([*have, *lack]) == sorted(scripts.LETTERS)
    assert refused_characters("".join(scripts.LETTERS[each] for each in have)) == ""


def test_a_folder_that_others_can_look_into(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "data", tmp_path)
    tmp_path.chmod(0o700)
    assert checks._data(settings) == []
    tmp_path.chmod(0o750)
    [said] = checks._data(settings)
    assert f"chmod 700 {tmp_path}" in said


def test_what_people_typed_gets_into_no_error(session: Session) -> None:
    with pytest.raises(SQLAlchemyError) as error:
        session.execute(text("SELECT nothing FROM nowhere WHERE secret = :typed"), {"typed": "a secret word"})
    assert "a secret word" not in str(error.value)
