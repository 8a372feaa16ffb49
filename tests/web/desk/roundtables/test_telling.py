"""After an edit: tell people now, having seen the letter, or later; and ending one's letters by one POST."""

from contextvars import Context
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import inviting
from roundtable.domain.office.offices import OfficeMember
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.letters import subscriptions
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import an_account, an_invitation, an_office
from tests.pages import PageClient


def invited(session: Session, client: PageClient) -> Roundtable:
    roundtable = an_invitation(session).roundtable
    an_invitation(session, roundtable)
    client.sign_in(an_account(session, roundtable.series.office))
    return roundtable


def edit(client: PageClient, roundtable: Roundtable, **values: Any) -> None:
    client.get(client.url("desk.roundtables.edit", roundtable_id=roundtable.id))
    client.submit(**values)


def tell(client: PageClient, roundtable: Roundtable, expect: int, **values: str) -> None:
    client.post(client.url("desk.telling.tell", roundtable_id=roundtable.id), values, expect=expect)


def test_telling_now(session: Session, client: PageClient, at: datetime) -> None:
    roundtable = invited(session, client)
    edit(client, roundtable, venue="Speicher 4")
    client.follow()
    assert client.text("h1") == "Änderungen mitteilen"
    assert "Speicher 4" in client.text(".rt-table")
    assert "bisher: Rathaus, Ratssaal" in client.text("pre")

    # Words that nobody has seen in the letter are shown in it first.
    tell(client, roundtable, 200, words_de="Der Ratssaal wird saniert.", seen_de="")
    assert "Der Ratssaal wird saniert." in client.text("pre")
    client.submit(expect=200)
    assert not session.scalars(select(Letter)).all()
    seen = str(client.one("input[name=seen_de]")["value"])

    tell(client, roundtable, 303, words_de="Der Ratssaal wird saniert.", seen_de=seen)
    written = session.scalars(select(Letter)).all()
    assert [letter.kind for letter in written] == ["changed", "changed"]
    assert all("Der Ratssaal wird saniert." in outbox.read(letter).text for letter in written)

    # Pressed twice is once.
    tell(client, roundtable, 303, words_de="Der Ratssaal wird saniert.", seen_de=seen)
    assert len(session.scalars(select(Letter)).all()) == 2
    client.get(client.url("desk.telling.show", roundtable_id=roundtable.id))
    assert "Nichts mitzuteilen" in client.text()


def test_what_goes_out_can_be_watched_and_stopped(session: Session, client: PageClient) -> None:
    roundtable = invited(session, client)
    edit(client, roundtable, venue="Speicher 4")
    tell(client, roundtable, 303, words_de="Der Ratssaal wird saniert.", seen_de="Der Ratssaal wird saniert.")
    client.follow()
    assert client.text("h1") == "Schreiben über Änderungen"
    assert "0 von 2 Schreiben übergeben" in client.text()
    assert "Der Ratssaal wird saniert." in client.text("blockquote")
    client.submit("#stop form")
    client.follow()
    assert "weiß noch nicht von der Änderung" in client.text()
    client.get(client.url("desk.telling.show", roundtable_id=roundtable.id))
    assert "Jetzt 2 Personen benachrichtigen" in client.text("main form")


def test_three_hundred_readers_cost_as_many_statements_as_two(session: Session, client: PageClient) -> None:
    roundtable = invited(session, client)
    edit(client, roundtable, venue="Speicher 4")
    client.follow()
    before = len(client.statements)
    for _ in range(298):
        an_invitation(session, roundtable, told_sequence=0)
    session.commit()
    client.get(client.url("desk.telling.show", roundtable_id=roundtable.id))
    assert "Jetzt 300 Personen benachrichtigen" in client.text("main form")
    assert len(client.statements) == before


