"""people subscribe to their calendars"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0007'
down_revision: str | Sequence[str] | None = '0006'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('private_calendars',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(person_id IS NULL) <> (account_id IS NULL)', name=op.f('ck_private_calendars_of_one')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_private_calendars_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_private_calendars_person_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_private_calendars')),
    sa.UniqueConstraint('account_id', name=op.f('uq_private_calendars_account_id')),
    sa.UniqueConstraint('person_id', name=op.f('uq_private_calendars_person_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_private_calendars_token_hash'))
    )


def downgrade() -> None:
    op.drop_table('private_calendars')
