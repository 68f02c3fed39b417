"""a chain of seals over the audit trail"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_seal',
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('sealed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('hmac', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['audit_entry.id'], name=op.f('fk_audit_seal_entry_id')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_seal')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_audit_seal_entry_id')),
    sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table('audit_seal')