def test_what_waits_is_shown_with_its_words_and_held_back_where_it_is_no_news(
    session: Session, client: PageClient
) -> None:
    roundtable = invited(session, client)
    edit(client, roundtable, venue="Speicher 4")
    tell(client, roundtable, 303, words_de="Saniert.", seen_de="Saniert.")
    edit(client, roundtable, map_url="https://karte.example/")
    client.follow()
    assert client.one("textarea[name=words_de]").text.strip() == "Saniert."
    assert "bisher: Rathaus, Ratssaal" in client.text("pre")
    edit(client, roundtable, venue="Rathaus, Ratssaal", map_url="")
    client.follow()
    assert "Alles wurde zurückgeändert" in client.text()
    client.submit("main form")
    client.follow()
    assert "Diese Schreiben gehen nicht hinaus." in client.text("body")
    assert {letter.state for letter in session.scalars(select(Letter))} == {"given_up"}


def test_an_invitation_that_waits_is_shown_as_it_will_be(session: Session, client: PageClient, at: datetime) -> None:
    invitation = an_invitation(session, sent_at=None)
    roundtable = invitation.roundtable
    client.sign_in(an_account(session, roundtable.series.office))
    inviting.send(session, roundtable, [invitation], at=at, send_after=at + timedelta(days=1))
    session.commit()
    edit(client, roundtable, venue="Speicher 4")
    client.follow()
    assert "Einladung: Runder Tisch Wärmewende" in client.text("main form")
    assert "Speicher 4" in client.text("pre")
    # Whoever knows of nothing yet is not told that it is off.
    client.get(client.url("desk.roundtables.cancel_form", roundtable_id=roundtable.id))
    assert "deshalb entsteht kein Schreiben" in client.text()
    assert "Eine Einladung wartet noch" in client.text()


def test_telling_later(session: Session, client: PageClient, at: datetime) -> None:
    roundtable = invited(session, client)
    edit(client, roundtable, venue="Speicher 4", motto_de="Neues Motto")
    client.get(client.url("desk.roundtables.show", roundtable_id=roundtable.id))
    assert "2 Änderungen sind noch nicht allen mitgeteilt" in client.text()
    assert "2 Personen wissen noch nicht davon: Motto und Ort." in client.text()


def test_other_words_lead_back_to_the_roundtable(session: Session, client: PageClient, at: datetime) -> None:
    roundtable = invited(session, client)
    edit(client, roundtable, question_de="Was nun?")
    client.follow()
    assert "nicht allen mitgeteilt" not in client.text()
    assert client.answer.request.path == client.url("desk.roundtables.show", roundtable_id=roundtable.id)


def test_a_viewer_sees_that_people_do_not_know_but_no_button(session: Session, client: PageClient) -> None:
    roundtable = invited(session, client)
    edit(client, roundtable, venue="Speicher 4")
    client.sign_in(an_account(session, roundtable.series.office, "viewer"))
    client.get(client.url("desk.roundtables.show", roundtable_id=roundtable.id))
    assert "noch nicht allen mitgeteilt" in client.text()
    assert "Änderungen mitteilen" not in client.text()


def a_member(session: Session) -> OfficeMember:
    account = an_account(session, an_office(session))
    return session.scalars(select(OfficeMember).where(OfficeMember.account_id == account.id)).one()


def test_a_look_ends_no_subscription_and_a_post_does(app: Flask, session: Session, client: PageClient) -> None:
    member = a_member(session)
    with app.test_request_context():
        address = subscriptions.end_address(member).removeprefix("http://localhost")
    client.get(address)
    session.refresh(member)
    assert member.has_digest
    session.commit()
    # What a mail program posts: no cookie, no token, no referrer (RFC 8058).
    post = app.test_client(use_cookies=False).post
    answer = Context().run(post, address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    session.refresh(member)
    assert not member.has_digest
    client.get(address)
    assert "Die Schreiben sind beendet" in client.text()


def test_only_what_we_signed_ends_it(app: Flask, session: Session, client: PageClient) -> None:
    member = a_member(session)
    with app.test_request_context():
        address = subscriptions.end_address(member).removeprefix("http://localhost")
    session.commit()
    answer = Context().run(app.test_client(use_cookies=False).post, address[:-3] + "xx/")
    assert answer.status_code == 404
    session.refresh(member)
    assert member.has_digest
