"""mending"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


_ACTIONS_BEFORE = "action IN ('file', 'accept', 'refuse', 'investigate', 'found', 'unfound', 'refer', 'close', 'ask', 'statement', 'escalate', 'release')"
_ACTIONS = "action IN ('file', 'accept', 'refuse', 'investigate', 'found', 'unfound', 'refer', 'close', 'ask', 'statement', 'escalate', 'hold', 'release')"


def _step_actions(condition: str) -> None:
    with op.batch_alter_table('complaint_step', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_complaint_step_action'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_complaint_step_action'), condition)


def upgrade() -> None:
    _step_actions(_ACTIONS)
    with op.batch_alter_table('complaint_hold', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True))
    # Until now the employer was told in the moment of the report.
    op.execute(
        "UPDATE complaint_hold SET told_at = (SELECT filed_at FROM complaint WHERE complaint.id = complaint_hold.complaint_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table('complaint_hold', schema=None) as batch_op:
        batch_op.drop_column('told_at')
    op.execute("DELETE FROM complaint_step WHERE action = 'hold'")
    _step_actions(_ACTIONS_BEFORE)
