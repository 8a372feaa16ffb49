"""What comes in: encodings, separators, workbooks and cards, and everything that is none of them."""

import io
import time
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from roundtable.files import FileEmpty, FileTooLarge
from roundtable.sheets import cards, columns, reading, sheet
from roundtable.sheets.sheet import MOST_ROWS, NobodyInIt, NotText, Sheet, SheetUnreadable, TooManyColumns, TooManyRows
from roundtable.sheets.workbooks import WorkbookBroken, WorkbookTooLarge

LIST = "Vorname;Nachname;E-Mail\r\nJörg;Größe;joerg@lindenau.example\r\n"


def cells(content: bytes) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in reading.read(content).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_list_is_read_however_a_program_saved_it(encoding: str, separator: str) -> None:
    content = LIST.replace(";", separator).encode(encoding)
    assert cells(content) == [(2, ("Jörg", "Größe", "joerg@lindenau.example"))]


def test_lines_are_those_of_the_file_also_after_line_breaks_inside_cells() -> None:
    text = 'Name,E-Mail\n"Weiß,\nAnna",a@x.example\n\nKim,k@x.example\n"nie zu, b@x.example\n'
    assert [line for line, _ in cells(text.encode())] == [2, 5, 6]
    assert cells(text.encode())[0][1] == ("Weiß, Anna", "a@x.example")


def test_a_title_above_the_heads_and_the_separator_excel_writes_are_no_rows() -> None:
    text = "sep=;\r\nVerteiler Wärme;;\r\n;;\r\nName;E-Mail;Telefon\r\nKim;k@x.example;\r\n"
    sheet = reading.read(text.encode())
    assert sheet.heads == ("Name", "E-Mail", "Telefon")
    assert [(row.line, row.cells) for row in sheet.rows] == [(5, ("Kim", "k@x.example"))]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileEmpty),
        (b" \r\n ", FileEmpty),
        (LIST.partition("\r\n")[0].encode(), NobodyInIt),
        (b"Name;E-Mail\r\n\x00\x01;\x02\r\n", NotText),
        (b"\xff\xfe\x00\xd8\x41\x00", NotText),
        (b"Name;E-Mail\r\n\x81\x8d;x@x.example", NotText),
        (b"%PDF-1.7 x", NotText),
        (b"\xd0\xcf\x11\xe0old excel", reading.OldExcel),
        (b"PK\x03\x04 no zip", NotText),
        (b"x" * (20 * 1024 * 1024 + 1), FileTooLarge),
        (b";".join([b"Spalte"] * 1000) + b"\r\n" + b";".join([b"x"] * 1000), TooManyColumns),
        (b"E-Mail\r\n" + b"a@x.example\r\n" * (MOST_ROWS + 1), TooManyRows),
        (b'Name;E-Mail\r\n"' + b"x" * 200_000 + b'";y', SheetUnreadable),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
def test_what_is_no_list_is_refused_in_words(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as caught:
        reading.read(content)
    assert len(str(caught.value)) > 20


def test_twenty_megabytes_and_twenty_thousand_rows_are_still_read() -> None:
    line = "Kim;" + "x" * 900 + ";k@x.example\r\n"
    content = ("Vorname;Nachname;E-Mail\r\n" + line * MOST_ROWS).encode()
    assert len(content) < 20 * 1024 * 1024
    assert len(reading.read(content).rows) == MOST_ROWS


def workbook(*rows: list[Any], title: str = "Tabelle1") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_gives_days_numbers_and_the_first_table_with_something_in_it() -> None:
    book = workbook([], title="leer")
    people = book.create_sheet("Personen")
    for row in (
        ["Name", "Telefon", "Im Amt seit", "E-Mail"],
        ["Kim", 4930123456, date(2024, 2, 1), "k@x.example"],
        [],
        ["Zoë", 4.0, datetime(2024, 2, 1), None],
    ):
        people.append(row)
    sheet = reading.read(saved(book))
    assert (sheet.part, sheet.kind) == ("Personen", "xlsx")
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (2, ("Kim", "4930123456", "2024-02-01", "k@x.example")),
        (4, ("Zoë", "4", "2024-02-01")),
    ]


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOOD = saved(workbook(["Name", "E-Mail"], ["Kim", "k@x.example"]))
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(GOOD, SHEET, b"<worksheet>" + b" " * (70 * 1024 * 1024))
    assert len(bomb) < 200_000
    with pytest.raises(WorkbookTooLarge):
        reading.read(bomb)


def test_a_part_that_lies_about_its_size_is_not_unpacked_further() -> None:
    bomb = bytearray(with_part(GOOD, SHEET, b"<worksheet>" + b" " * (70 * 1024 * 1024)))
    true, lie = (70 * 1024 * 1024 + 11).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert true in bomb
    with pytest.raises(WorkbookBroken):
        reading.read(bytes(bomb.replace(true, lie)))


def test_entities_are_not_expanded() -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet ' + NAMESPACE
    with pytest.raises(WorkbookBroken):
        reading.read(
            with_part(GOOD, SHEET, entity + b"><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>")
        )


def test_a_table_that_claims_to_reach_the_last_cell_there_is_stays_small() -> None:
    claims = (
        b"<worksheet " + NAMESPACE + b'><dimension ref="A1:XFD1048576"/><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'
        b'<row r="2"><c r="A2" t="inlineStr"><is><t>Kim_xD800__x0000_</t></is></c></row>'
        b"</sheetData></worksheet>"
    )
    (row,) = reading.read(with_part(GOOD, SHEET, claims)).rows
    assert "Kim" in row.cells[0]
    row.cells[0].encode()


