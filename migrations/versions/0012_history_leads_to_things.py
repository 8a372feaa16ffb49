"""history leads to things"""

import json
import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = '0012'
down_revision: str | Sequence[str] | None = '0011'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEYS = {
    'roundtable_id': 'roundtables',
    'invitation_id': 'invitations',
    'quote_id': 'quotes',
    'release_id': 'releases',
    'letter_id': 'letters',
    'message_id': 'received_messages',
}
LETTERS = ('gave_up_letter', 'marked_letter_arrived', 'corrected_address')
MESSAGES = ('handed_message_over', 'took_message_over')
ADDRESSES = ('email', 'assistant_email')


def upgrade() -> None:
    op.create_table('former_addresses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('given_up_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_former_addresses_person_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_former_addresses'))
    )
    with op.batch_alter_table('former_addresses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_former_addresses_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_former_addresses_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('history', schema=None) as batch_op:
        for key, table in KEYS.items():
            batch_op.add_column(sa.Column(key, sa.Integer(), nullable=True))
            batch_op.create_index(batch_op.f(f'ix_history_{key}'), [key], unique=False)
            batch_op.create_foreign_key(batch_op.f(f'fk_history_{key}_{table}'), table, [key], ['id'], ondelete='SET NULL')

    connection = op.get_bind()
    for entry in connection.execute(sa.text('SELECT * FROM history')).mappings().all():
        if found := _what_it_is_about(connection, entry):
            said = sa.text(f"UPDATE history SET {', '.join(f'{name} = :{name}' for name in found)} WHERE id = :entry")
            connection.execute(said, {**found, 'entry': entry['id']})
        for email in _addresses_before(entry):
            connection.execute(
                sa.text('INSERT INTO former_addresses (person_id, email, given_up_at) VALUES (:person, :email, :at)'),
                {'person': entry['person_id'], 'email': email, 'at': entry['happened_at']},
            )


def _what_it_is_about(connection: sa.Connection, entry: Any) -> dict[str, Any]:
    """The columns that say what was said in words; what is no longer there is led to no more."""
    about = entry['about']
    if found := re.fullmatch(r'release:(\d+)', about):
        row = _one(connection, 'SELECT id, roundtable_id FROM releases WHERE id = :id', id=int(found[1]))
        return {'about': '', **({'release_id': row['id'], 'roundtable_id': row['roundtable_id']} if row else {})}
    if found := re.fullmatch(r'quote:(\d+) (.*)', about, re.DOTALL):
        row = _one(connection, 'SELECT id, roundtable_id, person_id FROM quotes WHERE id = :id', id=int(found[1]))
        led = {'quote_id': row['id'], 'roundtable_id': row['roundtable_id'], 'person_id': row['person_id']} if row else {}
        return {'about': found[2], **led}
    if found := re.fullmatch(r'roundtable (\d+), person (\d+)', about):
        return {'about': '', **_seat(connection, int(found[1]), int(found[2]))}
    # What was changed stood where reasons stand.
    if found := re.fullmatch(r'quotes:(\d+):(\w+)', about):
        details = json.dumps({'language': found[2]})
        return {'about': entry['reason'], 'reason': '', 'details': details, **_roundtable(connection, int(found[1]))}
    if found := re.fullmatch(r'(?:agreements|papers):(\d+)', about):
        return {'about': entry['reason'], 'reason': '', **_roundtable(connection, int(found[1]))}
    if entry['deed'] in MESSAGES and (found := re.fullmatch(r'message:(\d*)', about)):
        row = _one(connection, 'SELECT id FROM received_messages WHERE id = :id', id=int(found[1] or 0))
        # The other office's name stood where reasons stand.
        return {'about': entry['reason'], 'reason': '', 'message_id': row['id'] if row else None}
    if entry['deed'] in LETTERS:
        row = _one(
            connection,
            "SELECT id, person_id, roundtable_id FROM letters WHERE office_id = :office"
            " AND recipient || ': ' || subject = :about AND queued_at <= :at ORDER BY state_since = :at DESC, id DESC",
            office=entry['office_id'], about=about, at=entry['happened_at'],
        )
        return {'letter_id': row['id'], 'person_id': row['person_id'], 'roundtable_id': row['roundtable_id']} if row else {}
    if entry['deed'] in ('person_removed', 'organisation_removed'):
        return {'about': ''}
    return {}


def _roundtable(connection: sa.Connection, roundtable: int) -> dict[str, Any]:
    row = _one(connection, 'SELECT id FROM roundtables WHERE id = :id', id=roundtable)
    return {'roundtable_id': row['id']} if row else {}


def _seat(connection: sa.Connection, roundtable: int, person: int) -> dict[str, Any]:
    row = _one(
        connection,
        'SELECT invitation_id FROM registrations WHERE roundtable_id = :roundtable AND person_id = :person'
        ' ORDER BY CASE WHEN withdrawn_at IS NULL THEN 0 ELSE 1 END, id DESC',
        roundtable=roundtable, person=person,
    )
    known = _one(connection, 'SELECT id FROM people WHERE id = :id', id=person)
    return {
        'invitation_id': row['invitation_id'] if row else None,
        'person_id': known['id'] if known else None,
        **_roundtable(connection, roundtable),
    }


def _one(connection: sa.Connection, statement: str, **given: Any) -> Any:
    return connection.execute(sa.text(statement), given).mappings().first()


def _addresses_before(entry: Any) -> set[str]:
    """Of whoever stands behind the entry, as they stood in its details."""
    if entry['deed'] not in ('person_changed', 'person_merged') or entry['person_id'] is None or not entry['details']:
        return set()
    details = json.loads(entry['details'])
    merged, changes = details.get('entry') or {}, details.get('changes') or {}
    found = [merged.get(name) or '' for name in ADDRESSES] + [changes.get(name, [''])[0] for name in ADDRESSES]
    return {each.strip().lower() for each in found} - {''}


def downgrade() -> None:
    spoken = (
        ("'release:' || release_id", 'release_id IS NOT NULL'),
        ("'quote:' || quote_id || ' ' || about", "quote_id IS NOT NULL AND deed = 'quote_release_recorded'"),
        ("'roundtable ' || roundtable_id || ', person ' || person_id", "deed = 'gave_seat_out_of_turn'"
         " AND roundtable_id IS NOT NULL AND person_id IS NOT NULL"),
        ("'person'", "deed = 'person_removed'"),
        ("'organisation'", "deed = 'organisation_removed'"),
    )
    for words, where in spoken:
        op.execute(f"UPDATE history SET about = {words} WHERE {where}")
    op.execute(
        "UPDATE history SET reason = about, about = 'message:' || COALESCE(CAST(message_id AS TEXT), '')"
        " WHERE deed IN ('handed_message_over', 'took_message_over')"
    )
    op.execute(
        "UPDATE history SET reason = about, about = 'agreements:' || roundtable_id"
        " WHERE deed = 'agreements_changed' AND roundtable_id IS NOT NULL"
    )
    op.execute(
        "UPDATE history SET reason = about, about = 'papers:' || roundtable_id"
        " WHERE deed = 'paper_removed' AND roundtable_id IS NOT NULL"
    )
    for language in ('de', 'en'):
        said = json.dumps({'language': language}).replace(':', r'\:')
        op.execute(
            f"UPDATE history SET reason = about, about = 'quotes\\:' || roundtable_id || '\\:{language}', details = ''"
            f" WHERE deed = 'quotes_changed' AND roundtable_id IS NOT NULL AND details = '{said}'"
        )
    op.execute(
        "UPDATE history SET person_id = NULL WHERE deed IN ('gave_seat_out_of_turn', 'quote_release_recorded', 'quotes_changed',"
        " 'gave_up_letter', 'marked_letter_arrived', 'corrected_address')"
    )
    with op.batch_alter_table('history', schema=None) as batch_op:
        for key, table in KEYS.items():
            batch_op.drop_constraint(batch_op.f(f'fk_history_{key}_{table}'), type_='foreignkey')
            batch_op.drop_index(batch_op.f(f'ix_history_{key}'))
            batch_op.drop_column(key)

    op.drop_table('former_addresses')
