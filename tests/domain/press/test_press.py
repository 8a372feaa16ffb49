"""What a release allows, and when the public may know of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from roundtable.domain.office.accounts import Account
from roundtable.domain.press.releases import (
    AlreadyInPublic,
    AlreadyPublished,
    AlreadyWithdrawn,
    NeedsSecondPerson,
    NotPublished,
    NotReady,
    Release,
    visible,
)
from roundtable.domain.slugs import slug_of
from tests.factories import a_roundtable, an_account

AT = datetime(2026, 3, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_release(session: Session, writer: Account) -> Release:
    roundtable = a_roundtable(session)
    release = Release(
        office=roundtable.series.office,
        roundtable=roundtable,
        kind="summary",
        language="de",
        year=2026,
        slug=f"wärmeplan-{roundtable.id}",
        dated_on=date(2026, 3, 4),
        title="Wärmeplan",
        body="Die Stadt plant.",
        edited_at=AT,
        edited_by=writer,
    )
    session.add(release)
    session.flush()
    return release


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Künstliche Maßnahmen für Öl & Ähren", "kuenstliche-massnahmen-fuer-oel-aehren"),
        ("Łódź, café – ﬁnal", "lodz-cafe-final"),
        ("A\u0308pfel", "aepfel"),
        ("–", "release"),
        ("wort " * 40, "-".join(["wort"] * 16)),
    ],
)
def test_a_title_becomes_an_address(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_whoever_edited_last_cannot_give_the_second_look(session: Session) -> None:
    writer, second = an_account(session), an_account(session)
    release = a_release(session, writer)
    with pytest.raises(NeedsSecondPerson):
        release.approve("digest", at=AT, by=writer)
    release.approve("digest", at=AT, by=second)
    assert release.is_approved

    release.edit("Wärmeplan!", release.body, at=AT, by=second)

    assert not release.is_approved
    assert release.approved_digest is None


def test_an_empty_release_is_not_approved(session: Session) -> None:
    release = a_release(session, an_account(session))
    release.body = "  "
    with pytest.raises(NotReady):
        release.approve("digest", at=AT, by=an_account(session))


def test_publishing_needs_a_second_person_or_a_reason_and_happens_once(session: Session) -> None:
    writer = an_account(session)
    release = a_release(session, writer)
    with pytest.raises(NeedsSecondPerson):
        release.publish({}, at=AT, by=writer, alone_because="  ")
    version = release.publish({}, at=AT, by=writer, alone_because="Alle im Urlaub")
    assert version.alone_because == "Alle im Urlaub"
    with pytest.raises(AlreadyPublished):
        release.publish({}, at=AT, by=writer, alone_because="Noch einmal")


def test_a_withdrawn_release_stays_withdrawn(session: Session) -> None:
    writer = an_account(session)
    release = a_release(session, writer)
    with pytest.raises(NotPublished):
        release.withdraw("Falsch", at=AT)
    release.publish({}, at=AT, by=writer, alone_because="allein")
    release.withdraw("Falsch", at=AT)
    with pytest.raises(AlreadyWithdrawn):
        release.withdraw("Noch falscher", at=AT)
    with pytest.raises(AlreadyWithdrawn):
        release.publish({}, at=AT, by=writer, alone_because="allein", correction="Doch richtig")


def test_the_public_knows_of_a_release_from_the_end_of_its_embargo_on(session: Session) -> None:
    writer = an_account(session)
    release = a_release(session, writer)
    assert session.scalars(visible(AT)).all() == []

    release.set_embargo(AT + HOUR, at=AT)
    release.publish({}, at=AT, by=writer, alone_because="allein")
    session.flush()

    before, after = AT + HOUR - timedelta(seconds=1), AT + HOUR
    assert session.scalars(visible(before)).all() == []
    assert session.scalars(visible(after)).all() == [release]
    assert not release.is_public(before)
    assert release.is_public(after)
    assert release.public_since == after


def test_what_is_withdrawn_under_embargo_never_becomes_known(session: Session) -> None:
    writer = an_account(session)
    release = a_release(session, writer)
    release.set_embargo(AT + HOUR, at=AT)
    release.publish({}, at=AT, by=writer, alone_because="allein")
    release.withdraw("Falsch", at=AT)
    session.flush()
    assert session.scalars(visible(AT + 2 * HOUR)).all() == []
    assert not release.is_public(AT + 2 * HOUR)
    with pytest.raises(AlreadyWithdrawn):
        release.set_embargo(None, at=AT)


def test_an_embargo_may_move_until_it_has_ended(session: Session) -> None:
    release = a_release(session, an_account(session))
    release.set_embargo(AT + HOUR, at=AT)
    release.publish({}, at=AT, by=an_account(session), alone_because="allein")
    release.set_embargo(AT + 2 * HOUR, at=AT)
    with pytest.raises(AlreadyInPublic):
        release.set_embargo(AT + 9 * HOUR, at=AT + 2 * HOUR)
