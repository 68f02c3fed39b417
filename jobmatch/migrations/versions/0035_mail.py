"""e-mail: an address of an account, a channel of messages, a file that goes with one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


_CHANNELS_BEFORE = "channel IN ('in_app', 'sms')"
_CHANNELS = "channel IN ('in_app', 'sms', 'email')"
_PURPOSES_BEFORE = "purpose IN ('sign_in', 'sign_up', 'recovery', 'phone_change', 'posting_form')"
_PURPOSES = "purpose IN ('sign_in', 'sign_up', 'recovery', 'phone_change', 'posting_form', 'email')"


def _checks(channels: str, purposes: str) -> None:
    for table, name, condition in (
        ('delivery', 'channel', channels), ('preference', 'channel', channels), ('one_time_code', 'purpose', purposes)
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f'ck_{table}_{name}'), type_='check')
            batch_op.create_check_constraint(batch_op.f(f'ck_{table}_{name}'), condition)


def upgrade() -> None:
    _checks(_CHANNELS, _PURPOSES)
    op.create_index('ix_delivery_state', 'delivery', ['state'], unique=False)
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email_sealed', sa.LargeBinary(), nullable=True))
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('file_id', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_message_file_id'), ['file_id'])
        batch_op.create_foreign_key(batch_op.f('fk_message_file_id'), 'stored_file', ['file_id'], ['id'])


def downgrade() -> None:
    op.execute("DELETE FROM delivery WHERE channel = 'email'")
    op.execute("DELETE FROM preference WHERE channel = 'email'")
    op.execute("DELETE FROM one_time_code WHERE purpose = 'email'")
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_message_file_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_message_file_id'), type_='unique')
        batch_op.drop_column('file_id')
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_column('email_sealed')
    op.drop_index('ix_delivery_state', table_name='delivery')
    _checks(_CHANNELS_BEFORE, _PURPOSES_BEFORE)
