"""Publishing: what goes out, when, and what is said of it later."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.press import approval, publishing, quoting, release_history
from roundtable.db import db
from roundtable.documents.printing import CannotBePrinted
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.history import Entry
from roundtable.domain.press.releases import (
    AlreadyInPublic,
    AlreadyPublished,
    ChangedSinceApproval,
    EarlierWithoutReason,
    NeedsSecondPerson,
    QuotesWaiting,
    Release,
)
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Decision
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.actions.press.conftest import a_quote
from tests.factories import a_roundtable, an_account, both


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_first_draft_names_only_who_was_there_and_may_be_named(
    session: Session, roundtable: Roundtable, writer: Account, at: datetime, language: str
) -> None:
    session.add(Decision(minutes=roundtable.minutes, text="Es wird gebaut.", is_public=True))
    session.add(Decision(minutes=roundtable.minutes, text="Es bleibt geheim.", is_public=False))
    session.add(Commitment(series=roundtable.series, roundtable=roundtable, text="Zahlen liefern", is_public=True))
    session.flush()

    release = publishing.begin(session, roundtable, language, at=at, by=writer)

    for named in ("Hanna Lindner (die Bürgermeisterin)", "Netz GmbH", "Werk GmbH", "Robin Netz"):
        assert named in release.body
    for kept in ("Robin Werk", "Fern", "geheim", "Es wird gebaut.", "Zahlen liefern"):
        assert kept not in release.body
    content = publishing.assemble(session, release, at=at)
    assert content["decisions"] == [{"text": "Es wird gebaut.", "lang": "de"}]
    assert [(each["text"], each["lang"]) for each in content["commitments"]] == [("Zahlen liefern", "de")]
    assert "Wärme" in release.title
    assert release.dated_on == date(2026, 3, 3)
    assert "\n\n\n" not in release.body


def test_the_next_date_stands_in_a_draft_only_once_it_is_public(
    session: Session, roundtable: Roundtable, writer: Account, at: datetime
) -> None:
    following = a_roundtable(
        session, roundtable.series, starts_at=datetime(2026, 6, 9, 13, tzinfo=UTC), public_since=at + timedelta(days=1)
    )
    assert "9. Juni" not in publishing.begin(session, roundtable, "de", at=at, by=writer).body
    following.public_since = at
    session.flush()
    assert "9 June" in publishing.begin(session, roundtable, "en", at=at, by=writer).body


def test_two_releases_of_one_title_have_two_addresses(
    session: Session, roundtable: Roundtable, release: Release, writer: Account, at: datetime
) -> None:
    other = a_roundtable(session, roundtable.series, starts_at=roundtable.starts_at, motto=both("Wärme"))
    assert publishing.begin(session, other, "de", at=at, by=writer).slug == f"{release.slug}-2"


def test_an_address_stays_once_something_was_published(
    session: Session, release: Release, writer: Account, at: datetime
) -> None:
    publishing.update(session, release, title="Wärmeplan fertig", body=release.body, at=at, by=writer)
    assert release.slug == "waermeplan-fertig"
    publishing.publish(session, release, at=at, by=writer, alone_because="Eile")
    publishing.update(session, release, title="Anders", body=release.body, dated_on=date(2027, 1, 1), at=at, by=writer)
    assert (release.year, release.slug) == (2026, "waermeplan-fertig")


def test_an_unreleased_quote_holds_publication_unless_left_out(
    session: Session, roundtable: Roundtable, release: Release, second: Account, at: datetime
) -> None:
    quote = a_quote(session, roundtable, at)
    publishing.approve(session, release, at=at, by=second)
    with pytest.raises(QuotesWaiting):
        publishing.publish(session, release, at=at, by=second)
    with pytest.raises(ChangedSinceApproval):
        publishing.publish(session, release, at=at, by=second, without_waiting=True)

    publishing.approve(session, release, at=at, by=second, without_waiting=True)
    version = publishing.publish(session, release, at=at, by=second, without_waiting=True)

    assert version.approved_by == second
    assert version.content["quotes"] == []
    assert quote.text not in version.content["searched"]


def test_what_was_approved_is_what_is_published(
    session: Session, roundtable: Roundtable, release: Release, second: Account, at: datetime
) -> None:
    quote = a_quote(session, roundtable, at)
    publishing.approve(session, release, at=at, by=second)
    quoting.release(quote, fingerprint=quote.fingerprint, at=at)
    assert approval.is_still_approved(release, publishing.assemble(session, release, at=at, with_waiting=True))

    session.add(Decision(minutes=roundtable.minutes, text="Nachgeschoben.", is_public=True))
    session.flush()

    with pytest.raises(ChangedSinceApproval):
        publishing.publish(session, release, at=at, by=second)
    version = publishing.publish(session, release, at=at, by=second, alone_because="Eile")
    assert version.approved_by is None
    assert version.alone_because == "Eile"


def test_a_published_version_is_frozen(
    session: Session, roundtable: Roundtable, release: Release, writer: Account, at: datetime
) -> None:
    version = publishing.publish(session, release, at=at, by=writer, alone_because="Eile")
    roundtable.series.office.street = "Neue Straße 9"
    publishing.update(session, release, title="Neu", body="Neu", at=at, by=writer)
    session.flush()
    assert version.content["title"] != "Neu"
    assert version.content["contact"]["street"] == "Rathausplatz 1"


def test_a_correction_is_dated_and_kept_and_needs_a_change(
    session: Session, release: Release, writer: Account, second: Account, at: datetime
) -> None:
    publishing.approve(session, release, at=at, by=second)
    publishing.publish(session, release, at=at, by=writer)
    with pytest.raises(publishing.NothingToCorrect):
        publishing.correct(session, release, "Zahl falsch", at=at, by=writer)

    publishing.update(session, release, title=release.title, body="Es sind 12.", at=at, by=writer)
    publishing.approve(session, release, at=at, by=second)
    version = publishing.correct(session, release, "Zahl falsch", at=at, by=writer)

    assert version.number == 2
    assert version.content["corrections"] == [{"on": "04.03.2026", "note": "Zahl falsch"}]
    assert release.published[0].content["corrections"] == []


def test_every_deed_is_remembered(session: Session, release: Release, writer: Account, at: datetime) -> None:
    publishing.publish(session, release, at=at, by=writer, alone_because="Alle krank")
    publishing.withdraw(session, release, "Falsche Zahlen", at=at, by=writer)
    session.flush()
    told = session.execute(select(Entry.deed, Entry.reason).order_by(Entry.id)).all()
    assert [tuple(row) for row in told] == [
        ("release_begun", ""),
        ("release_published", ""),
        ("release_published_alone", "Alle krank"),
        ("release_withdrawn", "Falsche Zahlen"),
    ]


def test_an_embargo_cannot_hide_what_was_public(
    session: Session, release: Release, writer: Account, at: datetime
) -> None:
    publishing.publish(session, release, at=at, by=writer, alone_because="Eile")
    later = at + timedelta(days=1)
    with pytest.raises(AlreadyInPublic):
        publishing.update(
            session, release, title=release.title, body=release.body, embargo_until=later, at=at, by=writer
        )


def test_nobody_alone_lifts_the_embargo_of_what_two_have_approved(
    session: Session, release: Release, writer: Account, second: Account, at: datetime
) -> None:
    tomorrow = at + timedelta(days=1)
    words: dict[str, Any] = {"title": release.title, "body": release.body}
    publishing.approve(session, release, at=at, by=second)
    publishing.update(session, release, **words, embargo_until=tomorrow, at=at, by=writer)
    with pytest.raises(NeedsSecondPerson):
        publishing.publish(session, release, at=at, by=writer)
    publishing.approve(session, release, at=at, by=second)
    publishing.publish(session, release, at=at, by=writer)

    with pytest.raises(EarlierWithoutReason):
        publishing.update(session, release, **words, at=at, by=writer)
    assert not release.is_public(at)
    publishing.update(session, release, **words, earlier_because="Steht schon im Blatt", at=at, by=writer)

    assert release.is_public(at)
    assert not release.is_approved
    moved = [
        each.reason for each in release_history.history_of(session, release) if each.deed == "release_embargo_moved"
    ]
    assert moved == ["05.03.2026, 10:00 → –: Steht schon im Blatt", "– → 05.03.2026, 10:00"]


def test_two_who_publish_at_once_publish_once(app: Flask, session: Session, release: Release, at: datetime) -> None:
    by_id, release_id = an_account(session).id, release.id
    session.commit()
    both_have_read, told = threading.Barrier(2), []

    def publish() -> None:
        with app.app_context(), Session(db.engine) as own:
            mine, by = own.get_one(Release, release_id), own.get_one(Account, by_id)
            seen = len(mine.published)
            if db.engine.dialect.name == "postgresql":  # SQLite lets nobody read in between
                both_have_read.wait(timeout=20)
                assert seen == 0
            try:
                publishing.publish(own, mine, at=at, by=by, alone_because="Eile")
                own.commit()
                told.append("published")
            except AlreadyPublished:
                told.append("refused")
            except Exception as error:
                told.append(repr(error))

    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(told) == ["published", "refused"]


def test_what_cannot_be_printed_is_not_published(
    session: Session, release: Release, writer: Account, at: datetime
) -> None:
    publishing.update(session, release, title="Wärme für\U00013fff alle", body="Ein Satz.", at=at, by=writer)
    with pytest.raises(CannotBePrinted, match="„für\U00013fff“"):
        publishing.publish(session, release, at=at, by=writer, alone_because="eilt")
    assert not release.is_published
