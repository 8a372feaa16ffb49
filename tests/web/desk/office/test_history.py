"""The history of an office: found by deed, colleague, roundtable, day and words; a file of it for whoever manages."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from roundtable.domain.office import history
from roundtable.domain.office.offices import Office
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import AT, a_person, a_roundtable, a_series, an_account, an_office
from tests.pages import PageClient


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    return a_roundtable(session, a_series(session, an_office(session)), number=7)


@pytest.fixture
def office(session: Session, client: PageClient, roundtable: Roundtable) -> Office:
    office = roundtable.series.office
    ada, bo = (an_account(session, office, "owner", name=name) for name in ("Ada Amt", "Bo Buch"))
    person = a_person(session, office, family_name="Ößling")
    things: history.Things = {"person_id": person.id, "roundtable_id": roundtable.id}
    history.record(session, office.id, "gave_seat_out_of_turn", at=AT, by=ada, reason="=Hält den Vortrag", **things)
    before = AT - timedelta(days=3)
    history.record(session, office.id, "imported_people", at=before, by=bo, about="Liste.xlsx")
    history.record(session, an_office(session).id, "imported_people", at=AT, by=bo, about="fremd.csv")
    session.commit()
    client.sign_in(ada)
    return office


def found(client: PageClient, **asked: object) -> list[str]:
    client.get(client.url("desk.history.index", **asked))
    return client.texts(".rt-history__event strong")


def test_it_is_found_by_whatever_is_known_of_it(client: PageClient, office: Office, roundtable: Roundtable) -> None:
    seat, imported = "Platz außer der Reihe vergeben", "Personen importiert"
    assert found(client) == [seat, imported]
    assert "fremd" not in client.text("main")
    assert found(client, deed="imported_people") == [imported]
    client.get(client.url("desk.history.index"))
    bo = next(str(each["value"]) for each in client.page.select("#by option") if each.text == "Bo Buch")
    assert found(client, by=bo) == [imported]
    assert found(client, about=f"r{roundtable.id}") == found(client, about=f"s{roundtable.series_id}") == [seat]
    assert found(client, since=AT.date()) == [seat]
    assert found(client, until=(AT - timedelta(days=1)).date()) == [imported]
    assert found(client, q="vortrag") == found(client, q="ossling") == [seat]
    assert found(client, q="liste") == [imported]
    assert found(client, q="nichts davon") == []
    assert found(client, deed="erfunden", by="x", since="gestern") == [seat, imported]


def test_the_file_has_what_was_found_and_runs_no_formula(client: PageClient, office: Office) -> None:
    client.get("/de/desk/history/history.csv?q=vortrag")
    heads, *rows = csv.reader(io.StringIO(client.answer.data.decode("utf-8-sig")), delimiter=";")
    assert heads == ["Wann", "Wer", "Was", "Reihe", "Roundtable", "Worum es geht", "Grund"]
    assert [row[1:3] for row in rows] == [["Ada Amt", "Platz außer der Reihe vergeben"]]
    assert rows[0][-1].endswith("=Hält den Vortrag")
    assert not rows[0][-1].startswith("=")


def test_whoever_may_not_know_addresses_reads_no_history_and_only_who_manages_gets_the_file(
    client: PageClient, session: Session, office: Office, roundtable: Roundtable
) -> None:
    client.get(f"/de/desk/roundtables/{roundtable.id}/")
    assert "Hält den Vortrag" in client.text("main")
    client.sign_in(an_account(session, office, "press_officer"))
    client.get("/de/desk/history/")
    assert not client.page.select("a[href*='history.csv']")
    client.get("/de/desk/history/history.csv", expect=403)
    client.sign_in(an_account(session, office, "viewer"))
    client.get("/de/desk/history/", expect=403)
    client.get(f"/de/desk/roundtables/{roundtable.id}/")
    assert "Hält den Vortrag" not in client.text("main")
