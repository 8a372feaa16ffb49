"""What calendar programs fetch, over the wire."""

from datetime import datetime, timedelta

import icalendar
import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.calendar.readers import read_by_all
from tests.factories import a_person, a_roundtable, a_series, a_token, an_agenda_item, an_invitation, an_office, worded
from tests.pages import PageClient


def events(client: PageClient, url: str) -> list[icalendar.Event]:
    client.get(url)
    return list(icalendar.Calendar.from_ical(client.answer.data).events)


def test_a_feed_holds_what_is_public_and_a_cancelled_one_for_thirty_days(
    client: PageClient, session: Session, at: datetime
) -> None:
    series = a_series(session, an_office(session))
    shown = a_roundtable(session, series, number=1)
    a_roundtable(session, series, number=2, public_since=None)
    a_roundtable(session, series, number=3, public_since=at + timedelta(hours=1))
    for number, days in ((4, 29), (5, 30)):
        cancelled = a_roundtable(session, series, number=number)
        cancelled.cancel(worded("x"), at=at - timedelta(days=days))
    url = client.url("public_files.calendars.series", slug=series.slug)
    assert url == f"/series/{series.slug}/calendar.ics"
    found = events(client, url)
    assert [(str(each["URL"]).split("/")[-2], each["STATUS"]) for each in found] == [
        ("1", "CONFIRMED"),
        ("4", "CANCELLED"),
    ]
    headers = client.answer.headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    words = "Runder%20Tisch%20W%C3%A4rmewende.ics"
    assert headers["Content-Disposition"] == f"inline; filename={series.slug}.ics; filename*=UTF-8''{words}"
    assert "Set-Cookie" not in headers
    body, tag = client.answer.data, headers["ETag"]
    client.get(url)
    assert client.answer.data == body
    client.get(url, 304, headers={"If-None-Match": tag})
    client.get(url, 304, headers={"If-Modified-Since": headers["Last-Modified"]})
    shown.move_to(shown.starts_at + timedelta(days=1), shown.ends_at + timedelta(days=1), at=at)
    client.get(url, headers={"If-None-Match": tag})
    assert client.answer.data != body


def test_words_of_the_agenda_reach_who_asks_only_by_date(client: PageClient, session: Session, at: datetime) -> None:
    series = a_series(session, an_office(session))
    roundtable = a_roundtable(session, series, number=1)
    url = client.url("public_files.calendars.roundtable", slug=series.slug, number=1)
    client.get(url)
    since = client.answer.headers["Last-Modified"]
    an_agenda_item(session, roundtable)
    roundtable.calendar_changed_at = at
    client.get(url, headers={"If-Modified-Since": since})


def test_a_feed_costs_the_same_for_one_and_for_ten(client: PageClient, session: Session) -> None:
    series = a_series(session, an_office(session))
    url = client.url("public_files.calendars.series", slug=series.slug)
    an_agenda_item(session, a_roundtable(session, series, number=1))
    client.get(url)
    one = len(client.statements)
    for number in range(2, 11):
        an_agenda_item(session, a_roundtable(session, series, number=number))
    assert len(events(client, url)) == 10
    assert len(client.statements) == one


def test_language_is_the_series_own_or_the_one_asked_for(client: PageClient, session: Session) -> None:
    series = a_series(session, an_office(session))
    a_roundtable(session, series, number=1)
    url = client.url("public_files.calendars.roundtable", slug=series.slug, number=1)
    assert str(events(client, url)[0]["SUMMARY"]) == "Runder Tisch Wärmewende Nr. 1"
    assert str(events(client, url + "?lang=en")[0]["SUMMARY"]) == "Roundtable on heat No. 1"
    assert "/en/series/" in str(events(client, url + "?lang=en")[0]["URL"])
    words = "Roundtable%20on%20heat%20No.%201.ics"
    disposition = f"attachment; filename={series.slug}-1.ics; filename*=UTF-8''{words}"
    assert client.answer.headers["Content-Disposition"] == disposition


@pytest.mark.parametrize("hidden", ["series", "roundtable"])
def test_what_is_not_public_is_not_there(client: PageClient, session: Session, hidden: str) -> None:
    series = a_series(session, an_office(session))
    roundtable = a_roundtable(session, series, number=1)
    (series if hidden == "series" else roundtable).public_since = None
    client.get(client.url("public_files.calendars.roundtable", slug=series.slug, number=1), 404)
    client.get(client.url("public_files.calendars.series", slug=series.slug), 404 if hidden == "series" else 200)


