"""entries are merged and remembered"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0003'
down_revision: str | Sequence[str] | None = '0002'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('different_organisations',
    sa.Column('one_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('one_id < other_id', name=op.f('ck_different_organisations_smaller_first')),
    sa.ForeignKeyConstraint(['one_id'], ['organisations.id'], name=op.f('fk_different_organisations_one_id_organisations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['organisations.id'], name=op.f('fk_different_organisations_other_id_organisations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('one_id', 'other_id', name=op.f('pk_different_organisations'))
    )
    with op.batch_alter_table('different_organisations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_different_organisations_other_id'), ['other_id'], unique=False)

    op.create_table('different_people',
    sa.Column('one_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('one_id < other_id', name=op.f('ck_different_people_smaller_first')),
    sa.ForeignKeyConstraint(['one_id'], ['people.id'], name=op.f('fk_different_people_one_id_people'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['people.id'], name=op.f('fk_different_people_other_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('one_id', 'other_id', name=op.f('pk_different_people'))
    )
    with op.batch_alter_table('different_people', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_different_people_other_id'), ['other_id'], unique=False)

    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.add_column(sa.Column('organisation_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_history_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_history_organisation_id_organisations'), 'organisations', ['organisation_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('organisations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='1', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('organisations', schema=None) as batch_op:
        batch_op.drop_column('version')

    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_history_organisation_id_organisations'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_history_organisation_id'))
        batch_op.drop_column('organisation_id')

    with op.batch_alter_table('different_people', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_different_people_other_id'))

    op.drop_table('different_people')
    with op.batch_alter_table('different_organisations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_different_organisations_other_id'))

    op.drop_table('different_organisations')
