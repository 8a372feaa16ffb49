"""A list into the address book: what it adds, changes and leaves alone."""

import json
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.people import comparison, exporting, importing, ranking
from roundtable.actions.people.comparison import Comparison
from roundtable.actions.people.importing import Imported, OnePersonTwice
from roundtable.actions.people.rows import Ranks, courtesy_in_full
from roundtable.domain.office.history import Entry
from roundtable.domain.office.offices import Office
from roundtable.domain.people.people import NO_RANK, Organisation, Person, Rank, fits
from roundtable.sheets import columns, reading
from roundtable.sheets.sheet import cell
from tests.factories import AT, a_person, an_account, an_office, an_organisation, both


@pytest.fixture(autouse=True)
def _in_german(app: Flask) -> Iterator[None]:
    with app.test_request_context("/de/"):
        yield


def compared(session: Session, office: Office, text: str | bytes) -> Comparison:
    sheet = reading.read(text.encode() if isinstance(text, str) else text)
    return comparison.compare(session, office, sheet, columns.recognised(sheet.heads))


def taken(session: Session, office: Office, text: str | bytes, choices: dict[int, str] | None = None) -> Imported:
    found = compared(session, office, text)
    return importing.import_people(session, office, found, choices=choices or {}, file_name="liste.csv", at=AT, by=None)


def outcomes(found: Comparison) -> dict[int, str]:
    return {row.line: row.outcome for row in found.rows}


def by_email(session: Session, email: str) -> Person:
    return session.scalars(select(Person).where(Person.email == email)).one()


HEADS = "Titel;Vorname;Nachname;Organisation;Kurzname;E-Mail;Telefon;Sprache;Rang;Im Amt seit;Namensnennung;Anrede\n"


def test_new_people_come_with_everything_and_can_be_found(session: Session) -> None:
    office = an_office(session)
    session.add(Rank(office=office, number=10, name=both("Präsidien", "Presidents")))
    session.flush()
    row = (
        "Dr.;Jörg;Größe;Wasserverband;WV;Joerg.Groesse+rt@größe.example;'+49 30;en;präsidien;1.2.2024;zugestimmt;Herr\n"
    )
    done = taken(session, office, HEADS + row)
    assert done == Imported(added=1, changed=0, organisations=1)
    person = by_email(session, "Joerg.Groesse+rt@größe.example")
    assert (person.name, person.phone, person.language, person.rank) == ("Dr. Jörg Größe", "+49 30", "en", 10)
    assert (person.in_office_since, person.naming_basis) == (date(2024, 2, 1), "agreed")
    assert (person.naming_agreed_at, person.salutation.de) == (AT, "Sehr geehrter Herr Dr. Größe")
    assert (person.version, person.sorted_as) == (1, "grosse jorg")
    assert person.organisation is not None
    assert person.organisation.short_name == "WV"
    seeking = select(Person).outerjoin(Person.organisation).where(*fits("wasserverband groesse".replace("oe", "o")))
    assert session.scalars(seeking).one() is person
    (entry,) = session.scalars(select(Entry).where(Entry.office_id == office.id))
    assert (entry.deed, entry.about, json.loads(entry.details)["added"]) == ("imported_people", "liste.csv", 1)


def test_the_same_file_twice_changes_nothing(session: Session) -> None:
    office = an_office(session)
    text = (
        HEADS
        + "Dr.;Anna;Weiß;Wasserverband;WV;anna@x.example;+49;de;20;2019;nein;Frau\n;Kim;Brandt;;;kim@x.example;;;;;;"
    )
    assert taken(session, office, text).added == 2
    before = session.execute(select(Person.__table__).order_by(Person.id)).all()
    again = compared(session, office, text)
    assert (set(outcomes(again).values()), again.changes_something) == ({"same"}, False)
    assert taken(session, office, text) == Imported(0, 0, 0)
    assert session.execute(select(Person.__table__).order_by(Person.id)).all() == before
    assert session.scalar(select(func.count()).select_from(Entry)) == 1


def test_whoever_is_known_by_address_changes_field_by_field_and_empty_cells_erase_nothing(session: Session) -> None:
    office = an_office(session)
    known = a_person(
        session, office, given_name="Anna", family_name="Weiß", email="Anna@X.example", phone="1", title="Dr."
    )
    text = "Titel;Vorname;Nachname;E-Mail;Telefon;Funktion\n;Anna;Weiß-Brandt;anna@x.EXAMPLE;;Leitung\n"
    (row,) = compared(session, office, text).rows
    assert (row.outcome, [(each.field, each.old, each.new) for each in row.changes]) == (
        "changed",
        [("family_name", "Weiß", "Weiß-Brandt"), ("function_de", "Geschäftsführung", "Leitung")],
    )
    assert taken(session, office, text).changed == 1
    session.refresh(known)
    assert (known.name, known.phone, known.email) == ("Dr. Anna Weiß-Brandt", "1", "Anna@X.example")
    assert (known.function.de, known.function.en, known.version) == ("Leitung", "Managing director", 2)
    assert known.sorted_as == "weiss-brandt anna"


