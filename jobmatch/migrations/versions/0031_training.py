"""training and start-ups: classes, enrollments, money, ventures, incubators, supports"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


_TASKS_BEFORE = "kind IN ('new_return', 'late_return', 'missing_fields', 'base_count', 'duplicate', 'verify', 'appeal', 'claim', 'confirm_employment', 'proposal', 'contact_due', 'call_back', 'visit', 'lost', 'unanswered', 'interview', 'no_way_forward', 'plan_due', 'referral_due', 'desk_due', 'escalation', 'placement_due', 'half_year', 'rights', 'fair_step', 'fair_follow_up', 'reference', 'other')"
_TASKS = "kind IN ('new_return', 'late_return', 'missing_fields', 'base_count', 'duplicate', 'verify', 'appeal', 'claim', 'confirm_employment', 'proposal', 'contact_due', 'call_back', 'visit', 'lost', 'unanswered', 'interview', 'no_way_forward', 'plan_due', 'referral_due', 'desk_due', 'escalation', 'placement_due', 'half_year', 'rights', 'fair_step', 'fair_follow_up', 'class_step', 'training_left_out', 'school_return', 'start_up', 'venture_visit', 'support_due', 'reference', 'other')"
_PURPOSES_BEFORE = "purpose IN ('application', 'invitation', 'enrollment', 'booth_scan')"
_PURPOSES = "purpose IN ('application', 'invitation', 'enrollment', 'incubation', 'booth_scan')"


def _checks(tasks: str, purposes: str) -> None:
    for table, name, condition in (('task', 'kind', tasks), ('grant', 'purpose', purposes)):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f'ck_{table}_{name}'), type_='check')
            batch_op.create_check_constraint(batch_op.f(f'ck_{table}_{name}'), condition)


def upgrade() -> None:
    _checks(_TASKS, _PURPOSES)
    op.create_table('course',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('duration', sa.String(length=40), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=40), nullable=False),
    sa.Column('audience', sa.String(length=60), nullable=False),
    sa.Column('certificate_codes', sa.JSON(), nullable=False),
    sa.Column('skill_codes', sa.JSON(), nullable=False),
    sa.Column('occupation_codes', sa.JSON(), nullable=False),
    sa.Column('subsidy_yuan', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('source_on', sa.Date(), nullable=True),
    sa.Column('is_local', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_course'))
    )
    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_kind'), ['kind'], unique=False)

    op.create_table('incubation_standard',
    sa.Column('area_m2', sa.Integer(), nullable=True),
    sa.Column('entities_city', sa.Integer(), nullable=True),
    sa.Column('entities_county', sa.Integer(), nullable=True),
    sa.Column('new_a_year', sa.Integer(), nullable=True),
    sa.Column('success_share', sa.Double(), nullable=True),
    sa.Column('exit_share', sa.Double(), nullable=True),
    sa.Column('use_share', sa.Double(), nullable=True),
    sa.Column('jobs', sa.Integer(), nullable=True),
    sa.Column('staff', sa.Integer(), nullable=True),
    sa.Column('mentors', sa.Integer(), nullable=True),
    sa.Column('events_a_year', sa.Integer(), nullable=True),
    sa.Column('term_years', sa.Integer(), nullable=True),
    sa.Column('running_years', sa.Integer(), nullable=True),
    sa.Column('free_share', sa.Double(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('source_on', sa.Date(), nullable=True),
    sa.Column('is_local', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_incubation_standard'))
    )
    op.create_table('support_kind',
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('typical', sa.String(length=80), nullable=False),
    sa.Column('evidence', sa.String(length=80), nullable=False),
    sa.Column('has_money', sa.Boolean(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('source_on', sa.Date(), nullable=True),
    sa.Column('is_local', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_support_kind'))
    )
    with op.batch_alter_table('support_kind', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_support_kind_category'), ['category'], unique=False)

    op.create_table('support_budget',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('kind_code', sa.String(length=20), nullable=False),
    sa.Column('amount_yuan', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount_yuan >= 0', name=op.f('ck_support_budget_amount')),
    sa.ForeignKeyConstraint(['kind_code'], ['support_kind.code'], name=op.f('fk_support_budget_kind_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_budget')),
    sa.UniqueConstraint('region_path', 'year', 'kind_code', name=op.f('uq_support_budget_region_path_year_kind_code'))
    )
    op.create_table('support_policy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('kind_code', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('basis', sa.String(length=300), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('most_yuan', sa.Integer(), nullable=True),
    sa.Column('yearly_yuan', sa.Integer(), nullable=True),
    sa.Column('most_times', sa.Integer(), nullable=True),
    sa.Column('notice_days', sa.Integer(), nullable=False),
    sa.Column('papers', sa.String(length=300), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('notice_days >= 0', name=op.f('ck_support_policy_notice')),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_support_policy_days')),
    sa.ForeignKeyConstraint(['kind_code'], ['support_kind.code'], name=op.f('fk_support_policy_kind_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_policy')),
    sa.UniqueConstraint('public_id', name=op.f('uq_support_policy_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('support_policy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_support_policy_kind_code'), ['kind_code'], unique=False)
        batch_op.create_index('ix_support_policy_region_path', ['region_path'], unique=False)

    op.create_table('incubator',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.Enum('base', 'park', 'yard', 'zone', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('intro', sa.Text(), nullable=False),
    sa.Column('area_m2', sa.Integer(), nullable=False),
    sa.Column('free_area_m2', sa.Integer(), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('staff_count', sa.Integer(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('lease_until', sa.Date(), nullable=True),
    sa.Column('contact_name', sa.String(length=60), nullable=False),
    sa.Column('contact_phone', sa.String(length=40), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('area_m2 >= 0 AND free_area_m2 BETWEEN 0 AND area_m2', name=op.f('ck_incubator_areas')),
    sa.CheckConstraint('staff_count >= 0', name=op.f('ck_incubator_staff')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_incubator_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incubator')),
    sa.UniqueConstraint('organization_id', name=op.f('uq_incubator_organization_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_incubator_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('incubator', schema=None) as batch_op:
        batch_op.create_index('ix_incubator_region_path', ['region_path'], unique=False)

    op.create_table('provider',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('state', sa.Enum('applied', 'listed', 'suspended', 'removed', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('licence_number', sa.String(length=60), nullable=False),
    sa.Column('intro', sa.Text(), nullable=False),
    sa.Column('seat_count', sa.Integer(), nullable=False),
    sa.Column('teacher_count', sa.Integer(), nullable=False),
    sa.Column('has_lodging', sa.Boolean(), nullable=False),
    sa.Column('has_canteen', sa.Boolean(), nullable=False),
    sa.Column('contact_name', sa.String(length=60), nullable=False),
    sa.Column('contact_phone', sa.String(length=40), nullable=False),
    sa.Column('applied_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('listed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('next_check_on', sa.Date(), nullable=True),
    sa.Column('state_note', sa.String(length=200), nullable=False),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state NOT IN ('listed', 'suspended') OR listed_at IS NOT NULL", name=op.f('ck_provider_listed')),
    sa.CheckConstraint('seat_count >= 0 AND teacher_count >= 0', name=op.f('ck_provider_counts')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_provider_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider')),
    sa.UniqueConstraint('organization_id', name=op.f('uq_provider_organization_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_provider_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('provider', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_provider_next_check_on'), ['next_check_on'], unique=False)
        batch_op.create_index('ix_provider_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_provider_state'), ['state'], unique=False)

    op.create_table('course_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('course_code', sa.String(length=20), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'returned', 'approved', 'running', 'ended', 'closed', 'canceled', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('mode', sa.Enum('full_time', 'weekend', 'evening', 'online', 'mixed', name='mode', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('sign_up_from', sa.Date(), nullable=False),
    sa.Column('sign_up_until', sa.Date(), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=True),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('way_there', sa.String(length=300), nullable=False),
    sa.Column('has_lodging', sa.Boolean(), nullable=False),
    sa.Column('has_meals', sa.Boolean(), nullable=False),
    sa.Column('has_bus', sa.Boolean(), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('waiting_last', sa.Integer(), nullable=False),
    sa.Column('certificate_last', sa.Integer(), nullable=False),
    sa.Column('target_count', sa.Integer(), nullable=False),
    sa.Column('is_free', sa.Boolean(), nullable=False),
    sa.Column('fee_yuan', sa.Integer(), nullable=False),
    sa.Column('funding_yuan', sa.Integer(), nullable=False),
    sa.Column('money_words', sa.String(length=200), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('teachers', sa.Text(), nullable=False),
    sa.Column('safety', sa.Text(), nullable=False),
    sa.Column('contact_name', sa.String(length=60), nullable=False),
    sa.Column('contact_phone', sa.String(length=40), nullable=False),
    sa.Column('certificate_code', sa.String(length=20), nullable=True),
    sa.Column('min_age', sa.Integer(), nullable=True),
    sa.Column('max_age', sa.Integer(), nullable=True),
    sa.Column('education_code', sa.String(length=20), nullable=True),
    sa.Column('licence_code', sa.String(length=20), nullable=True),
    sa.Column('kind_groups', sa.JSON(), nullable=False),
    sa.Column('method_codes', sa.JSON(), nullable=False),
    sa.Column('returned_year', sa.Integer(), nullable=True),
    sa.Column('cloned_from_id', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('approved_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('return_reason', sa.String(length=300), nullable=False),
    sa.Column('started_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('canceled_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.String(length=200), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'canceled') = (canceled_at IS NOT NULL)", name=op.f('ck_course_session_canceled')),
    sa.CheckConstraint("state <> 'closed' OR closed_on IS NOT NULL", name=op.f('ck_course_session_closed')),
    sa.CheckConstraint("state NOT IN ('approved', 'running', 'ended', 'closed') OR approved_at IS NOT NULL", name=op.f('ck_course_session_approved')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_course_session_days')),
    sa.CheckConstraint('sign_up_until >= sign_up_from', name=op.f('ck_course_session_window')),
    sa.CheckConstraint('taken BETWEEN 0 AND capacity', name=op.f('ck_course_session_seats')),
    sa.CheckConstraint('target_count >= 0 AND hours >= 0 AND funding_yuan >= 0', name=op.f('ck_course_session_numbers')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['user.id'], name=op.f('fk_course_session_approved_by_id')),
    sa.ForeignKeyConstraint(['certificate_code'], ['certificate.code'], name=op.f('fk_course_session_certificate_code')),
    sa.ForeignKeyConstraint(['cloned_from_id'], ['course_session.id'], name=op.f('fk_course_session_cloned_from_id')),
    sa.ForeignKeyConstraint(['course_code'], ['course.code'], name=op.f('fk_course_session_course_code')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_course_session_created_by_id')),
    sa.ForeignKeyConstraint(['education_code'], ['education_level.code'], name=op.f('fk_course_session_education_code')),
    sa.ForeignKeyConstraint(['licence_code'], ['driver_licence.code'], name=op.f('fk_course_session_licence_code')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_course_session_organization_id')),
    sa.ForeignKeyConstraint(['provider_id'], ['provider.id'], name=op.f('fk_course_session_provider_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_course_session_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_session')),
    sa.UniqueConstraint('public_id', name=op.f('uq_course_session_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('course_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_session_course_code'), ['course_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_session_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_session_provider_id'), ['provider_id'], unique=False)
        batch_op.create_index('ix_course_session_region_path', ['region_path'], unique=False)
        batch_op.create_index('ix_course_session_starts_on', ['starts_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_session_state'), ['state'], unique=False)

    op.create_table('mentor',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('incubator_id', sa.Integer(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('field', sa.Enum('legal', 'finance', 'tax', 'industry', 'market', 'management', name='field', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('works_at', sa.String(length=120), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['incubator_id'], ['incubator.id'], name=op.f('fk_mentor_incubator_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_mentor_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor')),
    sa.UniqueConstraint('public_id', name=op.f('uq_mentor_public_id')),
    sa.UniqueConstraint('user_id', name=op.f('uq_mentor_user_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('mentor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_incubator_id'), ['incubator_id'], unique=False)
        batch_op.create_index('ix_mentor_region_path', ['region_path'], unique=False)

    op.create_table('park_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('incubator_id', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('people_count', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('people_count >= 0', name=op.f('ck_park_event_people')),
    sa.ForeignKeyConstraint(['incubator_id'], ['incubator.id'], name=op.f('fk_park_event_incubator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_park_event')),
    sa.UniqueConstraint('public_id', name=op.f('uq_park_event_public_id'))
    )
    with op.batch_alter_table('park_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_park_event_incubator_id'), ['incubator_id'], unique=False)

    op.create_table('provider_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('result', sa.Enum('good', 'passed', 'failed', name='result', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=False),
    sa.Column('checked_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['checked_by_id'], ['user.id'], name=op.f('fk_provider_check_checked_by_id')),
    sa.ForeignKeyConstraint(['provider_id'], ['provider.id'], name=op.f('fk_provider_check_provider_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_check')),
    sa.UniqueConstraint('provider_id', 'year', name=op.f('uq_provider_check_provider_id_year'))
    )
    op.create_table('provider_course',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('course_code', sa.String(length=20), nullable=False),
    sa.Column('fee_yuan', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('fee_yuan >= 0', name=op.f('ck_provider_course_fee')),
    sa.ForeignKeyConstraint(['course_code'], ['course.code'], name=op.f('fk_provider_course_course_code')),
    sa.ForeignKeyConstraint(['provider_id'], ['provider.id'], name=op.f('fk_provider_course_provider_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_course')),
    sa.UniqueConstraint('provider_id', 'course_code', name=op.f('uq_provider_course_provider_id_course_code'))
    )
    with op.batch_alter_table('provider_course', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_provider_course_course_code'), ['course_code'], unique=False)

    op.create_table('provider_paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('licence', 'teachers', 'premises', 'safety', 'other', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('replaced_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_provider_paper_created_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_provider_paper_file_id')),
    sa.ForeignKeyConstraint(['provider_id'], ['provider.id'], name=op.f('fk_provider_paper_provider_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_paper')),
    sa.UniqueConstraint('file_id', name=op.f('uq_provider_paper_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_provider_paper_public_id'))
    )
    with op.batch_alter_table('provider_paper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_provider_paper_provider_id'), ['provider_id'], unique=False)

    op.create_table('school_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('way', sa.Enum('return', 'enrol', 'college', 'top_up', 'adult', 'postgraduate', name='way', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('wish', 'applied', 'studying', 'graduated', 'dropped', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('school', sa.String(length=80), nullable=False),
    sa.Column('major', sa.String(length=60), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('proof_file_id', sa.Integer(), nullable=True),
    sa.Column('aid_referred_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state NOT IN ('studying', 'graduated') OR started_on IS NOT NULL", name=op.f('ck_school_plan_started')),
    sa.CheckConstraint('ends_on IS NULL OR started_on IS NULL OR ends_on >= started_on', name=op.f('ck_school_plan_days')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_school_plan_created_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_school_plan_person_id')),
    sa.ForeignKeyConstraint(['proof_file_id'], ['stored_file.id'], name=op.f('fk_school_plan_proof_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_plan')),
    sa.UniqueConstraint('proof_file_id', name=op.f('uq_school_plan_proof_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_school_plan_public_id'))
    )
    with op.batch_alter_table('school_plan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_plan_state'), ['state'], unique=False)
        batch_op.create_index('uq_school_plan_person_living', ['person_id'], unique=True, sqlite_where=sa.text("state IN ('wish', 'applied', 'studying')"), postgresql_where=sa.text("state IN ('wish', 'applied', 'studying')"))

    op.create_table('venture',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('intention', 'preparing', 'registered', 'operating', 'suspended', 'deregistered', 'dropped', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('sector_code', sa.String(length=20), nullable=True),
    sa.Column('form', sa.Enum('self_employed', 'company', 'partnership', 'sole', 'cooperative', 'family_farm', 'not_known', name='form', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('words', sa.String(length=400), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=True),
    sa.Column('source', sa.Enum('own', 'intake', 'plan', 'survey', 'fair', 'course', 'staff', name='source', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('wished_on', sa.Date(), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=True),
    sa.Column('is_first', sa.Boolean(), nullable=False),
    sa.Column('is_takeover', sa.Boolean(), nullable=False),
    sa.Column('operating_on', sa.Date(), nullable=True),
    sa.Column('suspended_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.String(length=200), nullable=False),
    sa.Column('employee_count', sa.Integer(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'deregistered') = (ended_on IS NOT NULL)", name=op.f('ck_venture_ended')),
    sa.CheckConstraint("state NOT IN ('registered', 'operating', 'suspended', 'deregistered') OR registered_on IS NOT NULL", name=op.f('ck_venture_registered')),
    sa.CheckConstraint('NOT (is_takeover AND is_first)', name=op.f('ck_venture_takeover')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_venture_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_venture_person_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_venture_region_code')),
    sa.ForeignKeyConstraint(['sector_code'], ['industry.code'], name=op.f('fk_venture_sector_code')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_venture_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venture')),
    sa.UniqueConstraint('organization_id', name=op.f('uq_venture_organization_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_venture_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('venture', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_venture_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_venture_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_venture_registered_on'), ['registered_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_venture_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_venture_station_id'), ['station_id'], unique=False)

    op.create_table('class_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('sent_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['sent_by_id'], ['user.id'], name=op.f('fk_class_notice_sent_by_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_class_notice_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_notice')),
    sa.UniqueConstraint('public_id', name=op.f('uq_class_notice_public_id'))
    )
    with op.batch_alter_table('class_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_class_notice_session_id'), ['session_id'], unique=False)

    op.create_table('contest_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('venture_id', sa.Integer(), nullable=False),
    sa.Column('contest', sa.String(length=120), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('track', sa.Enum('emerging', 'traditional', 'services', 'rural', 'general', name='track', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('award', sa.String(length=60), nullable=False),
    sa.Column('award_yuan', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('award_yuan >= 0', name=op.f('ck_contest_entry_award')),
    sa.ForeignKeyConstraint(['venture_id'], ['venture.id'], name=op.f('fk_contest_entry_venture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest_entry')),
    sa.UniqueConstraint('public_id', name=op.f('uq_contest_entry_public_id')),
    sa.UniqueConstraint('venture_id', 'contest', 'year', name=op.f('uq_contest_entry_venture_id_contest_year'))
    )
    op.create_table('course_call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('opened_count', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('listed', 'told', 'coming', 'not_coming', 'not_reached', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('called_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('called_by_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("(state = 'listed') = (called_at IS NULL)", name=op.f('ck_course_call_called')),
    sa.CheckConstraint('opened_count >= 0', name=op.f('ck_course_call_opened')),
    sa.ForeignKeyConstraint(['called_by_id'], ['user.id'], name=op.f('fk_course_call_called_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_course_call_person_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_course_call_session_id')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_course_call_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_call')),
    sa.UniqueConstraint('public_id', name=op.f('uq_course_call_public_id')),
    sa.UniqueConstraint('session_id', 'person_id', name=op.f('uq_course_call_session_id_person_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('course_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_call_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_course_call_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_call_station_id'), ['station_id'], unique=False)

    op.create_table('course_meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=120), nullable=False),
    sa.Column('teacher', sa.String(length=60), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('code_secret', sa.LargeBinary(length=16), nullable=False),
    sa.Column('closed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_course_meeting_times')),
    sa.CheckConstraint('hours > 0', name=op.f('ck_course_meeting_hours')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['user.id'], name=op.f('fk_course_meeting_closed_by_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_course_meeting_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_meeting')),
    sa.UniqueConstraint('public_id', name=op.f('uq_course_meeting_public_id')),
    sa.UniqueConstraint('session_id', 'starts_at', name=op.f('uq_course_meeting_session_id_starts_at'))
    )
    op.create_table('enrollment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('seated', 'waiting', 'canceled', 'attending', 'left', 'completed', 'not_completed', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('way', sa.Enum('own', 'station', 'transfer', 'fair', name='way', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('waiting_number', sa.Integer(), nullable=True),
    sa.Column('is_free', sa.Boolean(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=True),
    sa.Column('enrolled_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('enrolled_by_id', sa.Integer(), nullable=True),
    sa.Column('promoted_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('canceled_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('transferred_from_id', sa.Integer(), nullable=True),
    sa.Column('arrived_on', sa.Date(), nullable=True),
    sa.Column('was_employed', sa.Boolean(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.String(length=200), nullable=False),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('is_passed', sa.Boolean(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'canceled') = (canceled_at IS NOT NULL)", name=op.f('ck_enrollment_canceled')),
    sa.CheckConstraint("(state = 'waiting') = (waiting_number IS NOT NULL)", name=op.f('ck_enrollment_waiting')),
    sa.CheckConstraint("(state IN ('attending', 'left', 'completed', 'not_completed')) = (arrived_on IS NOT NULL)", name=op.f('ck_enrollment_arrived')),
    sa.CheckConstraint("(state IN ('left', 'completed', 'not_completed')) = (ended_on IS NOT NULL)", name=op.f('ck_enrollment_ended')),
    sa.CheckConstraint('score IS NULL OR score BETWEEN 0 AND 100', name=op.f('ck_enrollment_score')),
    sa.ForeignKeyConstraint(['enrolled_by_id'], ['user.id'], name=op.f('fk_enrollment_enrolled_by_id')),
    sa.ForeignKeyConstraint(['grant_id'], ['grant.id'], name=op.f('fk_enrollment_grant_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_enrollment_person_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_enrollment_session_id')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_enrollment_station_id')),
    sa.ForeignKeyConstraint(['transferred_from_id'], ['enrollment.id'], name=op.f('fk_enrollment_transferred_from_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrollment')),
    sa.UniqueConstraint('public_id', name=op.f('uq_enrollment_public_id')),
    sa.UniqueConstraint('session_id', 'person_id', name=op.f('uq_enrollment_session_id_person_id')),
    sa.UniqueConstraint('session_id', 'waiting_number', name=op.f('uq_enrollment_session_id_waiting_number')),
    info={'scoped': True}
    )
    with op.batch_alter_table('enrollment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enrollment_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_enrollment_region_path', ['region_path'], unique=False)
        batch_op.create_index('ix_enrollment_state', ['session_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrollment_station_id'), ['station_id'], unique=False)

    op.create_table('mentor_talk',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mentor_id', sa.Integer(), nullable=False),
    sa.Column('venture_id', sa.Integer(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=120), nullable=False),
    sa.Column('words', sa.String(length=400), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('minutes BETWEEN 5 AND 600', name=op.f('ck_mentor_talk_minutes')),
    sa.ForeignKeyConstraint(['mentor_id'], ['mentor.id'], name=op.f('fk_mentor_talk_mentor_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_mentor_talk_recorded_by_id')),
    sa.ForeignKeyConstraint(['venture_id'], ['venture.id'], name=op.f('fk_mentor_talk_venture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor_talk')),
    sa.UniqueConstraint('public_id', name=op.f('uq_mentor_talk_public_id'))
    )
    with op.batch_alter_table('mentor_talk', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_talk_mentor_id'), ['mentor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mentor_talk_venture_id'), ['venture_id'], unique=False)

    op.create_table('pay_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('allowance', 'first_part', 'rest', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('draft', 'noticed', 'signed', 'paid', 'canceled', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('month', sa.Date(), nullable=True),
    sa.Column('total_yuan', sa.Integer(), nullable=False),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('made_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('noticed_from', sa.Date(), nullable=True),
    sa.Column('noticed_until', sa.Date(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('voucher', sa.String(length=60), nullable=False),
    sa.Column('canceled_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.String(length=200), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(kind = 'allowance') = (month IS NOT NULL)", name=op.f('ck_pay_sheet_month')),
    sa.CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name=op.f('ck_pay_sheet_paid')),
    sa.CheckConstraint("state NOT IN ('noticed', 'signed', 'paid') OR noticed_until IS NOT NULL", name=op.f('ck_pay_sheet_noticed')),
    sa.CheckConstraint("state NOT IN ('signed', 'paid') OR file_id IS NOT NULL", name=op.f('ck_pay_sheet_signed')),
    sa.CheckConstraint('total_yuan >= 0', name=op.f('ck_pay_sheet_total')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_pay_sheet_file_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['user.id'], name=op.f('fk_pay_sheet_made_by_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_pay_sheet_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pay_sheet')),
    sa.UniqueConstraint('file_id', name=op.f('uq_pay_sheet_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_pay_sheet_public_id'))
    )
    with op.batch_alter_table('pay_sheet', schema=None) as batch_op:
        batch_op.create_index('uq_pay_sheet_month', ['session_id', 'month'], unique=True, sqlite_where=sa.text("kind = 'allowance' AND state <> 'canceled'"), postgresql_where=sa.text("kind = 'allowance' AND state <> 'canceled'"))
        batch_op.create_index('uq_pay_sheet_part', ['session_id', 'kind'], unique=True, sqlite_where=sa.text("kind <> 'allowance' AND state <> 'canceled'"), postgresql_where=sa.text("kind <> 'allowance' AND state <> 'canceled'"))

    op.create_table('session_paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('timetable', 'teachers', 'roster', 'safety', 'signed', 'photo', 'other', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_session_paper_created_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_session_paper_file_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_session_paper_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_paper')),
    sa.UniqueConstraint('file_id', name=op.f('uq_session_paper_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_session_paper_public_id'))
    )
    with op.batch_alter_table('session_paper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_paper_session_id'), ['session_id'], unique=False)

    op.create_table('tenancy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('incubator_id', sa.Integer(), nullable=False),
    sa.Column('venture_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('state', sa.Enum('applied', 'to_complete', 'accepted', 'rejected', 'withdrawn', 'noticed', 'incubated', 'assessed', 'graduated', 'expired', 'evicted', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('desk_count', sa.Integer(), nullable=False),
    sa.Column('plan_words', sa.Text(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=True),
    sa.Column('applied_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ask_words', sa.String(length=300), nullable=False),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('noticed_until', sa.Date(), nullable=True),
    sa.Column('decided_words', sa.String(length=300), nullable=False),
    sa.Column('term_from', sa.Date(), nullable=True),
    sa.Column('term_until', sa.Date(), nullable=True),
    sa.Column('extended_months', sa.Integer(), nullable=False),
    sa.Column('rent_yuan', sa.Integer(), nullable=False),
    sa.Column('waiver_share', sa.Integer(), nullable=False),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.Column('left_reason', sa.String(length=300), nullable=False),
    sa.Column('follow_until', sa.Date(), nullable=True),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state IN ('graduated', 'expired', 'evicted')) = (left_on IS NOT NULL)", name=op.f('ck_tenancy_left')),
    sa.CheckConstraint("(state IN ('incubated', 'assessed', 'graduated', 'expired', 'evicted')) = (term_from IS NOT NULL)", name=op.f('ck_tenancy_moved_in')),
    sa.CheckConstraint('rent_yuan >= 0 AND waiver_share BETWEEN 0 AND 100', name=op.f('ck_tenancy_rent')),
    sa.CheckConstraint('term_until IS NULL OR term_until >= term_from', name=op.f('ck_tenancy_term')),
    sa.ForeignKeyConstraint(['grant_id'], ['grant.id'], name=op.f('fk_tenancy_grant_id')),
    sa.ForeignKeyConstraint(['incubator_id'], ['incubator.id'], name=op.f('fk_tenancy_incubator_id')),
    sa.ForeignKeyConstraint(['venture_id'], ['venture.id'], name=op.f('fk_tenancy_venture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tenancy')),
    sa.UniqueConstraint('public_id', name=op.f('uq_tenancy_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('tenancy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tenancy_incubator_id'), ['incubator_id'], unique=False)
        batch_op.create_index('ix_tenancy_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_tenancy_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_tenancy_venture_id'), ['venture_id'], unique=False)
        batch_op.create_index('uq_tenancy_venture_open', ['venture_id'], unique=True, sqlite_where=sa.text("state IN ('applied', 'to_complete', 'accepted', 'noticed', 'incubated', 'assessed')"), postgresql_where=sa.text("state IN ('applied', 'to_complete', 'accepted', 'noticed', 'incubated', 'assessed')"))

    op.create_table('venture_founder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('venture_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.Enum('veteran', 'dependant', 'other', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('role', sa.Enum('founder', 'operator', 'partner', name='role', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('share_points', sa.Integer(), nullable=False),
    sa.Column('since_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('share_points BETWEEN 0 AND 10000', name=op.f('ck_venture_founder_share')),
    sa.CheckConstraint('until_on IS NULL OR until_on >= since_on', name=op.f('ck_venture_founder_days')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_venture_founder_person_id')),
    sa.ForeignKeyConstraint(['venture_id'], ['venture.id'], name=op.f('fk_venture_founder_venture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venture_founder')),
    sa.UniqueConstraint('public_id', name=op.f('uq_venture_founder_public_id')),
    sa.UniqueConstraint('venture_id', 'person_id', name=op.f('uq_venture_founder_venture_id_person_id'))
    )
    with op.batch_alter_table('venture_founder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_venture_founder_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_venture_founder_venture_id'), ['venture_id'], unique=False)

    op.create_table('venture_milestone',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('venture_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['venture_id'], ['venture.id'], name=op.f('fk_venture_milestone_venture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venture_milestone')),
    sa.UniqueConstraint('public_id', name=op.f('uq_venture_milestone_public_id'))
    )
    with op.batch_alter_table('venture_milestone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_venture_milestone_venture_id'), ['venture_id'], unique=False)

    op.create_table('venture_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('venture_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.String(length=20), nullable=False),
    sa.Column('after', sa.String(length=20), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_venture_move_user_id')),
    sa.ForeignKeyConstraint(['venture_id'], ['venture.id'], name=op.f('fk_venture_move_venture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venture_move'))
    )
    with op.batch_alter_table('venture_move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_venture_move_venture_id'), ['venture_id'], unique=False)

    op.create_table('venture_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('venture_id', sa.Integer(), nullable=False),
    sa.Column('period_on', sa.Date(), nullable=False),
    sa.Column('is_operating', sa.Boolean(), nullable=False),
    sa.Column('worker_count', sa.Integer(), nullable=False),
    sa.Column('veteran_count', sa.Integer(), nullable=False),
    sa.Column('revenue', sa.Enum('none', 'up_to_10', 'up_to_50', 'up_to_200', 'more', 'not_said', name='revenue', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('is_unchanged', sa.Boolean(), nullable=False),
    sa.Column('reported_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reported_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('worker_count >= veteran_count AND veteran_count >= 0', name=op.f('ck_venture_report_counts')),
    sa.ForeignKeyConstraint(['reported_by_id'], ['user.id'], name=op.f('fk_venture_report_reported_by_id')),
    sa.ForeignKeyConstraint(['venture_id'], ['venture.id'], name=op.f('fk_venture_report_venture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venture_report')),
    sa.UniqueConstraint('venture_id', 'period_on', name=op.f('uq_venture_report_venture_id_period_on'))
    )
    with op.batch_alter_table('venture_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_venture_report_period_on'), ['period_on'], unique=False)

    op.create_table('venture_support',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('venture_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('kind_code', sa.String(length=20), nullable=False),
    sa.Column('state', sa.Enum('applied', 'approved', 'noticed', 'paid', 'refused', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('asked_yuan', sa.Integer(), nullable=False),
    sa.Column('approved_yuan', sa.Integer(), nullable=True),
    sa.Column('paid_yuan', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('lender', sa.String(length=60), nullable=False),
    sa.Column('loan_yuan', sa.Integer(), nullable=False),
    sa.Column('rate_points', sa.Integer(), nullable=False),
    sa.Column('loan_months', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('applied_on', sa.Date(), nullable=False),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('noticed_from', sa.Date(), nullable=True),
    sa.Column('noticed_until', sa.Date(), nullable=True),
    sa.Column('given_on', sa.Date(), nullable=True),
    sa.Column('decided_words', sa.String(length=300), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state <> 'noticed' OR noticed_until IS NOT NULL", name=op.f('ck_venture_support_noticed')),
    sa.CheckConstraint("state NOT IN ('approved', 'noticed', 'paid') OR approved_on IS NOT NULL", name=op.f('ck_venture_support_approved')),
    sa.CheckConstraint('approved_yuan IS NULL OR approved_yuan >= 0', name=op.f('ck_venture_support_approved_yuan')),
    sa.CheckConstraint('asked_yuan >= 0 AND quantity >= 0 AND loan_yuan >= 0', name=op.f('ck_venture_support_asked')),
    sa.CheckConstraint('paid_yuan BETWEEN 0 AND coalesce(approved_yuan, 0)', name=op.f('ck_venture_support_paid_yuan')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_venture_support_created_by_id')),
    sa.ForeignKeyConstraint(['kind_code'], ['support_kind.code'], name=op.f('fk_venture_support_kind_code')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_venture_support_person_id')),
    sa.ForeignKeyConstraint(['policy_id'], ['support_policy.id'], name=op.f('fk_venture_support_policy_id')),
    sa.ForeignKeyConstraint(['venture_id'], ['venture.id'], name=op.f('fk_venture_support_venture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venture_support')),
    sa.UniqueConstraint('public_id', name=op.f('uq_venture_support_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('venture_support', schema=None) as batch_op:
        batch_op.create_index('ix_venture_support_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_venture_support_kind_code'), ['kind_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_venture_support_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_venture_support_policy_id'), ['policy_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_venture_support_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_venture_support_venture_id'), ['venture_id'], unique=False)

    op.create_table('venture_worker',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('venture_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('is_veteran', sa.Boolean(), nullable=False),
    sa.Column('evidence', sa.Enum('insurance', 'roster', 'word', name='evidence', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('ended_on IS NULL OR ended_on >= started_on', name=op.f('ck_venture_worker_days')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_venture_worker_person_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_venture_worker_recorded_by_id')),
    sa.ForeignKeyConstraint(['venture_id'], ['venture.id'], name=op.f('fk_venture_worker_venture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venture_worker')),
    sa.UniqueConstraint('public_id', name=op.f('uq_venture_worker_public_id'))
    )
    with op.batch_alter_table('venture_worker', schema=None) as batch_op:
        batch_op.create_index('ix_venture_worker_days', ['started_on', 'ended_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_venture_worker_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_venture_worker_venture_id'), ['venture_id'], unique=False)

    op.create_table('attendance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Enum('present', 'late', 'on_leave', 'absent', name='mark', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('way', sa.Enum('scan', 'roll_call', name='way', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('marked_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("hours >= 0 AND (hours = 0 OR mark IN ('present', 'late'))", name=op.f('ck_attendance_hours')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_attendance_enrollment_id')),
    sa.ForeignKeyConstraint(['marked_by_id'], ['user.id'], name=op.f('fk_attendance_marked_by_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['course_meeting.id'], name=op.f('fk_attendance_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance')),
    sa.UniqueConstraint('meeting_id', 'enrollment_id', name=op.f('uq_attendance_meeting_id_enrollment_id'))
    )
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_enrollment_id'), ['enrollment_id'], unique=False)

    op.create_table('class_notice_reader',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('read_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_class_notice_reader_enrollment_id')),
    sa.ForeignKeyConstraint(['notice_id'], ['class_notice.id'], name=op.f('fk_class_notice_reader_notice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_notice_reader')),
    sa.UniqueConstraint('notice_id', 'enrollment_id', name=op.f('uq_class_notice_reader_notice_id_enrollment_id'))
    )
    with op.batch_alter_table('class_notice_reader', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_class_notice_reader_enrollment_id'), ['enrollment_id'], unique=False)

    op.create_table('class_rating',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('stars', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('rated_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('stars BETWEEN 1 AND 5', name=op.f('ck_class_rating_stars')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_class_rating_enrollment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_rating')),
    sa.UniqueConstraint('enrollment_id', name=op.f('uq_class_rating_enrollment_id'))
    )
    op.create_table('course_certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('completion', 'qualification', 'skill_level', 'special_ability', 'training_pass', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('certificate_code', sa.String(length=20), nullable=True),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('issued_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoke_reason', sa.String(length=200), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("(revoked_at IS NULL) = (revoke_reason = '')", name=op.f('ck_course_certificate_revoked')),
    sa.CheckConstraint("number <> ''", name=op.f('ck_course_certificate_number')),
    sa.ForeignKeyConstraint(['certificate_code'], ['certificate.code'], name=op.f('fk_course_certificate_certificate_code')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_course_certificate_enrollment_id')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['user.id'], name=op.f('fk_course_certificate_issued_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_certificate')),
    sa.UniqueConstraint('kind', 'number', name=op.f('uq_course_certificate_kind_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_course_certificate_public_id'))
    )
    with op.batch_alter_table('course_certificate', schema=None) as batch_op:
        batch_op.create_index('uq_course_certificate_valid', ['enrollment_id', 'kind'], unique=True, sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))

    op.create_table('enrollment_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('seated', 'queued', 'promoted', 'canceled', 'transferred', 'arrived', 'left', 'completed', 'not_completed', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('waiting_number', sa.Integer(), nullable=True),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_enrollment_move_enrollment_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_enrollment_move_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrollment_move'))
    )
    with op.batch_alter_table('enrollment_move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enrollment_move_enrollment_id'), ['enrollment_id'], unique=False)

    op.create_table('inspection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=True),
    sa.Column('happened_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('roll_count', sa.Integer(), nullable=False),
    sa.Column('head_count', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('inspected_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('roll_count >= 0 AND head_count >= 0', name=op.f('ck_inspection_counts')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_inspection_file_id')),
    sa.ForeignKeyConstraint(['inspected_by_id'], ['user.id'], name=op.f('fk_inspection_inspected_by_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['course_meeting.id'], name=op.f('fk_inspection_meeting_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_inspection_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection')),
    sa.UniqueConstraint('file_id', name=op.f('uq_inspection_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_inspection_public_id'))
    )
    with op.batch_alter_table('inspection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inspection_session_id'), ['session_id'], unique=False)

    op.create_table('leave_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('state', sa.Enum('asked', 'granted', 'refused', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('asked_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("state = 'asked' OR decided_at IS NOT NULL", name=op.f('ck_leave_request_decided')),
    sa.CheckConstraint('until_on >= from_on', name=op.f('ck_leave_request_days')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_leave_request_decided_by_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_leave_request_enrollment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leave_request')),
    sa.UniqueConstraint('public_id', name=op.f('uq_leave_request_public_id'))
    )
    with op.batch_alter_table('leave_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leave_request_enrollment_id'), ['enrollment_id'], unique=False)

    op.create_table('pay_sheet_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('hours_due', sa.Integer(), nullable=False),
    sa.Column('hours_came', sa.Integer(), nullable=False),
    sa.Column('amount_yuan', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.CheckConstraint('amount_yuan >= 0 AND days >= 0 AND hours_came BETWEEN 0 AND hours_due', name=op.f('ck_pay_sheet_line_amount')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_pay_sheet_line_enrollment_id')),
    sa.ForeignKeyConstraint(['sheet_id'], ['pay_sheet.id'], name=op.f('fk_pay_sheet_line_sheet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pay_sheet_line')),
    sa.UniqueConstraint('sheet_id', 'enrollment_id', name=op.f('uq_pay_sheet_line_sheet_id_enrollment_id'))
    )
    with op.batch_alter_table('pay_sheet_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pay_sheet_line_enrollment_id'), ['enrollment_id'], unique=False)

    op.create_table('space',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('incubator_id', sa.Integer(), nullable=False),
    sa.Column('tenancy_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('desk', 'office', 'stall', 'workshop', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('room', sa.String(length=40), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('col', sa.Integer(), nullable=False),
    sa.Column('area_m2', sa.Integer(), nullable=False),
    sa.Column('rent_yuan', sa.Integer(), nullable=False),
    sa.Column('is_usable', sa.Boolean(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('area_m2 >= 0 AND rent_yuan >= 0', name=op.f('ck_space_numbers')),
    sa.CheckConstraint('row BETWEEN 1 AND 60 AND col BETWEEN 1 AND 60', name=op.f('ck_space_place')),
    sa.ForeignKeyConstraint(['incubator_id'], ['incubator.id'], name=op.f('fk_space_incubator_id')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_space_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_space')),
    sa.UniqueConstraint('incubator_id', 'number', name=op.f('uq_space_incubator_id_number')),
    sa.UniqueConstraint('incubator_id', 'row', 'col', name=op.f('uq_space_incubator_id_row_col')),
    sa.UniqueConstraint('public_id', name=op.f('uq_space_public_id'))
    )
    with op.batch_alter_table('space', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_space_tenancy_id'), ['tenancy_id'], unique=False)

    op.create_table('support_paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('support_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_support_paper_created_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_support_paper_file_id')),
    sa.ForeignKeyConstraint(['support_id'], ['venture_support.id'], name=op.f('fk_support_paper_support_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_paper')),
    sa.UniqueConstraint('file_id', name=op.f('uq_support_paper_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_support_paper_public_id'))
    )
    with op.batch_alter_table('support_paper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_support_paper_support_id'), ['support_id'], unique=False)

    op.create_table('support_payment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('support_id', sa.Integer(), nullable=False),
    sa.Column('amount_yuan', sa.Integer(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('voucher', sa.String(length=60), nullable=False),
    sa.Column('recorded_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('amount_yuan > 0', name=op.f('ck_support_payment_amount')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_support_payment_recorded_by_id')),
    sa.ForeignKeyConstraint(['support_id'], ['venture_support.id'], name=op.f('fk_support_payment_support_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_payment')),
    sa.UniqueConstraint('public_id', name=op.f('uq_support_payment_public_id')),
    sa.UniqueConstraint('support_id', 'voucher', name=op.f('uq_support_payment_support_id_voucher'))
    )
    with op.batch_alter_table('support_payment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_support_payment_paid_on'), ['paid_on'], unique=False)

    op.create_table('tenancy_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tenancy_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.String(length=20), nullable=False),
    sa.Column('after', sa.String(length=20), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_tenancy_move_tenancy_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_tenancy_move_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tenancy_move'))
    )
    with op.batch_alter_table('tenancy_move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tenancy_move_tenancy_id'), ['tenancy_id'], unique=False)

    op.create_table('tenancy_review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tenancy_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('scores', sa.JSON(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('is_recused', sa.Boolean(), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('reviewed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(total IS NULL) = is_recused', name=op.f('ck_tenancy_review_recused')),
    sa.CheckConstraint('total IS NULL OR total BETWEEN 0 AND 100', name=op.f('ck_tenancy_review_total')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_tenancy_review_tenancy_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_tenancy_review_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tenancy_review')),
    sa.UniqueConstraint('tenancy_id', 'user_id', name=op.f('uq_tenancy_review_tenancy_id_user_id'))
    )
    op.create_table('space_let',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('space_id', sa.Integer(), nullable=False),
    sa.Column('tenancy_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_space_let_space_id')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_space_let_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_space_let'))
    )
    with op.batch_alter_table('space_let', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_space_let_space_id'), ['space_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_space_let_tenancy_id'), ['tenancy_id'], unique=False)



def downgrade() -> None:
    op.execute("DELETE FROM task WHERE kind IN ('class_step', 'training_left_out', 'school_return', 'start_up', 'venture_visit', 'support_due')")
    op.execute("DELETE FROM \"grant\" WHERE purpose = 'incubation'")
    _checks(_TASKS_BEFORE, _PURPOSES_BEFORE)
    with op.batch_alter_table('space_let', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_space_let_tenancy_id'))
        batch_op.drop_index(batch_op.f('ix_space_let_space_id'))

    op.drop_table('space_let')
    op.drop_table('tenancy_review')
    with op.batch_alter_table('tenancy_move', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tenancy_move_tenancy_id'))

    op.drop_table('tenancy_move')
    with op.batch_alter_table('support_payment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_support_payment_paid_on'))

    op.drop_table('support_payment')
    with op.batch_alter_table('support_paper', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_support_paper_support_id'))

    op.drop_table('support_paper')
    with op.batch_alter_table('space', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_space_tenancy_id'))

    op.drop_table('space')
    with op.batch_alter_table('pay_sheet_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pay_sheet_line_enrollment_id'))

    op.drop_table('pay_sheet_line')
    with op.batch_alter_table('leave_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_leave_request_enrollment_id'))

    op.drop_table('leave_request')
    with op.batch_alter_table('inspection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_inspection_session_id'))

    op.drop_table('inspection')
    with op.batch_alter_table('enrollment_move', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enrollment_move_enrollment_id'))

    op.drop_table('enrollment_move')
    op.drop_table('course_certificate')
    op.drop_table('class_rating')
    with op.batch_alter_table('class_notice_reader', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_class_notice_reader_enrollment_id'))

    op.drop_table('class_notice_reader')
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendance_enrollment_id'))

    op.drop_table('attendance')
    with op.batch_alter_table('venture_worker', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_venture_worker_venture_id'))
        batch_op.drop_index(batch_op.f('ix_venture_worker_person_id'))
        batch_op.drop_index('ix_venture_worker_days')

    op.drop_table('venture_worker')
    with op.batch_alter_table('venture_support', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_venture_support_venture_id'))
        batch_op.drop_index(batch_op.f('ix_venture_support_state'))
        batch_op.drop_index(batch_op.f('ix_venture_support_policy_id'))
        batch_op.drop_index(batch_op.f('ix_venture_support_person_id'))
        batch_op.drop_index(batch_op.f('ix_venture_support_kind_code'))
        batch_op.drop_index('ix_venture_support_region_path')

    op.drop_table('venture_support')
    with op.batch_alter_table('venture_report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_venture_report_period_on'))

    op.drop_table('venture_report')
    with op.batch_alter_table('venture_move', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_venture_move_venture_id'))

    op.drop_table('venture_move')
    with op.batch_alter_table('venture_milestone', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_venture_milestone_venture_id'))

    op.drop_table('venture_milestone')
    with op.batch_alter_table('venture_founder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_venture_founder_venture_id'))
        batch_op.drop_index(batch_op.f('ix_venture_founder_person_id'))

    op.drop_table('venture_founder')
    with op.batch_alter_table('tenancy', schema=None) as batch_op:
        batch_op.drop_index('uq_tenancy_venture_open', sqlite_where=sa.text("state IN ('applied', 'to_complete', 'accepted', 'noticed', 'incubated', 'assessed')"), postgresql_where=sa.text("state IN ('applied', 'to_complete', 'accepted', 'noticed', 'incubated', 'assessed')"))
        batch_op.drop_index(batch_op.f('ix_tenancy_venture_id'))
        batch_op.drop_index(batch_op.f('ix_tenancy_state'))
        batch_op.drop_index('ix_tenancy_region_path')
        batch_op.drop_index(batch_op.f('ix_tenancy_incubator_id'))

    op.drop_table('tenancy')
    with op.batch_alter_table('session_paper', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_paper_session_id'))

    op.drop_table('session_paper')
    with op.batch_alter_table('pay_sheet', schema=None) as batch_op:
        batch_op.drop_index('uq_pay_sheet_part', sqlite_where=sa.text("kind <> 'allowance' AND state <> 'canceled'"), postgresql_where=sa.text("kind <> 'allowance' AND state <> 'canceled'"))
        batch_op.drop_index('uq_pay_sheet_month', sqlite_where=sa.text("kind = 'allowance' AND state <> 'canceled'"), postgresql_where=sa.text("kind = 'allowance' AND state <> 'canceled'"))

    op.drop_table('pay_sheet')
    with op.batch_alter_table('mentor_talk', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mentor_talk_venture_id'))
        batch_op.drop_index(batch_op.f('ix_mentor_talk_mentor_id'))

    op.drop_table('mentor_talk')
    with op.batch_alter_table('enrollment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enrollment_station_id'))
        batch_op.drop_index('ix_enrollment_state')
        batch_op.drop_index('ix_enrollment_region_path')
        batch_op.drop_index(batch_op.f('ix_enrollment_person_id'))

    op.drop_table('enrollment')
    op.drop_table('course_meeting')
    with op.batch_alter_table('course_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_course_call_station_id'))
        batch_op.drop_index('ix_course_call_region_path')
        batch_op.drop_index(batch_op.f('ix_course_call_person_id'))

    op.drop_table('course_call')
    op.drop_table('contest_entry')
    with op.batch_alter_table('class_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_class_notice_session_id'))

    op.drop_table('class_notice')
    with op.batch_alter_table('venture', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_venture_station_id'))
        batch_op.drop_index(batch_op.f('ix_venture_state'))
        batch_op.drop_index(batch_op.f('ix_venture_registered_on'))
        batch_op.drop_index('ix_venture_region_path')
        batch_op.drop_index(batch_op.f('ix_venture_person_id'))

    op.drop_table('venture')
    with op.batch_alter_table('school_plan', schema=None) as batch_op:
        batch_op.drop_index('uq_school_plan_person_living', sqlite_where=sa.text("state IN ('wish', 'applied', 'studying')"), postgresql_where=sa.text("state IN ('wish', 'applied', 'studying')"))
        batch_op.drop_index(batch_op.f('ix_school_plan_state'))

    op.drop_table('school_plan')
    with op.batch_alter_table('provider_paper', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_provider_paper_provider_id'))

    op.drop_table('provider_paper')
    with op.batch_alter_table('provider_course', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_provider_course_course_code'))

    op.drop_table('provider_course')
    op.drop_table('provider_check')
    with op.batch_alter_table('park_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_park_event_incubator_id'))

    op.drop_table('park_event')
    with op.batch_alter_table('mentor', schema=None) as batch_op:
        batch_op.drop_index('ix_mentor_region_path')
        batch_op.drop_index(batch_op.f('ix_mentor_incubator_id'))

    op.drop_table('mentor')
    with op.batch_alter_table('course_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_course_session_state'))
        batch_op.drop_index('ix_course_session_starts_on')
        batch_op.drop_index('ix_course_session_region_path')
        batch_op.drop_index(batch_op.f('ix_course_session_provider_id'))
        batch_op.drop_index(batch_op.f('ix_course_session_organization_id'))
        batch_op.drop_index(batch_op.f('ix_course_session_course_code'))

    op.drop_table('course_session')
    with op.batch_alter_table('provider', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_provider_state'))
        batch_op.drop_index('ix_provider_region_path')
        batch_op.drop_index(batch_op.f('ix_provider_next_check_on'))

    op.drop_table('provider')
    with op.batch_alter_table('incubator', schema=None) as batch_op:
        batch_op.drop_index('ix_incubator_region_path')

    op.drop_table('incubator')
    with op.batch_alter_table('support_policy', schema=None) as batch_op:
        batch_op.drop_index('ix_support_policy_region_path')
        batch_op.drop_index(batch_op.f('ix_support_policy_kind_code'))

    op.drop_table('support_policy')
    op.drop_table('support_budget')
    with op.batch_alter_table('support_kind', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_support_kind_category'))

    op.drop_table('support_kind')
    op.drop_table('incubation_standard')
    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_course_kind'))

    op.drop_table('course')
