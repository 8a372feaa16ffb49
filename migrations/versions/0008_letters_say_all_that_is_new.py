"""letters say all that is new"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0008'
down_revision: str | Sequence[str] | None = '0007'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.add_column(sa.Column('knew_sequence', sa.Integer(), nullable=True))

    with op.batch_alter_table('mailings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('words_de', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('words_en', sa.Text(), server_default='', nullable=False))

    # Who came in without an invitation by letter was never counted among those who hear of a change.
    op.execute(
        "UPDATE invitations SET told_sequence ="
        " (SELECT calendar_sequence FROM roundtables WHERE roundtables.id = invitations.roundtable_id)"
        " WHERE told_sequence IS NULL AND sent_at IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table('mailings', schema=None) as batch_op:
        batch_op.drop_column('words_en')
        batch_op.drop_column('words_de')

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_column('knew_sequence')
