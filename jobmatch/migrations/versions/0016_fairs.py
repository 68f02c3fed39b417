"""fairs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


_TASKS_BEFORE = "kind IN ('new_return', 'late_return', 'missing_fields', 'base_count', 'duplicate', 'verify', 'appeal', 'claim', 'confirm_employment', 'proposal', 'contact_due', 'call_back', 'visit', 'lost', 'unanswered', 'interview', 'no_way_forward', 'plan_due', 'referral_due', 'desk_due', 'escalation', 'placement_due', 'half_year', 'rights', 'reference', 'other')"
_TASKS = "kind IN ('new_return', 'late_return', 'missing_fields', 'base_count', 'duplicate', 'verify', 'appeal', 'claim', 'confirm_employment', 'proposal', 'contact_due', 'call_back', 'visit', 'lost', 'unanswered', 'interview', 'no_way_forward', 'plan_due', 'referral_due', 'desk_due', 'escalation', 'placement_due', 'half_year', 'rights', 'fair_step', 'fair_follow_up', 'reference', 'other')"


def _task_kinds(condition: str) -> None:
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_task_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_task_kind'), condition)


def upgrade() -> None:
    _task_kinds(_TASKS)
    op.create_table('fair_process_step',
    sa.Column('stage_zh', sa.String(length=20), nullable=False),
    sa.Column('stage_en', sa.String(length=40), nullable=False),
    sa.Column('actor', sa.String(length=40), nullable=False),
    sa.Column('hint', sa.Text(), nullable=False),
    sa.Column('hint_en', sa.Text(), nullable=False),
    sa.Column('outputs', sa.String(length=120), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('days_from_fair', sa.Integer(), nullable=False),
    sa.Column('only_for', sa.String(length=12), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('source_on', sa.Date(), nullable=True),
    sa.Column('is_local', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_fair_process_step'))
    )
    op.create_table('fair_theme',
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('source_on', sa.Date(), nullable=True),
    sa.Column('is_local', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_fair_theme'))
    )
    op.create_table('job_fair',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('part', sa.Enum('held', 'joined', name='part', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('mode', sa.Enum('on_site', 'online', 'both', name='mode', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('draft', 'published', 'running', 'closed', 'archived', 'canceled', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('theme_code', sa.String(length=20), nullable=True),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('opens_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closes_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('registration_until', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('sign_up_until', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('cancel_until', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('way_there', sa.Text(), nullable=False),
    sa.Column('hosts', sa.String(length=300), nullable=False),
    sa.Column('organizers', sa.String(length=300), nullable=False),
    sa.Column('contact_name', sa.String(length=60), nullable=False),
    sa.Column('contact_phone', sa.String(length=40), nullable=False),
    sa.Column('expected_count', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('waiting_last', sa.Integer(), nullable=False),
    sa.Column('check_in_last', sa.Integer(), nullable=False),
    sa.Column('booth_capacity', sa.Integer(), nullable=False),
    sa.Column('booth_taken', sa.Integer(), nullable=False),
    sa.Column('exhibitor_waiting_last', sa.Integer(), nullable=False),
    sa.Column('taken_on_the_day', sa.Boolean(), nullable=False),
    sa.Column('permit_number', sa.String(length=60), nullable=False),
    sa.Column('permit_on', sa.Date(), nullable=True),
    sa.Column('cloned_from_id', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('published_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('opened_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('archived_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('canceled_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.String(length=200), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'canceled') = (canceled_at IS NOT NULL)", name=op.f('ck_job_fair_canceled')),
    sa.CheckConstraint("state NOT IN ('closed', 'archived') OR closed_at IS NOT NULL", name=op.f('ck_job_fair_closed')),
    sa.CheckConstraint("state NOT IN ('published', 'running') OR published_at IS NOT NULL", name=op.f('ck_job_fair_published')),
    sa.CheckConstraint('booth_taken BETWEEN 0 AND booth_capacity', name=op.f('ck_job_fair_booths')),
    sa.CheckConstraint('closes_at > opens_at', name=op.f('ck_job_fair_hours')),
    sa.CheckConstraint('expected_count >= 0', name=op.f('ck_job_fair_expected')),
    sa.CheckConstraint('taken BETWEEN 0 AND capacity', name=op.f('ck_job_fair_seats')),
    sa.ForeignKeyConstraint(['cloned_from_id'], ['job_fair.id'], name=op.f('fk_job_fair_cloned_from_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_job_fair_created_by_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_job_fair_organization_id')),
    sa.ForeignKeyConstraint(['theme_code'], ['fair_theme.code'], name=op.f('fk_job_fair_theme_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_fair')),
    sa.UniqueConstraint('public_id', name=op.f('uq_job_fair_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('job_fair', schema=None) as batch_op:
        batch_op.create_index('ix_job_fair_opens_at', ['opens_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_fair_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index('ix_job_fair_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_fair_state'), ['state'], unique=False)

    op.create_table('exhibitor',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('state', sa.Enum('applied', 'accepted', 'waiting', 'refused', 'canceled', 'absent', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('attendees', sa.String(length=120), nullable=False),
    sa.Column('contact_name', sa.String(length=60), nullable=False),
    sa.Column('contact_phone', sa.String(length=40), nullable=False),
    sa.Column('needs_power', sa.Boolean(), nullable=False),
    sa.Column('needs', sa.String(length=200), nullable=False),
    sa.Column('sign_code', sa.String(length=6), nullable=False),
    sa.Column('waiting_number', sa.Integer(), nullable=True),
    sa.Column('reason_code', sa.String(length=20), nullable=True),
    sa.Column('review_note', sa.String(length=200), nullable=False),
    sa.Column('applied_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('applied_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('canceled_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('checked_in_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('checked_in_by_id', sa.Integer(), nullable=True),
    sa.Column('left_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('left_note', sa.String(length=200), nullable=False),
    sa.Column('desk_sha256', sa.LargeBinary(length=32), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'waiting') = (waiting_number IS NOT NULL)", name=op.f('ck_exhibitor_waiting')),
    sa.CheckConstraint("checked_in_at IS NULL OR state = 'accepted'", name=op.f('ck_exhibitor_came')),
    sa.CheckConstraint("state NOT IN ('refused') OR reason_code IS NOT NULL", name=op.f('ck_exhibitor_refused')),
    sa.CheckConstraint('left_at IS NULL OR checked_in_at IS NOT NULL', name=op.f('ck_exhibitor_left')),
    sa.ForeignKeyConstraint(['applied_by_id'], ['user.id'], name=op.f('fk_exhibitor_applied_by_id')),
    sa.ForeignKeyConstraint(['checked_in_by_id'], ['user.id'], name=op.f('fk_exhibitor_checked_in_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_exhibitor_decided_by_id')),
    sa.ForeignKeyConstraint(['employer_id'], ['employer.id'], name=op.f('fk_exhibitor_employer_id')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_exhibitor_fair_id')),
    sa.ForeignKeyConstraint(['reason_code'], ['reason.code'], name=op.f('fk_exhibitor_reason_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exhibitor')),
    sa.UniqueConstraint('desk_sha256', name=op.f('uq_exhibitor_desk_sha256')),
    sa.UniqueConstraint('fair_id', 'employer_id', name=op.f('uq_exhibitor_fair_id_employer_id')),
    sa.UniqueConstraint('fair_id', 'sign_code', name=op.f('uq_exhibitor_fair_id_sign_code')),
    sa.UniqueConstraint('fair_id', 'waiting_number', name=op.f('uq_exhibitor_fair_id_waiting_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_exhibitor_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('exhibitor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exhibitor_employer_id'), ['employer_id'], unique=False)
        batch_op.create_index('ix_exhibitor_region_path', ['region_path'], unique=False)

    op.create_table('fair_broadcast',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('host_name', sa.String(length=60), nullable=False),
    sa.Column('platform', sa.String(length=40), nullable=False),
    sa.Column('url', sa.String(length=300), nullable=False),
    sa.Column('starts_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('viewer_count', sa.Integer(), nullable=False),
    sa.Column('peak_count', sa.Integer(), nullable=False),
    sa.Column('question_count', sa.Integer(), nullable=False),
    sa.Column('application_count', sa.Integer(), nullable=False),
    sa.Column('intention_count', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('viewer_count >= 0 AND peak_count >= 0 AND question_count >= 0 AND application_count >= 0 AND intention_count >= 0', name=op.f('ck_fair_broadcast_counts')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_broadcast_fair_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_broadcast')),
    sa.UniqueConstraint('public_id', name=op.f('uq_fair_broadcast_public_id'))
    )
    with op.batch_alter_table('fair_broadcast', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_broadcast_fair_id'), ['fair_id'], unique=False)

    op.create_table('fair_call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('score', sa.Double(), nullable=False),
    sa.Column('fitting_count', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('listed', 'told', 'coming', 'not_coming', 'not_reached', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('called_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('called_by_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("(state = 'listed') = (called_at IS NULL)", name=op.f('ck_fair_call_called')),
    sa.ForeignKeyConstraint(['called_by_id'], ['user.id'], name=op.f('fk_fair_call_called_by_id')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_call_fair_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_fair_call_person_id')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_fair_call_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_call')),
    sa.UniqueConstraint('fair_id', 'person_id', name=op.f('uq_fair_call_fair_id_person_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_fair_call_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('fair_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_call_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_fair_call_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_fair_call_station_id'), ['station_id'], unique=False)

    op.create_table('fair_helper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('desk', sa.String(length=40), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_helper_fair_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_fair_helper_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_helper')),
    sa.UniqueConstraint('fair_id', 'user_id', name=op.f('uq_fair_helper_fair_id_user_id'))
    )
    with op.batch_alter_table('fair_helper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_helper_user_id'), ['user_id'], unique=False)

    op.create_table('fair_invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('way', sa.Enum('list', 'ranked', name='way', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('reply', sa.Enum('none', 'coming', 'not_coming', 'maybe', name='reply', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('replied_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('attendees', sa.String(length=120), nullable=False),
    sa.Column('needs_power', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('token_sha256', sa.LargeBinary(length=32), nullable=True),
    sa.Column('called_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('called_by_id', sa.Integer(), nullable=True),
    sa.Column('call_note', sa.String(length=200), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("(reply = 'none') = (replied_at IS NULL)", name=op.f('ck_fair_invitation_replied')),
    sa.CheckConstraint('score IS NULL OR score BETWEEN 0 AND 1', name=op.f('ck_fair_invitation_score')),
    sa.ForeignKeyConstraint(['called_by_id'], ['user.id'], name=op.f('fk_fair_invitation_called_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_fair_invitation_created_by_id')),
    sa.ForeignKeyConstraint(['employer_id'], ['employer.id'], name=op.f('fk_fair_invitation_employer_id')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_invitation_fair_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_invitation')),
    sa.UniqueConstraint('fair_id', 'employer_id', name=op.f('uq_fair_invitation_fair_id_employer_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_fair_invitation_public_id')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_fair_invitation_token_sha256'))
    )
    with op.batch_alter_table('fair_invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_invitation_employer_id'), ['employer_id'], unique=False)

    op.create_table('fair_money',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('cost', 'sponsor', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('party', sa.String(length=80), nullable=False),
    sa.Column('planned_yuan', sa.Integer(), nullable=False),
    sa.Column('spent_yuan', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind = 'cost' OR party != ''", name=op.f('ck_fair_money_sponsor')),
    sa.CheckConstraint('planned_yuan >= 0 AND (spent_yuan IS NULL OR spent_yuan >= 0)', name=op.f('ck_fair_money_yuan')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_money_fair_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_money'))
    )
    with op.batch_alter_table('fair_money', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_money_fair_id'), ['fair_id'], unique=False)

    op.create_table('fair_paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('method', 'emergency', 'security', 'permit', 'scheme', 'sign_in_sheet', 'intention_sheet', 'photo', 'report', 'other', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('replaced_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_fair_paper_created_by_id')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_paper_fair_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_fair_paper_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_paper')),
    sa.UniqueConstraint('file_id', name=op.f('uq_fair_paper_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_fair_paper_public_id'))
    )
    with op.batch_alter_table('fair_paper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_paper_fair_id'), ['fair_id'], unique=False)

    op.create_table('fair_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('quick', 'day_90', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('made_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("revision = 1 OR reason != ''", name=op.f('ck_fair_report_revised')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_report_fair_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_fair_report_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_report')),
    sa.UniqueConstraint('fair_id', 'kind', 'revision', name=op.f('uq_fair_report_fair_id_kind_revision')),
    sa.UniqueConstraint('public_id', name=op.f('uq_fair_report_public_id'))
    )
    op.create_table('fair_slice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('people_target', sa.Integer(), nullable=False),
    sa.Column('employer_target', sa.Integer(), nullable=False),
    sa.CheckConstraint('people_target >= 0 AND employer_target >= 0', name=op.f('ck_fair_slice_targets')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_slice_fair_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_slice')),
    sa.UniqueConstraint('fair_id', 'region_path', name=op.f('uq_fair_slice_fair_id_region_path'))
    )
    with op.batch_alter_table('fair_slice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_slice_region_path'), ['region_path'], unique=False)

    op.create_table('fair_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('step_code', sa.String(length=20), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('done_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('done_by_id', sa.Integer(), nullable=True),
    sa.Column('is_skipped', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.CheckConstraint("NOT is_skipped OR note != ''", name=op.f('ck_fair_step_skipped')),
    sa.ForeignKeyConstraint(['done_by_id'], ['user.id'], name=op.f('fk_fair_step_done_by_id')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_step_fair_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_fair_step_owner_id')),
    sa.ForeignKeyConstraint(['step_code'], ['fair_process_step.code'], name=op.f('fk_fair_step_step_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_step')),
    sa.UniqueConstraint('fair_id', 'step_code', name=op.f('uq_fair_step_fair_id_step_code'))
    )
    with op.batch_alter_table('fair_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_step_owner_id'), ['owner_id'], unique=False)

    op.create_table('fair_target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('people_count', sa.Integer(), nullable=False),
    sa.CheckConstraint('people_count >= 0', name=op.f('ck_fair_target_people')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_target_fair_id')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_fair_target_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_target')),
    sa.UniqueConstraint('fair_id', 'station_id', name=op.f('uq_fair_target_fair_id_station_id'))
    )
    with op.batch_alter_table('fair_target', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_target_station_id'), ['station_id'], unique=False)

    op.create_table('hall',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('col_count', sa.Integer(), nullable=False),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('row_count BETWEEN 1 AND 60 AND col_count BETWEEN 1 AND 60', name=op.f('ck_hall_grid')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_hall_fair_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hall')),
    sa.UniqueConstraint('fair_id', 'name', name=op.f('uq_hall_fair_id_name')),
    sa.UniqueConstraint('public_id', name=op.f('uq_hall_public_id'))
    )
    op.create_table('people_count',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('entered', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('entered >= 0', name=op.f('ck_people_count_entered')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_people_count_fair_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_people_count_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_count'))
    )
    with op.batch_alter_table('people_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_people_count_fair_id'), ['fair_id'], unique=False)

    op.create_table('shuttle',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('driver_phone', sa.String(length=40), nullable=False),
    sa.Column('returns_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('taken BETWEEN 0 AND seats', name=op.f('ck_shuttle_seats')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_shuttle_fair_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shuttle')),
    sa.UniqueConstraint('public_id', name=op.f('uq_shuttle_public_id'))
    )
    with op.batch_alter_table('shuttle', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shuttle_fair_id'), ['fair_id'], unique=False)

    op.create_table('booth',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('hall_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=8), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('col', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('standard', 'double', 'corner', 'desk', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('zone', sa.Enum('general', 'state_owned', 'veteran_founded', 'security', 'making', 'services', 'families', name='zone', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('has_power', sa.Boolean(), nullable=False),
    sa.Column('is_accessible', sa.Boolean(), nullable=False),
    sa.Column('is_blocked', sa.Boolean(), nullable=False),
    sa.Column('exhibitor_id', sa.Integer(), nullable=True),
    sa.Column('is_pinned', sa.Boolean(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('NOT is_blocked OR exhibitor_id IS NULL', name=op.f('ck_booth_blocked')),
    sa.CheckConstraint('row >= 1 AND col >= 1 AND height BETWEEN 1 AND 60 AND width BETWEEN 1 AND 60', name=op.f('ck_booth_place')),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['exhibitor.id'], name=op.f('fk_booth_exhibitor_id')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_booth_fair_id')),
    sa.ForeignKeyConstraint(['hall_id'], ['hall.id'], name=op.f('fk_booth_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booth')),
    sa.UniqueConstraint('exhibitor_id', name=op.f('uq_booth_exhibitor_id')),
    sa.UniqueConstraint('fair_id', 'number', name=op.f('uq_booth_fair_id_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_booth_public_id'))
    )
    with op.batch_alter_table('booth', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_booth_hall_id'), ['hall_id'], unique=False)

    op.create_table('booth_desk',
    sa.Column('exhibitor_id', sa.Integer(), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.Column('called_number', sa.Integer(), nullable=False),
    sa.Column('waiting_count', sa.Integer(), nullable=False),
    sa.Column('resume_count', sa.Integer(), nullable=False),
    sa.Column('is_paused', sa.Boolean(), nullable=False),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('waiting_count >= 0 AND resume_count >= 0 AND last_number >= 0', name=op.f('ck_booth_desk_counts')),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['exhibitor.id'], name=op.f('fk_booth_desk_exhibitor_id')),
    sa.PrimaryKeyConstraint('exhibitor_id', name=op.f('pk_booth_desk'))
    )
    op.create_table('booth_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_id', sa.Integer(), nullable=False),
    sa.Column('from_number', sa.String(length=8), nullable=False),
    sa.Column('to_number', sa.String(length=8), nullable=False),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('is_by_solver', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['exhibitor.id'], name=op.f('fk_booth_move_exhibitor_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_booth_move_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booth_move'))
    )
    with op.batch_alter_table('booth_move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_booth_move_exhibitor_id'), ['exhibitor_id'], unique=False)

    op.create_table('exhibitor_absence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('no_show', 'late_cancel', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('waived_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('waived_by_id', sa.Integer(), nullable=True),
    sa.Column('waived_note', sa.String(length=200), nullable=False),
    sa.CheckConstraint("(waived_at IS NULL) = (waived_note = '')", name=op.f('ck_exhibitor_absence_waived')),
    sa.ForeignKeyConstraint(['employer_id'], ['employer.id'], name=op.f('fk_exhibitor_absence_employer_id')),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['exhibitor.id'], name=op.f('fk_exhibitor_absence_exhibitor_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_exhibitor_absence_recorded_by_id')),
    sa.ForeignKeyConstraint(['waived_by_id'], ['user.id'], name=op.f('fk_exhibitor_absence_waived_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exhibitor_absence')),
    sa.UniqueConstraint('exhibitor_id', name=op.f('uq_exhibitor_absence_exhibitor_id'))
    )
    with op.batch_alter_table('exhibitor_absence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exhibitor_absence_employer_id'), ['employer_id'], unique=False)

    op.create_table('exhibitor_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('token_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('valid_until', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answered_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['exhibitor.id'], name=op.f('fk_exhibitor_link_exhibitor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exhibitor_link')),
    sa.UniqueConstraint('exhibitor_id', 'day', name=op.f('uq_exhibitor_link_exhibitor_id_day')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_exhibitor_link_token_sha256'))
    )
    op.create_table('fair_posting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('vacancy_count', sa.Integer(), nullable=False),
    sa.Column('on_site_words', sa.String(length=300), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('vacancy_count BETWEEN 1 AND 9999', name=op.f('ck_fair_posting_vacancy_count')),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['exhibitor.id'], name=op.f('fk_fair_posting_exhibitor_id')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_posting_fair_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_fair_posting_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_posting')),
    sa.UniqueConstraint('exhibitor_id', 'posting_id', name=op.f('uq_fair_posting_exhibitor_id_posting_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_fair_posting_public_id'))
    )
    with op.batch_alter_table('fair_posting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_posting_fair_id'), ['fair_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_fair_posting_posting_id'), ['posting_id'], unique=False)

    op.create_table('hall_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('hall_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('wall', 'pillar', 'entrance', 'exit', 'check_in', 'service', 'policy', 'training', 'start_up', 'first_aid', 'water', 'toilet', 'ramp', 'screen', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('col', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=20), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('row >= 1 AND col >= 1 AND height BETWEEN 1 AND 60 AND width BETWEEN 1 AND 60', name=op.f('ck_hall_item_place')),
    sa.ForeignKeyConstraint(['hall_id'], ['hall.id'], name=op.f('fk_hall_item_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hall_item')),
    sa.UniqueConstraint('public_id', name=op.f('uq_hall_item_public_id'))
    )
    with op.batch_alter_table('hall_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hall_item_hall_id'), ['hall_id'], unique=False)

    op.create_table('shuttle_stop',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('shuttle_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('leaves_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['shuttle_id'], ['shuttle.id'], name=op.f('fk_shuttle_stop_shuttle_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shuttle_stop')),
    sa.UniqueConstraint('public_id', name=op.f('uq_shuttle_stop_public_id')),
    sa.UniqueConstraint('shuttle_id', 'position', name=op.f('uq_shuttle_stop_shuttle_id_position'))
    )
    op.create_table('fair_posting_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_posting_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('added', 'vacancies', 'words', 'withdrawn', 'returned', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('before', sa.String(length=300), nullable=False),
    sa.Column('after', sa.String(length=300), nullable=False),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['fair_posting_id'], ['fair_posting.id'], name=op.f('fk_fair_posting_change_fair_posting_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_fair_posting_change_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_posting_change'))
    )
    with op.batch_alter_table('fair_posting_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_posting_change_fair_posting_id'), ['fair_posting_id'], unique=False)

    op.create_table('fair_registration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_blind', sa.LargeBinary(length=16), nullable=True),
    sa.Column('id_tail_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('id_tail_blind', sa.LargeBinary(length=16), nullable=True),
    sa.Column('kind', sa.Enum('veteran', 'military_dependant', 'accompanying_dependant', 'other', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('seated', 'waiting', 'canceled', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('way', sa.Enum('web', 'own_file', 'station', 'walk_in', 'sheet', name='way', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('wish', sa.String(length=80), nullable=False),
    sa.Column('waiting_number', sa.Integer(), nullable=True),
    sa.Column('is_verified', sa.Boolean(), nullable=False),
    sa.Column('linked_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('registered_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('registered_by_id', sa.Integer(), nullable=True),
    sa.Column('promoted_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('canceled_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('stop_id', sa.Integer(), nullable=True),
    sa.Column('boarded_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('forgotten_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'canceled') = (canceled_at IS NOT NULL)", name=op.f('ck_fair_registration_canceled')),
    sa.CheckConstraint("(state = 'waiting') = (waiting_number IS NOT NULL)", name=op.f('ck_fair_registration_waiting')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_registration_fair_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_fair_registration_person_id')),
    sa.ForeignKeyConstraint(['registered_by_id'], ['user.id'], name=op.f('fk_fair_registration_registered_by_id')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_fair_registration_station_id')),
    sa.ForeignKeyConstraint(['stop_id'], ['shuttle_stop.id'], name=op.f('fk_fair_registration_stop_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_registration')),
    sa.UniqueConstraint('fair_id', 'code', name=op.f('uq_fair_registration_fair_id_code')),
    sa.UniqueConstraint('fair_id', 'person_id', name=op.f('uq_fair_registration_fair_id_person_id')),
    sa.UniqueConstraint('fair_id', 'phone_blind', name=op.f('uq_fair_registration_fair_id_phone_blind')),
    sa.UniqueConstraint('fair_id', 'waiting_number', name=op.f('uq_fair_registration_fair_id_waiting_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_fair_registration_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('fair_registration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_registration_id_tail_blind'), ['id_tail_blind'], unique=False)
        batch_op.create_index(batch_op.f('ix_fair_registration_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_fair_registration_region_path', ['region_path'], unique=False)
        batch_op.create_index('ix_fair_registration_state', ['fair_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_fair_registration_station_id'), ['station_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_fair_registration_stop_id'), ['stop_id'], unique=False)

    op.create_table('check_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('way', sa.Enum('camera', 'scanner', 'typed', 'phone', 'name', 'card', 'self', 'walk_in', 'sheet', name='way', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('desk', sa.String(length=40), nullable=False),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('scanned_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('received_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('is_offline', sa.Boolean(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_check_in_fair_id')),
    sa.ForeignKeyConstraint(['registration_id'], ['fair_registration.id'], name=op.f('fk_check_in_registration_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_check_in_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_in')),
    sa.UniqueConstraint('fair_id', 'number', name=op.f('uq_check_in_fair_id_number')),
    sa.UniqueConstraint('registration_id', name=op.f('uq_check_in_registration_id'))
    )
    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.create_index('ix_check_in_fair_id_at', ['fair_id', 'at'], unique=False)

    op.create_table('fair_rating',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.Enum('visitor', 'exhibitor', name='side', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=True),
    sa.Column('exhibitor_id', sa.Integer(), nullable=True),
    sa.Column('stars', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(side = 'exhibitor') = (exhibitor_id IS NOT NULL)", name=op.f('ck_fair_rating_exhibitor')),
    sa.CheckConstraint("(side = 'visitor') = (registration_id IS NOT NULL)", name=op.f('ck_fair_rating_visitor')),
    sa.CheckConstraint('stars BETWEEN 1 AND 5', name=op.f('ck_fair_rating_stars')),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['exhibitor.id'], name=op.f('fk_fair_rating_exhibitor_id')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_rating_fair_id')),
    sa.ForeignKeyConstraint(['registration_id'], ['fair_registration.id'], name=op.f('fk_fair_rating_registration_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_rating')),
    sa.UniqueConstraint('exhibitor_id', name=op.f('uq_fair_rating_exhibitor_id')),
    sa.UniqueConstraint('registration_id', name=op.f('uq_fair_rating_registration_id'))
    )
    with op.batch_alter_table('fair_rating', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_rating_fair_id'), ['fair_id'], unique=False)

    op.create_table('fair_resume',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=True),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['exhibitor.id'], name=op.f('fk_fair_resume_exhibitor_id')),
    sa.ForeignKeyConstraint(['grant_id'], ['grant.id'], name=op.f('fk_fair_resume_grant_id')),
    sa.ForeignKeyConstraint(['registration_id'], ['fair_registration.id'], name=op.f('fk_fair_resume_registration_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_resume')),
    sa.UniqueConstraint('exhibitor_id', 'registration_id', name=op.f('uq_fair_resume_exhibitor_id_registration_id'))
    )
    with op.batch_alter_table('fair_resume', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_resume_registration_id'), ['registration_id'], unique=False)

    op.create_table('fair_wish',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('policy', 'training', 'start_up', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_fair_wish_fair_id')),
    sa.ForeignKeyConstraint(['registration_id'], ['fair_registration.id'], name=op.f('fk_fair_wish_registration_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_fair_wish_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_wish')),
    sa.UniqueConstraint('public_id', name=op.f('uq_fair_wish_public_id'))
    )
    with op.batch_alter_table('fair_wish', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_wish_fair_id'), ['fair_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_fair_wish_registration_id'), ['registration_id'], unique=False)

    op.create_table('intention',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_id', sa.Integer(), nullable=False),
    sa.Column('fair_posting_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Enum('intention', 'hire', 'not_fit', name='mark', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('reason_code', sa.String(length=20), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('employer_yes_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('person_yes_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('hire_yes_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('declined_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('open_until', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('is_from_sheet', sa.Boolean(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("hire_yes_at IS NULL OR mark = 'hire'", name=op.f('ck_intention_hired')),
    sa.CheckConstraint('(mark IS NULL) = (employer_yes_at IS NULL)', name=op.f('ck_intention_marked')),
    sa.CheckConstraint('mark IS NOT NULL OR person_yes_at IS NOT NULL', name=op.f('ck_intention_somebody')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_intention_application_id')),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['exhibitor.id'], name=op.f('fk_intention_exhibitor_id')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_intention_fair_id')),
    sa.ForeignKeyConstraint(['fair_posting_id'], ['fair_posting.id'], name=op.f('fk_intention_fair_posting_id')),
    sa.ForeignKeyConstraint(['reason_code'], ['reason.code'], name=op.f('fk_intention_reason_code')),
    sa.ForeignKeyConstraint(['registration_id'], ['fair_registration.id'], name=op.f('fk_intention_registration_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_intention')),
    sa.UniqueConstraint('public_id', name=op.f('uq_intention_public_id')),
    sa.UniqueConstraint('registration_id', 'fair_posting_id', name=op.f('uq_intention_registration_id_fair_posting_id'))
    )
    with op.batch_alter_table('intention', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_intention_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_intention_exhibitor_id'), ['exhibitor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_intention_fair_id'), ['fair_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_intention_fair_posting_id'), ['fair_posting_id'], unique=False)

    op.create_table('planned_visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_id', sa.Integer(), nullable=False),
    sa.Column('fair_posting_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('score', sa.Double(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.CheckConstraint('score BETWEEN 0 AND 1', name=op.f('ck_planned_visit_score')),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['exhibitor.id'], name=op.f('fk_planned_visit_exhibitor_id')),
    sa.ForeignKeyConstraint(['fair_posting_id'], ['fair_posting.id'], name=op.f('fk_planned_visit_fair_posting_id')),
    sa.ForeignKeyConstraint(['registration_id'], ['fair_registration.id'], name=op.f('fk_planned_visit_registration_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planned_visit')),
    sa.UniqueConstraint('registration_id', 'exhibitor_id', name=op.f('uq_planned_visit_registration_id_exhibitor_id')),
    sa.UniqueConstraint('registration_id', 'position', name=op.f('uq_planned_visit_registration_id_position'))
    )
    with op.batch_alter_table('planned_visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_planned_visit_exhibitor_id'), ['exhibitor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_planned_visit_fair_posting_id'), ['fair_posting_id'], unique=False)

    op.create_table('queue_number',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exhibitor_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'called', 'done', 'missed', 'left', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('taken_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('called_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['exhibitor_id'], ['exhibitor.id'], name=op.f('fk_queue_number_exhibitor_id')),
    sa.ForeignKeyConstraint(['registration_id'], ['fair_registration.id'], name=op.f('fk_queue_number_registration_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_queue_number')),
    sa.UniqueConstraint('exhibitor_id', 'number', name=op.f('uq_queue_number_exhibitor_id_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_queue_number_public_id'))
    )
    with op.batch_alter_table('queue_number', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_queue_number_registration_id'), ['registration_id'], unique=False)
        batch_op.create_index('uq_queue_number_open', ['exhibitor_id', 'registration_id'], unique=True, sqlite_where=sa.text("state IN ('waiting', 'called')"), postgresql_where=sa.text("state IN ('waiting', 'called')"))

    op.create_table('seat_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('seated', 'queued', 'promoted', 'canceled', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('waiting_number', sa.Integer(), nullable=True),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['registration_id'], ['fair_registration.id'], name=op.f('fk_seat_move_registration_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_seat_move_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat_move'))
    )
    with op.batch_alter_table('seat_move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seat_move_registration_id'), ['registration_id'], unique=False)

    op.create_table('fair_follow_up',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('intention_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('result', sa.Enum('same_employer', 'other_employer', 'in_progress', 'not_started', 'unverified', name='result', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('source', sa.Enum('register', 'person', 'employer', 'staff', name='source', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('reason_code', sa.String(length=20), nullable=True),
    sa.Column('spell_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('is_recommended_again', sa.Boolean(), nullable=False),
    sa.Column('is_to_training', sa.Boolean(), nullable=False),
    sa.Column('answered_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("result != 'not_started' OR reason_code IS NOT NULL", name=op.f('ck_fair_follow_up_reason')),
    sa.CheckConstraint('(result IS NULL) = (answered_at IS NULL) AND (result IS NULL) = (source IS NULL)', name=op.f('ck_fair_follow_up_answered')),
    sa.CheckConstraint('day IN (7, 30, 90)', name=op.f('ck_fair_follow_up_day')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['user.id'], name=op.f('fk_fair_follow_up_answered_by_id')),
    sa.ForeignKeyConstraint(['intention_id'], ['intention.id'], name=op.f('fk_fair_follow_up_intention_id')),
    sa.ForeignKeyConstraint(['reason_code'], ['reason.code'], name=op.f('fk_fair_follow_up_reason_code')),
    sa.ForeignKeyConstraint(['spell_id'], ['employment_spell.id'], name=op.f('fk_fair_follow_up_spell_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_follow_up')),
    sa.UniqueConstraint('intention_id', 'day', name=op.f('uq_fair_follow_up_intention_id_day')),
    sa.UniqueConstraint('public_id', name=op.f('uq_fair_follow_up_public_id'))
    )
    with op.batch_alter_table('fair_follow_up', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_follow_up_spell_id'), ['spell_id'], unique=False)

    op.create_table('scan_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fair_id', sa.Integer(), nullable=False),
    sa.Column('scan_id', sa.String(length=36), nullable=False),
    sa.Column('result', sa.Enum('ok', 'repeated', 'other_fair', 'forged', 'unknown', 'canceled', 'not_open', name='result', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('check_in_id', sa.Integer(), nullable=True),
    sa.Column('received_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['check_in_id'], ['check_in.id'], name=op.f('fk_scan_receipt_check_in_id')),
    sa.ForeignKeyConstraint(['fair_id'], ['job_fair.id'], name=op.f('fk_scan_receipt_fair_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scan_receipt')),
    sa.UniqueConstraint('fair_id', 'scan_id', name=op.f('uq_scan_receipt_fair_id_scan_id'))
    )
    with op.batch_alter_table('scan_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scan_receipt_check_in_id'), ['check_in_id'], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM task WHERE kind IN ('fair_step', 'fair_follow_up')")
    _task_kinds(_TASKS_BEFORE)
    with op.batch_alter_table('scan_receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_scan_receipt_check_in_id'))

    op.drop_table('scan_receipt')
    with op.batch_alter_table('fair_follow_up', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_follow_up_spell_id'))

    op.drop_table('fair_follow_up')
    with op.batch_alter_table('seat_move', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_seat_move_registration_id'))

    op.drop_table('seat_move')
    with op.batch_alter_table('queue_number', schema=None) as batch_op:
        batch_op.drop_index('uq_queue_number_open', sqlite_where=sa.text("state IN ('waiting', 'called')"), postgresql_where=sa.text("state IN ('waiting', 'called')"))
        batch_op.drop_index(batch_op.f('ix_queue_number_registration_id'))

    op.drop_table('queue_number')
    with op.batch_alter_table('planned_visit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_planned_visit_fair_posting_id'))
        batch_op.drop_index(batch_op.f('ix_planned_visit_exhibitor_id'))

    op.drop_table('planned_visit')
    with op.batch_alter_table('intention', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_intention_fair_posting_id'))
        batch_op.drop_index(batch_op.f('ix_intention_fair_id'))
        batch_op.drop_index(batch_op.f('ix_intention_exhibitor_id'))
        batch_op.drop_index(batch_op.f('ix_intention_application_id'))

    op.drop_table('intention')
    with op.batch_alter_table('fair_wish', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_wish_registration_id'))
        batch_op.drop_index(batch_op.f('ix_fair_wish_fair_id'))

    op.drop_table('fair_wish')
    with op.batch_alter_table('fair_resume', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_resume_registration_id'))

    op.drop_table('fair_resume')
    with op.batch_alter_table('fair_rating', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_rating_fair_id'))

    op.drop_table('fair_rating')
    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.drop_index('ix_check_in_fair_id_at')

    op.drop_table('check_in')
    with op.batch_alter_table('fair_registration', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_registration_stop_id'))
        batch_op.drop_index(batch_op.f('ix_fair_registration_station_id'))
        batch_op.drop_index('ix_fair_registration_state')
        batch_op.drop_index('ix_fair_registration_region_path')
        batch_op.drop_index(batch_op.f('ix_fair_registration_person_id'))
        batch_op.drop_index(batch_op.f('ix_fair_registration_id_tail_blind'))

    op.drop_table('fair_registration')
    with op.batch_alter_table('fair_posting_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_posting_change_fair_posting_id'))

    op.drop_table('fair_posting_change')
    op.drop_table('shuttle_stop')
    with op.batch_alter_table('hall_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hall_item_hall_id'))

    op.drop_table('hall_item')
    with op.batch_alter_table('fair_posting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_posting_posting_id'))
        batch_op.drop_index(batch_op.f('ix_fair_posting_fair_id'))

    op.drop_table('fair_posting')
    op.drop_table('exhibitor_link')
    with op.batch_alter_table('exhibitor_absence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_exhibitor_absence_employer_id'))

    op.drop_table('exhibitor_absence')
    with op.batch_alter_table('booth_move', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_booth_move_exhibitor_id'))

    op.drop_table('booth_move')
    op.drop_table('booth_desk')
    with op.batch_alter_table('booth', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_booth_hall_id'))

    op.drop_table('booth')
    with op.batch_alter_table('shuttle', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shuttle_fair_id'))

    op.drop_table('shuttle')
    with op.batch_alter_table('people_count', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_people_count_fair_id'))

    op.drop_table('people_count')
    op.drop_table('hall')
    with op.batch_alter_table('fair_target', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_target_station_id'))

    op.drop_table('fair_target')
    with op.batch_alter_table('fair_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_step_owner_id'))

    op.drop_table('fair_step')
    with op.batch_alter_table('fair_slice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_slice_region_path'))

    op.drop_table('fair_slice')
    op.drop_table('fair_report')
    with op.batch_alter_table('fair_paper', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_paper_fair_id'))

    op.drop_table('fair_paper')
    with op.batch_alter_table('fair_money', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_money_fair_id'))

    op.drop_table('fair_money')
    with op.batch_alter_table('fair_invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_invitation_employer_id'))

    op.drop_table('fair_invitation')
    with op.batch_alter_table('fair_helper', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_helper_user_id'))

    op.drop_table('fair_helper')
    with op.batch_alter_table('fair_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_call_station_id'))
        batch_op.drop_index('ix_fair_call_region_path')
        batch_op.drop_index(batch_op.f('ix_fair_call_person_id'))

    op.drop_table('fair_call')
    with op.batch_alter_table('fair_broadcast', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fair_broadcast_fair_id'))

    op.drop_table('fair_broadcast')
    with op.batch_alter_table('exhibitor', schema=None) as batch_op:
        batch_op.drop_index('ix_exhibitor_region_path')
        batch_op.drop_index(batch_op.f('ix_exhibitor_employer_id'))

    op.drop_table('exhibitor')
    with op.batch_alter_table('job_fair', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_job_fair_state'))
        batch_op.drop_index('ix_job_fair_region_path')
        batch_op.drop_index(batch_op.f('ix_job_fair_organization_id'))
        batch_op.drop_index('ix_job_fair_opens_at')

    op.drop_table('job_fair')
    op.drop_table('fair_theme')
    op.drop_table('fair_process_step')
