"""Press in the browser: the doors to the public, the person's own page, the desk."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, cast
from xml.etree import ElementTree

import pytest
import time_machine
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.press import publishing, quoting
from roundtable.domain.office.accounts import Account
from roundtable.domain.press.quotes import Quote
from roundtable.domain.press.releases import Release
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox.outbox import Letter
from tests.factories import a_person, a_roundtable, a_series, a_token, an_account, an_office, both
from tests.pages import PageClient

HOUR = timedelta(hours=1)


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    office = an_office(session)
    host = a_person(session, office, given_name="Hanna", family_name="Lindner", naming_basis="office_holder")
    return a_roundtable(session, a_series(session, office, host=host), motto=both("Wärme", "Heat"))


@pytest.fixture
def writer(session: Session, roundtable: Roundtable) -> Account:
    return an_account(session, roundtable.series.office, "press_officer")


def a_release(session: Session, roundtable: Roundtable, by: Account, at: datetime, **values: Any) -> Release:
    release = publishing.begin(session, roundtable, values.pop("language", "de"), at=at, by=by)
    told = {"title": "Ein Plan für die Fernwärme", "body": "Die Stadt baut **Leitungen**.\n\nBis 2035.", **values}
    publishing.update(session, release, at=at, by=by, **told)
    return release


def published(session: Session, roundtable: Roundtable, by: Account, at: datetime, **values: Any) -> Release:
    release = a_release(session, roundtable, by, at, **values)
    publishing.publish(session, release, at=at, by=by, alone_because="Probe")
    return release


def a_quote(session: Session, roundtable: Roundtable, at: datetime) -> Quote:
    host = roundtable.series.host
    assert host is not None
    return quoting.write_quote(session, roundtable, host, language="de", text="Wir bauen.", at=at, by=None)


def address(client: PageClient, release: Release, kind: str = "show") -> str:
    return client.url(f"public.press.{kind}", lang=release.language, year=release.year, slug=release.slug)


# -- in public


def test_nothing_opens_before_the_embargo_ends_and_everything_after(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = published(session, roundtable, writer, at, embargo_until=at + HOUR)
    doors = [address(client, release, kind) for kind in ("show", "pdf", "txt")]
    lists = ["/de/press/", "/de/press/feed.atom", "/de/press/?q=Fernwärme"]

    for door in doors:
        client.get(door, expect=404)
        # No cache between here and the reader says so a second longer.
        assert client.answer.headers["Cache-Control"] == "no-store"
    for door in lists:
        client.get(door)
        assert release.slug not in client.answer.text

    with time_machine.travel(at + HOUR, tick=False):
        for door in doors:
            client.get(door)
        for door in lists:
            client.get(door)
            assert release.slug in client.answer.text


def test_a_draft_is_seen_through_no_door(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = published(session, roundtable, writer, at)
    publishing.update(session, release, title="Geheime Neufassung", body="Noch geheim.", at=at, by=writer)
    for door in (*(address(client, release, kind) for kind in ("show", "txt")), "/de/press/", "/de/press/feed.atom"):
        client.get(door)
        assert "eheim" not in client.answer.text
    client.get("/de/press/?q=geheim")
    assert release.slug not in client.answer.text


def test_the_page_is_an_article_that_machines_understand(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    quote = a_quote(session, roundtable, at)
    quoting.release(quote, fingerprint=quote.fingerprint, at=at)
    german = published(session, roundtable, writer, at)
    english = published(session, roundtable, writer, at, language="en")

    client.get(address(client, german))

    assert client.text("article[itemtype='https://schema.org/NewsArticle'] h1[itemprop=headline]") == german.title
    assert client.one("article [itemprop=datePublished]")["datetime"] == german.dated_on.isoformat()
    assert client.text("article figure") == f"{quote.attribution}: „Wir bauen.“"
    assert client.text("article strong") == "Leitungen"
    assert client.one("header a[hreflang=en]")["href"] == address(client, english)
    assert "Set-Cookie" not in client.answer.headers


def test_a_release_that_has_not_changed_is_not_sent_again(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = published(session, roundtable, writer, at)
    for kind in ("show", "pdf", "txt"):
        client.get(address(client, release, kind))
        assert client.answer.headers["Cache-Control"] == "public, max-age=60"
        client.get(address(client, release, kind), expect=304, headers={"If-None-Match": client.answer.headers["ETag"]})


def test_a_correction_stands_at_the_top_with_its_date(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = published(session, roundtable, writer, at)
    publishing.update(session, release, title=release.title, body="Bis 2036.", at=at, by=writer)
    publishing.correct(session, release, "Das Jahr war falsch.", at=at, by=writer, alone_because="Probe")

    client.get(address(client, release))

    words = client.text()
    assert words.index("04.03.2026") < words.index("Das Jahr war falsch.") < words.index(release.title)
    assert "Bis 2036." in words
    assert "Das Jahr war falsch." not in client.text("article")
    client.get(address(client, release, "txt"))
    assert "Das Jahr war falsch." in client.answer.text


def test_a_withdrawn_release_keeps_its_address_and_loses_its_words(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = published(session, roundtable, writer, at)
    publishing.withdraw(session, release, "Die Zahlen waren falsch.", at=at, by=writer)

    client.get(address(client, release))

    assert "Die Zahlen waren falsch." in client.text()
    assert "Leitungen" not in client.answer.text
    for kind in ("pdf", "txt"):
        client.get(address(client, release, kind), expect=302)
    client.get("/de/press/feed.atom")
    assert release.title in client.answer.text
    assert "Leitungen" not in client.answer.text
    client.get("/de/press/?q=Leitungen")
    assert release.slug not in client.answer.text


@pytest.mark.parametrize(("words", "is_found"), [("FERNWÄRME", True), ("plan leitungen", True), ("plan%", False)])
def test_the_search_reads_title_and_text(
    session: Session,
    client: PageClient,
    roundtable: Roundtable,
    writer: Account,
    at: datetime,
    words: str,
    is_found: bool,
) -> None:
    release = published(session, roundtable, writer, at)
    client.get("/de/press/", query_string={"q": words})
    assert (release.slug in client.answer.text) == is_found


def test_a_long_archive_has_pages_and_costs_no_more(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    published(session, roundtable, writer, at)
    client.get("/de/press/")
    cost_of_one = len(client.statements)
    for _ in range(21):
        published(session, a_roundtable(session, roundtable.series), writer, at)

    client.get("/de/press/")

    assert len(client.page.select("ol h2 a")) == 20
    assert len(client.statements) == cost_of_one
    client.get(str(client.one("a[rel=next]")["href"]))
    assert len(client.page.select("ol h2 a")) == 2


def test_the_feed_is_atom(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = published(session, roundtable, writer, at, title="Wärme & <Strom>")
    client.get("/de/press/feed.atom")
    assert client.answer.mimetype == "application/atom+xml"
    atom = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.fromstring(client.answer.data)
    assert feed.findtext("a:entry/a:title", namespaces=atom) == "Wärme & <Strom>"
    link = feed.find("a:entry/a:link[@type='text/html']", atom)
    assert link is not None
    assert str(link.get("href")).endswith(address(client, release))
    assert "<strong>Leitungen</strong>" in str(feed.findtext("a:entry/a:content", namespaces=atom))


def test_the_pdf_is_tagged_and_reads_in_order(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    quote = a_quote(session, roundtable, at)
    quoting.release(quote, fingerprint=quote.fingerprint, at=at)
    release = published(session, roundtable, writer, at, body="## Kopf\n\n1. eins\n2. #zwei [$x$](https://a.example)")

    client.get(address(client, release, "pdf"))

    pdf = PdfReader(BytesIO(client.answer.data))
    assert cast(DictionaryObject, pdf.root_object["/MarkInfo"])["/Marked"]
    assert str(pdf.root_object["/Lang"]).startswith("de")
    assert pdf.metadata is not None
    assert pdf.metadata.title == release.title
    text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
    expected = (release.title, "Pressemitteilung vom", "Kopf", "#zwei $x$", "„Wir bauen.“", "Kontakt")
    order = [text.index(words) for words in expected]
    assert order == sorted(order)


# -- by personal link


def test_looking_releases_nothing_and_a_button_does(
    session: Session, client: PageClient, roundtable: Roundtable, at: datetime
) -> None:
    quote = a_quote(session, roundtable, at)
    token = a_token(session, quote=quote)
    client.get(client.url("guest.quote.show", token=token))
    assert client.text("figure") == f"{quote.attribution}: „Wir bauen.“"
    assert client.answer.headers["Referrer-Policy"] == "no-referrer"
    assert not session.get_one(Quote, quote.id).is_released

    client.submit("#release")

    assert session.get_one(Quote, quote.id).is_released
    client.follow()


def test_words_changed_in_between_are_shown_again_not_released(
    session: Session, client: PageClient, roundtable: Roundtable, at: datetime
) -> None:
    quote = a_quote(session, roundtable, at)
    client.get(client.url("guest.quote.show", token=a_token(session, quote=quote)))
    quoting.edit(session, quote, text="Wir bauen nicht.", attribution=quote.attribution, at=at, by=None)

    client.submit("#release", expect=422)

    assert "Wir bauen nicht." in client.text("figure")
    assert client.page.select(".kern-alert--danger")
    assert not session.get_one(Quote, quote.id).is_released
    client.submit("#release")
    assert session.get_one(Quote, quote.id).is_released


def test_declining_takes_a_note(session: Session, client: PageClient, roundtable: Roundtable, at: datetime) -> None:
    quote = a_quote(session, roundtable, at)
    client.get(client.url("guest.quote.show", token=a_token(session, quote=quote)))
    client.submit("#decline", note="Bitte ohne Jahr.")
    quote = session.get_one(Quote, quote.id)
    assert (quote.state, quote.note) == ("declined", "Bitte ohne Jahr.")


# -- at the desk


def test_a_quote_from_the_desk_to_the_letter(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account
) -> None:
    client.sign_in(writer)
    here = client.url("desk.quotes.index", roundtable_id=roundtable.id)
    client.get(here)
    client.submit("#new form", expect=422, text="")
    client.submit("#new form", text="Wir fangen an.")
    client.follow()
    assert "Wir fangen an." in client.text("blockquote")

    quote_id = session.scalars(select(Quote.id)).one()
    client.get(client.url("desk.quotes.ask_form", roundtable_id=roundtable.id, quotes=quote_id))
    assert "Wir fangen an." in client.text()
    assert session.scalar(select(func.count()).select_from(Letter)) == 0
    client.submit()
    assert session.scalars(select(Letter.kind)).all() == ["quote_to_release"]


def test_a_release_from_the_draft_to_the_public(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account
) -> None:
    second = an_account(session, roundtable.series.office, "press_officer")
    here = {"roundtable_id": roundtable.id, "language": "de"}
    client.sign_in(writer)
    client.get(client.url("desk.releases.show", **here))
    client.submit()
    client.follow()
    client.submit(title="Ein guter Anfang")
    client.follow()
    assert not client.page.select("form[action$='/approve']")
    client.post(client.url("desk.releases.publish", **here), expect=422)

    client.sign_in(second)
    client.get(client.url("desk.releases.show", **here))
    client.submit("form[action$='/approve']")
    client.follow()
    client.submit("#publish form")

    client.get("/de/press/2026/ein-guter-anfang/")
    assert client.text("h1") == "Ein guter Anfang"


def test_the_second_of_two_writers_keeps_the_own_text_and_sees_the_other(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    release = a_release(session, roundtable, writer, at)
    client.sign_in(writer)
    client.get(client.url("desk.releases.edit", roundtable_id=roundtable.id, language="de"))
    publishing.update(session, release, title="Von der anderen", body="Ihr Text.", at=at, by=writer)

    client.submit(expect=422, title="Von mir", body="Mein Text.")

    assert "Ihr Text." in client.text()
    assert client.one("#title")["value"] == "Von mir"
    client.submit()
    assert session.get_one(Release, release.id).title == "Von mir"


def test_a_viewer_sees_the_draft_and_may_change_nothing(
    session: Session, client: PageClient, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    a_release(session, roundtable, writer, at)
    client.sign_in(an_account(session, roundtable.series.office, "viewer"))
    here = {"roundtable_id": roundtable.id, "language": "de"}
    client.get(client.url("desk.releases.show", **here))
    assert not client.page.select("main form[method=post]")
    for deed in ("update", "approve", "publish", "correct", "withdraw"):
        client.post(client.url(f"desk.releases.{deed}", **here), expect=403)
