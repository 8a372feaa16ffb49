"""Finding letters: by standing, kind, series, words and day, and by the person who got them."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from roundtable.actions.guests import signing_up
from roundtable.cli import checks
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.letter_kinds import KINDS
from roundtable.mail.letters import letters
from roundtable.mail.outbox import heartbeats, outbox
from roundtable.mail.outbox.outbox import Letter, LetterState
from roundtable.mail.outbox.statuses import STANDINGS, standing_of
from tests.factories import AT, a_person, a_roundtable, a_series, an_account, an_invitation, an_office
from tests.pages import PageClient


@pytest.fixture
def organiser(session: Session, client: PageClient) -> None:
    office = an_office(session)
    client.sign_in(an_account(session, office))
    series = a_series(session, office)
    stands: list[tuple[LetterState, str]] = [
        ("waiting", ""),
        ("given_up", "stopped"),
        ("given_up", "overtaken"),
        ("given_up", ""),
        ("sent", "250 fine"),
    ]
    for number, (state, reply) in enumerate(stands, start=1):
        person = a_person(session, office, family_name=f"Größe{number}", email=f"nr{number}@organisation.example")
        invitation = an_invitation(session, a_roundtable(session, series), person)
        letter = outbox.queue(session, letters.invitation(invitation, "token", at=AT - timedelta(days=number)))
        letter.state, letter.reply = state, reply
    letter.kind = "reminder"
    planned = letters.invitation(invitation, "token", at=AT - timedelta(days=9), send_after=AT + timedelta(days=1))
    outbox.queue(session, planned)
    session.commit()


def rows(client: PageClient, **asked: object) -> int:
    client.get(client.url("desk.letters.index", **asked))
    return len(client.page.select("main tbody tr"))


def test_each_standing_has_its_word_and_its_letters(client: PageClient, session: Session, organiser: None) -> None:
    client.get(client.url("desk.letters.index"))
    tabs = client.texts(".rt-tabs li")
    assert tabs[0] == "Alle (6)"
    assert {"Geplant (1)", "Angehalten (1)", "Überholt (1)", "Verworfen (1)", "Übergeben (1)"} <= set(tabs)
    assert not any("(0)" in tab for tab in tabs)
    for standing in ("planned", "waiting", "stopped", "overtaken", "given_up", "sent"):
        assert rows(client, state=standing) == 1
    assert rows(client, state="failed") == 0
    assert {standing_of(letter, AT) for letter in session.query(Letter)} <= set(STANDINGS)


def test_letters_are_narrowed_down(client: PageClient, session: Session, organiser: None) -> None:
    letter = session.query(Letter).filter_by(kind="reminder").one()
    assert rows(client, kind="reminder") == 1
    assert rows(client, q="groesse") == 0
    assert rows(client, q="GRÖSSE2") == 1
    assert rows(client, q="NR3@organisation") == 1
    assert rows(client, about=f"r{letter.roundtable_id}") == 2
    assert letter.roundtable is not None
    assert rows(client, about=f"s{letter.roundtable.series_id}") == 6
    assert rows(client, since="2026-03-02", until="2026-03-03") == 2
    assert rows(client, since="nonsense", kind="nonsense", about="r0", state="nonsense") == 6
    assert rows(client, q="%") == 0
    assert "Kein Schreiben passt" in client.text()


def test_every_kind_of_letter_can_be_chosen(client: PageClient, organiser: None) -> None:
    client.get(client.url("desk.letters.index"))
    assert [each["value"] for each in client.page.select("select[name=kind] option")] == ["", *KINDS]


def test_ten_thousand_letters_cost_no_more_statements(client: PageClient, session: Session, organiser: None) -> None:
    client.get(client.url("desk.letters.index", state="waiting"))
    few = len(client.statements)
    office_id = session.query(Letter.office_id).first()[0]  # type: ignore[index]  # there are six
    row = dict(office_id=office_id, kind="invitation", sender="a@b.example", recipient="c@d.example", subject="x")
    more = dict(message=b"x" * 100, queued_at=AT, send_after=AT, state="waiting", state_since=AT)
    session.execute(insert(Letter), [{**row, **more, "message_id": f"<{number}>"} for number in range(10_000)])
    assert rows(client, state="waiting", page=300) == 25
    assert len(client.statements) <= few + 1


def test_what_one_person_ever_got(client: PageClient, session: Session, organiser: None) -> None:
    letter = session.query(Letter).filter_by(kind="reminder").one()
    person = letter.person
    assert person is not None
    person.email = "neu@organisation.example"
    news = letters.invitation(an_invitation(session, a_roundtable(session), person), "token", at=AT)
    news.kind = "answer_news"
    outbox.queue(session, news)
    session.commit()
    client.get(client.url("desk.person.show", person_id=person.id))
    assert client.page.select(f"a[href$='/people/{person.id}/letters/']")
    client.get(client.url("desk.correspondence.index", person_id=person.id))
    assert len(client.page.select("main tbody tr")) == 2
    assert "nr5@organisation.example (2), eine frühere Adresse" in client.text("main ul")


def test_the_address_is_corrected_from_the_letter(client: PageClient, session: Session, organiser: None) -> None:
    letter = session.query(Letter).filter_by(state="waiting").order_by(Letter.send_after).first()
    assert letter is not None
    letter.state, letter.reply = "failed", "550 5.1.1 no such mailbox"
    client.get(client.url("desk.letters.show", letter_id=letter.id))
    client.get(str(client.one("main .kern-alert a.kern-btn")["href"]))
    assert "550 5.1.1" in client.text("dl")
    client.submit(email="kein Name", expect=422)
    client.submit(email=letter.recipient, expect=422)
    assert "An diese Adresse ging" in client.text(".kern-error")
    client.submit(email="richtig@organisation.example")
    client.follow()
    assert "richtig@organisation.example" in client.text("dl")
    client.get(client.url("desk.letters.show", letter_id=letter.id))
    assert "An andere Adresse gesendet" in client.text("dl")
    client.post(client.url("desk.readdressing.correct", letter_id=letter.id), {"email": "x@y.example"})
    assert session.query(Letter).count() == 7


def test_the_address_of_a_registration_is_corrected_as_long_as_it_is_open(
    client: PageClient, session: Session, at: datetime
) -> None:
    roundtable = a_roundtable(session, registration_opened_at=at - timedelta(days=1))
    client.sign_in(an_account(session, roundtable.series.office))
    asked = dict(given_name="Kim", family_name="Brandt", function="", organisation="Verein", email="kim@verien.example")
    signing_up.ask(session, roundtable, title="", language="de", at=at, **asked)
    session.flush()
    letter = session.query(Letter).one()
    letter.state = "bounced"
    session.commit()
    client.get(client.url("desk.readdressing.edit", letter_id=letter.id))
    assert client.text("h1") == "Adresse von Kim Brandt korrigieren"
    assert "muss noch mit dem Link im Schreiben bestätigt werden" in client.text("main form")
    assert client.one("input[name=email]")["value"] == "kim@verien.example"
    session.query(SignUp).delete()
    session.commit()
    client.submit(email="kim@verein.example", expect=422)
    client.get(client.url("desk.readdressing.edit", letter_id=letter.id), 303)
    client.follow()
    assert "Mit der Anmeldung ist es inzwischen weitergegangen" in client.text("body")


def test_a_standstill_is_said_on_the_overview_and_to_machines(
    app: Flask, client: PageClient, session: Session, organiser: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.config["ROUNDTABLE"], "smtp_url", "smtp://mail.example")
    client.get(client.url("desk.dashboard.show"))
    assert "1 Schreiben wartet seit" in client.text(".kern-alert--danger")
    assert "roundtable worker" in client.text(".kern-alert--danger")
    client.knock("GET", "/metrics")
    figures = client.answer.text
    assert 'roundtable_letters{state="waiting"} 2' in figures
    assert 'roundtable_letters{state="failed"} 0' in figures
    assert "roundtable_letters_oldest_waiting_seconds 86400" in figures
    assert "roundtable_workers 0" in figures
    bind = session.get_bind()
    said = checks._letters(app.config["ROUNDTABLE"], bind)  # type: ignore[arg-type]  # an engine
    assert "no worker runs" in said[0]
    heartbeats.beat(session, "one", at=AT, trouble="535 wrong password")
    session.commit()
    [told] = checks._letters(app.config["ROUNDTABLE"], bind)  # type: ignore[arg-type]  # as above
    assert "535 wrong password" in told
    client.get(client.url("desk.dashboard.show"))
    assert "535 wrong password" in client.text(".kern-alert--danger")
