"""answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_MOVES_BEFORE = "move IN ('screen', 'invite', 'confirm_interview', 'ask_time', 'offer', 'accept', 'report_start', 'confirm_start', 'reject', 'withdraw', 'supersede', 'lapse')"
_MOVES = "move IN ('screen', 'invite', 'offer_slots', 'pick_slot', 'confirm_interview', 'ask_time', 'record_result', 'offer', 'accept', 'report_start', 'confirm_start', 'reject', 'withdraw', 'supersede', 'lapse', 'undo_start', 'revive')"


def _moves(condition: str) -> None:
    with op.batch_alter_table('application_move', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_application_move_move'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_application_move_move'), condition)


def _appointments() -> None:
    """Interviews that were agreed on before get their row, under the public id of their application."""
    op.execute(
        "INSERT INTO interview (public_id, application_id, starts_at, place, created_at, is_no_show, objection)"
        " SELECT public_id, id, interview_at, interview_place, state_since, false, '' FROM application"
        " WHERE state = 'interview'"
    )


def upgrade() -> None:
    op.create_table('document_kind',
    sa.Column('hint', sa.Text(), nullable=False),
    sa.Column('hint_en', sa.Text(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('source_on', sa.Date(), nullable=True),
    sa.Column('is_local', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_document_kind'))
    )
    op.create_table('interview_slot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('starts_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('capacity BETWEEN 1 AND 200 AND minutes BETWEEN 5 AND 480', name=op.f('ck_interview_slot_size')),
    sa.CheckConstraint('taken BETWEEN 0 AND capacity', name=op.f('ck_interview_slot_taken')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_interview_slot_created_by_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_interview_slot_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_slot')),
    sa.UniqueConstraint('public_id', name=op.f('uq_interview_slot_public_id'))
    )
    with op.batch_alter_table('interview_slot', schema=None) as batch_op:
        batch_op.create_index('ix_interview_slot_posting', ['posting_id', 'starts_at'], unique=False)

    op.create_table('posting_document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('kind_code', sa.String(length=20), nullable=False),
    sa.Column('stage', sa.Enum('interview', 'offer', 'hire', name='stage', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.ForeignKeyConstraint(['kind_code'], ['document_kind.code'], name=op.f('fk_posting_document_kind_code')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_posting_document_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_document')),
    sa.UniqueConstraint('posting_id', 'kind_code', name=op.f('uq_posting_document_posting_id_kind_code'))
    )
    op.create_table('application_document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('kind_code', sa.String(length=20), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('looked_count', sa.Integer(), nullable=False),
    sa.Column('looked_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_document_application_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_application_document_file_id')),
    sa.ForeignKeyConstraint(['kind_code'], ['document_kind.code'], name=op.f('fk_application_document_kind_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_document')),
    sa.UniqueConstraint('application_id', 'kind_code', name=op.f('uq_application_document_application_id_kind_code')),
    sa.UniqueConstraint('public_id', name=op.f('uq_application_document_public_id'))
    )
    op.create_table('interview',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=True),
    sa.Column('starts_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('asked_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('attendance', sa.Enum('coming', 'not_coming', name='attendance', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('attendance_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('result', sa.Enum('came', 'absent', 'passed', 'failed', name='result', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('result_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('is_no_show', sa.Boolean(), nullable=False),
    sa.Column('objection', sa.String(length=300), nullable=False),
    sa.Column('objected_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('struck_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("NOT is_no_show OR result = 'absent'", name=op.f('ck_interview_no_show')),
    sa.CheckConstraint('(result IS NULL) = (result_at IS NULL)', name=op.f('ck_interview_result_time')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_interview_application_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['interview_slot.id'], name=op.f('fk_interview_slot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview')),
    sa.UniqueConstraint('public_id', name=op.f('uq_interview_public_id'))
    )
    with op.batch_alter_table('interview', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interview_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_interview_slot_id'), ['slot_id'], unique=False)
        batch_op.create_index('ix_interview_starts_at', ['starts_at'], unique=False)
        batch_op.create_index('uq_interview_standing', ['application_id'], unique=True, sqlite_where=sa.text('cancelled_at IS NULL'), postgresql_where=sa.text('cancelled_at IS NULL'))

    op.create_table('retention_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('spell_id', sa.Integer(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Enum('stayed', 'left', name='answer', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.Column('reason_code', sa.String(length=20), nullable=True),
    sa.Column('answered_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.Enum('agreed', 'disagreed', 'one_sided', name='outcome', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('settled_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("left_on IS NULL OR answer = 'left'", name=op.f('ck_retention_check_left_on')),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_retention_check_answered')),
    sa.CheckConstraint('(outcome IS NULL) = (settled_at IS NULL)', name=op.f('ck_retention_check_settled')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['user.id'], name=op.f('fk_retention_check_answered_by_id')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_retention_check_application_id')),
    sa.ForeignKeyConstraint(['reason_code'], ['reason.code'], name=op.f('fk_retention_check_reason_code')),
    sa.ForeignKeyConstraint(['spell_id'], ['employment_spell.id'], name=op.f('fk_retention_check_spell_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_check')),
    sa.UniqueConstraint('application_id', 'months', name=op.f('uq_retention_check_application_id_months')),
    sa.UniqueConstraint('public_id', name=op.f('uq_retention_check_public_id'))
    )
    with op.batch_alter_table('retention_check', schema=None) as batch_op:
        batch_op.create_index('ix_retention_check_open', ['settled_at', 'answered_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_retention_check_spell_id'), ['spell_id'], unique=False)

    op.create_table('start_effect',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('started_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('restored_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('loss', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_start_effect_application_id')),
    sa.ForeignKeyConstraint(['started_id'], ['application.id'], name=op.f('fk_start_effect_started_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_start_effect'))
    )
    with op.batch_alter_table('start_effect', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_start_effect_application_id'), ['application_id'], unique=False)
        batch_op.create_index('ix_start_effect_started', ['started_id'], unique=False)

    op.create_table('phone_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('interview_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.Enum('attend', 'result', name='purpose', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('expires_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_phone_link_created_by_id')),
    sa.ForeignKeyConstraint(['interview_id'], ['interview.id'], name=op.f('fk_phone_link_interview_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_link')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_phone_link_token_sha256'))
    )
    with op.batch_alter_table('phone_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_link_interview_id'), ['interview_id'], unique=False)

    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('nudge_step', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('recommended_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('support_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('slots_offered_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('slot_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_application_slot_id'), ['slot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_support_id'), ['support_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_application_recommended_by_id'), 'user', ['recommended_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_application_support_id'), 'support', ['support_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_application_slot_id'), 'interview_slot', ['slot_id'], ['id'])

    with op.batch_alter_table('employment_check', schema=None) as batch_op:
        batch_op.add_column(sa.Column('left_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('reason_code', sa.String(length=20), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_employment_check_reason_code'), 'reason', ['reason_code'], ['code'])

    with op.batch_alter_table('employment_spell', schema=None) as batch_op:
        batch_op.add_column(sa.Column('withdrawn_reason', sa.String(length=200), server_default='', nullable=False))
        batch_op.create_check_constraint(batch_op.f('ck_employment_spell_withdrawn'), "withdrawn_reason = '' OR superseded_at IS NOT NULL")

    with op.batch_alter_table('reason', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parent_code', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('way', sa.String(length=12), server_default='', nullable=False))
        batch_op.create_foreign_key(batch_op.f('fk_reason_parent_code'), 'reason', ['parent_code'], ['code'])

    _moves(_MOVES)
    _appointments()



def downgrade() -> None:
    op.execute("DELETE FROM application_move WHERE move IN ('offer_slots', 'pick_slot', 'record_result', 'undo_start', 'revive')")
    _moves(_MOVES_BEFORE)
    with op.batch_alter_table('reason', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_reason_parent_code'), type_='foreignkey')
        batch_op.drop_column('way')
        batch_op.drop_column('parent_code')

    with op.batch_alter_table('employment_spell', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_employment_spell_withdrawn'), type_='check')
        batch_op.drop_column('withdrawn_reason')

    with op.batch_alter_table('employment_check', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_employment_check_reason_code'), type_='foreignkey')
        batch_op.drop_column('reason_code')
        batch_op.drop_column('left_on')

    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_application_slot_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_application_support_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_application_recommended_by_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_application_support_id'))
        batch_op.drop_index(batch_op.f('ix_application_slot_id'))
        batch_op.drop_column('slot_id')
        batch_op.drop_column('slots_offered_at')
        batch_op.drop_column('support_id')
        batch_op.drop_column('recommended_by_id')
        batch_op.drop_column('nudge_step')

    with op.batch_alter_table('phone_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_phone_link_interview_id'))

    op.drop_table('phone_link')
    with op.batch_alter_table('start_effect', schema=None) as batch_op:
        batch_op.drop_index('ix_start_effect_started')
        batch_op.drop_index(batch_op.f('ix_start_effect_application_id'))

    op.drop_table('start_effect')
    with op.batch_alter_table('retention_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_retention_check_spell_id'))
        batch_op.drop_index('ix_retention_check_open')

    op.drop_table('retention_check')
    with op.batch_alter_table('interview', schema=None) as batch_op:
        batch_op.drop_index('uq_interview_standing', sqlite_where=sa.text('cancelled_at IS NULL'), postgresql_where=sa.text('cancelled_at IS NULL'))
        batch_op.drop_index('ix_interview_starts_at')
        batch_op.drop_index(batch_op.f('ix_interview_slot_id'))
        batch_op.drop_index(batch_op.f('ix_interview_application_id'))

    op.drop_table('interview')
    op.drop_table('application_document')
    op.drop_table('posting_document')
    with op.batch_alter_table('interview_slot', schema=None) as batch_op:
        batch_op.drop_index('ix_interview_slot_posting')

    op.drop_table('interview_slot')
    op.drop_table('document_kind')
