"""hoped ages"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hoped_min_age', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('hoped_max_age', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('welcomes_over', sa.Integer(), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_posting_welcomes_over'), 'welcomes_over IN (45, 50)')


def downgrade() -> None:
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_posting_welcomes_over'), type_='check')
        batch_op.drop_column('welcomes_over')
        batch_op.drop_column('hoped_max_age')
        batch_op.drop_column('hoped_min_age')
