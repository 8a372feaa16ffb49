"""Public pages are rendered once and sent again, but never a moment longer than they are true."""

import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.press import publishing
from roundtable.actions.roundtables import planning
from roundtable.db import db
from roundtable.domain.office.accounts import Account
from roundtable.domain.press.releases import Release
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.serving import page_cache
from tests.factories import a_roundtable, an_account, worded
from tests.pages import PageClient

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    return a_roundtable(session)


@pytest.fixture
def writer(session: Session, roundtable: Roundtable) -> Account:
    return an_account(session, roundtable.series.office, "press_officer")


@pytest.fixture
def release(session: Session, roundtable: Roundtable, writer: Account, at: datetime) -> Release:
    return published(session, roundtable, writer, at)


def published(session: Session, roundtable: Roundtable, by: Account, at: datetime, **values: Any) -> Release:
    release = publishing.begin(session, roundtable, "de", at=at, by=by)
    told = {"title": "Ein Plan für die Fernwärme", "body": "Die Stadt baut.", **values}
    publishing.update(session, release, at=at, by=by, **told)
    publishing.publish(session, release, at=at, by=by, alone_because="Probe")
    return release


def doors(client: PageClient, release: Release) -> list[str]:
    """Page, text and PDF of a release."""
    values = {"lang": release.language, "year": release.year, "slug": release.slug}
    return [client.url(f"public.press.{kind}", **values) for kind in ("show", "txt", "pdf")]


def public_addresses(client: PageClient, release: Release) -> list[str]:
    series = release.roundtable.series
    return [
        *doors(client, release),
        *("/de/", "/de/press/", "/de/press/feed.atom", "/de/press/?q=Fernwärme", "/de/imprint"),
        f"/de/series/{series.slug}/",
        f"/de/series/{series.slug}/{release.roundtable.number}/",
        f"/offices/{series.office.slug}/calendar.ics",
        f"/series/{series.slug}/calendar.ics",
        f"/series/{series.slug}/{release.roundtable.number}/calendar.ics",
    ]


def look(client: PageClient, address: str, expect: int = 200) -> str:
    """Ask twice: what is kept comes with the second answer."""
    client.get(address, expect)
    first = client.answer.data
    client.get(address, expect)
    assert client.answer.data == first
    return client.answer.text if client.answer.mimetype != "application/pdf" else ""


def test_the_second_look_asks_no_table_and_gets_the_very_same_answer(client: PageClient, release: Release) -> None:
    for address in public_addresses(client, release):
        client.get(address)
        first, headers = client.answer.data, dict(client.answer.headers)
        assert client.statements, address
        client.get(address)
        assert not client.statements, address
        assert client.answer.data == first
        headers.pop("Date", None)
        assert dict(client.answer.headers) == headers, address
        assert "Content-Security-Policy" in headers


def test_who_has_it_already_does_not_get_it_again(client: PageClient, release: Release) -> None:
    for address in public_addresses(client, release):
        look(client, address)
        known = {"If-None-Match": client.answer.headers["ETag"]}
        client.get(address, 304, headers=known)
        assert not client.statements
        assert client.answer.data == b""
        assert client.answer.headers["ETag"] == known["If-None-Match"]
        assert "Content-Length" not in client.answer.headers


