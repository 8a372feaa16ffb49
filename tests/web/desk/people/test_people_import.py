"""The desk's import and export of people, and the filter of their list."""

import io
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.domain.office.uploads import Upload
from roundtable.domain.people.people import Person
from roundtable.sheets import reading
from tests.factories import a_person, an_account, an_office, an_organisation
from tests.pages import PageClient

LIST = "Name;E-Mail;Mobil\nAnna Weiß;anna@x.example;'+49 1\nOhne Adresse;;\nKim Alt;kim@x.example;\n"


def choose(client: PageClient, text: str, expect: int = 303) -> None:
    client.get(client.url("desk.people_import.new"))
    client.submit(file=(io.BytesIO(text.encode()), "Liste.csv"), expect=expect)


def test_a_list_is_looked_at_and_then_taken(session: Session, client: PageClient) -> None:
    office = an_office(session)
    a_person(session, office, given_name="Kim", family_name="Alt", email="KIM@x.example")
    client.sign_in(an_account(session, office))
    choose(client, LIST)
    client.follow()
    assert session.scalars(select(Person.family_name)).all() == ["Alt"], "nothing is written before"
    assert "Mobil" in client.text(), "a column nobody knows is named"
    assert "Zeile 3" in client.text()
    assert "Die E-Mail-Adresse fehlt." in client.text()
    client.get(client.answer.request.url + "?c2=phone")
    client.submit("main form[action*='c2=phone']")
    client.follow()
    assert "Eine Person ist aufgenommen." in client.text("[role=status]")
    anna = session.scalars(select(Person).where(Person.email == "anna@x.example")).one()
    assert (anna.name, anna.phone) == ("Anna Weiß", "+49 1")
    assert session.scalars(select(Upload)).all() == [], "the list is not kept longer than needed"
    choose(client, "Name;E-Mail\nAnna Weiß;anna@x.example\n")
    assert "Es gibt nichts zu schreiben" in client.follow().get_text()


def test_many_doubtful_rows_are_decided_alike_and_looking_writes_nothing(session: Session, client: PageClient) -> None:
    office = an_office(session)
    people = [a_person(session, office, given_name=name, email=f"{name}@alt.example") for name in ("Kim", "Jo", "Lou")]
    client.sign_in(an_account(session, office))
    choose(client, "Name;E-Mail\n" + "".join(f"{each.name};{each.given_name}@neu.example\n" for each in people))
    client.follow()
    assert not client.page.select("#doubtful option[selected]")
    (same,) = [each["href"] for each in client.page.select("#doubtful a") if "dieselbe Person" in each.text]
    client.get(str(same))
    assert [each["value"] for each in client.page.select("#doubtful option[selected]")] == ["same"] * 3
    session.expire_all()
    assert {each.email.partition("@")[2] for each in people} == {"alt.example"}
    left_out: dict[str, Any] = {"row-3": ""}
    client.submit("main form[method=post]", **left_out)
    session.expire_all()
    assert [each.email.partition("@")[2] for each in people] == ["neu.example", "alt.example", "neu.example"]


def test_new_organisations_with_commas_and_full_stops_can_be_told_apart(session: Session, client: PageClient) -> None:
    client.sign_in(an_account(session, an_office(session)))
    choose(
        client,
        'Name;E-Mail;Organisation\nKim Alt;kim@x.example;"Amt für Netze, Abt. 3"\nJo Neu;jo@x.example;DRK e. V.\n',
    )
    client.follow()
    assert "„Amt für Netze, Abt. 3“ und „DRK e. V.“." in client.text()


def test_what_has_changed_since_is_shown_again_and_not_written(session: Session, client: PageClient) -> None:
    office = an_office(session)
    client.sign_in(an_account(session, office))
    choose(client, LIST)
    client.follow()
    a_person(session, office, given_name="Anna", family_name="Weiß", email="anna@x.example", phone="7")
    client.submit("main form[action*=import]:has([name=seal])")
    client.follow()
    assert "Das Adressbuch hat sich" in client.text("[role=alert]")
    assert len(session.scalars(select(Person)).all()) == 1


def test_only_who_chose_the_file_sees_it(session: Session, client: PageClient) -> None:
    office = an_office(session)
    client.sign_in(an_account(session, office))
    choose(client, LIST)
    kept = session.scalars(select(Upload)).one()
    client.sign_in(an_account(session, office))
    client.get(client.url("desk.people_import.show", upload_id=kept.id), expect=404)


@pytest.mark.parametrize("text", ["", "Name;E-Mail", "\x00\x01"])
def test_what_is_no_list_comes_back_with_the_reason(session: Session, client: PageClient, text: str) -> None:
    client.sign_in(an_account(session, an_office(session)))
    choose(client, text, expect=422)
    assert client.texts(".kern-error")


def test_files_hold_what_search_and_filter_show(session: Session, client: PageClient) -> None:
    office = an_office(session)
    werft = an_organisation(session, office, name="Werft", short_name="")
    a_person(session, office, family_name="Weiß", organisation=werft, phone="+49 1", language="en")
    a_person(session, office, family_name="Schwarz", organisation=werft)
    a_person(session, office, family_name="Grau", language="en")
    client.sign_in(an_account(session, office))
    client.get(client.url("desk.people.index", organisation=werft.id, language="en"))
    assert client.texts("tbody th") == ["Robin Weiß"]
    links = [str(tag["href"]) for tag in client.page.select("a[href*='.csv'], a[href*='.xlsx'], a[href*='.vcf']")]
    assert len(links) == 3
    for link in links:
        client.get(link)
        name = unquote(client.answer.headers["Content-Disposition"])
        assert "Adressbuch Senatskanzlei Lindenau 2026-03-04" in name
        (row,) = reading.read(client.answer.data).rows
        assert "Weiß" in row.cells
        assert "+49 1" in row.cells
    client.get(links[0])
    assert client.answer.data.startswith(b"\xef\xbb\xbfTitel;Vorname;")
    assert b";'+49 1;" in client.answer.data
    assert client.answer.data.endswith(b"\r\n")
    client.get(client.url("desk.people.index", organisation=werft.id, rank=5))
    assert "Niemand gefunden" in client.text()


def test_a_viewer_gets_no_file(session: Session, client: PageClient) -> None:
    office = an_office(session)
    a_person(session, office)
    client.sign_in(an_account(session, office, "viewer"))
    assert not client.get(client.url("desk.people.index")).select("a[href*='.csv'], a[href*='.xlsx'], a[href*='.vcf']")
    client.get(client.url("desk.people_export.csv"), expect=403)
