"""how many come to a booth, and with which car"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0027'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ('fair_invitation', 'exhibitor'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('attendee_count', sa.Integer(), nullable=True))
            batch_op.add_column(sa.Column('car', sa.String(length=40), server_default='', nullable=False))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('car', server_default=None)


def downgrade() -> None:
    for table in ('exhibitor', 'fair_invitation'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('car')
            batch_op.drop_column('attendee_count')
