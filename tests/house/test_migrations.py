"""Migrations make exactly the tables that the models describe, and take them away again."""

from collections.abc import Iterator
from contextvars import Context
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from roundtable import create_app
from roundtable.cli import migrations
from roundtable.db import LANGUAGES, Base, db
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.links import PersonalLink
from roundtable.domain.office.history import Entry, Things
from roundtable.domain.people.addresses import FormerAddress
from roundtable.domain.people.people import Organisation, Person
from roundtable.domain.roundtables.roundtables import Roundtable
from tests.conftest import settings_for
from tests.postgresql import create_database


@pytest.fixture
def fresh(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database has no table yet."""
    url = ""
    if database == "postgresql":
        url = create_database(request.getfixturevalue("postgresql_url"), tmp_path.name)
    app = create_app(settings_for(tmp_path, url))
    migrations.prepare(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_migrations_equal_the_models(fresh: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata})
        assert compare_metadata(context, Base.metadata) == []
        assert inspect(connection).get_check_constraints("roundtables"), "constraints did not come along"
    assert Context().run(fresh.test_client().get, "/readyz").status_code == 200


def test_migrations_can_be_taken_back(fresh: Flask) -> None:
    upgrade()
    downgrade(revision="base")
    with db.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    upgrade()


def test_data_of_the_version_before_comes_along(fresh: Flask) -> None:
    upgrade(revision="0001")
    with db.engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))
    upgrade()
    with Session(db.engine) as session:
        person = session.scalars(select(Person)).one()
        assert (person.sorted_as, person.version) == ("ossling eva", 1)
        organisation = session.scalars(select(Organisation)).one()
        assert "sparkasse" in organisation.sought_as
        assert organisation.version == 1
        invitation = session.scalars(select(Invitation)).one()
        assert (invitation.role, invitation.seats, invitation.answer and invitation.answer.via) == (
            "member",
            1,
            "phone",
        )
        assert invitation.roundtable.reserved_seats == 0
        assert session.scalars(select(PersonalLink)).one().invitation_id == invitation.id


def test_whoever_came_in_without_a_letter_hears_of_changes_from_now_on(fresh: Flask) -> None:
    upgrade(revision="0001")
    with db.engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))
    upgrade(revision="0007")
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE roundtables SET calendar_sequence = 3"))
        connection.execute(text(f"UPDATE invitations SET sent_at = {WHEN}, told_sequence = NULL"))
    upgrade()
    with Session(db.engine) as session:
        assert session.scalars(select(Invitation.told_sequence)).all() == [3]


def test_why_it_was_cancelled_is_read_in_both_languages(fresh: Flask) -> None:
    upgrade(revision="0001")
    with db.engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))
    upgrade(revision="0010")
    with db.engine.begin() as connection:
        connection.execute(text(f"UPDATE roundtables SET cancelled_at = {WHEN}, cancelled_because = 'Sturm'"))
    for _ in range(2):
        upgrade()
        with Session(db.engine) as session:
            roundtable = session.scalars(select(Roundtable)).one()
            assert [roundtable.cancelled_because.in_(language) for language in LANGUAGES] == ["Sturm", "Sturm"]
            assert len(roundtable.invitations) == 1
            # Entries of before are nobody's to forget.
            assert session.scalars(select(Person.named_at)).all() == [None]
        downgrade(revision="0010")
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT cancelled_because FROM roundtables")).scalar() == "Sturm"


def test_the_history_leads_to_things_and_former_addresses_are_moved(fresh: Flask) -> None:
    upgrade(revision="0001")
    with db.engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))
    upgrade(revision="0011")
    with db.engine.begin() as connection:
        for statement in BEFORE_HISTORY:
            connection.execute(text(statement))
        connection.execute(text(INTO_HISTORY), HISTORY)
    upgrade()
    for _ in range(2):
        with Session(db.engine) as session:
            found = {each.id: each for each in session.scalars(select(Entry))}
            led = {id_: {key: getattr(each, key) for key in KEYS if getattr(each, key)} for id_, each in found.items()}
            assert led == {
                1: {"release_id": 1, "roundtable_id": 1},
                2: {},
                3: {"quote_id": 1, "roundtable_id": 1, "person_id": 1},
                4: {"invitation_id": 1, "roundtable_id": 1, "person_id": 1},
                5: {"letter_id": 2, "roundtable_id": 1, "person_id": 1},
                6: {},
                7: {"person_id": 1},
                8: {"roundtable_id": 1},
                9: {"roundtable_id": 1},
                10: {"roundtable_id": 1},
            }
            said = [(each.about, each.reason) for _, each in sorted(found.items())]
            assert said == [
                ("", "eilig"),
                ("", "weg"),
                ("Ößling (de)", "am Telefon"),
                ("", "hält den Vortrag"),
                ("eva@lindenau.example: Einladung", "geklärt"),
                ("Nachbaramt", ""),
                ("Eva Ößling", ""),
                ("Ößling, Rektorin", ""),
                ("Wir bauen.", ""),
                ("Entwurf", ""),
            ]
            former = session.execute(select(FormerAddress.person_id, FormerAddress.email)).all()
            assert former == [(1, "eva.alt@lindenau.example")]
        downgrade(revision="0011")
        with db.engine.connect() as connection:
            about = connection.execute(
                text("SELECT about FROM history WHERE id IN (1, 3, 4, 8, 9) ORDER BY id")
            ).scalars()
            assert list(about) == [
                "release:1",
                "quote:1 Ößling (de)",
                "roundtable 1, person 1",
                "quotes:1:de",
                "agreements:1",
            ]
        upgrade()


WHEN = "'2026-03-04 09:00:00'"
BEFORE = (
    "INSERT INTO offices (id, slug, name_de, name_en, issuing_line_de, issuing_line_en, street, postcode, city, phone,"
    " press_email, press_email_label_de, press_email_label_en, channels_intro_de, channels_intro_en, sender_email,"
    " reply_email, imprint_de, imprint_en, privacy_de, privacy_en) VALUES (1, 'amt', 'Amt', 'Office', '', '', '', '',"
    " '', '', '', '', '', '', '', 'a@lindenau.example', 'b@lindenau.example', '', '', '', '')",
    "INSERT INTO organisations (id, office_id, name, short_name, sector, article_de)"
    " VALUES (1, 1, 'Sparkasse Lindenau', '', '', '')",
    "INSERT INTO people (id, office_id, organisation_id, title, given_name, family_name, function_de, function_en,"
    " email, assistant_email, phone, language, salutation_de, salutation_en, rank)"
    " VALUES (1, 1, 1, '', 'Eva', 'Ößling', '', '', 'eva@lindenau.example', '', '', 'de', '', '', 100)",
    "INSERT INTO series (id, office_id, slug, name_de, name_en, purpose_de, purpose_en, motto_de, motto_en, language,"
    " timezone, venue, address, seats)"
    " VALUES (1, 1, 'tisch', 'Tisch', '', '', '', '', '', 'de', 'Europe/Berlin', '', '', 9)",
    "INSERT INTO members (id, series_id, person_id, role) VALUES (1, 1, 1, 'member')",
    "INSERT INTO roundtables (id, series_id, number, motto_de, motto_en, question_de, question_en, starts_at, ends_at,"
    " venue, address, map_url, access_notes_de, access_notes_en, seats, calendar_uid, calendar_sequence,"
    " calendar_changed_at, version)"
    f" VALUES (1, 1, 1, '', '', '', '', {WHEN}, '2026-03-04 11:00:00', '', '', '', '', '',"
    f" 9, 'uid', 0, {WHEN}, 1)",
    f"INSERT INTO invitations (id, roundtable_id, person_id, prepared_at) VALUES (1, 1, 1, {WHEN})",
    "INSERT INTO answers (id, invitation_id, kind, answered_at, via, note)"
    f" VALUES (1, 1, 'accepted', {WHEN}, 'phone', '')",
    f"INSERT INTO registrations (id, roundtable_id, invitation_id, person_id, asked_at) VALUES (1, 1, 1, 1, {WHEN})",
    "INSERT INTO personal_links (id, token_hash, issued_at, expires_at, invitation_id)"
    f" VALUES (1, 'x', {WHEN}, {WHEN}, 1)",
)
KEYS = [key for key in Things.__annotations__ if key != "message_id"]
MOVED = '{"changes": {"email": ["Eva.Alt@Lindenau.example", "eva@lindenau.example"], "phone": ["1", "2"]}}'
LETTER = (
    "INSERT INTO letters (id, office_id, kind, message_id, sender, recipient, subject, queued_at, send_after, state,"
    " state_since, tries, reply, person_id, roundtable_id) VALUES"
    f" (%s, 1, 'invitation', 'm%s', 'a@lindenau.example', 'eva@lindenau.example', '%s', {WHEN}, {WHEN}, 'given_up',"
    f" {WHEN}, 0, '', 1, 1)"
)
BEFORE_HISTORY = (
    LETTER % (1, 1, "Erinnerung"),
    LETTER % (2, 2, "Einladung"),
    "INSERT INTO quotes (id, roundtable_id, person_id, language, position, text, attribution, written_at, note,"
    f" version) VALUES (1, 1, 1, 'de', 1, 'Gut.', 'Ößling', {WHEN}, '', 1)",
    "INSERT INTO releases (id, office_id, roundtable_id, kind, language, year, slug, dated_on, title, body, edited_at,"
    f" version) VALUES (1, 1, 1, 'summary', 'de', 2026, 'gut', '2026-03-04', 'Gut', 'Gut.', {WHEN}, 1)",
)
INTO_HISTORY = (
    "INSERT INTO history (id, office_id, happened_at, deed, about, reason, details, person_id)"
    f" VALUES (:id, 1, {WHEN}, :deed, :about, :reason, :details, :person)"
)
HISTORY = [
    dict(zip(("id", "deed", "about", "reason", "details", "person"), each, strict=True))
    for each in (
        (1, "release_published_alone", "release:1", "eilig", "", None),
        (2, "release_withdrawn", "release:99", "weg", "", None),
        (3, "quote_release_recorded", "quote:1 Ößling (de)", "am Telefon", "", None),
        (4, "gave_seat_out_of_turn", "roundtable 1, person 1", "hält den Vortrag", "", None),
        (5, "gave_up_letter", "eva@lindenau.example: Einladung", "geklärt", "", None),
        (6, "handed_message_over", "message:7", "Nachbaramt", "", None),
        (7, "person_changed", "Eva Ößling", "", MOVED, 1),
        (8, "quotes_changed", "quotes:1:de", "Ößling, Rektorin", "", None),
        (9, "agreements_changed", "agreements:1", "Wir bauen.", "", None),
        (10, "paper_removed", "papers:1", "Entwurf", "", None),
    )
]
