"""A series of a busy office: 20 agenda items, 100 people registered for 50 seats, ten releases in public."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from roundtable import clock
from roundtable.actions.press import publishing
from roundtable.db import db
from roundtable.domain import links
from roundtable.domain.guests import registrations
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series
from tests.factories import (
    a_member,
    a_person,
    a_roundtable,
    a_series,
    an_account,
    an_agenda_item,
    an_invitation,
    an_office,
    an_organisation,
)

AGENDA_ITEMS, REGISTERED, CALM, SILENT, SEATS, RELEASES = 20, 100, 240, 500, 50, 10


@dataclass(frozen=True)
class Season:
    """``silent``: tokens of those who have not answered the roundtable ``open_id`` with 50 free seats.

    ``calm``: tokens of others, invited to one of its own.
    """

    slug: str
    number: int
    roundtable_id: int
    release: str
    token: str
    owner: str
    open_id: int
    silent: tuple[str, ...]
    calm: tuple[str, ...]


def _coming(session: Session, series: Series, now: datetime) -> Roundtable:
    return a_roundtable(session, series, starts_at=now + timedelta(days=40), seats=SEATS, public_since=now)


def _invited(session: Session, roundtable: Roundtable, number: int, now: datetime) -> tuple[str, ...]:
    """Tokens of so many who have not answered."""
    office = roundtable.series.office
    # As a letter leaves them.
    known = {"told_sequence": 0, "thread_id": "<first@roundtable.example>"}
    invitations = [an_invitation(session, roundtable, a_person(session, office), **known) for _ in range(number)]
    return tuple(links.issue(session, at=now, invitation=each) for each in invitations)


def make(app: Flask) -> Season:
    now = clock.now()
    with app.test_request_context(), Session(db.engine, expire_on_commit=False) as session:
        office = an_office(session)
        owner = an_account(session, office, "owner")
        series = a_series(session, office, public_since=now - timedelta(days=400))
        busy = _coming(session, series, now)
        for _ in range(AGENDA_ITEMS):
            an_agenda_item(session, busy, speaker=a_person(session, office))
        tokens = []
        for _ in range(REGISTERED):
            person = a_person(session, office, organisation=an_organisation(session, office), naming_basis="agreed")
            a_member(session, series, person)
            invitation = an_invitation(session, busy, person)
            invitation.record("accepted", at=now)
            registrations.register(session, invitation, at=now)
            tokens.append(links.issue(session, at=now, invitation=invitation))
        for age in range(RELEASES):
            past = a_roundtable(session, series, starts_at=now - timedelta(days=30 * (age + 1)))
            release = publishing.begin(session, past, "de", at=now, by=owner)
            publishing.publish(session, release, at=now, by=owner, alone_because="Eilbedürftig.")
        opened = _coming(session, series, now)
        silent = _invited(session, opened, SILENT, now)
        calm = _invited(session, _coming(session, series, now), CALM, now)
        session.commit()
        return Season(
            slug=series.slug,
            number=busy.number,
            roundtable_id=busy.id,
            release=f"{release.year}/{release.slug}",
            token=tokens[0],
            owner=f"{owner.id}:{owner.session_number}",
            open_id=opened.id,
            silent=silent,
            calm=calm,
        )