def test_my_file_has_no_secret_and_no_other_guest(client: PageClient, session: Session) -> None:
    series = a_series(session, an_office(session))
    roundtable = a_roundtable(session, series, number=1, public_since=None)
    invitation = an_invitation(session, roundtable, a_person(session, series.office, email="ich@x.example"))
    token = a_token(session, invitation=invitation)
    url = client.url("guest_files.calendars.mine", token=token)
    found = events(client, url)
    text = client.answer.text
    assert token not in text
    assert "ich@x.example" not in text
    assert "ATTENDEE" not in text
    assert "URL" not in found[0]
    assert client.answer.headers["Cache-Control"] == "no-store"
    invitation.revoked_at = roundtable.calendar_changed_at
    client.get(url, 404)


def test_an_alarm_stands_in_my_file_where_i_asked_for_it(client: PageClient, session: Session, at: datetime) -> None:
    roundtable = a_roundtable(session)
    url = client.url(
        "guest_files.calendars.mine", token=a_token(session, invitation=an_invitation(session, roundtable))
    )
    for asked, trigger in (("", None), ("?alarm=hour", "-PT1H"), ("?alarm=day", "-P1D"), ("?alarm=x", None)):
        (event,) = events(client, url + asked)
        alarms = event.walk("VALARM")
        assert [each.content_line("TRIGGER", each["TRIGGER"]).partition(":")[2] for each in alarms] == (
            [trigger] if trigger else []
        )
    public = client.url("public_files.calendars.roundtable", slug=roundtable.series.slug, number=roundtable.number)
    assert not events(client, public + "?alarm=day")[0].walk("VALARM")
    with time_machine.travel(roundtable.ends_at, tick=False):
        assert not events(client, url + "?alarm=day")[0].walk("VALARM"), "it would ring at once"


def test_the_feed_of_an_office_holds_the_public_roundtables_of_its_public_series(
    client: PageClient, session: Session, at: datetime
) -> None:
    office = an_office(session)
    here, there = a_series(session, office), a_series(session, office, timezone="Asia/Kolkata")
    hidden, elsewhere = a_series(session, office, public_since=None), a_series(session, an_office(session))
    first, second = a_roundtable(session, here), a_roundtable(session, there)
    a_roundtable(session, here, public_since=None)
    a_roundtable(session, there, public_since=at + timedelta(seconds=1))
    a_roundtable(session, hidden)
    a_roundtable(session, elsewhere)
    for days in (29, 30):
        cancelled = a_roundtable(session, here, starts_at=at + timedelta(days=days))
        cancelled.cancel(worded("x"), at=at - timedelta(days=days))
    url = client.url("public_files.calendars.office", office=office.slug)
    assert url == f"/offices/{office.slug}/calendar.ics"
    found = events(client, url)
    assert [(str(each["UID"]), each["STATUS"]) for each in found[:2]] == [
        (first.calendar_uid, "CONFIRMED"),
        (second.calendar_uid, "CONFIRMED"),
    ]
    assert [each["STATUS"] for each in found[2:]] == ["CANCELLED"]
    reading = read_by_all(client.answer.data)
    assert reading.zones == ["Asia/Kolkata", "Europe/Berlin"]
    assert not any(each.attendees or each.alarms for each in reading.events)
    headers = client.answer.headers
    assert headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in headers
    client.get(url, 304, headers={"If-None-Match": headers["ETag"]})
    client.get(url, 304, headers={"If-Modified-Since": headers["Last-Modified"]})
    client.get("/offices/nowhere/calendar.ics", 404)


def test_an_office_without_public_series_has_an_empty_calendar(client: PageClient, session: Session) -> None:
    office = an_office(session)
    a_roundtable(session, a_series(session, office, public_since=None))
    assert not events(client, client.url("public_files.calendars.office", office=office.slug))


def test_programs_may_ask_for_the_head_alone(client: PageClient, session: Session) -> None:
    roundtable = a_roundtable(session)
    for url in (
        client.url("public_files.calendars.office", office=roundtable.series.office.slug),
        client.url("public_files.calendars.series", slug=roundtable.series.slug),
    ):
        client.get(url)
        whole = client.answer.headers
        assert client.knock("HEAD", url) == 200
        assert client.answer.data == b""
        for name in ("ETag", "Last-Modified", "Content-Type", "Content-Disposition", "Content-Length"):
            assert client.answer.headers[name] == whole[name]
