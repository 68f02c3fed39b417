"""who waited is let in on the day; scans outside the hours are practice; lists of fairs are sealed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

RESULTS = ('ok', 'repeated', 'other_fair', 'forged', 'unknown', 'canceled', 'not_open')
KINDS = ('seated', 'queued', 'promoted', 'canceled')


def upgrade() -> None:
    with op.batch_alter_table('fair_registration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('let_in_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        'fair_archive',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('fair_id', sa.Integer(), nullable=False),
        sa.Column('file_id', sa.Integer(), nullable=True),
        sa.Column('sealed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('destroyed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            '(file_id IS NULL) = (destroyed_at IS NOT NULL)', name=op.f('ck_fair_archive_destroyed')
        ),
        sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_archive_fair_id')),
        sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_fair_archive_file_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_archive')),
        sa.UniqueConstraint('fair_id', name=op.f('uq_fair_archive_fair_id')),
        sa.UniqueConstraint('file_id', name=op.f('uq_fair_archive_file_id')),
    )
    _allow('seat_move', 'kind', (*KINDS, 'let_in'))
    _allow('scan_receipt', 'result', (*RESULTS, 'practice'))


def downgrade() -> None:
    op.drop_table('fair_archive')
    op.execute("DELETE FROM scan_receipt WHERE result = 'practice'")
    op.execute("DELETE FROM seat_move WHERE kind = 'let_in'")
    _allow('scan_receipt', 'result', RESULTS)
    _allow('seat_move', 'kind', KINDS)
    with op.batch_alter_table('fair_registration', schema=None) as batch_op:
        batch_op.drop_column('let_in_at')


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    """The values that a column of words may hold."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f'ck_{table}_{column}'), type_='check')
        words = ', '.join(f"'{value}'" for value in values)
        batch_op.create_check_constraint(batch_op.f(f'ck_{table}_{column}'), f'{column} IN ({words})')
