"""a worker says that it still has a job; what a partner's machine was told (expands)"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.add_column(sa.Column('beat_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table('posting_import', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answer', sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('posting_import', schema=None) as batch_op:
        batch_op.drop_column('answer')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_column('beat_at')
