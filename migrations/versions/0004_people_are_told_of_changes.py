"""people are told of changes"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0004'
down_revision: str | Sequence[str] | None = '0003'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('editions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('roundtable_id', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('has_hours', sa.Boolean(), nullable=False),
    sa.Column('venue', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('map_url', sa.Text(), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name_de', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('motto_de', sa.Text(), nullable=False),
    sa.Column('motto_en', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['roundtable_id'], ['roundtables.id'], name=op.f('fk_editions_roundtable_id_roundtables'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_editions')),
    sa.UniqueConstraint('roundtable_id', 'sequence', name=op.f('uq_editions_roundtable_id'))
    )
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told_sequence', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('thread_id', sa.Text(), nullable=True))

    # Whoever has a letter knows of all there was until now: nobody is to be told of changes from before.
    op.execute(
        "UPDATE invitations SET told_sequence ="
        " (SELECT calendar_sequence FROM roundtables WHERE roundtables.id = invitations.roundtable_id)"
        " WHERE sent_at IS NOT NULL OR announced_at IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.drop_column('thread_id')
        batch_op.drop_column('told_sequence')

    op.drop_table('editions')
