"""counts of due and answered applications that nothing reads any more"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('employer', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_employer_standing'), type_='check')
        batch_op.drop_column('applications_answered')
        batch_op.drop_column('applications_due')


def downgrade() -> None:
    with op.batch_alter_table('employer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('applications_due', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('applications_answered', sa.Integer(), nullable=False, server_default='0'))
        batch_op.create_check_constraint(
            batch_op.f('ck_employer_standing'), 'applications_due >= 0 AND applications_answered >= 0'
        )
