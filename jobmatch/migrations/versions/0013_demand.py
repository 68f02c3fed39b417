"""demand"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


_STATES_BEFORE = "state IN ('checking', 'checked', 'importing', 'done', 'undoing', 'undone', 'unreadable')"
_STATES = "state IN ('mapping', 'checking', 'checked', 'importing', 'done', 'undoing', 'undone', 'unreadable')"


def _import_states(condition: str) -> None:
    with op.batch_alter_table('people_import', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_people_import_state'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_people_import_state'), condition)


_PURPOSES_BEFORE = "purpose IN ('sign_in', 'sign_up', 'recovery', 'phone_change')"
_PURPOSES = "purpose IN ('sign_in', 'sign_up', 'recovery', 'phone_change', 'posting_form')"


def _code_purposes(condition: str) -> None:
    with op.batch_alter_table('one_time_code', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_one_time_code_purpose'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_one_time_code_purpose'), condition)


def _demand() -> None:
    op.create_table('demand_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('quarter', sa.String(length=6), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('closes_on >= opens_on', name=op.f('ck_demand_round_period')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_demand_round_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_demand_round')),
    sa.UniqueConstraint('public_id', name=op.f('uq_demand_round_public_id')),
    sa.UniqueConstraint('region_path', 'quarter', name=op.f('uq_demand_round_region_path_quarter'))
    )
    with op.batch_alter_table('demand_round', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_demand_round_quarter'), ['quarter'], unique=False)

    op.create_table('demand_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('way', sa.Enum('link', 'app', 'staff', name='way', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('answered_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.String(length=60), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.Column('reminder_count', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('(answered_at IS NULL) = (way IS NULL)', name=op.f('ck_demand_answer_answered')),
    sa.ForeignKeyConstraint(['employer_id'], ['employer.id'], name=op.f('fk_demand_answer_employer_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_demand_answer_entered_by_id')),
    sa.ForeignKeyConstraint(['round_id'], ['demand_round.id'], name=op.f('fk_demand_answer_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_demand_answer')),
    sa.UniqueConstraint('public_id', name=op.f('uq_demand_answer_public_id')),
    sa.UniqueConstraint('round_id', 'employer_id', name=op.f('uq_demand_answer_round_id_employer_id'))
    )
    with op.batch_alter_table('demand_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_demand_answer_employer_id'), ['employer_id'], unique=False)

    op.create_table('demand_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=60), nullable=False),
    sa.Column('occupation_code', sa.String(length=20), nullable=True),
    sa.Column('now_count', sa.Integer(), nullable=False),
    sa.Column('next_count', sa.Integer(), nullable=False),
    sa.Column('pay_low_yuan', sa.Integer(), nullable=True),
    sa.Column('pay_high_yuan', sa.Integer(), nullable=True),
    sa.Column('is_trainable', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=120), nullable=False),
    sa.CheckConstraint('now_count >= 0 AND next_count >= 0 AND now_count + next_count > 0', name=op.f('ck_demand_line_counts')),
    sa.CheckConstraint('pay_high_yuan IS NULL OR pay_low_yuan IS NULL OR pay_high_yuan >= pay_low_yuan', name=op.f('ck_demand_line_pay')),
    sa.ForeignKeyConstraint(['answer_id'], ['demand_answer.id'], name=op.f('fk_demand_line_answer_id')),
    sa.ForeignKeyConstraint(['occupation_code'], ['occupation.code'], name=op.f('fk_demand_line_occupation_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_demand_line'))
    )
    with op.batch_alter_table('demand_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_demand_line_answer_id'), ['answer_id'], unique=False)
        batch_op.create_index('ix_demand_line_occupation_code', ['occupation_code'], unique=False)

    op.create_table('posting_form',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('filled_by', sa.String(length=60), nullable=False),
    sa.Column('is_known_phone', sa.Boolean(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_posting_form_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_form')),
    sa.UniqueConstraint('posting_id', name=op.f('uq_posting_form_posting_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_posting_form_public_id'))
    )
    with op.batch_alter_table('posting_form', schema=None) as batch_op:
        batch_op.create_index('ix_posting_form_region_path', ['region_path'], unique=False)


def upgrade() -> None:
    _import_states(_STATES)
    _code_purposes(_PURPOSES)
    _demand()
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
    sa.Column('consent', sa.Enum('in_app', 'link', 'phone', 'form', 'paper', 'notice', 'feed', name='consent', native_enum=False, create_constraint=True, length=32), nullable=True),
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



def downgrade() -> None:
    with op.batch_alter_table('posting_form', schema=None) as batch_op:
        batch_op.drop_index('ix_posting_form_region_path')

    op.drop_table('posting_form')
    with op.batch_alter_table('demand_line', schema=None) as batch_op:
        batch_op.drop_index('ix_demand_line_occupation_code')
        batch_op.drop_index(batch_op.f('ix_demand_line_answer_id'))

    op.drop_table('demand_line')
    with op.batch_alter_table('demand_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_demand_answer_employer_id'))

    op.drop_table('demand_answer')
    with op.batch_alter_table('demand_round', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_demand_round_quarter'))

    op.drop_table('demand_round')
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
    op.execute("DELETE FROM one_time_code WHERE purpose = 'posting_form'")
    _code_purposes(_PURPOSES_BEFORE)
