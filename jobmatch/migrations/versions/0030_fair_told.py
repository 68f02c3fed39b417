"""what each registered person was last told of day and place, so that a change reaches everybody once"""

from __future__ import annotations

from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

_FAIR = sa.table(
    'job_fair',
    sa.column('id', sa.Integer),
    sa.column('opens_at', sa.DateTime(timezone=True)),
    sa.column('place', sa.String),
    sa.column('state', sa.String),
)
_REGISTRATION = sa.table(
    'fair_registration', sa.column('fair_id', sa.Integer), sa.column('told', sa.String)
)


def upgrade() -> None:
    with op.batch_alter_table('fair_registration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told', sa.String(length=160), nullable=False, server_default=''))
    with op.batch_alter_table('fair_registration', schema=None) as batch_op:
        batch_op.alter_column('told', server_default=None)
    # Whoever registered until now knows of the day and place as they stand.
    bind = op.get_bind()
    for fair in bind.execute(sa.select(_FAIR)).all():
        at = fair.opens_at if fair.opens_at.tzinfo is None else fair.opens_at.astimezone(UTC)
        told = 'canceled' if fair.state == 'canceled' else f'{at:%Y%m%d%H%M} {fair.place}'
        bind.execute(sa.update(_REGISTRATION).where(_REGISTRATION.c.fair_id == fair.id).values(told=told))


def downgrade() -> None:
    with op.batch_alter_table('fair_registration', schema=None) as batch_op:
        batch_op.drop_column('told')
