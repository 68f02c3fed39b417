"""places that absent exhibitors give up, papers that were looked at, and postings for one fair only"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('exhibitor', schema=None) as batch_op:
        batch_op.add_column(sa.Column('given_up_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('papers_seen', sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.create_check_constraint(
            batch_op.f('ck_exhibitor_given_up'), "given_up_at IS NULL OR state = 'absent'"
        )
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('only_for', sa.String(length=16), server_default='', nullable=False))
        batch_op.create_index(batch_op.f('ix_posting_only_for'), ['only_for'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posting_only_for'))
        batch_op.drop_column('only_for')
    with op.batch_alter_table('exhibitor', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_exhibitor_given_up'), type_='check')
        batch_op.drop_column('papers_seen')
        batch_op.drop_column('given_up_at')
