"""The page behind a personal link: looking changes nothing, a yes is one button, everything else in words."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering, inviting
from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.record.commitments import Commitment
from roundtable.mail.outbox.outbox import Letter
from tests.factories import (
    AT,
    a_person,
    a_roundtable,
    a_series,
    a_token,
    an_agenda_item,
    an_invitation,
    an_office,
    an_organisation,
    both,
    worded,
)
from tests.pages import PageClient

DELEGATE: dict[str, Any] = dict(
    given_name="Mira", family_name="Roth", function="Referentin", email="mira@organisation.example"
)


def _show(client: PageClient, session: Session, invitation: Invitation, lang: str = "de") -> str:
    url = client.url("guest.invitation.show", lang=lang, token=a_token(session, invitation=invitation))
    client.get(url)
    return url


def _full(session: Session) -> Invitation:
    """An invitation with everything its page can show."""
    office = an_office(session)
    host = a_person(
        session, office, title="Dr.", family_name="Lindqvist", organisation=an_organisation(session, office)
    )
    series = a_series(session, office, host=host, motto=both("Gemeinsam warm", "Warm together"))
    before = a_roundtable(session, series, starts_at=datetime.fromisoformat("2026-01-14T13:00:00+00:00"))
    roundtable = a_roundtable(
        session,
        series,
        question=both("Wer baut die Netze?", "Who builds the grids?"),
        map_url="https://karte.lindenau.example/rathaus",
        access_notes=both("Stufenloser Zugang über den Hof.", "Step-free access from the yard."),
    )
    for kind in ("approval_of_minutes", "state_of_commitments", "topic"):
        an_agenda_item(session, roundtable, kind=kind, speaker=host)
    for number in range(3):
        session.add(Commitment(series=series, roundtable=before, text=f"Bericht {number}", person=host))
    settled = Commitment(series=series, roundtable=before, text="Längst erledigt", person=host)
    settled.report("done", "", at=before.ends_at)
    session.add(settled)
    return an_invitation(session, roundtable, a_person(session, office, organisation=host.organisation))


def test_a_long_agenda_comes_in_pages_and_the_assistant_stays_who_they_are(
    client: PageClient, session: Session
) -> None:
    invitation = _full(session)
    for number in range(4, 31):
        an_agenda_item(session, invitation.roundtable, title=both(f"Punkt {number}"), duration_minutes=10)
    client.get(f"{_show(client, session, invitation)}?given_by=Kim")
    assert "Bericht 0" in client.text()
    statements = len(client.statements)
    assert len(client.page.select("#agenda dt")) == 20
    client.get(str(client.one("#agenda a[rel=next]")["href"]))
    assert client.texts("#agenda dt, #agenda dd")[:2] == ["17:50", "Punkt 21"]
    assert len(client.page.select("#agenda dt")) == 10
    assert "Bericht 0" in client.text()
    assert "Sie antworten für" in client.text()
    assert len(client.statements) <= statements + 1


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_invitation_says_who_invites_to_what_and_where(client: PageClient, session: Session, lang: str) -> None:
    invitation = _full(session)
    _show(client, session, invitation, lang)
    assert len(client.statements) <= 12
    words = client.text()
    host = invitation.roundtable.series.host
    assert host is not None
    shown = ["Dr. Robin Lindqvist", "Rathausplatz 1", "Bericht 2", "14:00", "01234 5670"]
    shown += ["Stufenloser", "Gemeinsam warm"] if lang == "de" else ["Step-free", "Warm together"]
    assert [each for each in shown if each not in words] == []
    assert host.email not in client.answer.text
    assert "Längst erledigt" not in words
    assert client.answer.headers["Referrer-Policy"] == "no-referrer"


def test_opening_the_link_changes_nothing(client: PageClient, session: Session) -> None:
    invitation = _full(session)
    url = _show(client, session, invitation)
    for page in ("", "delegate", "decline"):
        client.get(url + page)
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_two_taps_for_a_yes(client: PageClient, session: Session) -> None:
    invitation = an_invitation(session)
    url = _show(client, session, invitation)
    client.submit("main form:has(button[value=accepted])", kind="accepted")
    client.follow()
    assert "Ihr Platz ist bestätigt" in client.text()
    assert client.one("a[href*='calendar.ics']")["href"]
    client.post(url + "answer", {"kind": "accepted"})
    assert session.scalar(select(func.count()).select_from(Letter)) == 1


def test_a_no_may_say_why(client: PageClient, session: Session) -> None:
    invitation = an_invitation(session)
    url = _show(client, session, invitation)
    client.get(url + "decline")
    client.submit(kind="declined", note="Urlaub")
    client.follow()
    assert "Sie können nicht kommen" in client.text()
    assert [(each.kind, each.note) for each in session.scalars(select(Answer))] == [("declined", "Urlaub")]


def test_a_delegate_is_named_and_wrong_entries_come_back(client: PageClient, session: Session) -> None:
    invitation = an_invitation(session)
    url = _show(client, session, invitation)
    client.get(url + "delegate")
    client.submit(expect=422, **{**DELEGATE, "email": "mira", "family_name": ""})
    assert client.one("#given_name")["value"] == "Mira"
    assert client.page.select("#email-error, #family_name-error")
    client.submit(expect=422, **{**DELEGATE, "email": invitation.person.email})
    assert "Ihre eigene E-Mail-Adresse" in client.text("#email-error")
    client.submit(**DELEGATE)
    client.follow()
    assert "Mira Roth kommt an Ihrer Stelle" in client.text()


def test_who_waits_is_told_the_place_and_the_rule(client: PageClient, session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session, seats=1)
    for _ in range(2):
        answering.accept(session, an_invitation(session, roundtable), at=at)
    invitation = an_invitation(session, roundtable)
    url = _show(client, session, invitation)
    assert "Mit einer Zusage kommen Sie auf Platz 2 der Warteliste" in client.text()
    client.get(url + "decline")
    assert "Ihr Platz geht" not in client.text()
    client.post(url + "answer", {"kind": "accepted"})
    client.follow()
    assert "Platz 2 auf der Warteliste" in client.text()
    assert "31.03.2026, 14:00" in client.text()


def test_the_delegate_sees_for_whom(client: PageClient, session: Session, at: datetime) -> None:
    head = an_invitation(session)
    sent = answering.delegate(session, head, at=at, **DELEGATE).invitation
    url = _show(client, session, sent)
    assert head.person.name in client.text()
    assert client.page.select("a[href$='/delegate']") == []
    client.post(url + "answer", {"kind": "declined"})
    _show(client, session, head)
    assert "Mira Roth kann nicht kommen" in client.text()


def test_after_the_deadline_the_page_says_whom_to_call(client: PageClient, session: Session, at: datetime) -> None:
    invitation = an_invitation(session, a_roundtable(session, answer_until=at - timedelta(hours=1)))
    url = _show(client, session, invitation)
    assert "Solange Sie nichts auswählen" not in client.text()
    assert "01234 5670" in client.text()
    assert client.page.select("main form") == []
    client.post(url + "answer", {"kind": "accepted"})
    client.follow()
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_a_cancelled_roundtable_says_why_and_asks_nothing(client: PageClient, session: Session, at: datetime) -> None:
    invitation = an_invitation(session)
    invitation.roundtable.cancel(worded("Sturmwarnung"), at=at)
    url = _show(client, session, invitation)
    assert "Sturmwarnung" in client.text()
    assert client.page.select("main form") == []
    client.post(url + "delegate", DELEGATE)
    assert client.answer.headers["Location"].endswith(url)


def test_a_dead_link_opens_nothing(client: PageClient, session: Session, at: datetime) -> None:
    invitation = an_invitation(session)
    url = _show(client, session, invitation)
    inviting.revoke(session, invitation, at=at)
    client.get(url, 404)
    client.post(url + "answer", {"kind": "accepted"}, expect=404)
    client.get(client.url("guest.invitation.show", token="mistyped"), 404)


def test_answering_works_over_https_without_a_referrer(app: Flask, client: PageClient, session: Session) -> None:
    url = _show(client, session, an_invitation(session))
    client.post(url + "answer", {"kind": "accepted"}, base_url="https://localhost")


@pytest.mark.parametrize("address", ["a@x..example", "a b@x.example", "a(c)@x.example", "a<b@x.example", "nobody"])
def test_an_address_that_no_letter_reaches_comes_back_with_what_was_typed(
    session: Session, client: PageClient, address: str
) -> None:
    invitation = an_invitation(session)
    token = a_token(session, invitation=invitation)
    client.get(client.url("guest.invitation.delegate_form", token=token))
    typed = {"given_name": "Kim", "family_name": "Vertretung", "function": "Referentin", "email": address}
    client.submit(expect=422, **typed)
    assert client.one("input[name=family_name]")["value"] == "Vertretung"
    assert client.page.select("#email-error")


def test_after_the_cut_off_the_waiting_are_told_that_the_list_stands(client: PageClient, session: Session) -> None:
    roundtable = a_roundtable(session, seats=1, starts_at=AT + timedelta(hours=20), answer_until=None)
    first, second, third = (an_invitation(session, roundtable) for _ in range(3))
    for each in (first, second):
        answering.accept(session, each, at=AT)
    for each, said in ((second, "rückt die Liste nicht mehr von selbst nach"), (third, "auf Platz 2 der Warteliste")):
        client.get(client.url("guest.invitation.show", token=a_token(session, invitation=each)))
        assert said in client.text("#answer")
        assert "sind vergeben" not in client.text("#answer")


def test_an_answer_leads_to_what_was_understood(client: PageClient, session: Session) -> None:
    token = a_token(session, invitation=an_invitation(session))
    client.get(client.url("guest.invitation.show", token=token))
    client.submit("form:has([name=kind])")
    assert client.answer.headers["Location"].endswith("#answer")
    client.follow()
    assert "Ihr Platz ist bestätigt" in client.text("#answer")
