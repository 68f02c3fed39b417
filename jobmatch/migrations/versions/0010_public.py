"""public"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

_MOMENT = jobmatch.core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sms', sa.String(length=200), server_default='', nullable=False))
    op.create_table('quiet_hours',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('from_hour', sa.Integer(), nullable=False),
    sa.Column('until_hour', sa.Integer(), nullable=False),
    sa.CheckConstraint('from_hour BETWEEN 0 AND 23 AND until_hour BETWEEN 0 AND 23', name=op.f('ck_quiet_hours_hours')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_quiet_hours_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_quiet_hours'))
    )
    op.create_table('saved_search',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('args', sa.JSON(), nullable=False),
    sa.Column('is_told', sa.Boolean(), nullable=False),
    sa.Column('created_at', _MOMENT, nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_saved_search_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_search')),
    sa.UniqueConstraint('person_id', 'name', name=op.f('uq_saved_search_person_id_name')),
    sa.UniqueConstraint('public_id', name=op.f('uq_saved_search_public_id'))
    )
    op.create_table('application_origin',
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('application_count', sa.Integer(), nullable=False),
    sa.Column('made_at', _MOMENT, nullable=False),
    sa.CheckConstraint('application_count >= 0', name=op.f('ck_application_origin_count')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_application_origin'))
    )
    op.create_table('digest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('made_at', _MOMENT, nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('posting_ids', sa.JSON(), nullable=False),
    sa.Column('more_count', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_digest_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest')),
    sa.UniqueConstraint('person_id', 'made_on', name=op.f('uq_digest_person_id_made_on')),
    sa.UniqueConstraint('public_id', name=op.f('uq_digest_public_id'))
    )
    op.create_table('digest_choice',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('wants_postings', sa.Boolean(), nullable=False),
    sa.Column('wants_results', sa.Boolean(), nullable=False),
    sa.Column('changed_at', _MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_digest_choice_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_digest_choice'))
    )
    op.create_table('bulletin',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('week_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'released', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('created_at', _MOMENT, nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('released_at', _MOMENT, nullable=True),
    sa.Column('released_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'released') = (number IS NOT NULL) AND (state = 'released') = (released_at IS NOT NULL)", name=op.f('ck_bulletin_released')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_bulletin_created_by_id_user')),
    sa.ForeignKeyConstraint(['released_by_id'], ['user.id'], name=op.f('fk_bulletin_released_by_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulletin')),
    sa.UniqueConstraint('public_id', name=op.f('uq_bulletin_public_id')),
    sa.UniqueConstraint('region_path', 'number', name=op.f('uq_bulletin_region_path_number')),
    sa.UniqueConstraint('region_path', 'week_on', name=op.f('uq_bulletin_region_path_week_on'))
    )
    op.create_table('bulletin_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bulletin_id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_picked', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['bulletin_id'], ['bulletin.id'], name=op.f('fk_bulletin_item_bulletin_id_bulletin')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_bulletin_item_posting_id_posting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulletin_item')),
    sa.UniqueConstraint('bulletin_id', 'posting_id', name=op.f('uq_bulletin_item_bulletin_id_posting_id'))
    )
    with op.batch_alter_table('bulletin_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulletin_item_posting_id'), ['posting_id'], unique=False)
    op.create_table('bulletin_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bulletin_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('click_count', sa.Integer(), nullable=False),
    sa.CheckConstraint('click_count >= 0', name=op.f('ck_bulletin_link_clicks')),
    sa.ForeignKeyConstraint(['bulletin_id'], ['bulletin.id'], name=op.f('fk_bulletin_link_bulletin_id_bulletin')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_bulletin_link_station_id_organization')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulletin_link')),
    sa.UniqueConstraint('bulletin_id', 'station_id', name=op.f('uq_bulletin_link_bulletin_id_station_id')),
    sa.UniqueConstraint('code', name=op.f('uq_bulletin_link_code'))
    )
    with op.batch_alter_table('bulletin_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulletin_link_station_id'), ['station_id'], unique=False)


def downgrade() -> None:
    for table in (
        'bulletin_link', 'bulletin_item', 'bulletin', 'digest_choice', 'digest', 'application_origin', 'saved_search',
        'quiet_hours',
    ):
        op.drop_table(table)
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_column('sms')
