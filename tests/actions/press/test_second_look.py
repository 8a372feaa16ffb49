"""The second look is by somebody who changed nothing of what they see (rule 18)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from roundtable.actions.press import publishing, quoting, release_history
from roundtable.actions.record import minuting
from roundtable.domain.office.accounts import Account
from roundtable.domain.press.releases import (
    NeedsSecondPerson,
    Release,
)
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.actions.press.conftest import a_quote
from tests.factories import an_account


def test_moving_the_embargo_makes_no_author_a_second_person(
    session: Session, release: Release, writer: Account, second: Account, at: datetime
) -> None:
    words: dict[str, Any] = {"title": "Ein Plan", "body": "Die Stadt baut."}
    publishing.update(session, release, **words, at=at, by=writer)
    publishing.update(session, release, **words, embargo_until=at + timedelta(days=1), at=at, by=second)
    assert release.edited_by is writer
    with pytest.raises(NeedsSecondPerson):
        publishing.approve(session, release, at=at, by=writer)
    publishing.approve(session, release, at=at, by=second)


@pytest.mark.parametrize("what", ["text", "quote", "another quote", "order", "less", "decision", "commitment"])
def test_whoever_changed_something_of_it_takes_no_second_look(
    session: Session,
    roundtable: Roundtable,
    release: Release,
    writer: Account,
    second: Account,
    at: datetime,
    what: str,
) -> None:
    minutes = roundtable.minutes
    assert minutes is not None
    quote = a_quote(session, roundtable, at)
    match what:
        case "text":
            publishing.update(session, release, title="Ein Plan", body="Die Stadt baut.", at=at, by=second)
        case "quote":
            quoting.edit(session, quote, text="Anders.", attribution=quote.attribution, at=at, by=second)
            quoting.edit(session, quote, text="Wieder so.", attribution=quote.attribution, at=at, by=None)
        case "another quote":
            person = minutes.attendance[0].person
            quoting.write_quote(session, roundtable, person, language="de", text="Ja.", at=at, by=second)
        case "order":
            a_quote(session, roundtable, at, minutes.attendance[0].person)
            quoting.move(session, quote, up=False, at=at, by=second)
        case "less":
            quoting.remove(session, quote, at=at, by=second)
        case "decision":
            minuting.decide(session, minutes, None, "Es wird gebaut.", is_public=True, at=at, by=second)
        case "commitment":
            promised: dict[str, Any] = dict(organisation=None, person=None, due_on=None, is_public=True)
            minuting.commit_to(session, minutes, None, "Pläne vorlegen", **promised, at=at, by=second)
    publishing.update(session, release, title="Der Plan", body="Die Stadt baut hier.", at=at, by=writer)
    with pytest.raises(NeedsSecondPerson):
        publishing.approve(session, release, at=at, by=second)
    third = an_account(session, roundtable.series.office, "press_officer")
    publishing.approve(session, release, at=at, by=third)


def test_after_publication_only_what_is_new_needs_another_person(
    session: Session, release: Release, writer: Account, second: Account, at: datetime
) -> None:
    publishing.approve(session, release, at=at, by=second)
    publishing.publish(session, release, at=at, by=writer)
    publishing.update(session, release, title=release.title, body="Es sind 12.", at=at, by=second)
    with pytest.raises(NeedsSecondPerson):
        publishing.approve(session, release, at=at, by=second)
    publishing.approve(session, release, at=at, by=writer)
    publishing.correct(session, release, "Zahl falsch", at=at, by=second)


def test_the_record_says_who_saw_what(
    session: Session, roundtable: Roundtable, release: Release, second: Account, at: datetime
) -> None:
    a_quote(session, roundtable, at)
    publishing.update(session, release, title="Der Plan", body="Die Stadt baut.", at=at, by=None)
    publishing.approve(session, release, at=at, by=second)
    (entry,) = (each for each in release_history.history_of(session, release) if each.deed == "release_approved")
    assert entry.account is second
    assert (entry.told["title"], entry.told["decisions"]) == ("Der Plan", 0)
    assert "Hanna Lindner" in entry.told["quotes"][0]
    assert entry.told["seal"] == release.approved_digest
