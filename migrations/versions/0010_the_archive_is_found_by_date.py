"""the archive is found by date"""

from collections.abc import Sequence

from alembic import op

revision: str = '0010'
down_revision: str | Sequence[str] | None = '0009'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('published_versions', schema=None) as batch_op:
        batch_op.create_index('ix_published_versions_since', ['release_id', 'published_at'], unique=False)

    with op.batch_alter_table('releases', schema=None) as batch_op:
        columns = ['language', 'dated_on', 'id', 'embargo_until', 'withdrawn_at']
        batch_op.create_index('ix_releases_archive', columns, unique=False)


def downgrade() -> None:
    with op.batch_alter_table('releases', schema=None) as batch_op:
        batch_op.drop_index('ix_releases_archive')

    with op.batch_alter_table('published_versions', schema=None) as batch_op:
        batch_op.drop_index('ix_published_versions_since')