def test_the_same_name_in_the_same_organisation_is_for_a_person_to_decide(session: Session) -> None:
    office = an_office(session)
    chamber = an_organisation(session, office, name="Handelskammer", short_name="HK")
    known = a_person(
        session, office, given_name="Anna", family_name="Weiß", email="alt@x.example", organisation=chamber
    )
    text = "Name;E-Mail;Organisation\nAnna Weiß;neu@x.example;hk\nAnna Weiß;fremd@x.example;Werft\nAnna Weiß;;HK\n"
    found = compared(session, office, text)
    assert outcomes(found) == {2: "doubtful", 3: "new", 4: "same"}
    assert found.rows[0].ways == ("new",), "line 4 is that person already"
    found = compared(session, office, text.rpartition("\nAnna")[0])
    assert found.rows[0].ways == ("same", "new")
    assert taken(session, office, text) == Imported(added=1, changed=0, organisations=1)
    assert taken(session, office, text.rpartition("\nAnna")[0], {2: "same"}).changed == 1
    session.refresh(known)
    assert known.email == "neu@x.example"


def test_somebody_else_at_the_same_address_is_not_written_over(session: Session) -> None:
    office = an_office(session)
    known = a_person(session, office, given_name="Anna", family_name="Weiß", email="info@x.example")
    text = "Vorname;Nachname;E-Mail\nBernd;Schwarz;info@x.example\n"
    (row,) = compared(session, office, text).rows
    assert (row.outcome, row.doubt, row.ways) == ("doubtful", "same_address", ("same",))
    assert taken(session, office, text, {2: "new"}) == Imported(0, 0, 0)
    assert taken(session, office, text, {2: "same"}).changed == 1
    session.refresh(known)
    assert known.name == "Bernd Schwarz"


def test_two_rows_cannot_be_the_same_person(session: Session) -> None:
    office = an_office(session)
    a_person(session, office, given_name="Anna", family_name="Weiß", email="alt@x.example")
    text = "Name;E-Mail\nAnna Weiß;eins@x.example\nAnna Weiß;zwei@x.example\n"
    with pytest.raises(OnePersonTwice, match=r"2.*3.*Anna Weiß"):
        taken(session, office, text, {2: "same", 3: "same"})
    assert taken(session, office, text, {2: "same", 3: "new"}) == Imported(1, 1, 0)


def test_every_bad_row_has_its_line_and_its_reasons(session: Session) -> None:
    office = an_office(session)
    session.add(Rank(office=office, number=10, name=both("Präsidien", "Presidents")))
    session.flush()
    text = (
        "Name;E-Mail;Im Amt seit;Rang;Sprache\n"
        "Kim;kim@x.example;;;\n"
        ";ohne@name.example;;;\n"
        "Ohne Adresse;;;;\n"
        "Falsch;kim@@x;31.2.2024;Kaiser;Klingon\n"
        "Doppelt;KIM@x.example;;;\n"
        "Zu;viele@x.example;;;;;x\n"
        f"{'Lang' * 60};lang@x.example;;;\n"
        "Jörg;jörg@x.example;;;\n"
    )
    found = compared(session, office, text)
    assert outcomes(found) == {2: "new", **dict.fromkeys(range(3, 10), "bad")}
    reasons = {row.line: " ".join(row.said.reasons) for row in found.rows}
    assert len(found.rows[3].said.reasons) == 4
    for line, words in (
        (3, "Name fehlt"),
        (4, "Adresse fehlt"),
        (5, "Kaiser"),
        (6, "Zeile 2"),
        (7, "mehr Zellen"),
        (8, "200"),
        (9, "Umlaut"),
    ):
        assert words in reasons[line], reasons[line]
    assert taken(session, office, text) == Imported(1, 0, 0)


def test_another_offices_people_stay_out_of_it(session: Session) -> None:
    office, other = an_office(session), an_office(session)
    an_organisation(session, other, name="Werft")
    theirs = a_person(session, other, email="anna@x.example", given_name="Anna", family_name="Weiß")
    assert taken(session, office, "Name;E-Mail;Organisation\nKim Neu;anna@x.example;Werft\n") == Imported(1, 0, 1)
    session.refresh(theirs)
    assert theirs.name == "Anna Weiß"


def test_a_known_organisation_gets_the_short_name_it_has_not_and_keeps_the_one_it_has(session: Session) -> None:
    office = an_office(session)
    bare = an_organisation(session, office, name="Werftverband", short_name="")
    named = an_organisation(session, office, name="Handelskammer", short_name="HK")
    text = "Name;E-Mail;Organisation;Kurzname\nA B;a@x.example;Werftverband;WfV\nC D;c@x.example;handelskammer;KH\n"
    assert taken(session, office, text) == Imported(2, 0, 0)
    for each in (bare, named):
        session.refresh(each)
    assert (bare.short_name, bare.sought_as, named.short_name) == ("WfV", "werftverband wfv", "HK")


