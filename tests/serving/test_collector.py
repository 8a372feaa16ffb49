"""The reply mailbox is emptied message by message; whoever is killed in between loses none and doubles none."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from roundtable.actions.post import receiving
from roundtable.cli import checks, fetch_mail, receive_mail
from roundtable.db import db
from roundtable.mail.inbox import mailbox, statuses
from roundtable.mail.inbox.inbox import ReceivedMessage
from roundtable.mail.inbox.mailbox import MailboxDown
from roundtable.serving import collector
from tests.factories import AT, an_office
from tests.mail.imap_server import Mailboxes, imap_server
from tests.mail.returns import written


@pytest.fixture(params=[True, False], ids=["moves", "copies"])
def boxes(app: Flask, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailboxes]:
    with imap_server(can_move=request.param) as (boxes, url):
        monkeypatch.setattr(app.config["ROUNDTABLE"], "imap_url", url)
        yield boxes


def collect(app: Flask) -> int:
    return collector.collect(db.engine, app.config["ROUNDTABLE"])


def kept(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(ReceivedMessage.subject).order_by(ReceivedMessage.id)))


def test_what_lies_there_is_kept_and_put_away(app: Flask, session: Session, boxes: Mailboxes) -> None:
    an_office(session)
    session.commit()
    first, second = (written("robin@organisation.example", AT, f"Nr. {n}") for n in (1, 2))
    uids = [boxes.deliver(each) for each in (first, second)]
    boxes.flags[uids[1]] = {b"\\Seen"}  # Somebody has looked at it in another program.
    assert collect(app) == 2
    assert kept(session) == ["Nr. 1", "Nr. 2"]
    assert boxes.folders["INBOX"] == {}
    assert list(boxes.folders["Processed"].values()) == [first, second]
    assert boxes.flags[uids[0]] >= {b"\\Seen"}
    assert session.scalars(select(ReceivedMessage.content).order_by(ReceivedMessage.id)).first() == first
    session.rollback()
    assert collect(app) == 0


@pytest.mark.parametrize("command", ["SELECT", "SEARCH", "FETCH", "STORE", "MOVE", "COPY", "EXPUNGE"])
def test_wherever_the_connection_breaks_nothing_is_lost_or_doubled(
    app: Flask, session: Session, boxes: Mailboxes, command: str
) -> None:
    contents = [written("robin@organisation.example", AT, f"Nr. {n}") for n in range(3)]
    for each in contents:
        boxes.deliver(each)
    boxes.breaks_at[command] = 2
    for _ in range(6):
        try:
            collect(app)
        except MailboxDown:
            continue
    assert sorted(kept(session)) == ["Nr. 0", "Nr. 1", "Nr. 2"]
    assert boxes.folders["INBOX"] == {}
    assert set(boxes.folders["Processed"].values()) == set(contents)


def test_a_database_that_does_not_answer_leaves_the_message_where_it_is(
    app: Flask, session: Session, boxes: Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes.deliver(written("robin@organisation.example", AT))
    monkeypatch.setattr(receiving, "receive", _down)
    with pytest.raises(OperationalError):
        collect(app)
    assert len(boxes.folders["INBOX"]) == 1
    assert kept(session) == []


def _down(*_: object, **__: object) -> None:
    raise OperationalError("SELECT", {}, Exception("gone"))


def test_a_wrong_password_is_said_without_the_password(
    app: Flask, session: Session, boxes: Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes.password = "ein anderes"
    with pytest.raises(MailboxDown) as down:
        collect(app)
    assert "wrong password" in str(down.value)
    assert "geheim" not in str(down.value)
    (said, _) = checks._mailbox(app.config["ROUNDTABLE"])
    assert "ROUNDTABLE_IMAP_URL" in said
    failed = app.test_cli_runner().invoke(fetch_mail)
    assert (failed.exit_code, "wrong password" in failed.output) == (1, True)


def test_nobody_listens(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.config["ROUNDTABLE"], "imap_url", "imap://a:b@127.0.0.1:1/INBOX")
    with pytest.raises(MailboxDown):
        collect(app)
    monkeypatch.setattr(app.config["ROUNDTABLE"], "imap_url", "")
    assert app.test_cli_runner().invoke(fetch_mail).exit_code == 1
    assert collector.beside(app, threading.Event()) is None


def test_the_thread_beside_the_letters_looks_once_a_minute(app: Flask, session: Session, boxes: Mailboxes) -> None:
    boxes.deliver(written("robin@organisation.example", AT))
    stops = [threading.Event(), threading.Event()]
    threads = [collector.beside(app, stop, poll_seconds=0.05) for stop in stops]
    for _ in range(100):
        if "LOGOUT" in boxes.commands:
            break
        stops[0].wait(0.05)
    for stop, thread in zip(stops, threads, strict=True):
        stop.set()
        assert thread is not None
        thread.join(5)
        assert not thread.is_alive()
    assert kept(session) == ["Eine Frage"]
    assert boxes.commands.count("LOGIN") == 1


def test_a_mailbox_that_is_down_is_tried_again(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app.config["ROUNDTABLE"], "imap_url", "imap://a:b@127.0.0.1:1/INBOX")
    stop = threading.Event()
    thread = collector.beside(app, stop, poll_seconds=0.05)
    assert thread is not None
    for _ in range(100):
        if caplog.records:
            break
        stop.wait(0.05)
    assert thread.is_alive()
    stop.set()
    thread.join(5)
    assert "cannot be read, next try in a minute" in caplog.text


def test_a_mailbox_that_is_down_is_remembered_until_it_is_read(
    app: Flask, session: Session, boxes: Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.config["ROUNDTABLE"]
    boxes.breaks_at = {"LOGIN": 2}
    for minutes in (0, 6):
        with time_machine.travel(AT + timedelta(minutes=minutes), tick=False), pytest.raises(MailboxDown):
            collector.look(db.engine, settings)
    later = AT + timedelta(minutes=6)
    shut = statuses.unread(session, settings, at=later)
    assert shut is not None
    assert (shut.because, shut.since) == ("mailbox_down", AT)
    assert "127.0.0.1" in shut.said
    assert "geheim" not in shut.said
    session.rollback()
    boxes.deliver(written("robin@organisation.example", AT))
    with time_machine.travel(later, tick=False):
        assert app.test_cli_runner().invoke(fetch_mail).output == "1 new.\n"
    assert statuses.unread(session, settings, at=later) is None


def test_what_nobody_foresaw_keeps_us_out_too(
    app: Flask, session: Session, boxes: Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes.deliver(written("robin@organisation.example", AT))
    monkeypatch.setattr(receiving, "receive", _down)
    with pytest.raises(OperationalError):
        collector.look(db.engine, app.config["ROUNDTABLE"])
    later = AT + timedelta(minutes=5)
    assert statuses.unread(session, app.config["ROUNDTABLE"], at=later) == statuses.Unread("mailbox_down", AT)


def receive(app: Flask, content: bytes) -> Result:
    return app.test_cli_runner().invoke(receive_mail, input=content)


def test_one_message_on_standard_input(app: Flask, session: Session, tmp_path: Path) -> None:
    content = written("robin@organisation.example", AT, body="ä\x00".encode().decode())
    assert receive(app, content).exit_code == 0
    assert receive(app, content).exit_code == 0
    assert session.scalar(select(func.count()).select_from(ReceivedMessage)) == 1
    assert session.scalars(select(ReceivedMessage.content)).one() == content


def test_the_mail_server_keeps_what_the_database_does_not_take(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "receive", _down)
    failed = receive(app, written("robin@organisation.example", AT))
    assert failed.exit_code == 75
    assert "bring it again" in failed.output


def test_too_much_is_not_read_at_all(
    app: Flask, session: Session, boxes: Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_BYTES", 300)
    boxes.deliver(written("robin@organisation.example", AT, body="x" * 5000))
    collect(app)
    assert len(session.scalars(select(ReceivedMessage.content)).one()) == 301
