"""Who is told that a roundtable is off or on another day: how many, some names, and all of them page by page."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from roundtable.actions.guests import inviting
from roundtable.actions.roundtables.readers import readers_of, who_knows
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import a_person, a_roundtable, an_account, an_invitation, an_office
from tests.pages import PageClient


@pytest.fixture
def roundtable(client: PageClient, session: Session, at: datetime) -> Roundtable:
    """Thirty know of it, one has declined, and one invitation waits until tomorrow."""
    roundtable = a_roundtable(session)
    office = roundtable.series.office
    client.sign_in(an_account(session, office))
    people = [a_person(session, office, given_name="", family_name=f"M{number:02}") for number in range(1, 33)]
    invitations = [an_invitation(session, roundtable, person, sent_at=None) for person in people]
    inviting.send(session, roundtable, invitations[:31], at=at - timedelta(days=2))
    for invitation in invitations[:30]:
        invitation.record("accepted", at=at)
    invitations[30].record("declined", at=at)
    inviting.send(session, roundtable, invitations[31:], at=at, send_after=at + timedelta(days=1))
    session.commit()
    return roundtable


@pytest.mark.parametrize(
    ("page", "number", "more", "pages"),
    [("cancel_form", 30, "25 weitere", "Seite 1 von 2"), ("reschedule_form", 31, "26 weitere", "Seite 1 von 2")],
)
def test_some_are_named_and_all_are_a_page_away(
    client: PageClient, roundtable: Roundtable, page: str, number: int, more: str, pages: str
) -> None:
    client.get(client.url(f"desk.roundtables.{page}", roundtable_id=roundtable.id))
    told = client.text("main form section")
    assert f"{number} Personen" in told
    assert "M01, M02, M03, M04, M05 und " + more in told
    assert "M06" not in told
    client.get(str(client.one("main form section a")["href"]))
    assert f"{number} Personen" in client.text(".rt-title__lead")
    assert pages in client.text(".rt-pagination")
    assert len(client.page.select("tbody tr")) == 25
    client.get(str(client.one("a[rel=next]")["href"]))
    assert len(client.page.select("tbody tr")) == number - 25


def test_it_is_known_of_all_what_is_known_of_each(session: Session, roundtable: Roundtable) -> None:
    readers = readers_of(session, roundtable)
    assert who_knows(session, roundtable) == {each.invitation.id: each.knows for each in readers}
    assert list(who_knows(session, roundtable)) == [each.invitation.id for each in readers]
    assert [each.knows for each in readers].count(False) == 1


def test_strangers_do_not_see_who_is_told(client: PageClient, session: Session, roundtable: Roundtable) -> None:
    client.sign_in(an_account(session, an_office(session)))
    client.get(client.url("desk.telling.readers", roundtable_id=roundtable.id), 404)
