"""The outbox at the desk: what waits and why, one letter, and what a person may decide about it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters import letters
from roundtable.mail.message import personal_links
from roundtable.mail.outbox import heartbeats, outbox
from roundtable.mail.outbox.outbox import Letter
from roundtable.mail.outbox.smtp import Handover
from tests.factories import AT, a_person, a_roundtable, a_series, an_account, an_invitation, an_office
from tests.pages import PageClient

TOKEN = "Zufall-Zufall-Zufall-Zufall-1234"


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


@pytest.fixture
def roundtable(session: Session, office: Office) -> Roundtable:
    return a_roundtable(session, a_series(session, office))


@pytest.fixture
def organiser(session: Session, office: Office, client: PageClient) -> Account:
    account = an_account(session, office)
    client.sign_in(account)
    return account


def a_letter(session: Session, roundtable: Roundtable, outcome: str | None = None) -> Letter:
    """Handed over with this outcome; waiting where there is none."""
    person = a_person(session, roundtable.series.office)
    letter = letters.invitation(an_invitation(session, roundtable, person), TOKEN, at=AT)
    outbox.queue(session, letter)
    session.flush()
    if outcome is not None:
        letter.state, letter.claimed_by, letter.tries = "handing_over", "worker", 1
        outbox.record(session, letter.id, "worker", Handover(outcome, "250 so be it"), at=AT)  # type: ignore[arg-type]
    return letter


def test_the_list_counts_filters_and_pages(
    client: PageClient, session: Session, roundtable: Roundtable, organiser: Account
) -> None:
    for _ in range(30):
        a_letter(session, roundtable, "accepted")
    a_letter(session, roundtable, "refused")
    client.get(client.url("desk.letters.index"))
    assert len(client.page.select("main tbody tr")) == 25
    assert "Seite 1 von 2" in client.text()
    queries = len(client.statements)
    client.get(client.url("desk.letters.index", state="sent", page=2))
    assert len(client.page.select("main tbody tr")) == 5
    client.get(client.url("desk.letters.index", state="failed"))
    assert len(client.page.select("main tbody tr")) == 1
    assert len(client.statements) <= queries


def test_the_list_says_what_stands_in_the_way(
    app: Flask,
    client: PageClient,
    session: Session,
    roundtable: Roundtable,
    organiser: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = a_letter(session, roundtable)
    later.send_after = AT + timedelta(hours=1)
    client.get(client.url("desk.letters.index"))
    assert not client.page.select(".kern-alert--danger")

    a_letter(session, roundtable)
    client.get(client.url("desk.letters.index"))
    assert "1 Schreiben wartet seit 04.03.2026, 10:00 Uhr" in client.text(".kern-alert--danger")
    assert "kein Mailserver eingerichtet" in client.text(".kern-alert--danger")

    monkeypatch.setattr(app.config["ROUNDTABLE"], "smtp_url", "smtp://mail.example")
    client.get(client.url("desk.letters.index"))
    assert "roundtable worker" in client.text(".kern-alert--danger")

    heartbeats.beat(session, "worker", at=AT, trouble="535 wrong password")
    client.get(client.url("desk.letters.index"))
    assert "535 wrong password" in client.text(".kern-alert--danger")

    heartbeats.beat(session, "worker", at=AT)
    client.get(client.url("desk.letters.index"))
    assert not client.page.select(".kern-alert--danger")


def test_a_letter_is_shown_without_its_personal_link(
    client: PageClient, session: Session, roundtable: Roundtable, organiser: Account
) -> None:
    letter = a_letter(session, roundtable, "accepted")
    client.get(client.url("desk.letters.show", letter_id=letter.id))
    assert letter.recipient in client.text("dl")
    assert "laden Sie herzlich zu" in client.text("pre")
    assert TOKEN not in client.answer.text
    assert "frame-src 'self'" in client.answer.headers["Content-Security-Policy"]
    frame = client.one("iframe[sandbox]")["src"]
    assert frame == client.url("desk.letters.part", letter_id=letter.id, part="html")


def test_parts_run_nothing_in_our_name(
    client: PageClient, session: Session, roundtable: Roundtable, organiser: Account
) -> None:
    letter = a_letter(session, roundtable)
    # A letter carries its style inline, which no page of ours does.
    client.get(client.url("desk.letters.part", letter_id=letter.id, part="html"), checked=False)
    policy = client.answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-top-navigation-by-user-activation; default-src 'none';")
    assert TOKEN not in client.answer.text
    client.get(client.url("desk.letters.part", letter_id=letter.id, part="source"))
    assert client.answer.data == personal_links.without_personal_links(letter.message)
    assert TOKEN.encode() not in client.answer.data
    assert client.answer.headers["Content-Disposition"].startswith("attachment")
    client.get(client.url("desk.letters.part", letter_id=letter.id, part="2"), expect=404)


def test_an_attachment_is_a_download(
    client: PageClient, session: Session, roundtable: Roundtable, organiser: Account
) -> None:
    letter = a_letter(session, roundtable)
    letter.message = (
        b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/plain\r\n\r\nHallo\r\n--b\r\nContent-Type: text/html\r\n"
        b"Content-Disposition: attachment; filename*=utf-8''M%C3%BCll.html\r\n\r\n<script>1</script>\r\n--b--\r\n"
    )
    client.get(client.url("desk.letters.show", letter_id=letter.id))
    assert "Müll.html" in client.text()
    client.get(client.url("desk.letters.part", letter_id=letter.id, part=1))
    assert client.answer.data == b"<script>1</script>"
    assert client.answer.headers["Content-Disposition"].startswith("attachment")
    assert client.answer.mimetype == "application/octet-stream"


def test_deciding_about_a_doubt(
    client: PageClient, session: Session, roundtable: Roundtable, organiser: Account
) -> None:
    arrived, again = (a_letter(session, roundtable, "unknown") for _ in range(2))
    client.get(client.url("desk.letters.show", letter_id=arrived.id))
    client.submit("form[action$='/arrived']")
    session.refresh(arrived)
    assert arrived.state == "sent"
    client.get(client.url("desk.letters.show", letter_id=again.id))
    client.submit("form[action$='/retry']")
    session.refresh(again)
    assert again.state == "waiting"
    client.post(client.url("desk.letters.mark_arrived", letter_id=again.id))
    session.refresh(again)
    assert again.state == "waiting"


def test_giving_up_needs_a_reason(
    client: PageClient, session: Session, roundtable: Roundtable, organiser: Account
) -> None:
    letter = a_letter(session, roundtable, "refused")
    client.get(client.url("desk.letters.show", letter_id=letter.id))
    client.submit("form[action$='/give-up']", because="  ", expect=422)
    assert client.page.select(".kern-error")
    client.submit("form[action$='/give-up']", because="Person ist im Ruhestand")
    session.refresh(letter)
    assert letter.state == "given_up"
    client.follow()
    assert "Verworfen" in client.text("dl")


def test_all_that_failed_goes_out_again_at_once(
    client: PageClient, session: Session, roundtable: Roundtable, organiser: Account
) -> None:
    failed = [a_letter(session, roundtable, "refused") for _ in range(3)]
    elsewhere = a_letter(session, a_roundtable(session), "refused")
    client.get(client.url("desk.letters.index", state="failed"))
    client.submit("form[action$='/letters/retry']")
    for letter in (*failed, elsewhere):
        session.refresh(letter)
    assert {letter.state for letter in failed} == {"waiting"}
    assert elsewhere.state == "failed"


def test_who_may_what(client: PageClient, session: Session, office: Office, roundtable: Roundtable) -> None:
    letter, elsewhere = a_letter(session, roundtable, "refused"), a_letter(session, a_roundtable(session), "refused")
    client.sign_in(an_account(session, office, role="viewer"))
    client.get(client.url("desk.letters.show", letter_id=letter.id), expect=403)
    client.sign_in(an_account(session, office, role="press_officer"))
    client.get(client.url("desk.letters.show", letter_id=letter.id))
    assert not client.page.select("main form")
    client.get(client.url("desk.letters.part", letter_id=letter.id, part="source"), expect=403)
    for deed in ("retry", "give_up", "mark_arrived"):
        client.post(client.url(f"desk.letters.{deed}", letter_id=letter.id), expect=403)
        client.post(client.url(f"desk.letters.{deed}", letter_id=elsewhere.id), expect=404)
    client.get(client.url("desk.letters.show", letter_id=elsewhere.id), expect=404)
    client.get(client.url("desk.letters.index"))
    assert len(client.page.select("main tbody tr")) == 1
