"""The agenda of a roundtable and its papers at the desk."""

import io
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.roundtables import planning
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.record.minutes import Minutes
from roundtable.domain.roundtables.agenda import AgendaItem, PaperVersion
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import a_roundtable, a_series, an_account, an_agenda_item, an_office, both
from tests.pages import PageClient


@pytest.fixture
def roundtable(client: PageClient, session: Session) -> Roundtable:
    office = an_office(session)
    client.sign_in(an_account(session, office))
    return a_roundtable(session, a_series(session, office), number=1)


def test_an_agenda_is_put_together(client: PageClient, session: Session, roundtable: Roundtable) -> None:
    url = client.url("desk.agenda.show", roundtable_id=roundtable.id)
    client.get(url)
    client.post(url, {"title_de": "Lage", "duration_minutes": "30", "speaker": "0"})
    client.post(url, {"title_de": "Ausblick", "duration_minutes": "20", "speaker": "0", "is_public": "y"})
    client.get(url)
    assert client.texts(".rt-agenda__head h2") == ["Lage", "Ausblick"]
    assert [text[:5] for text in client.texts(".rt-agenda__when")] == ["14:00", "14:30"]
    client.submit(".rt-agenda__item:last-of-type form[action$='/move']", direction="up")
    client.get(url)
    assert client.texts(".rt-agenda__head h2") == ["Ausblick", "Lage"]
    client.submit("main form[action$='/agenda/']", 422, title_de="", title_en="", description_de="Bleibt")
    assert client.page.select("#title_de-error")
    assert "Bleibt" in client.text("#description_de")
    client.get(url)
    client.submit(".rt-agenda__item form[action$='/delete']")
    client.get(url)
    assert client.texts(".rt-agenda__head h2") == ["Lage"]


