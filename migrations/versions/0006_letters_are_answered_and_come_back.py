"""letters are answered and come back"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0006'
down_revision: str | Sequence[str] | None = '0005'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WAYS = "'link', 'phone', 'letter', 'in_person', 'sign_up'"
STATES = "'waiting', 'handing_over', 'sent', 'failed', 'uncertain', 'given_up'"


def upgrade() -> None:
    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_answers_via_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_answers_via_known"), f"via IN ({WAYS}, 'calendar')")

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letters_state_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_letters_state_known"), f"state IN ({STATES}, 'bounced')")

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email_bounced_at', sa.DateTime(timezone=True), nullable=True))

    op.create_table('received_messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('sender', sa.Text(), nullable=False),
    sa.Column('sender_name', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('because', sa.Text(), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('vouched_by', sa.Text(), nullable=False),
    sa.Column('calendar_uid', sa.Text(), nullable=False),
    sa.Column('attendee', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('delegated_to', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=True),
    sa.Column('stamped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('roundtable_id', sa.Integer(), nullable=True),
    sa.Column('invitation_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('letter_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('reply', 'counter', 'winmail', 'bounce', 'delay', 'automatic', 'mail', 'unknown')", name=op.f('ck_received_messages_kind_known')),
    sa.CheckConstraint("state IN ('open', 'recorded', 'set_aside', 'noted', 'settled')", name=op.f('ck_received_messages_state_known')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['accounts.id'], name=op.f('fk_received_messages_decided_by_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_received_messages_invitation_id_invitations'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['letter_id'], ['letters.id'], name=op.f('fk_received_messages_letter_id_letters'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_received_messages_office_id_offices'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_received_messages_person_id_people'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['roundtable_id'], ['roundtables.id'], name=op.f('fk_received_messages_roundtable_id_roundtables'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received_messages')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_received_messages_fingerprint'))
    )
    with op.batch_alter_table('received_messages', schema=None) as batch_op:
        batch_op.create_index('ix_received_messages_office_id_state', ['office_id', 'state'], unique=False)
        for name in ('invitation_id', 'letter_id', 'person_id', 'roundtable_id'):
            batch_op.create_index(batch_op.f(f'ix_received_messages_{name}'), [name], unique=False)


def downgrade() -> None:
    op.drop_table('received_messages')

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_column('email_bounced_at')

    # What the version before has no word for.
    op.execute("UPDATE letters SET state = 'failed' WHERE state = 'bounced'")
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_letters_state_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_letters_state_known"), f"state IN ({STATES})")

    op.execute("UPDATE answers SET via = 'letter' WHERE via = 'calendar'")
    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_answers_via_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_answers_via_known"), f"via IN ({WAYS})")
