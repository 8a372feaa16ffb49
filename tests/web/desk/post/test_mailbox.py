"""The inbox at the desk: safe to look at, one click where a person has to decide, and nobody else's."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from roundtable.actions.post import receiving
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.offices import Office
from roundtable.mail.inbox import statuses
from roundtable.mail.inbox.inbox import ReceivedMessage
from roundtable.mail.inbox.statuses import MailboxLook
from roundtable.mail.letters import letters
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import AT, a_person, a_roundtable, a_series, a_token, an_account, an_invitation, an_office, worded
from tests.mail import replies, returns
from tests.pages import PageClient

PERSON = "robin@organisation.example"


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


@pytest.fixture
def invitation(session: Session, office: Office) -> Invitation:
    return an_invitation(session, a_roundtable(session, a_series(session, office)))


@pytest.fixture
def organiser(session: Session, office: Office, client: PageClient) -> Account:
    account = an_account(session, office)
    client.sign_in(account)
    return account


def receive(session: Session, content: bytes) -> ReceivedMessage:
    received = receiving.receive(session, content, at=AT)
    assert received is not None
    session.flush()
    return received


def an_answer(session: Session, invitation: Invitation, answer: str = "DECLINED", **more: str) -> ReceivedMessage:
    """From a calendar, and nobody vouches for it."""
    uid, email = invitation.roundtable.calendar_uid, invitation.person.email
    return receive(session, replies.google(uid, email, answer, AT, **more))


def test_the_list_counts_filters_and_pages(client: PageClient, session: Session, organiser: Account) -> None:
    client.get(client.url("desk.mailbox.index"))
    assert "ROUNDTABLE_IMAP_URL" in client.text()
    for n in range(30):
        receive(session, returns.written(PERSON, AT, f"Frage {n}"))
    receive(session, returns.out_of_office(PERSON, AT))
    client.get(client.url("desk.mailbox.index"))
    assert "Braucht Sie (30)" in client.text()
    assert len(client.page.select("main tbody tr")) == 25
    queries = len(client.statements)
    client.get(client.url("desk.mailbox.index", view="open", page=2))
    assert len(client.page.select("main tbody tr")) == 5
    client.get(client.url("desk.mailbox.index", view="automatic"))
    assert client.texts("main tbody th")[0].startswith("Abwesenheitsnotiz")
    assert len(client.statements) <= queries
    client.get(client.url("desk.mailbox.index", view="returned"))
    assert "Keine Nachricht hier" in client.text()
    client.get(client.url("desk.dashboard.show"))
    assert "30 Nachrichten brauchen Sie" in client.text()


def test_a_doubtful_answer_is_one_click(
    client: PageClient, session: Session, invitation: Invitation, organiser: Account
) -> None:
    received = an_answer(session, invitation, comment="Bin <b>krank</b>")
    client.get(client.url("desk.mailbox.show", received_id=received.id))
    assert "Nichts belegt, dass diese Antwort" in client.text(".kern-alert")
    assert "Bin <b>krank</b>" in client.text(".kern-alert")
    assert client.text(".kern-alert form button") == f"Eintragen: {invitation.person.name} kommt nicht"
    client.submit(".kern-alert form[action$='/assign']")
    client.follow()
    assert "ist eingetragen" in client.text(".rt-flash")
    session.refresh(invitation)
    assert invitation.answer is not None
    assert (invitation.answer.kind, invitation.answer.via) == ("declined", "calendar")
    assert invitation.answer.recorded_by == organiser
    client.get(client.url("desk.invitations.index", roundtable_id=invitation.roundtable_id))
    assert "aus dem Kalender, eingetragen von" in client.text()
    client.post(client.url("desk.mailbox.assign", received_id=received.id), {"invitation": invitation.id})
    client.follow()
    assert "Inzwischen hat jemand diese Nachricht bearbeitet" in client.text(".rt-flash")


def test_the_answer_of_an_unknown_address_is_given_to_whom_it_belongs(
    client: PageClient, session: Session, invitation: Invitation, organiser: Account
) -> None:
    other, elsewhere = an_invitation(session, invitation.roundtable), an_invitation(session)
    uid = invitation.roundtable.calendar_uid
    received = receive(session, replies.apple(uid, "privat@zuhause.example", "ACCEPTED", AT))
    client.get(client.url("desk.mailbox.show", received_id=received.id))
    offered = [str(each["value"]) for each in client.page.select("select[name=invitation] option")]
    assert sorted(offered) == sorted(str(each.id) for each in (invitation, other))
    client.submit("main .rt-form", invitation=elsewhere.id, expect=422)
    client.submit("main .rt-form", invitation=other.id)
    session.expire_all()
    assert (invitation.answer, other.answer and other.answer.kind) == (None, "accepted")
    assert received.state == "recorded"


def test_settling_and_opening_again(client: PageClient, session: Session, organiser: Account) -> None:
    received = receive(session, returns.written(PERSON, AT))
    client.get(client.url("desk.mailbox.show", received_id=received.id))
    client.submit("form[action$='/settle']")
    session.refresh(received)
    assert (received.state, received.decided_by) == ("settled", organiser)
    client.follow()
    assert organiser.name in client.text("dl")
    client.submit("form[action$='/reopen']")
    session.refresh(received)
    assert (received.state, received.because, received.decided_at) == ("open", "mail", None)


def test_a_strangers_page_runs_nothing_and_loads_nothing(
    client: PageClient, session: Session, organiser: Account
) -> None:
    received = receive(session, returns.in_html(PERSON, AT))
    client.get(client.url("desk.mailbox.show", received_id=received.id))
    assert client.text("h1") == "Grüße <b>fett</b>"
    assert "ich komme gern" in client.text("pre")
    assert client.one("iframe").get_attribute_list("sandbox") == []
    assert not client.page.select("main a[href*='boese']")
    client.get(client.url("desk.mailbox.part", received_id=received.id, part="html"), checked=False)
    for nasty in ("script", "boese.example", "onload", "<img", "refresh"):
        assert nasty not in client.answer.text
    policy = client.answer.headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; frame-ancestors 'self'; sandbox"
    client.get(client.url("desk.mailbox.part", received_id=received.id, part="1"), checked=False)
    assert client.answer.mimetype == "application/octet-stream"
    assert client.answer.headers["Content-Disposition"].startswith("attachment")
    assert "/" not in client.answer.headers["Content-Disposition"]
    assert client.answer.headers["X-Content-Type-Options"] == "nosniff"
    client.get(client.url("desk.mailbox.part", received_id=received.id, part="source"), checked=False)
    assert client.answer.data == received.content
    client.get(client.url("desk.mailbox.part", received_id=received.id, part="2"), expect=404)


def test_what_the_page_shows_of_a_delegation_and_another_time(
    client: PageClient, session: Session, invitation: Invitation, organiser: Account
) -> None:
    lines = replies.entry(invitation.roundtable.calendar_uid, invitation.person.email, "TENTATIVE", AT)
    lines[3] = "DTSTART:20260402T080000Z"
    message = replies.head(invitation.person.email, "antwort@lindenau.example", "Neu", AT)
    content = f"{message}Content-Type: text/calendar\r\n\r\n".encode() + replies.calendar(lines, method="COUNTER")
    received = receive(session, content)
    client.get(client.url("desk.mailbox.show", received_id=received.id))
    assert "Vorgeschlagener Beginn: Donnerstag, 2. April 2026, 10:00 Uhr" in client.text()
    assert not client.page.select("form[action$='/assign']")
    assert client.page.select(".kern-alert a[href*='/invitations/']")


def test_a_letter_that_came_back_is_seen_wherever_it_matters(
    client: PageClient, session: Session, invitation: Invitation, organiser: Account
) -> None:
    letter: Letter = letters.invitation(invitation, a_token(session, invitation=invitation), at=AT)
    outbox.queue(session, letter).state = "sent"
    session.flush()
    received = receive(session, returns.returned_in_own_words(letter.message_id, AT))
    client.get(client.url("desk.mailbox.show", received_id=received.id))
    client.submit("form[action$='/returned']")
    session.expire_all()
    assert (letter.state, received.state) == ("bounced", "recorded")
    client.get(client.url("desk.letters.show", letter_id=letter.id))
    assert "Dieses Schreiben kam zurück" in client.text(".kern-alert")
    client.get(client.url("desk.letters.index", state="bounced"))
    assert "Zurückgekommen (1)" in client.text()
    assert len(client.page.select("main tbody tr")) == 1
    client.get(client.url("desk.people.index"))
    assert "Schreiben kommen zurück" in client.text("main tbody")
    client.get(client.url("desk.people.edit", person_id=invitation.person_id))
    assert "Schreiben an diese Adresse kommen zurück" in client.text(".kern-alert")
    invitation.sent_at = None
    client.get(client.url("desk.mailings.preview", roundtable_id=invitation.roundtable_id))
    assert "Schreiben an diese Adresse kommen zurück" in client.text("main")
    client.get(client.url("desk.people.edit", person_id=invitation.person_id))
    client.submit("main form.rt-form", email="richtig@organisation.example")
    session.expire_all()
    assert invitation.person.email_bounced_at is None


def test_who_may_what(client: PageClient, session: Session, office: Office, invitation: Invitation) -> None:
    received = an_answer(session, invitation)
    stranger = an_invitation(session)
    elsewhere = an_answer(session, stranger)
    assert elsewhere.office != office
    client.sign_in(an_account(session, office, role="viewer"))
    # What guests write is for those who look after them.
    client.get(client.url("desk.dashboard.show"))
    assert "Posteingang" not in client.text("header")
    client.get(client.url("desk.mailbox.index"), expect=403)
    client.get(client.url("desk.mailbox.show", received_id=received.id), expect=403)
    for part in ("source", "html"):
        client.get(client.url("desk.mailbox.part", received_id=received.id, part=part), expect=403)
    for deed in ("assign", "settle", "reopen", "mark_returned"):
        client.post(client.url(f"desk.mailbox.{deed}", received_id=received.id), expect=403)
        client.post(client.url(f"desk.mailbox.{deed}", received_id=elsewhere.id), expect=404)
    client.get(client.url("desk.mailbox.show", received_id=elsewhere.id), expect=404)
    client.sign_in(an_account(session, office, role="organiser"))
    client.get(client.url("desk.mailbox.index"))
    assert len(client.page.select("main tbody tr")) == 1


def test_every_kind_has_its_words(
    client: PageClient, session: Session, invitation: Invitation, organiser: Account
) -> None:
    person = invitation.person.email
    for content in (
        returns.in_winmail(person, AT),
        returns.returned("", "wer@anders.example", AT),
        returns.returned("", "wer@anders.example", AT + timedelta(hours=1), action="delayed", status="4.4.1"),
        b"\x00",
        replies.google("fremd", person, "TENTATIVE", AT),
        replies.google(invitation.roundtable.calendar_uid, person, "DELEGATED", AT),
    ):
        received = receive(session, content)
        for language in ("de", "en"):
            client.get(client.url("desk.mailbox.show", received_id=received.id, lang=language))
            assert client.text(".kern-alert")
    client.get(client.url("desk.mailbox.index", view="all"))
    shown = " ".join(client.texts("main tbody td"))
    for word in ("Outlooks eigenem Format", "Ein Schreiben kam zurück", "verzögert sich", "Nicht lesbar", "vielleicht"):
        assert word in shown
    assert a_person(session, invitation.roundtable.series.office).email_bounced_at is None


def test_a_quoted_letter_opens_nobodys_page(client: PageClient, session: Session, organiser: Account) -> None:
    link = "https://roundtable.lindenau.example/de/i/abcdefghijklmnopqrstuvwxyz012345"
    content = replies.head("Robin <robin@x.example>", "antwort@lindenau.example", "AW: Einladung", AT)
    content += (
        'Content-Type: multipart/alternative; boundary="ab"\r\n\r\n'
        f"--ab\r\nContent-Type: text/plain\r\n\r\nIch rufe an.\r\n> {link}/\r\n"
        f'--ab\r\nContent-Type: text/html\r\n\r\n<p>Ich rufe an.</p><a href="{link}/">Antwort</a>\r\n'
        f"--ab\r\nContent-Type: text/plain; name=brief.txt\r\n\r\nIch rufe an. {link}\r\n--ab--\r\n"
    )
    received = receive(session, content.encode())
    client.get(f"/de/desk/mailbox/{received.id}/")
    assert "Ich rufe an." in client.text()
    assert "abcdefgh" not in str(client.page)
    for part in ("html", "source", "1"):
        client.get(client.url("desk.mailbox.part", received_id=received.id, part=part), checked=False)
        assert "Ich rufe an." in client.answer.text
        assert "abcdefgh" not in client.answer.text
    assert b"abcdefgh" in received.content


def test_a_note_from_a_calendar_that_quotes_the_link_opens_nobodys_page(
    client: PageClient, session: Session, invitation: Invitation, organiser: Account
) -> None:
    link = "https://roundtable.lindenau.example/de/i/abcdefghijklmnopqrstuvwxyz012345/"
    received = an_answer(session, invitation, comment=f"Siehe {link}")
    assert received.note == "Siehe https://roundtable.lindenau.example/de/i/…/"
    client.get(client.url("desk.mailbox.show", received_id=received.id))
    client.submit(".kern-alert form[action$='/assign']")
    session.expire_all()
    assert invitation.answer is not None
    assert "abcdefgh" not in invitation.answer.note


def test_a_mailbox_that_is_not_read_is_said_on_the_overview_and_above_the_list(
    app: Flask, client: PageClient, session: Session, organiser: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.config["ROUNDTABLE"], "imap_url", "imaps://antwort:geheim@mail.example/INBOX")
    pages = (client.url("desk.dashboard.show"), client.url("desk.mailbox.index"))

    def said() -> set[str]:
        found = set()
        for page in pages:
            client.get(page)
            found.add(" ".join(client.texts(".kern-alert--danger")))
        return found

    [never] = said()
    assert "wird noch nicht gelesen" in never
    assert "roundtable worker" in never
    statuses.record(session, at=AT, is_read=True)
    assert said() == {""}
    statuses.record(session, at=AT - timedelta(minutes=4), is_read=False, said="mail.example:993: AUTHENTICATIONFAILED")
    assert said() == {""}
    session.merge(MailboxLook(name=statuses.MAILBOX, looked_at=AT, failing_since=AT - timedelta(minutes=30), said="NO"))
    [down] = said()
    assert "seit 04.03.2026, 09:30 Uhr nicht mehr gelesen" in down
    assert "NO" in down
    client.knock("GET", "/metrics")
    assert "roundtable_mailbox_is_read 0" in client.answer.text
    statuses.record(session, at=AT - timedelta(hours=2), is_read=True)
    [nobody] = said()
    assert "08:00 Uhr" in nobody
    assert "roundtable worker" in nobody


def test_the_overview_counts_answers_apart_and_letters_that_came_back(
    client: PageClient, session: Session, invitation: Invitation, organiser: Account
) -> None:
    received = an_answer(session, invitation)
    receive(session, returns.written(PERSON, AT))
    letter = outbox.queue(session, letters.invitation(invitation, a_token(session, invitation=invitation), at=AT))
    letter.state = "bounced"
    client.get(client.url("desk.dashboard.show"))
    queries = len(client.statements)
    needs = client.texts("main .rt-needs li")
    assert "1 Schreiben kam zurück" in needs[0]
    assert needs[1:3] == ["1 Antwort wartet auf Ihre Entscheidung", "1 weitere Nachricht braucht Sie"]
    client.get(client.url("desk.mailbox.index", view="answers"))
    assert len(client.page.select("main tbody tr")) == 1
    client.get(client.url("desk.letters.show", letter_id=letter.id))
    client.submit("form[action$='/give-up']", because="Arbeitet dort nicht mehr.")
    assert session.get_one(Letter, letter.id, populate_existing=True).state == "given_up"
    receiving.settle(session, received, at=AT, by=organiser)
    for _ in range(5):
        another = an_invitation(session, invitation.roundtable)
        an_answer(session, another)
        returned = outbox.queue(session, letters.invitation(another, a_token(session, invitation=another), at=AT))
        returned.state = "bounced"
    client.get(client.url("desk.dashboard.show"))
    assert client.texts("main .rt-needs li")[1] == "5 Antworten warten auf Ihre Entscheidung"
    assert len(client.statements) == queries
    invitation.roundtable.cancelled_at, invitation.roundtable.cancelled_because = AT, worded("Sturm")
    client.get(client.url("desk.dashboard.show"))
    assert "Schreiben kamen zurück" not in client.text()