def test_a_long_agenda_is_shown_and_ordered_page_by_page(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    for number in range(1, 46):
        an_agenda_item(session, roundtable, title=both(f"Punkt {number}"), duration_minutes=number)
    url = client.url("desk.agenda.show", roundtable_id=roundtable.id)

    def shown(page: int) -> list[str]:
        client.get(f"{url}?page={page}")
        return client.texts(".rt-agenda__head h2")

    assert shown(1) == [f"Punkt {number}" for number in range(1, 21)]
    assert client.text("#agenda").startswith("45 Punkte, 1035 Minuten")
    first_page = len(client.statements)
    assert [each["href"] for each in client.page.select(".rt-pagination a")] == [f"{url}?page=2#agenda"]
    assert shown(2) == [f"Punkt {number}" for number in range(21, 41)]
    assert client.text(".rt-agenda__when").startswith("17:30")  # 14:00 and 1 + 2 + … + 20 minutes
    assert len(client.statements) == first_page
    client.submit(".rt-agenda__item:first-child form[action$='/move']", direction="up")
    moved = session.scalars(select(AgendaItem).where(AgendaItem.position == 20)).one()
    assert client.answer.location == f"{url}#item-{moved.id}"
    assert shown(1)[-1] == "Punkt 21"
    client.submit(".rt-agenda__item:last-child form[action$='/move']", direction="down")
    assert client.answer.location == f"{url}?page=2#item-{moved.id}"
    assert shown(2)[0] == "Punkt 21"

    client.submit("main form[action$='/agenda/']", title_de="Neu", duration_minutes="5", speaker="0")
    assert f"{url}?page=3#item-" in str(client.answer.location)
    assert shown(3)[-1] == "Neu"
    client.submit(".rt-agenda__item:last-child form[action$='/delete']")
    assert client.answer.location == f"{url}?page=3"
    assert shown(99) == shown(3) == [f"Punkt {number}" for number in range(41, 46)]
    client.get(f"{url}?page={10**30}")


def test_two_who_edit_one_item(client: PageClient, session: Session, roundtable: Roundtable) -> None:
    item = an_agenda_item(session, roundtable)
    client.get(client.url("desk.agenda.edit", roundtable_id=roundtable.id, item_id=item.id))
    item.title = both("Die andere")
    client.submit("main form", 409, title_de="Ich")
    assert "Die andere" in client.text(".rt-others")
    client.submit("main form")
    assert session.get_one(AgendaItem, item.id).title.de == "Ich"


def test_approved_minutes_close_the_agenda(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    item = an_agenda_item(session, roundtable)
    session.add(Minutes(roundtable=roundtable, begun_at=at, approved_at=at))
    agenda = client.url("desk.agenda.show", roundtable_id=roundtable.id)
    words = {"title_de": "Nachträglich", "duration_minutes": "30", "speaker": "0"}
    client.post(agenda, words)
    client.post(client.url("desk.agenda.move", roundtable_id=roundtable.id, item_id=item.id), {"direction": "up"})
    client.post(client.url("desk.agenda.delete", roundtable_id=roundtable.id, item_id=item.id))
    edit = client.url("desk.agenda.edit", roundtable_id=roundtable.id, item_id=item.id)
    client.get(edit)
    client.submit("main form", title_de="Nachträglich")
    paper = {"title": "Vorlage", "file": (io.BytesIO(b"%PDF-1"), "neu.pdf")}
    client.post(client.url("desk.agenda.upload", roundtable_id=roundtable.id, item_id=item.id), paper, 422)

    client.get(agenda)
    assert client.texts(".rt-agenda__head h2") == [item.title.de]
    assert not client.page.select("main form")


def test_open_commitments_stand_where_their_item_stands(
    client: PageClient, session: Session, roundtable: Roundtable, at: datetime
) -> None:
    series, first = roundtable.series, roundtable
    second = planning.plan_roundtable(
        session, first.series, starts_at=at + timedelta(days=9), ends_at=at + timedelta(days=10), at=at, host="h"
    )
    kept = Commitment(series=series, roundtable=first, text="Register vorlegen")
    done = Commitment(series=series, roundtable=first, text="Schon fertig")
    session.add_all([kept, done])
    done.report("done", "", at=at)
    client.get(client.url("desk.agenda.show", roundtable_id=second.id))
    assert "Register vorlegen" in client.text(".rt-agenda__item:nth-of-type(2)")
    assert "Schon fertig" not in client.text()


def test_papers_keep_every_version(client: PageClient, session: Session, roundtable: Roundtable) -> None:
    item = an_agenda_item(session, roundtable)
    form = client.url("desk.agenda.paper_form", roundtable_id=roundtable.id, item_id=item.id)
    client.post(form, {"title": "Vorlage", "file": (io.BytesIO(b"%PDF-1"), "Wärme plan.exe")})
    version = session.scalars(select(PaperVersion)).one()
    client.post(f"{form}?paper={version.paper_id}", {"file": (io.BytesIO(b"%PDF-2"), "neu.pdf")})
    client.get(client.url("desk.agenda.show", roundtable_id=roundtable.id))
    for number in (1, 2):
        url = client.url("desk.agenda.download", roundtable_id=roundtable.id, paper_id=version.paper_id, number=number)
        assert client.page.select(f"a[href='{url}']")
        PageClient(client.app, session).get(url, 302)
    client.get(client.url("desk.agenda.download", roundtable_id=roundtable.id, paper_id=version.paper_id, number=1))
    headers = client.answer.headers
    assert client.answer.data == b"%PDF-1"
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''W%C3%A4rme%20plan.pdf" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    client.post(form, {"file": (io.BytesIO(b"MZ"), "x.pdf")}, 422)
    client.post(form, {}, 422)
    assert client.page.select("#file-error")
    foreign = a_roundtable(session, roundtable.series, number=9)
    client.get(client.url("desk.agenda.download", roundtable_id=foreign.id, paper_id=version.paper_id, number=1), 404)
