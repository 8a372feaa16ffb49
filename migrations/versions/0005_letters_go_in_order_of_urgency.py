"""letters go in order of urgency"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0005'
down_revision: str | Sequence[str] | None = '0004'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('paces',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('free_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_paces'))
    )

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.add_column(sa.Column('urgency', sa.Integer(), server_default='2', nullable=False))
        batch_op.add_column(sa.Column('replaced_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_letters_replaced_by_id_letters'), 'letters', ['replaced_by_id'], ['id'], ondelete='SET NULL')
        batch_op.create_index(batch_op.f('ix_letters_replaced_by_id'), ['replaced_by_id'], unique=False)
        batch_op.drop_index(batch_op.f('ix_letters_office_id'))
        batch_op.drop_index('ix_letters_state_send_after')
        batch_op.create_index('ix_letters_next', ['state', 'urgency', 'send_after', 'id'], unique=False)
        batch_op.create_index('ix_letters_office_id_queued_at', ['office_id', 'queued_at', 'id'], unique=False)
        batch_op.create_index('ix_letters_office_id_state_queued_at', ['office_id', 'state', 'queued_at', 'id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_index('ix_letters_office_id_state_queued_at')
        batch_op.drop_index('ix_letters_office_id_queued_at')
        batch_op.drop_index('ix_letters_next')
        batch_op.create_index('ix_letters_state_send_after', ['state', 'send_after'], unique=False)
        batch_op.create_index(batch_op.f('ix_letters_office_id'), ['office_id'], unique=False)
        batch_op.drop_index(batch_op.f('ix_letters_replaced_by_id'))
        batch_op.drop_constraint(batch_op.f('fk_letters_replaced_by_id_letters'), type_='foreignkey')
        batch_op.drop_column('replaced_by_id')
        batch_op.drop_column('urgency')

    op.drop_table('paces')
