"""Sheets for the day: who is on them, in which order, and what no cell and no name can do to them."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from roundtable.actions.guests import answering
from roundtable.domain.guests import registrations
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.needs import state_needs
from roundtable.domain.roundtables import precedence
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.factories import AT, a_person, a_roundtable, a_series, an_account, an_invitation, an_office, both
from tests.pages import PageClient

LONG = "Freifrau von und zu Großmühlhausen-Überlingen, geborene Çelik-Ørsted zu Wendhafen-Süd"


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    series = a_series(session, an_office(session), name=both("Runde/Tisch „Wärme“", "Round table"))
    return a_roundtable(session, series, number=7, seats=400)


@pytest.fixture
def desk(client: PageClient, session: Session, roundtable: Roundtable) -> PageClient:
    client.sign_in(an_account(session, roundtable.series.office))
    return client


def _seated(session: Session, roundtable: Roundtable, *names: str, **values: object) -> list[Invitation]:
    office = roundtable.series.office
    invited = []
    for name in names:
        person = a_person(session, office, family_name=name, **values)
        invited.append(an_invitation(session, roundtable, person))
        answering.accept(session, invited[-1], at=AT)
    return invited


def _get(desk: PageClient, roundtable: Roundtable, page: str, **values: str) -> bytes:
    desk.get(desk.url(f"desk.reception.{page}", roundtable_id=roundtable.id, **values))
    return bytes(desk.answer.data)


def _pdf(content: bytes) -> PdfReader:
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de-DE"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert "Roundtable 7" in str(reader.metadata.title)
    return reader


def _text(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def _in_order(text: str, names: Sequence[str]) -> bool:
    places = [text.index(each) for each in names]
    return places == sorted(places)


def _tags(node: object) -> set[str]:
    """Every kind of element in the structure tree."""
    found: set[str] = set()
    node = node.get_object() if hasattr(node, "get_object") else node
    for kid in node if isinstance(node, list) else [node]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, dict):
            found |= {str(kid["/S"])} if "/S" in kid else set()
            found |= _tags(kid["/K"]) if "/K" in kid else set()
    return found


def test_the_list_by_precedence_and_by_alphabet(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    zoe, adam = _seated(session, roundtable, "Zöllner", "Adam")
    (first,) = _seated(session, roundtable, "Mittig", rank=1)
    an_invitation(session, roundtable, a_person(session, roundtable.series.office, family_name="Schweigend"))
    reader = _pdf(_get(desk, roundtable, "guest_list"))
    assert _in_order(_text(reader), ["Robin Mittig", "Robin Adam", "Robin Zöllner"])
    assert "Schweigend" not in _text(reader)
    assert "Stand: 04.03.2026, 10:00 Uhr" in _text(reader)
    assert "Seite 1 von 1" in _text(reader)
    root: Any = reader.trailer["/Root"]
    assert {"/Table", "/TH", "/TD", "/H1"} <= _tags(root["/StructTreeRoot"]["/K"])

    precedence.place(session, roundtable, [zoe.person, first.person, adam.person])
    assert _in_order(_text(_pdf(_get(desk, roundtable, "guest_list"))), ["Robin Zöllner", "Robin Mittig"])
    by_alphabet = _text(_pdf(_get(desk, roundtable, "guest_list", order="alphabet")))
    assert _in_order(by_alphabet, ["Adam, Robin", "Mittig, Robin", "Zöllner, Robin"])


def test_three_hundred_people_on_pages_with_heads(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    for number in range(300):
        person = a_person(session, roundtable.series.office, family_name=f"Gast{number:03}")
        registrations.register(session, an_invitation(session, roundtable, person), at=AT)
    reader = _pdf(_get(desk, roundtable, "guest_list"))
    pages = len(reader.pages)
    assert 12 <= pages <= 25
    # The last page may hold the lines for those who come without a seat alone.
    heads = ["Organisation" in page.extract_text() for page in reader.pages]
    assert heads == [True] * pages
    assert f"Seite {pages} von {pages}" in reader.pages[-1].extract_text()
    assert all(f"Gast{number:03}" in _text(reader) for number in (0, 150, 299))
    assert len(desk.statements) <= 8
    assert len(_pdf(_get(desk, roundtable, "plates")).pages) == 300
    assert len(_pdf(_get(desk, roundtable, "badges")).pages) == 30


@pytest.mark.parametrize("page", ["guest_list", "plates", "badges"])
def test_a_name_of_eighty_characters(desk: PageClient, session: Session, roundtable: Roundtable, page: str) -> None:
    _seated(session, roundtable, LONG, "W" * 80)
    reader = _pdf(_get(desk, roundtable, page))
    said = _text(reader).replace("\u200b", "").replace(" ", "")
    assert LONG.replace(" ", "") in said
    assert "W" * 80 in said
    assert len(reader.pages) == (2 if page == "plates" else 1)


def test_a_plate_says_a_name_once_to_those_who_listen(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    _seated(session, roundtable, "Zöllner")
    text = _text(_pdf(_get(desk, roundtable, "plates")))
    # Drawn twice, once upside down; only one of both is in the structure.
    assert text.count("Zöllner") == 2
    content = _pdf(_get(desk, roundtable, "plates")).pages[0].get_contents()
    assert content is not None
    assert b"/Artifact" in content.get_data()


@pytest.mark.parametrize("sheet", ["guest_list", "plates", "badges"])
def test_a_name_that_no_font_has_spoils_nobody_elses(
    desk: PageClient, session: Session, roundtable: Roundtable, sheet: str
) -> None:
    # No character so far, so that no font has it.
    _seated(session, roundtable, "Zöllner", "\U00013fff")
    text = _text(_pdf(_get(desk, roundtable, sheet)))
    assert "Zöllner" in text
    assert "Robin □" in text.partition("Betroffen:")[2]


def test_for_whom_and_with_whom_people_come(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    roundtable.companions = 1
    head, host = _seated(session, roundtable, "Oberhaupt", "Gastgeber")
    answering.delegate(
        session,
        head,
        given_name="Ida",
        family_name="Vertreter",
        function="Referat",
        email="ida@organisation.example",
        at=AT,
    )
    text = _text(_pdf(_get(desk, roundtable, "guest_list")))
    assert "Ida Vertreter" in text
    assert "für Robin Oberhaupt" in text
    assert host.person.name in text


def test_needs_stand_on_the_sheet_for_those_who_arrange_them_alone(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    (guest,) = _seated(session, roundtable, "Adam")
    said = {"diet": "vegan", "diet_note": "Nüsse", "access": ["wheelchair"], "access_note": "Rampe & Lift"}
    state_needs(session, guest, **said, interpretation="sign_language", at=AT)  # type: ignore[arg-type]  # five kinds of word
    client.sign_in(an_account(session, roundtable.series.office, "viewer"))
    assert "Rampe" not in _text(_pdf(_get(client, roundtable, "guest_list", needs="yes")))
    page = _get(client, roundtable, "show")
    assert not [said for said in (b"needs=yes", "Nüsse".encode(), b"Rampe") if said in page]
    for sheet in ("caterer", "caterer_workbook"):
        client.get(client.url(f"desk.reception.{sheet}", roundtable_id=roundtable.id), 403)
    client.sign_in(an_account(session, roundtable.series.office, "organiser"))
    assert "Rampe" not in _text(_pdf(_get(client, roundtable, "guest_list")))
    text = _text(_pdf(_get(client, roundtable, "guest_list", needs="yes")))
    assert "Rollstuhlplatz · Rampe & Lift" in text
    assert "Nüsse" not in text
    assert b"needs=yes" in _get(client, roundtable, "show")


def test_the_workbook(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    _seated(session, roundtable, "Zöllner", "=1+1", "+49 30", '@SUM("x")', "a\tb\x07", title="Dr.")
    content = _get(desk, roundtable, "workbook")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["nach Rangfolge", "nach Alphabet"]
    sheet = book["nach Alphabet"]
    rows = list(sheet.iter_rows(values_only=True))
    assert "Stand: 04.03.2026, 10:00 Uhr" in str(rows[0][0])
    assert rows[1][:4] == ("Nr.", "Titel", "Vorname", "Nachname")
    assert {row[3] for row in rows[2:]} == {"Zöllner", "=1+1", "+49 30", '@SUM("x")', "a b"}
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert b"<f>" not in content
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.page_setup.orientation == "landscape"


def test_file_names_survive_every_browser(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    _get(desk, roundtable, "guest_list")
    said = desk.answer.headers["Content-Disposition"]
    assert said.startswith("attachment; filename")
    assert (
        "filename*=UTF-8''G%C3%A4steliste%20nach%20Rangfolge%20Runde-Tisch%20%E2%80%9EW%C3%A4rme%E2%80%9C%207%202026-04-01.pdf"
        in said
    )
    assert desk.answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", ["guest_list", "plates", "badges", "workbook", "caterer", "caterer_workbook"])
def test_nobody_yet(desk: PageClient, roundtable: Roundtable, page: str) -> None:
    content = _get(desk, roundtable, page)
    assert content.startswith(b"PK" if page.endswith("workbook") else b"%PDF")


def test_the_caterer_gets_numbers_and_nobody_s_name(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    people = _seated(session, roundtable, "Adam", "Berg", "Curie")
    said = {"access": ["wheelchair"], "access_note": "Rampe", "interpretation": "sign_language", "at": AT}
    for guest, note in zip(people[:2], ("Nüsse", "=1+1"), strict=True):
        state_needs(session, guest, diet="vegan", diet_note=note, **said)  # type: ignore[arg-type]  # four kinds of word
    text = _text(_pdf(_get(desk, roundtable, "caterer")))
    assert "3 Personen haben einen Platz." in text
    for words in ("keine besondere Kost 1", "vegan 2", "Nüsse", "Rollstuhlplatz 2", "Gebärdensprache 2", "Rampe"):
        assert words in text
    content = _get(desk, roundtable, "caterer_workbook")
    [sheet] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[1] == ["Wofür", "Was gebraucht wird", "Personen"]
    assert ["Essen", "vegan", "2"] in rows
    assert ["Essen", "Hinweise: =1+1", None] in rows
    assert not any(guest.person.family_name in text + str(rows) for guest in people)
    desk.get(desk.url("desk.reception.show", roundtable_id=roundtable.id))
    assert desk.page.select("a[href$='caterer.pdf'], a[href$='caterer.xlsx']")
