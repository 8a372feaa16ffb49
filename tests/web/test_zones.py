"""Which day it is, and which time, is said where the roundtables take place (rule 33)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from roundtable.actions.post import receiving
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.phrases import when_exactly
from tests.factories import AT, a_person, a_roundtable, a_series, an_account, an_invitation, an_office
from tests.mail import replies
from tests.pages import PageClient

# Half past midnight in Berlin, still the day before in UTC.
EARLY = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    """On 1 April, 14:00 in Berlin."""
    series = a_series(session, an_office(session), public_since=AT)
    return a_roundtable(session, series, public_since=AT)


@time_machine.travel(EARLY, tick=False)
def test_today_is_the_day_in_the_series_zone(session: Session, client: PageClient, roundtable: Roundtable) -> None:
    series = roundtable.series
    yesterday = series.day_at(EARLY) - timedelta(days=1)
    session.add(Commitment(roundtable=roundtable, series=series, text="Bis gestern", due_on=yesterday))
    session.commit()
    client.get(client.url("public.home.show", lang="de"))
    assert "heute" in client.text()
    for page in ("public.series.show", "public.roundtables.show"):
        values = {"number": roundtable.number} if page.endswith("roundtables.show") else {}
        client.get(client.url(page, lang="de", slug=series.slug, **values))
        assert "heute" in client.text()
        assert "morgen" not in client.text()
    client.sign_in(an_account(session, series.office))
    client.get(client.url("desk.dashboard.show"))
    assert "heute" in client.text()
    client.get(client.url("desk.series.show", series_id=series.id))
    assert "überfällig" in client.text()
    a_person(session, series.office)
    session.commit()
    client.get(client.url("desk.people_export.csv"))
    assert "2026-04-01" in client.answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("starts_at", "hours", "said"),
    [
        (datetime(2026, 10, 24, 20, tzinfo=UTC), 6, "22:00–03:00 Uhr am nächsten Tag (MESZ, Ende in MEZ)"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 1, "02:30–02:30 Uhr (MESZ, Ende in MEZ)"),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), 2, "14:00–16:00 Uhr (MESZ)"),
        (datetime(2026, 11, 24, 21, tzinfo=UTC), 2, "22:00–00:00 Uhr am nächsten Tag (MEZ)"),
    ],
)
def test_each_end_has_its_own_day_and_zone(
    session: Session, app: Flask, roundtable: Roundtable, starts_at: datetime, hours: int, said: str
) -> None:
    roundtable.starts_at, roundtable.ends_at = starts_at, starts_at + timedelta(hours=hours)
    with app.test_request_context("/de/"):
        assert when_exactly(roundtable).endswith(f"2026, {said}")


def test_the_inbox_says_times_in_the_zone_of_what_they_are_about(session: Session, client: PageClient) -> None:
    office = an_office(session)
    a_series(session, office)
    lisbon = a_series(session, office, timezone="Europe/Lisbon")
    invitation = an_invitation(session, a_roundtable(session, lisbon))
    content = replies.google(invitation.roundtable.calendar_uid, invitation.person.email, "DECLINED", AT)
    assert receiving.receive(session, content, at=AT) is not None
    session.commit()
    client.sign_in(an_account(session, office))
    client.get(client.url("desk.mailbox.index", view="all"))
    assert "04.03.2026, 09:00 Uhr (WEZ)" in client.text("main table")