def test_a_publication_is_seen_at_once(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    lists = ("/de/", "/de/press/", "/de/press/feed.atom")
    for address in lists:
        assert "Fernwärme" not in look(client, address)
    release = published(session, roundtable, writer, at)
    for address in lists:
        assert "Fernwärme" in look(client, address)
    for address in doors(client, release):
        look(client, address)


def test_a_correction_is_seen_at_once(
    session: Session, client: PageClient, release: Release, writer: Account, at: datetime
) -> None:
    for address in doors(client, release):
        look(client, address)
    publishing.update(session, release, title="Ein besserer Plan", body="Die Stadt baut mehr.", at=at, by=writer)
    publishing.correct(session, release, "Der Titel war falsch.", at=at, by=writer, alone_because="Probe")
    for address in doors(client, release)[:2]:
        assert "Ein besserer Plan" in look(client, address)


def test_a_withdrawal_is_seen_at_once(
    session: Session, client: PageClient, release: Release, writer: Account, at: datetime
) -> None:
    page, text, pdf = doors(client, release)
    for address in (page, text, pdf):
        look(client, address)
    publishing.withdraw(session, release, "Die Zahlen waren falsch.", at=at, by=writer)
    assert "Die Stadt baut." not in look(client, page)
    for address in (text, pdf):
        client.get(address, 302)


def test_an_embargo_ends_to_the_second_though_nothing_was_written(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = published(session, roundtable, writer, at, embargo_until=at + HOUR)
    lists = ("/de/", "/de/press/", "/de/press/feed.atom")
    with time_machine.travel(at + HOUR - SECOND, tick=False):
        for address in doors(client, release):
            look(client, address, 404)
        for address in lists:
            assert "Fernwärme" not in look(client, address)
    with time_machine.travel(at + HOUR, tick=False):
        for address in doors(client, release):
            look(client, address)
        for address in lists:
            assert "Fernwärme" in look(client, address)


def test_a_cancelled_roundtable_leaves_the_feed_when_its_days_are_over(
    session: Session, client: PageClient, roundtable: Roundtable, at: datetime
) -> None:
    feed = f"/series/{roundtable.series.slug}/calendar.ics"
    planning.cancel(session, roundtable, because=worded("Krankheit"), at=at)
    assert "STATUS:CANCELLED" in look(client, feed)
    with time_machine.travel(at + timedelta(days=30) - SECOND, tick=False):
        assert "STATUS:CANCELLED" in look(client, feed)
    with time_machine.travel(at + timedelta(days=30), tick=False):
        assert "STATUS:CANCELLED" not in look(client, feed)


def test_words_that_count_days_change_with_the_day(client: PageClient, roundtable: Roundtable, at: datetime) -> None:
    address = f"/de/series/{roundtable.series.slug}/"
    today = look(client, address)
    with time_machine.travel(at + timedelta(days=1), tick=False):
        assert look(client, address) != today


CHANGE = """
import sys
from sqlalchemy import create_engine, text
engine = create_engine(sys.argv[1])
with engine.begin() as connection:
    connection.execute(text("UPDATE offices SET imprint_de = 'Anders.'"))
engine.dispose()
"""


def test_what_another_process_commits_is_seen_at_once(app: Flask, client: PageClient, release: Release) -> None:
    addresses = public_addresses(client, release)
    for address in addresses:
        look(client, address)
    url = app.config["ROUNDTABLE"].database_url
    subprocess.run([sys.executable, "-c", CHANGE, url], check=True)
    for address in addresses:
        client.get(address)
        assert client.statements, f"{address} was kept"


def test_what_is_not_committed_is_not_seen_and_then_is(app: Flask, client: PageClient, release: Release) -> None:
    page = doors(client, release)[0]
    look(client, page)
    with app.app_context(), Session(db.engine) as other:
        theirs = other.scalars(select(Release)).one()
        theirs.withdrawn_at, theirs.withdrawn_because = theirs.edited_at, "Die Zahlen waren falsch."
        other.flush()
        assert "Die Stadt baut." in look(client, page)
        other.commit()
    assert "Die Stadt baut." not in look(client, page)


def test_nothing_is_kept_across_languages_queries_and_hosts(client: PageClient, release: Release) -> None:
    german, english = look(client, "/de/"), look(client, "/en/")
    assert german != english
    assert look(client, "/de/press/?q=Fernwärme") != look(client, "/de/press/?q=Anders")
    client.get("/de/", headers={"Host": "elsewhere.example"})
    assert client.statements


def test_forms_errors_and_pages_of_somebody_are_never_kept(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    roundtable.registration_opened_at = at
    client.sign_in(writer)
    for address, expect in (
        (f"/de/series/{roundtable.series.slug}/{roundtable.number}/register/", 200),
        ("/de/desk/", 200),
        ("/de/press/2026/nothing/", 404),
    ):
        client.get(address, expect)
        client.get(address, expect)
        assert client.statements, address


def test_pages_beyond_the_measure_are_rendered_anew(
    client: PageClient, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "MOST_BYTES", 10)
    client.get("/de/?once")
    client.get("/de/?once")
    assert client.statements


def test_while_the_database_does_not_answer_it_is_no_era(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        monkeypatch.setitem(page_cache.WHAT_IS_COMMITTED, db.engine.dialect.name, "SELECT nothing FROM nowhere")
        assert page_cache.Eras(db.engine).now() is None
