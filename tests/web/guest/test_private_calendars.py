"""Calendars behind an address of one's own: a guest's and an organiser's."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import icalendar
import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering
from roundtable.domain import calendars
from roundtable.domain.calendars import PrivateCalendar
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.calendar.readers import read_by_all
from tests.factories import (
    a_person,
    a_roundtable,
    a_series,
    a_token,
    an_account,
    an_agenda_item,
    an_invitation,
    an_office,
    both,
    worded,
)
from tests.pages import PageClient


@pytest.fixture
def person(session: Session) -> Person:
    return a_person(session, an_office(session), family_name="Geheimrat", email="ich@x.example")


def invited(session: Session, person: Person, **values: object) -> Invitation:
    roundtable = a_roundtable(session, a_series(session, person.office), **values)
    return an_invitation(session, roundtable, person)


def address(session: Session, owner: object, at: datetime) -> str:
    return f"/calendars/{calendars.renew(session, owner, at=at)}.ics"  # type: ignore[arg-type]  # a person or an account


def uids(client: PageClient, url: str) -> set[str]:
    client.get(url)
    return {str(each["UID"]) for each in icalendar.Calendar.from_ical(client.answer.data).events}


def of(*roundtables: Roundtable) -> set[str]:
    return {each.calendar_uid for each in roundtables}


def test_a_guest_sees_what_they_are_invited_to_and_nothing_else(
    client: PageClient, session: Session, person: Person, at: datetime
) -> None:
    accepted, silent, waiting = (invited(session, person, public_since=None) for _ in range(3))
    answering.accept(session, accepted, at=at)
    waiting.roundtable.seats = 0
    answering.accept(session, waiting, at=at)
    declined, delegated, revoked, prepared = (invited(session, person) for _ in range(4))
    answering.decline(session, declined, at=at)
    answering.delegate(
        session, delegated, at=at, given_name="Kim", family_name="Ost", function="Amt", email="kim@x.example"
    )
    revoked.revoked_at, prepared.sent_at = at, None
    an_invitation(session, a_roundtable(session, a_series(session, person.office)))
    url = address(session, person, at)
    assert uids(client, url) == of(accepted.roundtable, silent.roundtable, waiting.roundtable)
    delegate = delegated.delegate
    assert delegate is not None
    assert uids(client, address(session, delegate.person, at)) == of(delegated.roundtable)


def test_the_file_names_nobody_and_holds_no_secret(
    client: PageClient, session: Session, person: Person, at: datetime
) -> None:
    public, private = invited(session, person), invited(session, person, public_since=None)
    link = a_token(session, invitation=public)
    url = address(session, person, at)
    client.get(url)
    reading = read_by_all(client.answer.data)
    for secret in (link, url.split("/")[-1][:-4], "Geheimrat", "ich@x.example", "ATTENDEE", "/i/"):
        assert secret not in client.answer.text
    pages = {each.uid: each.url for each in reading.events}
    assert pages[private.roundtable.calendar_uid] is None
    page = client.url("public.roundtables.show", slug=public.roundtable.series.slug, number=public.roundtable.number)
    assert pages[public.roundtable.calendar_uid] == f"http://localhost{page}"


def test_programs_get_it_without_cookie_or_sign_in_and_may_keep_it(
    client: PageClient, session: Session, person: Person, at: datetime
) -> None:
    invitation = invited(session, person)
    url = address(session, person, at)
    client.get(url)
    headers, body = client.answer.headers, client.answer.data
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "private, max-age=300"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert not {"Set-Cookie", "Vary", "Location"} & set(headers.keys())
    client.get(url)
    assert client.answer.data == body
    assert not client.statements, "it was rendered again within the second"
    client.get(url, 304, headers={"If-None-Match": headers["ETag"]})
    client.get(url, 304, headers={"If-Modified-Since": headers["Last-Modified"]})
    assert client.knock("HEAD", url) == 200
    with time_machine.travel(at + timedelta(minutes=1), tick=False):
        answering.decline(session, invitation, at=at + timedelta(minutes=1))
        client.get(url, headers={"If-Modified-Since": headers["Last-Modified"]})
        assert client.answer.data != body


def test_a_new_address_ends_the_former_at_once(
    client: PageClient, session: Session, person: Person, at: datetime
) -> None:
    invited(session, person)
    former = address(session, person, at)
    client.get(former)
    new = address(session, person, at)
    client.get(former, 404)
    client.get(new)
    calendars.end(session, person)
    client.get(new, 404)
    client.get("/calendars/never.ics", 404)


def test_only_the_hash_is_stored(session: Session, person: Person, at: datetime) -> None:
    token = calendars.renew(session, person, at=at)
    calendar = session.scalars(select(PrivateCalendar)).one()
    assert token not in (calendar.token_hash, str(vars(calendar)))
    assert len(calendar.token_hash) == 64


def test_it_ends_by_itself_long_after_the_last_roundtable(
    client: PageClient, session: Session, person: Person, at: datetime
) -> None:
    last = invited(session, person).roundtable.ends_at
    url = address(session, person, at)
    for days, expect in ((179, 200), (180, 404)):
        with time_machine.travel(last + timedelta(days=days), tick=False):
            client.get(url, expect)


def test_language_and_reminder_are_chosen_in_the_address(
    client: PageClient, session: Session, person: Person, at: datetime
) -> None:
    person.language = "en"
    roundtable = invited(session, person).roundtable
    url = address(session, person, at)
    client.get(url)
    assert "SUMMARY:Roundtable on heat No." in client.answer.text
    assert "BEGIN:VALARM" not in client.answer.text
    client.get(f"{url}?lang=de&alarm=hour")
    assert "NAME:Meine Roundtables: Senatskanzlei Lindenau" in client.answer.text
    assert read_by_all(client.answer.data).events[0].alarms == 1
    roundtable.cancel(worded("Krankheit"), at=at)
    client.get(f"{url}?alarm=hour")
    assert (read_by_all(client.answer.data).events[0].status, client.answer.text.count("VALARM")) == ("CANCELLED", 0)
    with time_machine.travel(at + timedelta(days=30), tick=False):
        assert not uids(client, url)


def test_an_organiser_sees_all_roundtables_of_the_own_offices(
    client: PageClient, session: Session, at: datetime
) -> None:
    office, other = an_office(session), an_office(session)
    account = an_account(session, office, "viewer")
    public = a_roundtable(session, a_series(session, office))
    hidden = a_roundtable(session, a_series(session, office, public_since=None, timezone="America/New_York"))
    a_roundtable(session, a_series(session, other))
    url = address(session, account, at)
    assert uids(client, url) == of(public, hidden)
    reading = read_by_all(client.answer.data)
    assert reading.zones == ["America/New_York", "Europe/Berlin"]
    page = client.url("desk.roundtables.show", roundtable_id=hidden.id)
    assert f"http://localhost{page}" in {each.url for each in reading.events}
    account.blocked_at = at
    client.get(url, 404)


def test_ten_roundtables_cost_the_same_statements_as_one(
    client: PageClient, session: Session, person: Person, at: datetime
) -> None:
    account = an_account(session, person.office)
    urls = [address(session, person, at), address(session, account, at)]
    counts = []
    for number in (1, 9):
        for _ in range(number):
            an_agenda_item(session, invited(session, person).roundtable)
        for url in urls:
            client.get(url)
            counts.append(len(client.statements))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 6


def made(client: PageClient) -> str:
    """The path and the query of the address that the page shows."""
    parts = urlsplit(client.text("#address"))
    return f"{parts.path}?{parts.query}"


def test_a_guest_makes_an_address_sees_it_once_renews_it_and_ends_it(
    client: PageClient, session: Session, person: Person, at: datetime
) -> None:
    invitation = invited(session, person)
    answering.accept(session, invitation, at=at)
    client.get(client.url("guest.invitation.show", token=a_token(session, invitation=invitation)))
    client.get(str(client.one("a[href$='/my-calendar/']")["href"]))
    assert not client.page.select("#address")
    client.submit(expect=200, alarm="day")
    first = made(client)
    assert "alarm=day" in first
    assert str(client.one("a[href^='webcal:']")["href"]) == f"webcal://localhost{first}"
    assert client.answer.headers["Cache-Control"] == "no-store"
    client.get(first)
    assert "BEGIN:VALARM" in client.answer.text
    page = client.url("guest.my_calendar.show", token=a_token(session, invitation=invitation))
    client.get(page)
    assert first not in client.answer.text
    assert not client.page.select("#address")
    client.submit(expect=200)
    second = made(client)
    client.get(first, 404)
    client.get(second)
    client.get(page)
    client.submit("main form[action$='/end']")
    client.get(second, 404)
    client.get(page)
    client.submit(expect=422, alarm="never heard of")


def test_an_organiser_makes_an_address_at_the_desk(client: PageClient, session: Session) -> None:
    office = an_office(session, name=both("Amt", "Office"))
    roundtable = a_roundtable(session, a_series(session, office))
    client.sign_in(an_account(session, office))
    client.get(client.url("desk.dashboard.show"))
    client.get(str(client.one("a[href$='/my-calendar/']")["href"]))
    client.submit("main form.rt-form", expect=200)
    address = made(client)
    assert roundtable.calendar_uid in uids(client, address)
    client.get(client.url("desk.my_calendar.show"))
    client.submit("main form[action$='/end']")
    client.get(address, 404)
