"""What calendar programs fetch, over the wire."""

from datetime import datetime, timedelta

import icalendar
import pytest
from sqlalchemy.orm import Session

from tests.factories import a_person, a_roundtable, a_series, a_token, an_agenda_item, an_invitation, an_office
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
        cancelled.cancel("x", at=at - timedelta(days=days))
    url = client.url("public_files.calendars.series", slug=series.slug)
    assert url == f"/series/{series.slug}/calendar.ics"
    found = events(client, url)
    assert [(str(each["URL"]).split("/")[-2], each["STATUS"]) for each in found] == [
        ("1", "CONFIRMED"),
        ("4", "CANCELLED"),
    ]
    headers = client.answer.headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Content-Disposition"] == f"inline; filename={series.slug}.ics"
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
    assert client.answer.headers["Content-Disposition"] == f"attachment; filename={series.slug}-1.ics"


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
