"""Names without a basis, in all that the reader will read (rule 19)."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from roundtable.actions.press import publishing, quoting, release_history
from roundtable.domain.office.accounts import Account
from roundtable.domain.press.releases import (
    Release,
)
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Decision
from roundtable.domain.record.named import NameWithoutBasis
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.actions.press.conftest import a_quote


@pytest.mark.parametrize(
    "body",
    [
        "Robin Werk war dabei.",
        "ROBIN WERK war dabei.",
        "Robin **Werk** war dabei.",
        "Robin\nWerk war dabei.",
        "Robin\u00a0Werk war dabei.",
        "Frau Dr. Werk war dabei.",
        "Das war Werks Vorschlag.",
        "> Das sagte [Robin](https://werk.example) Werk.",
    ],
)
def test_a_name_without_basis_is_not_published(
    session: Session, release: Release, writer: Account, at: datetime, body: str
) -> None:
    publishing.update(session, release, title=release.title, body=body, at=at, by=writer)
    with pytest.raises(NameWithoutBasis, match="Werk"):
        publishing.publish(session, release, at=at, by=writer, alone_because="Eile")


@pytest.mark.parametrize("kind", ["decision", "commitment", "quote", "title"])
def test_a_name_without_basis_is_found_in_all_that_the_reader_reads(
    session: Session, roundtable: Roundtable, release: Release, writer: Account, at: datetime, kind: str
) -> None:
    words = "Robin Werk baut das Netz."
    if kind == "decision":
        session.add(Decision(minutes=roundtable.minutes, text=words, is_public=True))
    elif kind == "commitment":
        session.add(Commitment(series=roundtable.series, roundtable=roundtable, text=words, is_public=True))
    elif kind == "quote":
        quote = a_quote(session, roundtable, at)
        quoting.edit(session, quote, text=words, attribution=quote.attribution, at=at, by=None)
        quoting.release(quote, fingerprint=quote.fingerprint, at=at)
    title = words if kind == "title" else "Ein Plan"
    publishing.update(session, release, title=title, body="Wir bauen.", at=at, by=writer)
    session.flush()
    with pytest.raises(NameWithoutBasis, match="Robin Werk"):
        publishing.publish(session, release, at=at, by=writer, alone_because="Eile", names_nobody=True)


@pytest.mark.parametrize("body", ["Die Werk GmbH war dabei.", "Robin Netz war dabei.", "Das Werkstor ist offen."])
def test_what_is_nobodys_name_is_published(
    session: Session, release: Release, writer: Account, at: datetime, body: str
) -> None:
    publishing.update(session, release, title="Ein Plan", body=body, at=at, by=writer)
    assert publishing.publish(session, release, at=at, by=writer, alone_because="Eile").number == 1


def test_a_family_name_that_is_another_word_is_confirmed_and_remembered(
    session: Session, release: Release, writer: Account, at: datetime
) -> None:
    publishing.update(session, release, title="Ein Plan", body="Das Werk ist fertig.", at=at, by=writer)
    publishing.publish(session, release, at=at, by=writer, alone_because="Eile", names_nobody=True)
    told = {entry.deed: entry.reason for entry in release_history.history_of(session, release)}
    assert told["release_names_nobody"] == "Werk"
