"""Registering without an invitation: the public form and the confirming link."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.guests import signing_up
from roundtable.actions.roundtables import planning
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import a_person, a_roundtable, a_sign_up, a_token, an_invitation, worded
from tests.pages import PageClient

ENTRIES: dict[str, Any] = {
    "title": "Dr.",
    "given_name": "Kim",
    "family_name": "O’Neill-Öztürk",
    "function": "Vorstand, Kasse",
    "organisation": "Quartier „Süd“ e. V.",
    "email": "kim+rt@quartier.example",
}


@pytest.fixture
def roundtable(session: Session, at: datetime) -> Roundtable:
    opened_at = at - timedelta(days=9)
    return a_roundtable(session, seats=1, registration_opened_at=opened_at, registration_is_moderated=False)


@pytest.fixture
def patient(client: PageClient, roundtable: Roundtable, at: datetime) -> Iterator[PageClient]:
    """Has the form open for ten seconds."""
    client.get(_url(client, roundtable))
    with time_machine.travel(at + timedelta(seconds=10), tick=False):
        yield client


def _url(client: PageClient, roundtable: Roundtable, name: str = "ask_form", lang: str = "de") -> str:
    return client.url(f"public.sign_ups.{name}", slug=roundtable.series.slug, number=roundtable.number, lang=lang)


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def _link(session: Session, lang: str = "de") -> str:
    letter = session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert letter is not None
    words = outbox.read(letter).text
    start = words.index(f"http://localhost/{lang}/")
    return words[start:].split()[0].removeprefix("http://localhost")


def test_from_the_public_page_to_a_seat(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    client.get(client.url("public.roundtables.show", slug=roundtable.series.slug, number=roundtable.number))
    assert "Set-Cookie" not in client.answer.headers
    assert len(client.statements) <= 6
    client.get(str(client.one("main a[href$='/register/']")["href"]))
    assert client.answer.headers["Cache-Control"] == "no-store"
    assert len(client.statements) <= 6
    with time_machine.travel(at + timedelta(seconds=10), tick=False):
        client.submit(**ENTRIES)
        client.follow()
        assert "Bitte sehen Sie in Ihre E-Mails" in client.text("h1")
        link = _link(session)
        client.get(link)
        assert len(client.statements) <= 12
        assert all(word in client.text() for word in ("O’Neill-Öztürk", "Vorstand, Kasse", "Quartier „Süd“ e. V."))
        assert client.knock("HEAD", link) == 200
        assert _count(session, Invitation) == 0
        client.get(link)
        client.submit()
        client.follow()
        assert "Ihr Platz ist bestätigt" in client.text()
        client.post(link + "confirm")
    assert session.scalars(select(Letter.kind).order_by(Letter.id)).all() == ["confirm_address", "answer_received"]
    client.get(_link(session))
    assert "Ihr Platz ist bestätigt" in client.text()


def test_the_language_of_the_page_is_that_of_the_letter(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    client.get(_url(client, roundtable, lang="en"))
    with time_machine.travel(at + timedelta(seconds=10), tick=False):
        client.submit(**ENTRIES)
    assert "Please confirm your registration" in session.scalars(select(Letter.subject)).one()
    client.get(_link(session, "en"))


def test_every_address_gets_the_same_answer(patient: PageClient, session: Session, roundtable: Roundtable) -> None:
    an_invitation(session, roundtable, a_person(session, roundtable.series.office, email="da@x.example"))
    answers = set()
    for email in ("da@x.example", "da@x.example", "neu@x.example", "neu@x.example"):
        patient.get(_url(patient, roundtable))
        with time_machine.travel(datetime.now().astimezone() + timedelta(seconds=10), tick=False):
            patient.submit(**{**ENTRIES, "email": email})
        location = patient.answer.headers["Location"]
        patient.follow()
        answers.add((location, patient.text()))
    assert len(answers) == 1
    assert (_count(session, SignUp), _count(session, Letter)) == (1, 2)


def test_what_is_typed_wrong_comes_back(patient: PageClient, session: Session) -> None:
    wrong = {
        "given_name": "www.gewinn.example",
        "family_name": "x" * 81,
        "function": "siehe https://a.example",
        "organisation": "ftp://b",
        "email": "kim@nirgends",
        "title": "Dr.",
    }
    patient.submit(expect=422, **wrong)
    fields = ("given_name", "family_name", "function", "organisation", "email")
    assert all(patient.page.select(f"#{each}-error") for each in fields)
    assert patient.one("#title")["value"] == "Dr."
    for name in ("Jetzt gewinnen.example", "a@b", "\u202e\u200b", "<b>"):
        patient.submit(expect=422, **{**ENTRIES, "family_name": name})
        assert patient.page.select("#family_name-error"), name
    assert _count(session, Letter) == 0


def test_characters_that_turn_the_line_around_are_left_out(patient: PageClient, session: Session) -> None:
    patient.submit(**{**ENTRIES, "given_name": "K\u202eim\r\nBcc", "family_name": "מזרחי", "function": "A\x00\u2066B"})
    sign_up = session.scalars(select(SignUp)).one()
    assert (sign_up.given_name, sign_up.family_name, sign_up.function) == ("Kim Bcc", "מזרחי", "AB")
    patient.get(_link(session))


def test_programs_are_dropped_without_a_word(patient: PageClient, session: Session) -> None:
    trap = patient.one("#homepage")
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert patient.page.select("[aria-hidden=true] #homepage")
    patient.submit(**ENTRIES, homepage="https://gewinn.example")
    patient.follow()
    assert (_count(session, SignUp), _count(session, Letter)) == (0, 0)


def test_whoever_is_faster_than_a_person_presses_again(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    client.get(_url(client, roundtable))
    client.submit(expect=422, **ENTRIES)
    assert client.one("#family_name")["value"] == "O’Neill-Öztürk"
    assert "Das ging sehr schnell" in client.text()
    with time_machine.travel(at + timedelta(seconds=4), tick=False):
        client.submit()
    assert _count(session, Letter) == 1


def test_a_flood_from_one_place_is_slowed_down(patient: PageClient, session: Session) -> None:
    for number in range(10):
        patient.post(patient.answer.request.path, {**ENTRIES, "email": f"kim{number}@x.example"})
    patient.post(patient.answer.request.path, {**ENTRIES, "email": "kim11@x.example"}, expect=429)
    assert _count(session, SignUp) == 10


def test_a_flood_from_many_places_ends_with_a_sentence(
    patient: PageClient, session: Session, roundtable: Roundtable, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_up, "UNCONFIRMED_A_DAY", 1)
    a_sign_up(session, roundtable, asked_at=at)
    patient.submit(expect=422, **ENTRIES)
    assert "Bitte versuchen Sie es morgen wieder" in patient.text()
    assert "01234 5670" in patient.text()
    assert patient.one("#family_name")["value"] == "O’Neill-Öztürk"


def test_a_closed_registration_says_so_and_sets_no_cookie(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    url = _url(client, roundtable)
    roundtable.registration_opened_at = None
    client.get(url)
    assert "Die Anmeldung ist geschlossen" in client.text()
    assert client.page.select("main form") == []
    assert "Set-Cookie" not in client.answer.headers
    client.get(client.url("public.roundtables.show", slug=roundtable.series.slug, number=roundtable.number))
    assert client.page.select("a[href$='/register/']") == []
    roundtable.public_since = None
    for each in (url, url + "asked/"):
        client.get(each, 404)


def test_cancelled_before_the_link_was_used(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    link = client.url("guest.sign_up.show", token=a_token(session, sign_up=a_sign_up(session, roundtable)))
    client.get(link)
    planning.cancel(session, roundtable, because=worded("Sturmwarnung"), at=at)
    client.submit()
    client.follow()
    assert "Sturmwarnung" in client.text()
    assert client.page.select("main form") == []
    assert _count(session, Invitation) == 0
    client.get(link.replace("registration/", "registration/x"), 404)


def test_every_visitor_gets_a_form_of_their_own(
    app: Flask, client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    tokens = set()
    for visitor in (client, PageClient(app, session), PageClient(app, session)):
        visitor.get(_url(visitor, roundtable))
        assert "Set-Cookie" in visitor.answer.headers
        tokens.add(str(visitor.one("main input[name=csrf_token]")["value"]))
    assert len(tokens) == 3
