"""Along the chain: the next deed, a roundtable that was held, what its minutes look back on, a lost address."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from roundtable.db import Bilingual
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Minutes
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import a_roundtable, an_account, an_agenda_item, an_invitation
from tests.pages import PageClient


def at_the_desk(client: PageClient, session: Session) -> Roundtable:
    """A roundtable, and its office's organiser signed in."""
    roundtable = a_roundtable(session)
    client.sign_in(an_account(session, roundtable.series.office))
    return roundtable


def test_the_next_deed_follows_the_chain(client: PageClient, session: Session, at: datetime) -> None:
    roundtable = at_the_desk(client, session)

    def next_url() -> str:
        client.get(client.url("desk.roundtables.show", roundtable_id=roundtable.id))
        return str(client.one(".rt-next a")["href"])

    assert next_url() == client.url("desk.invitations.index", roundtable_id=roundtable.id)
    an_invitation(session, roundtable)
    assert next_url() == client.url("desk.agenda.show", roundtable_id=roundtable.id)
    an_agenda_item(session, roundtable, kind="state_of_commitments")
    assert next_url() == client.url("desk.agenda.show", roundtable_id=roundtable.id), "it came by itself"
    an_agenda_item(session, roundtable)
    client.get(client.url("desk.roundtables.show", roundtable_id=roundtable.id))
    assert not client.page.select(".rt-next a")
    roundtable.starts_at, roundtable.ends_at = at - timedelta(hours=3), at - timedelta(hours=1)
    assert next_url() == client.url("desk.attendance.show", roundtable_id=roundtable.id)


def test_a_roundtable_that_was_held_waits_for_nobody_and_is_not_moved(
    client: PageClient, session: Session, at: datetime
) -> None:
    roundtable = at_the_desk(client, session)
    an_invitation(session, roundtable)
    roundtable.starts_at, roundtable.ends_at = at - timedelta(hours=3), at - timedelta(hours=1)
    session.add(Minutes(roundtable=roundtable, begun_at=at, attendance_closed_at=at))
    client.get(client.url("desk.roundtables.show", roundtable_id=roundtable.id))
    assert "Wir warten auf" not in client.text()
    assert "Später" not in client.text(".rt-task:nth-of-type(4)")
    assert not client.page.select("a[href$='/reschedule'], a[href$='/cancel']")


def test_a_cancelled_roundtable_has_no_letter_left_to_send(client: PageClient, session: Session, at: datetime) -> None:
    roundtable = at_the_desk(client, session)
    an_invitation(session, roundtable, sent_at=None)
    url = client.url("desk.roundtables.show", roundtable_id=roundtable.id)
    client.get(url)
    assert "liegt zum Versand bereit" in client.text()
    roundtable.cancelled_at, roundtable.cancelled_because = at, Bilingual("Sturm", "")
    client.get(url)
    assert "liegt zum Versand bereit" not in client.text()


def test_what_is_not_there_leads_back_to_the_desk(client: PageClient, session: Session) -> None:
    at_the_desk(client, session)
    client.get(client.url("desk.roundtables.show", roundtable_id=999), expect=404)
    assert client.one(f"main a[href='{client.url('desk.dashboard.show')}']")
    assert client.page.select("form[action$='/sign-out']") or "Abmelden" in client.text("header")


def test_signing_out_clears_what_was_typed_out_of_the_browser(client: PageClient, session: Session) -> None:
    at_the_desk(client, session)
    client.post(client.url("desk.sign_in.end"))
    assert '"storage"' in client.answer.headers["Clear-Site-Data"]


def test_minutes_keep_how_commitments_stood_when_they_were_approved(
    client: PageClient, session: Session, at: datetime
) -> None:
    roundtable = at_the_desk(client, session)
    before = a_roundtable(session, roundtable.series, number=roundtable.number + 1)
    before.number, roundtable.number = 8, 9
    roundtable.starts_at, roundtable.ends_at = at - timedelta(days=9), at - timedelta(days=8)
    an_agenda_item(session, roundtable, kind="state_of_commitments")
    an_agenda_item(session, roundtable)
    session.add(
        Minutes(roundtable=roundtable, begun_at=at, attendance_closed_at=at, approved_at=at - timedelta(days=7))
    )
    settled, owed = (Commitment(series=roundtable.series, roundtable=before, text=each) for each in ("Getan", "Offen"))
    session.add_all([settled, owed])
    settled.report("done", "", at=at - timedelta(days=10))
    owed.report("done", "", at=at)
    client.get(client.url("desk.minutes.read", roundtable_id=roundtable.id))
    assert "Getan" not in client.text("main")
    assert "offen" in client.text(".rt-entry")
    assert "Keine Notizen." in client.text("main")
