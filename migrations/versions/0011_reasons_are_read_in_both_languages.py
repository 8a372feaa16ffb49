"""reasons are read in both languages"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import conv

revision: str = '0011'
down_revision: str | Sequence[str] | None = '0010'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WITH_REASON = conv('ck_roundtables_cancelled_with_reason')
WITH_TURNING_AWAY = conv('ck_sign_ups_words_with_turning_away')


def upgrade() -> None:
    with op.batch_alter_table('roundtables', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cancelled_because_de', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('cancelled_because_en', sa.Text(), server_default='', nullable=False))

    # What was said to all is read by all. The form has never taken an empty reason; a program may have.
    op.execute(
        "UPDATE roundtables SET cancelled_because_de = COALESCE(NULLIF(cancelled_because, ''), '–')"
        " WHERE cancelled_at IS NOT NULL"
    )

    with op.batch_alter_table('roundtables', schema=None) as batch_op:
        batch_op.drop_constraint(WITH_REASON, type_='check')
        batch_op.create_check_constraint(
            WITH_REASON, "(cancelled_at IS NULL) = (cancelled_because_de = '' AND cancelled_because_en = '')"
        )
        batch_op.drop_column('cancelled_because')

    with op.batch_alter_table('sign_ups', schema=None) as batch_op:
        batch_op.add_column(sa.Column('turned_away_words', sa.Text(), nullable=True))
        batch_op.create_check_constraint(WITH_TURNING_AWAY, 'turned_away_words IS NULL OR turned_away_at IS NOT NULL')

    with op.batch_alter_table('received_messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('office_is_guessed', sa.Boolean(), server_default=sa.false(), nullable=False))

    op.execute(
        "UPDATE received_messages SET office_is_guessed = (SELECT COUNT(*) > 1 FROM offices) WHERE because = 'no_office'"
    )

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('named_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_column('named_at')

    with op.batch_alter_table('received_messages', schema=None) as batch_op:
        batch_op.drop_column('office_is_guessed')

    with op.batch_alter_table('sign_ups', schema=None) as batch_op:
        batch_op.drop_constraint(WITH_TURNING_AWAY, type_='check')
        batch_op.drop_column('turned_away_words')

    with op.batch_alter_table('roundtables', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cancelled_because', sa.Text(), nullable=True))

    op.execute(
        "UPDATE roundtables SET cancelled_because = COALESCE(NULLIF(cancelled_because_de, ''), cancelled_because_en)"
        " WHERE cancelled_at IS NOT NULL"
    )

    with op.batch_alter_table('roundtables', schema=None) as batch_op:
        batch_op.drop_constraint(WITH_REASON, type_='check')
        batch_op.create_check_constraint(WITH_REASON, '(cancelled_at IS NULL) = (cancelled_because IS NULL)')
        batch_op.drop_column('cancelled_because_en')
        batch_op.drop_column('cancelled_because_de')
