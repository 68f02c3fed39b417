"""demand"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0010'
down_revision = '0008'
branch_labels = None
depends_on = None


_STATES_BEFORE = "state IN ('checking', 'checked', 'importing', 'done', 'undoing', 'undone', 'unreadable')"
_STATES = "state IN ('mapping', 'checking', 'checked', 'importing', 'done', 'undoing', 'undone', 'unreadable')"


def _import_states(condition: str) -> None:
    with op.batch_alter_table('people_import', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_people_import_state'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_people_import_state'), condition)


def upgrade() -> None:
    _import_states(_STATES)
    op.create_table('posting_source',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_posting_source_created_by_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_posting_source_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_source')),
    sa.UniqueConstraint('organization_id', 'name', name=op.f('uq_posting_source_organization_id_name')),
    sa.UniqueConstraint('public_id', name=op.f('uq_posting_source_public_id'))
    )
    with op.batch_alter_table('posting_source', schema=None) as batch_op:
        batch_op.create_index('ix_posting_source_region_path', ['region_path'], unique=False)

    op.create_table('partner_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('token_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('call_count', sa.Integer(), nullable=False),
    sa.Column('window_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_partner_token_created_by_id')),
    sa.ForeignKeyConstraint(['source_id'], ['posting_source.id'], name=op.f('fk_partner_token_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partner_token')),
    sa.UniqueConstraint('public_id', name=op.f('uq_partner_token_public_id')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_partner_token_token_sha256'))
    )
    with op.batch_alter_table('partner_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_partner_token_source_id'), ['source_id'], unique=False)

    op.create_table('posting_import',
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('token_id', sa.Integer(), nullable=True),
    sa.Column('titles', sa.JSON(), nullable=False),
    sa.Column('samples', sa.JSON(), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('consent', sa.Enum('form', 'paper', 'phone', 'notice', 'feed', name='consent', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('is_full', sa.Boolean(), nullable=False),
    sa.Column('duplicate_count', sa.Integer(), nullable=False),
    sa.Column('blocked_count', sa.Integer(), nullable=False),
    sa.Column('closed_count', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('state', sa.Enum('mapping', 'checking', 'checked', 'importing', 'done', 'undoing', 'undone', 'unreadable', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('next_row', sa.Integer(), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('stored_count', sa.Integer(), nullable=False),
    sa.Column('same_count', sa.Integer(), nullable=False),
    sa.Column('changed_count', sa.Integer(), nullable=False),
    sa.Column('refused_count', sa.Integer(), nullable=False),
    sa.Column('removed_count', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('finished_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_posting_import_created_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_posting_import_file_id')),
    sa.ForeignKeyConstraint(['source_id'], ['posting_source.id'], name=op.f('fk_posting_import_source_id')),
    sa.ForeignKeyConstraint(['token_id'], ['partner_token.id'], name=op.f('fk_posting_import_token_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_import')),
    sa.UniqueConstraint('public_id', name=op.f('uq_posting_import_public_id'))
    )
    with op.batch_alter_table('posting_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posting_import_file_sha256'), ['file_sha256'], unique=False)
        batch_op.create_index('ix_posting_import_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_posting_import_source_id'), ['source_id'], unique=False)

    op.create_table('posting_import_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('row_number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('refused', 'duplicate', 'blocked', 'ended', 'elsewhere', 'closed', 'kept', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('column', sa.String(length=120), nullable=False),
    sa.Column('value', sa.String(length=80), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['posting_import.id'], name=op.f('fk_posting_import_note_import_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_posting_import_note_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_import_note'))
    )
    with op.batch_alter_table('posting_import_note', schema=None) as batch_op:
        batch_op.create_index('ix_posting_import_note_place', ['import_id', 'row_number'], unique=False)

    op.create_table('posting_import_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('row_number', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('is_new', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['posting_import.id'], name=op.f('fk_posting_import_row_import_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_posting_import_row_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_import_row')),
    sa.UniqueConstraint('import_id', 'row_number', name=op.f('uq_posting_import_row_import_id_row_number'))
    )
    with op.batch_alter_table('posting_import_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posting_import_row_posting_id'), ['posting_id'], unique=False)

    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('consent_way', sa.Enum('form', 'paper', 'phone', 'notice', 'feed', name='consent_way', native_enum=False, create_constraint=True, length=32), nullable=True))

    # What came in before were official tables that their issuers had published.
    op.execute("UPDATE posting SET consent_way = 'notice' WHERE source_key IS NOT NULL")



def downgrade() -> None:
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_posting_consent_way'), type_='check')
        batch_op.drop_column('consent_way')

    with op.batch_alter_table('posting_import_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posting_import_row_posting_id'))

    op.drop_table('posting_import_row')
    with op.batch_alter_table('posting_import_note', schema=None) as batch_op:
        batch_op.drop_index('ix_posting_import_note_place')

    op.drop_table('posting_import_note')
    with op.batch_alter_table('posting_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posting_import_source_id'))
        batch_op.drop_index('ix_posting_import_region_path')
        batch_op.drop_index(batch_op.f('ix_posting_import_file_sha256'))

    op.drop_table('posting_import')
    with op.batch_alter_table('partner_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_partner_token_source_id'))

    op.drop_table('partner_token')
    with op.batch_alter_table('posting_source', schema=None) as batch_op:
        batch_op.drop_index('ix_posting_source_region_path')

    op.drop_table('posting_source')
    _import_states(_STATES_BEFORE)