def test_ten_thousand_rows_cost_as_many_statements_as_ten(app: Flask, session: Session) -> None:
    office = an_office(session)

    def statements(number: int, mark: str) -> int:
        rows = "".join(f";V{n};{mark}{n};Org {n % 700};;{mark}{n}@x.example;;;;;;\n" for n in range(number))
        app.extensions["statements"].clear()
        assert taken(session, office, HEADS + rows).added == number
        assert taken(session, office, HEADS + rows.replace(";V", "Dr.;V")).changed == number
        return len(app.extensions["statements"])

    statements(1, "first")
    assert statements(10, "a") == statements(10_000, "b")


LETTERS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=80)
AWKWARD = st.sampled_from(
    ["=1+1", "+49 30", "-", "@x", "'=x", "''", 'Anna "Kai" Weiß', "Weiß, Anna", "a;b", "a\nb", "a\r\nb", "שרה כהן",
     "👩‍👩‍👧", "Größe" * 16, "\u202eabc", "a\tb", "_x000D_", "nein", "0", "1.2.2024", "\\n;,", "  x  "],
)  # fmt: skip
WORDS: st.SearchStrategy[str] = LETTERS | AWKWARD
NAMES = WORDS.map(lambda words: f"x{words}" if not cell(words) else words)
# A lone "Mr" becomes a line when it comes in again, and is meant to.
SALUTATIONS = WORDS.filter(lambda words: not courtesy_in_full({"salutation_de": cell(words)}, "", "x"))


@pytest.mark.parametrize("form", ["csv", "xlsx", "vcf"])
@pytest.mark.parametrize("language", ["de", "en"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_goes_out_comes_in_again_and_changes_nothing(
    app: Flask, session: Session, form: str, language: str, data: st.DataObject
) -> None:
    draw = data.draw
    family = draw(NAMES)
    office = an_office(session)
    session.add(Rank(office=office, number=10, name=both(draw(WORDS) or "x", draw(WORDS))))
    name = draw(NAMES)
    organisation = draw(st.sampled_from([None, name]))
    short = draw(WORDS)
    # One that says no more than the name is none.
    short_name = short if cell(short) != cell(name) else ""
    person = a_person(
        session,
        office,
        title=draw(WORDS),
        given_name=draw(WORDS),
        family_name=family,
        function=both(draw(WORDS), draw(WORDS)),
        salutation=both(draw(SALUTATIONS), draw(SALUTATIONS)),
        email=draw(st.sampled_from(["a+b@x.example", "joerg@größe.example", "=x@x.example", "o'neil@x.example"])),
        assistant_email=draw(st.sampled_from(["", "+v@x.example"])),
        phone=draw(WORDS),
        language=draw(st.sampled_from(["de", "en"])),
        rank=draw(st.sampled_from([10, 70, NO_RANK])),
        in_office_since=draw(st.none() | st.dates(date(1950, 1, 1), date(2100, 12, 31))),
        naming_basis=draw(st.sampled_from([None, "office_holder", "agreed"])),
        is_told_at_once=draw(st.booleans()),
        organisation=organisation and Organisation(office=office, name=organisation, short_name=short_name),
    )
    ranks = Ranks(ranking.ranks_of(session, office), [person.rank])
    made = {"csv": exporting.as_csv, "xlsx": exporting.as_workbook, "vcf": exporting.as_cards}[form]
    with app.test_request_context(f"/{language}/"):
        content = made([person], ranks, language)
        found = compared(session, office, content)
        (row,) = found.rows
        assert (row.outcome, row.said.reasons, row.changes) == ("same", [], []), content
        assert not found.changes_something
    # Into an empty book it is the same person once more.
    other = an_office(session)
    session.add(
        Rank(office=other, number=10, name=session.scalars(select(Rank).where(Rank.office_id == office.id)).one().name)
    )
    a_person(session, other, rank=70, email="zz@x.example")
    with app.test_request_context(f"/{language}/"):
        assert taken(session, other, content).added == 1
        copy = session.scalars(select(Person).where(Person.office_id == other.id, Person.email != "zz@x.example")).one()
        ours, theirs = (exporting.record(each, ranks, language) for each in (person, copy))
        assert ours == theirs
    session.rollback()


def test_who_imported_stands_in_the_history(session: Session, at: datetime) -> None:
    office = an_office(session)
    account = an_account(session, office)
    found = compared(session, office, "Name;E-Mail\nKim Neu;kim@x.example\n")
    importing.import_people(session, office, found, choices={}, file_name="a.csv", at=at, by=account)
    assert session.scalars(select(Entry)).one().account is account
