"""Invitations at the desk: choose, see the letters, send; who answered what; record, give, withdraw."""

import codecs
import csv
import io
from contextvars import Context
from datetime import datetime

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering
from roundtable.domain.guests.invitations import Given, Invitation
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox.outbox import Letter
from tests.factories import AT, a_member, a_person, a_roundtable, an_account, an_invitation, an_organisation
from tests.pages import PageClient


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    return a_roundtable(session, seats=2)


@pytest.fixture
def desk(client: PageClient, session: Session, roundtable: Roundtable) -> PageClient:
    client.sign_in(an_account(session, roundtable.series.office))
    return client


def _url(desk: PageClient, name: str, roundtable: Roundtable, **values: object) -> str:
    of = "mailings" if name in ("preview", "send") else "invitations"
    return desk.url(f"desk.{of}.{name}", roundtable_id=roundtable.id, **values)


def _sent(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Letter)) or 0


def test_from_choosing_to_sending(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    members = [a_member(session, roundtable.series) for _ in range(3)]
    host = a_member(session, roundtable.series, role="host")
    desk.get(_url(desk, "prepare_form", roundtable))
    ticked = {tag["value"] for tag in desk.page.select("input[name=people][checked]")}
    assert ticked == {str(each.person_id) for each in members}
    assert str(host.person_id) not in ticked
    desk.submit("form:has(input[name=people])", press=".kern-btn--primary")
    desk.follow()
    assert "3" in desk.text(".rt-title__lead")
    assert _sent(session) == 0
    shown = desk.texts("th[scope=row]")
    assert len(shown) == 3
    desk.one("form:has(input[name=invitations])")["action"] = desk.one("main td button")["formaction"]
    desk.submit("form:has(input[name=invitations])", 200)
    assert "3 Einladungen senden" in desk.texts("main button")
    desk.submit("form:has(input[name=invitations])")
    desk.follow()
    assert "0 von 3 Schreiben übergeben" in desk.text()
    assert _sent(session) == 3


def test_the_letter_is_shown_as_it_will_arrive(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    invitation = an_invitation(session, roundtable, sent_at=None)
    desk.get(_url(desk, "preview", roundtable))
    assert "frame-src 'self'" in desk.answer.headers["Content-Security-Policy"]
    assert roundtable.series.name.de in desk.text("pre")
    frame = str(desk.one("iframe")["src"])
    answer = Context().run(desk._client.get, frame)
    assert answer.status_code == 200
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert str(invitation.id) in frame
    assert _sent(session) == 0


def test_somebody_else_is_found_in_the_address_book(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    office = roundtable.series.office
    wanted = a_person(
        session, office, family_name="Überall", organisation=an_organisation(session, office, name="Netz AG")
    )
    a_person(session, a_roundtable(session).series.office, family_name="Überall")
    desk.get(_url(desk, "prepare_form", roundtable, words="berall netz"))
    assert [tag["value"] for tag in desk.page.select("input[name=others]")] == [str(wanted.id)]
    desk.post(_url(desk, "prepare", roundtable), {}, expect=422)
    assert "Bitte wählen Sie mindestens eine Person" in desk.text()


def test_people_of_another_office_cannot_be_invited(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    stranger = a_person(session, a_roundtable(session).series.office)
    desk.post(_url(desk, "prepare", roundtable), {"people": stranger.id}, expect=422)
    assert session.scalars(select(Invitation)).all() == []


def test_who_answered_what_filtered_and_counted(
    desk: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    people = {
        word: an_invitation(session, roundtable) for word in ("accepted", "head", "waiting", "declined", "silent")
    }
    people["not_sent"] = an_invitation(session, roundtable, sent_at=None)
    answering.accept(session, people["accepted"], at=at)
    answering.delegate(
        session, people["head"], at=at, given_name="Mira", family_name="Roth", function="Ref.", email="m@o.example"
    )
    answering.accept(session, people["waiting"], at=at)
    answering.decline(session, people["declined"], at=at)
    for standing, number in dict(accepted=2, waiting=1, delegated=1, declined=1, silent=1, not_sent=1).items():
        desk.get(_url(desk, "index", roundtable, standing=standing))
        assert len(desk.page.select("main .rt-table tbody tr")) == number, standing
    desk.get(_url(desk, "index", roundtable))
    assert "2 von 2" in desk.text()
    assert "vertreten durch Mira Roth" in desk.text()


def test_the_list_costs_the_same_with_three_and_with_sixty(
    desk: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    costs = []
    for number in (3, 57):
        for _ in range(number):
            answering.accept(session, an_invitation(session, roundtable), at=at)
        desk.get(_url(desk, "index", roundtable))
        costs.append(len(desk.statements))
    assert len(desk.page.select("main .rt-table tbody tr")) == 20
    assert costs[0] == costs[1] <= 12
    desk.get(_url(desk, "index", roundtable, page=3))
    assert len(desk.page.select("main .rt-table tbody tr")) == 20


def test_an_answer_by_phone_is_recorded_with_its_way(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    invitation = an_invitation(session, roundtable)
    url = _url(desk, "answer_form", roundtable, invitation_id=invitation.id)
    desk.get(url)
    desk.submit("form:has(input[name=via])", kind="delegated", via="phone", note="Vorzimmer rief an", expect=422)
    assert "Vorzimmer rief an" in desk.text("textarea")
    desk.submit("form:has(input[name=via])", kind="delegated", via="phone", family_name="Roth", email="m@o.example")
    desk.get(url)
    assert "telefonisch" in desk.text()
    assert [each.recipient for each in session.scalars(select(Letter).order_by(Letter.id))][-1] == "m@o.example"


def test_a_seat_out_of_turn_is_refused_while_all_are_taken(
    desk: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    invitations = [an_invitation(session, roundtable) for _ in range(3)]
    for each in invitations:
        answering.accept(session, each, at=at)
    url = _url(desk, "give_seat", roundtable, invitation_id=invitations[2].id)
    desk.post(url, {"because": "spricht"}, headers={"Referer": "http://localhost" + _url(desk, "index", roundtable)})
    desk.follow()
    assert "Alle Plätze sind vergeben" in desk.text("body")


def test_withdrawing_says_who_moved_up(
    desk: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    invitations = [an_invitation(session, roundtable) for _ in range(3)]
    for each in invitations:
        answering.accept(session, each, at=at)
    desk.get(_url(desk, "answer_form", roundtable, invitation_id=invitations[0].id))
    desk.submit("#revoke form")
    desk.follow()
    assert f"{invitations[2].person.name} ist von der Warteliste nachgerückt" in desk.text("body")


def test_only_the_silent_are_reminded_and_seen_before(
    desk: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    an_invitation(session, roundtable)
    answering.accept(session, an_invitation(session, roundtable), at=at)
    desk.get(_url(desk, "preview", roundtable, kind="reminder"))
    desk.submit("form:has(input[name=invitations])")
    assert session.scalars(select(Letter.kind).order_by(Letter.id)).all() == ["answer_received", "reminder"]


@pytest.mark.parametrize(("role", "may_see"), [("viewer", 200), ("press_officer", 200)])
def test_who_may_look_but_not_invite(
    client: PageClient, session: Session, roundtable: Roundtable, role: str, may_see: int
) -> None:
    invitation = an_invitation(session, roundtable)
    client.sign_in(an_account(session, roundtable.series.office, role))
    client.get(_url(client, "index", roundtable), may_see)
    assert client.page.select("main a[href*='prepare']") == []
    client.post(_url(client, "send", roundtable), {}, expect=403)
    client.post(_url(client, "revoke", roundtable, invitation_id=invitation.id), {}, expect=403)


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("viewer", set()),
        ("minute_taker", set()),
        ("press_officer", {"kim@verein.example"}),
        ("organiser", {"kim@verein.example", "Ich bin im Krankenhaus."}),
    ],
)
def test_addresses_and_what_guests_write_are_read_by_those_who_need_them(
    client: PageClient, session: Session, roundtable: Roundtable, role: str, reads: set[str]
) -> None:
    office = roundtable.series.office
    kim = a_person(session, office, organisation=an_organisation(session, office), email="kim@verein.example")
    answering.decline(
        session, an_invitation(session, roundtable, kim), at=AT, given=Given(note="Ich bin im Krankenhaus.")
    )
    client.sign_in(an_account(session, office, role))
    read = set()
    for url in (
        _url(client, "index", roundtable),
        _url(client, "as_csv", roundtable),
        client.url("desk.people.index"),
        client.url("desk.person.show", person_id=kim.id),
        client.url("desk.organisations.show", organisation_id=kim.organisation_id),
    ):
        client.get(url)
        read |= {said for said in ("kim@verein.example", "Ich bin im Krankenhaus.") if said in client.answer.text}
    assert read == reads


def _rows_of(desk: PageClient) -> list[list[str]]:
    assert desk.answer.data.startswith(codecs.BOM_UTF8)
    return list(csv.reader(io.StringIO(desk.answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_words_find_people_within_a_standing(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    office = roundtable.series.office
    coming, away = (a_person(session, office, family_name=name) for name in ("Müller", "Möller"))
    for person in (coming, away):
        invitation = an_invitation(session, roundtable, person)
        (answering.accept if person is coming else answering.decline)(session, invitation, at=AT)
    for number in range(60):
        an_invitation(session, roundtable, a_person(session, office, family_name=f"Still{number:02}"))
    desk.get(_url(desk, "index", roundtable, q="muller"))
    assert desk.texts("[data-found] th[scope=row]")[-1] == "Robin Müller"
    cost = len(desk.statements)
    desk.get(_url(desk, "index", roundtable, q="muller", standing="declined"))
    assert "„muller“" in desk.text("[data-found]")
    desk.get(_url(desk, "index", roundtable, q="still", page="2"))
    assert "Diese 60 Antworten als Datei:" in desk.text()
    assert "q=still" in str(desk.one(".rt-pagination a[rel=prev]")["href"])
    assert len(desk.statements) <= cost


def test_the_list_as_csv_says_what_the_page_says(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    office = roundtable.series.office
    head = an_invitation(session, roundtable, a_person(session, office, family_name="Kopf"))
    evil = an_invitation(session, roundtable, a_person(session, office, title="", family_name="@SUM(1)"))
    late = an_invitation(session, roundtable, a_person(session, office, family_name="Spät"))
    an_invitation(session, roundtable, a_person(session, office, family_name="Fort"), revoked_at=AT)
    answering.accept(session, head, at=AT, given=Given(given_by="Vorzimmer Kopf", note="=1+1"))
    answering.accept(session, evil, at=AT, given=Given(via="phone"))
    answering.accept(session, late, at=AT)
    desk.get(_url(desk, "as_csv", roundtable))
    heads, *rows = _rows_of(desk)
    assert [row[2] for row in rows].count("Fort") == 0
    by_name = {row[2]: dict(zip(heads, row, strict=True)) for row in rows}
    assert by_name["Kopf"]["Wie"] == "über den Link, beantwortet von Vorzimmer Kopf"
    assert by_name["Kopf"]["Notiz"] == "'=1+1"
    assert by_name["Kopf"]["Wann"] == "04.03.2026, 10:00 Uhr"
    assert by_name["'@SUM(1)"]["Antwort"] == "hat einen Platz"
    assert by_name["Spät"]["Platz auf der Warteliste"] == "1"
    desk.get(_url(desk, "as_csv", roundtable, standing="waiting"))
    assert [row[2] for row in _rows_of(desk)[1:]] == ["Spät"]

    desk.get(_url(desk, "as_workbook", roundtable))
    sheet = openpyxl.load_workbook(io.BytesIO(desk.answer.data)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert "@SUM(1)" in {cell.value for cell in sheet["C"]}
    assert sheet.freeze_panes == "A2"


def test_the_list_says_that_the_office_answered(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    answering.accept(session, an_invitation(session, roundtable), at=AT, given=Given(given_by="Frau Vorzimmer"))
    desk.get(_url(desk, "index", roundtable))
    assert "beantwortet von Frau Vorzimmer" in desk.text("[data-found]")
