"""people at a fair are found by the last four digits of their phone"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0020'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('fair_registration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone_tail_blind', sa.LargeBinary(length=16), nullable=True))
        batch_op.create_index(
            batch_op.f('ix_fair_registration_phone_tail_blind'), ['phone_tail_blind'], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table('fair_registration', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_registration_phone_tail_blind'))
        batch_op.drop_column('phone_tail_blind')