@pytest.mark.parametrize(("rows", "refusal"), [(300, WorkbookTooLarge), (20, TooManyColumns)])
def test_a_table_of_a_million_cells_is_refused_before_it_is_read(rows: int, refusal: type[Exception]) -> None:
    row = b"<row>" + b'<c t="inlineStr"><is><t>x</t></is></c>' * 3_000 + b"</row>"
    wide = b"<worksheet " + NAMESPACE + b"><sheetData>" + row * rows + b"</sheetData></worksheet>"
    content, began = with_part(GOOD, SHEET, wide), time.process_time()
    with pytest.raises(refusal):
        reading.read(content)
    # Read to its end it takes half a minute.
    assert time.process_time() - began < 10


def test_a_workbook_cut_off_is_refused() -> None:
    with pytest.raises((WorkbookBroken, NotText)):
        reading.read(GOOD[: len(GOOD) // 2])


CARDS = """BEGIN:VCARD\r
VERSION:4.0\r
N:Weiß;Anna;Maria;Dr.;\r
FN:Dr. Anna Maria Weiß\r
EMAIL;PREF=2:zweite@x.example\r
EMAIL;PREF=1:erste@x.example\r
TITLE;LANGUAGE=en:Head\\, Heat\r
TITLE:Leitung\r
ORG:Kammer\\; Lindenau;Abteilung\r
LANG:en\r
TEL;VALUE=uri:tel:+49-30-1\r
RELATED;TYPE=agent:mailto:vorzimmer@x.example\r
PHOTO:data:image/jpeg;base64,AAAA\r
 AAAA\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:3.0\r
FN:Kim Brandt\r
item1.EMAIL;TYPE=INTERNET:a@x.example\r
EMAIL;TYPE=INTERNET,PREF:b@x.example\r
END:VCARD\r
BEGIN:VCARD\r
das ist keine\r
"""


def test_cards_of_both_versions_are_rows_and_a_broken_one_is_said() -> None:
    sheet = reading.read(CARDS.encode())
    anna, kim, broken = (dict(zip(sheet.heads, row.cells, strict=False)) for row in sheet.rows)
    assert [(row.line, row.trouble) for row in sheet.rows] == [(1, ""), (16, ""), (22, "no_card")]
    assert anna["given_name"] == "Anna Maria"
    assert (anna["title"], anna["family_name"], anna["email"]) == ("Dr.", "Weiß", "erste@x.example")
    assert (anna["function_de"], anna["function_en"]) == ("Leitung", "Head, Heat")
    assert (anna["organisation"], anna["phone"], anna["language"]) == ("Kammer; Lindenau", "+49-30-1", "en")
    assert anna["assistant_email"] == "vorzimmer@x.example"
    assert (kim["name"], kim["email"]) == ("Kim Brandt", "b@x.example")
    assert [row.left_out for row in sheet.rows] == [("zweite@x.example",), ("a@x.example",), ()]
    assert not broken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("ORG:Amt für Wirtschaft, Energie und Betriebe;Leitung", "Amt für Wirtschaft, Energie und Betriebe"),
        ("ORG:Amt für Wirtschaft\\, Energie;Leitung", "Amt für Wirtschaft, Energie"),
        ("ORG:", ""),
    ],
)
def test_an_organisation_with_a_comma_is_one(written: str, said: str) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Kim\r\n{}\r\nEND:VCARD\r\n"
    one, other = reading.read((card.format(written) + card.format("ORG:Kammer")).encode()).rows
    assert (one.cells[cards.HEADS.index("organisation")], one.trouble) == (said, "")
    assert other.cells[cards.HEADS.index("organisation")] == "Kammer"


def test_a_card_with_ten_addresses_gives_one_and_names_the_rest() -> None:
    lines = "".join(f"EMAIL:a{n}@x.example\r\n" for n in range(10))
    (row,) = reading.read(f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Kim\r\n{lines}END:VCARD\r\n".encode()).rows
    assert row.cells[cards.HEADS.index("email")] == "a0@x.example"
    assert len(row.left_out) == 9


def test_what_was_read_comes_back_from_where_it_is_kept() -> None:
    for content in (CARDS.encode(), LIST.encode(), GOOD):
        assert Sheet.from_bytes(reading.read(content).as_bytes()) == reading.read(content)


@pytest.mark.parametrize(
    ("heads", "holds"),
    [
        ("Titel,Vorname,Name,Firma,E-Mail-Adresse", "title,given_name,family_name,organisation,email"),
        (
            "First Name,Last Name,Company,Job Title,E-mail Address,Business Phone",
            "given_name,family_name,organisation,function_de,email,phone",
        ),
        ("NAME,e_mail,Notiz", "name,email,"),
        (
            "Familienname,Behörde,Amtsantritt,Vorzimmer (E-Mail)",
            "family_name,organisation,in_office_since,assistant_email",
        ),
        ("E-Mail,E-Mail", "email,"),
    ],
)
def test_columns_are_recognised_by_name(heads: str, holds: str) -> None:
    found = {place: column for column, place in columns.recognised(heads.split(",")).items()}
    assert [found.get(place, "") for place in range(len(heads.split(",")))] == holds.split(",")


def test_a_person_may_assign_and_ignore_columns() -> None:
    heads = ("Name", "Mobil", "E-Mail", "Alt")
    assert columns.assigned(heads, {1: "phone", 3: "email", 0: "", 99: "rank"}) == {"phone": 1, "email": 3}


def test_one_line_of_text_whatever_stands_in_it() -> None:
    assert sheet.cell(" a\tb\r\nc\x85d \x00\x07e\x80\x9f\ud800f ") == "a b c d ef"
    assert sheet.cell("x" * 2000) == "x" * sheet.LONGEST_CELL
