"""figures: submissions, snapshots, papers, special actions, checks, machine access"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


_TASKS_BEFORE = "kind IN ('new_return', 'late_return', 'missing_fields', 'base_count', 'duplicate', 'verify', 'appeal', 'claim', 'confirm_employment', 'proposal', 'contact_due', 'call_back', 'visit', 'lost', 'unanswered', 'interview', 'no_way_forward', 'plan_due', 'referral_due', 'desk_due', 'escalation', 'placement_due', 'half_year', 'rights', 'fair_step', 'fair_follow_up', 'class_step', 'training_left_out', 'school_return', 'start_up', 'venture_visit', 'support_due', 'reference', 'other')"
_TASKS = "kind IN ('new_return', 'late_return', 'missing_fields', 'base_count', 'duplicate', 'verify', 'appeal', 'claim', 'confirm_employment', 'proposal', 'contact_due', 'call_back', 'visit', 'lost', 'unanswered', 'interview', 'no_way_forward', 'plan_due', 'referral_due', 'desk_due', 'escalation', 'placement_due', 'half_year', 'rights', 'fair_step', 'fair_follow_up', 'class_step', 'training_left_out', 'school_return', 'start_up', 'venture_visit', 'support_due', 'report_due', 'spot_check', 'campaign', 'reference', 'other')"


_EVIDENCE_BEFORE = "evidence IN ('contract', 'social_insurance', 'department', 'licence', 'employer_confirmed', 'platform_record', 'pledge', 'family', 'station_check', 'none')"
_EVIDENCE = "evidence IN ('contract', 'social_insurance', 'department', 'licence', 'employer_confirmed', 'platform_record', 'pledge', 'family', 'station_check', 'school', 'none')"


def _checks(tasks: str, evidence: str) -> None:
    for table, name, condition in (
        ('task', 'kind', tasks), ('employment_spell', 'evidence', evidence), ('employment_confirmation', 'evidence', evidence)
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f'ck_{table}_{name}'), type_='check')
            batch_op.create_check_constraint(batch_op.f(f'ck_{table}_{name}'), condition)


def upgrade() -> None:
    _checks(_TASKS, _EVIDENCE)
    with op.batch_alter_table('employment_spell', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_employment_spell_person_id'))
        batch_op.create_index('ix_employment_spell_standing', ['person_id', 'superseded_at', 'started_on', 'ended_on', 'status_code'], unique=False)
    op.create_table('campaign',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('basis', sa.String(length=300), nullable=False),
    sa.Column('lead', sa.String(length=60), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('planned', 'running', 'closed', 'canceled', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_campaign_days')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_campaign_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign')),
    sa.UniqueConstraint('public_id', name=op.f('uq_campaign_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.create_index('ix_campaign_region_path', ['region_path'], unique=False)

    op.create_table('checklist',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('basis', sa.String(length=300), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_checklist_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist')),
    sa.UniqueConstraint('public_id', name=op.f('uq_checklist_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('checklist', schema=None) as batch_op:
        batch_op.create_index('ix_checklist_region_path', ['region_path'], unique=False)

    op.create_table('circular',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('asks_answer', sa.Boolean(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('sent_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_circular_file_id')),
    sa.ForeignKeyConstraint(['sent_by_id'], ['user.id'], name=op.f('fk_circular_sent_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circular')),
    sa.UniqueConstraint('file_id', name=op.f('uq_circular_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_circular_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('circular', schema=None) as batch_op:
        batch_op.create_index('ix_circular_region_path', ['region_path'], unique=False)

    op.create_table('paper_order',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('monthly', 'quarterly', 'summary', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('format', sa.Enum('docx', 'pdf', 'xlsx', name='format', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('month_day', sa.Integer(), nullable=False),
    sa.Column('next_on', sa.Date(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('month_day BETWEEN 1 AND 28', name=op.f('ck_paper_order_month_day')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_paper_order_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_order')),
    sa.UniqueConstraint('public_id', name=op.f('uq_paper_order_public_id')),
    sa.UniqueConstraint('user_id', 'kind', 'region_path', name=op.f('uq_paper_order_user_id_kind_region_path')),
    info={'scoped': True}
    )
    with op.batch_alter_table('paper_order', schema=None) as batch_op:
        batch_op.create_index('ix_paper_order_next_on', ['next_on'], unique=False)
        batch_op.create_index('ix_paper_order_region_path', ['region_path'], unique=False)

    op.create_table('superior_form',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('office', sa.String(length=120), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_superior_form_created_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_superior_form_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_superior_form')),
    sa.UniqueConstraint('file_id', name=op.f('uq_superior_form_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_superior_form_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('superior_form', schema=None) as batch_op:
        batch_op.create_index('ix_superior_form_region_path', ['region_path'], unique=False)

    op.create_table('table_export',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('people', 'postings', 'employers', 'fairs', 'classes', 'ventures', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('reason', sa.String(length=100), nullable=False),
    sa.Column('filters', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'running', 'done', 'failed', 'gone', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('done_count', sa.Integer(), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('finished_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("file_id IS NULL OR state = 'done'", name=op.f('ck_table_export_file')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_table_export_created_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_table_export_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_table_export')),
    sa.UniqueConstraint('file_id', name=op.f('uq_table_export_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_table_export_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('table_export', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_table_export_created_by_id'), ['created_by_id'], unique=False)
        batch_op.create_index('ix_table_export_region_path', ['region_path'], unique=False)
        batch_op.create_index('ix_table_export_state', ['state', 'created_at'], unique=False)

    op.create_table('table_import',
    sa.Column('kind', sa.Enum('employers', 'fairs', 'classes', 'ventures', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('titles', sa.JSON(), nullable=False),
    sa.Column('samples', sa.JSON(), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
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
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_table_import_created_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_table_import_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_table_import')),
    sa.UniqueConstraint('public_id', name=op.f('uq_table_import_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('table_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_table_import_file_sha256'), ['file_sha256'], unique=False)
        batch_op.create_index('ix_table_import_region_path', ['region_path'], unique=False)

    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('token_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('call_count', sa.Integer(), nullable=False),
    sa.Column('window_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_api_token_created_by_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_api_token_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('public_id', name=op.f('uq_api_token_public_id')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_api_token_token_sha256')),
    info={'scoped': True}
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_token_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index('ix_api_token_region_path', ['region_path'], unique=False)

    op.create_table('campaign_target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('figure_code', sa.String(length=40), nullable=False),
    sa.Column('target', sa.Integer(), nullable=False),
    sa.CheckConstraint('target >= 0', name=op.f('ck_campaign_target_target')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_target_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_target')),
    sa.UniqueConstraint('campaign_id', 'figure_code', name=op.f('uq_campaign_target_campaign_id_figure_code'))
    )
    op.create_table('campaign_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('result', sa.String(length=300), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_task_campaign_id')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_campaign_task_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_task')),
    sa.UniqueConstraint('public_id', name=op.f('uq_campaign_task_public_id'))
    )
    with op.batch_alter_table('campaign_task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_task_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_task_station_id'), ['station_id'], unique=False)

    op.create_table('cell_binding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('form_id', sa.Integer(), nullable=False),
    sa.Column('sheet', sa.String(length=60), nullable=False),
    sa.Column('cell', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.Enum('figure', 'column', 'words', 'people', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column("code", sa.String(length=60), nullable=False),
    sa.Column('place_code', sa.String(length=20), nullable=False),
    sa.Column('months_back', sa.Integer(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['form_id'], ['superior_form.id'], name=op.f('fk_cell_binding_form_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cell_binding')),
    sa.UniqueConstraint('form_id', 'sheet', 'cell', name=op.f('uq_cell_binding_form_id_sheet_cell'))
    )
    op.create_table('checklist_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('checklist_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('figure_code', sa.String(length=40), nullable=False),
    sa.Column('goal', sa.Double(), nullable=True),
    sa.CheckConstraint("(figure_code = '') = (goal IS NULL)", name=op.f('ck_checklist_item_goal')),
    sa.CheckConstraint('points > 0', name=op.f('ck_checklist_item_points')),
    sa.ForeignKeyConstraint(['checklist_id'], ['checklist.id'], name=op.f('fk_checklist_item_checklist_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_item')),
    sa.UniqueConstraint('checklist_id', 'position', name=op.f('uq_checklist_item_checklist_id_position'))
    )
    op.create_table('circular_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('circular_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('read_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('read_by_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('answered_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by_id'], ['user.id'], name=op.f('fk_circular_receipt_answered_by_id')),
    sa.ForeignKeyConstraint(['circular_id'], ['circular.id'], name=op.f('fk_circular_receipt_circular_id')),
    sa.ForeignKeyConstraint(['read_by_id'], ['user.id'], name=op.f('fk_circular_receipt_read_by_id')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_circular_receipt_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circular_receipt')),
    sa.UniqueConstraint('circular_id', 'station_id', name=op.f('uq_circular_receipt_circular_id_station_id'))
    )
    with op.batch_alter_table('circular_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_circular_receipt_station_id'), ['station_id'], unique=False)

    op.create_table('spot_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('drawn_on', sa.Date(), nullable=False),
    sa.Column('claimed_count', sa.Integer(), nullable=False),
    sa.Column('share_percent', sa.Integer(), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_spot_check_created_by_id')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_spot_check_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_check')),
    sa.UniqueConstraint('public_id', name=op.f('uq_spot_check_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('spot_check', schema=None) as batch_op:
        batch_op.create_index('ix_spot_check_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_spot_check_station_id'), ['station_id'], unique=False)

    op.create_table('station_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('checklist_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.Enum('self', 'mutual', 'inspection', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('open', 'done', 'objected', 'frozen', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('objection', sa.String(length=300), nullable=False),
    sa.Column('answer', sa.String(length=300), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('checked_by_id', sa.Integer(), nullable=True),
    sa.Column('frozen_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('frozen_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state != 'objected' OR objection != ''", name=op.f('ck_station_check_objected')),
    sa.ForeignKeyConstraint(['checked_by_id'], ['user.id'], name=op.f('fk_station_check_checked_by_id')),
    sa.ForeignKeyConstraint(['checklist_id'], ['checklist.id'], name=op.f('fk_station_check_checklist_id')),
    sa.ForeignKeyConstraint(['frozen_by_id'], ['user.id'], name=op.f('fk_station_check_frozen_by_id')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_station_check_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_check')),
    sa.UniqueConstraint('checklist_id', 'station_id', 'kind', 'checked_on', name=op.f('uq_station_check_checklist_id_station_id_kind_checked_on')),
    sa.UniqueConstraint('public_id', name=op.f('uq_station_check_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('station_check', schema=None) as batch_op:
        batch_op.create_index('ix_station_check_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_station_check_station_id'), ['station_id'], unique=False)

    op.create_table('submission',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('form', sa.Enum('year_table', 'monthly', 'quarterly', 'family', name='form', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_to', sa.Date(), nullable=False),
    sa.Column('cut_off_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'reviewed', 'accepted', 'returned', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('is_zero', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('head', sa.String(length=60), nullable=False),
    sa.Column('remarks', sa.JSON(), nullable=False),
    sa.Column('returns', sa.JSON(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('filled_by_id', sa.Integer(), nullable=True),
    sa.Column('submitted_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reviewed_by_id', sa.Integer(), nullable=True),
    sa.Column('reviewed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('accepted_by_id', sa.Integer(), nullable=True),
    sa.Column('accepted_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state != 'accepted' OR accepted_at IS NOT NULL", name=op.f('ck_submission_accepted')),
    sa.CheckConstraint("state NOT IN ('submitted', 'reviewed', 'accepted') OR submitted_at IS NOT NULL", name=op.f('ck_submission_sent')),
    sa.CheckConstraint('period_to >= period_from', name=op.f('ck_submission_period')),
    sa.ForeignKeyConstraint(['accepted_by_id'], ['user.id'], name=op.f('fk_submission_accepted_by_id')),
    sa.ForeignKeyConstraint(['filled_by_id'], ['user.id'], name=op.f('fk_submission_filled_by_id')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['user.id'], name=op.f('fk_submission_reviewed_by_id')),
    sa.ForeignKeyConstraint(['station_id'], ['organization.id'], name=op.f('fk_submission_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission')),
    sa.UniqueConstraint('public_id', name=op.f('uq_submission_public_id')),
    sa.UniqueConstraint('station_id', 'form', 'period_from', name=op.f('uq_submission_station_id_form_period_from')),
    info={'scoped': True}
    )
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.create_index('ix_submission_due', ['form', 'period_from', 'state'], unique=False)
        batch_op.create_index('ix_submission_region_path', ['region_path'], unique=False)

    op.create_table('table_import_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('row_number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('refused', 'changed', 'kept', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('column', sa.String(length=120), nullable=False),
    sa.Column('value', sa.String(length=80), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['table_import.id'], name=op.f('fk_table_import_note_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_table_import_note'))
    )
    with op.batch_alter_table('table_import_note', schema=None) as batch_op:
        batch_op.create_index('ix_table_import_note_place', ['import_id', 'row_number'], unique=False)

    op.create_table('table_import_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('row_number', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['table_import.id'], name=op.f('fk_table_import_row_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_table_import_row')),
    sa.UniqueConstraint('import_id', 'row_number', name=op.f('uq_table_import_row_import_id_row_number'))
    )
    op.create_table('webhook',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('url', sa.String(length=300), nullable=False),
    sa.Column('events', sa.JSON(), nullable=False),
    sa.Column('key_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('failed_count', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_webhook_created_by_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_webhook_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook')),
    sa.UniqueConstraint('public_id', name=op.f('uq_webhook_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('webhook', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index('ix_webhook_region_path', ['region_path'], unique=False)

    op.create_table('check_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('check_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('met', sa.Enum('yes', 'partly', 'no', 'not_applicable', name='met', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('tenths', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('tenths >= 0', name=op.f('ck_check_answer_tenths')),
    sa.ForeignKeyConstraint(['check_id'], ['station_check.id'], name=op.f('fk_check_answer_check_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_check_answer_file_id')),
    sa.ForeignKeyConstraint(['item_id'], ['checklist_item.id'], name=op.f('fk_check_answer_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_answer')),
    sa.UniqueConstraint('check_id', 'item_id', name=op.f('uq_check_answer_check_id_item_id')),
    sa.UniqueConstraint('file_id', name=op.f('uq_check_answer_file_id'))
    )
    op.create_table('snapshot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('form', sa.Enum('year_table', 'monthly', 'quarterly', 'family', name='form', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=True),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_to', sa.Date(), nullable=False),
    sa.Column('cut_off_on', sa.Date(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('definition_version', sa.String(length=20), nullable=False),
    sa.Column('inputs', sa.LargeBinary(), nullable=False),
    sa.Column('inputs_sha256', sa.String(length=64), nullable=False),
    sa.Column('table', sa.Text(), nullable=False),
    sa.Column('frozen_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('frozen_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('scan_file_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("revision = 1 OR reason != ''", name=op.f('ck_snapshot_revised')),
    sa.CheckConstraint('(confirmed_by_id IS NULL) = (confirmed_at IS NULL)', name=op.f('ck_snapshot_confirmed')),
    sa.CheckConstraint('confirmed_by_id IS NULL OR confirmed_by_id != frozen_by_id', name=op.f('ck_snapshot_two_persons')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['user.id'], name=op.f('fk_snapshot_confirmed_by_id')),
    sa.ForeignKeyConstraint(['frozen_by_id'], ['user.id'], name=op.f('fk_snapshot_frozen_by_id')),
    sa.ForeignKeyConstraint(['scan_file_id'], ['stored_file.id'], name=op.f('fk_snapshot_scan_file_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_snapshot_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_snapshot')),
    sa.UniqueConstraint('form', 'region_path', 'period_from', 'cut_off_on', 'revision', name=op.f('uq_snapshot_form_region_path_period_from_cut_off_on_revision')),
    sa.UniqueConstraint('public_id', name=op.f('uq_snapshot_public_id')),
    sa.UniqueConstraint('scan_file_id', name=op.f('uq_snapshot_scan_file_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('snapshot', schema=None) as batch_op:
        batch_op.create_index('ix_snapshot_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_snapshot_submission_id'), ['submission_id'], unique=False)

    op.create_table('submission_move',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.Enum('open', 'submit', 'review', 'accept', 'return', 'amend', 'take_back', name='step', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_submission_move_by_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_submission_move_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission_move'))
    )
    with op.batch_alter_table('submission_move', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submission_move_submission_id'), ['submission_id'], unique=False)

    op.create_table('webhook_call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('webhook_id', sa.Integer(), nullable=False),
    sa.Column('event', sa.String(length=40), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('done_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id'], name=op.f('fk_webhook_call_webhook_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_call')),
    sa.UniqueConstraint('public_id', name=op.f('uq_webhook_call_public_id'))
    )
    with op.batch_alter_table('webhook_call', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_call_next_at', ['done_at', 'next_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_webhook_call_webhook_id'), ['webhook_id'], unique=False)

    op.create_table('spot_check_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('spot_check_id', sa.Integer(), nullable=False),
    sa.Column('spell_id', sa.Integer(), nullable=False),
    sa.Column('result', sa.Enum('true', 'false', 'changed', 'not_reached', name='result', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('called_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('called_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('(result IS NULL) = (called_at IS NULL)', name=op.f('ck_spot_check_line_called')),
    sa.ForeignKeyConstraint(['called_by_id'], ['user.id'], name=op.f('fk_spot_check_line_called_by_id')),
    sa.ForeignKeyConstraint(['spell_id'], ['employment_spell.id'], name=op.f('fk_spot_check_line_spell_id')),
    sa.ForeignKeyConstraint(['spot_check_id'], ['spot_check.id'], name=op.f('fk_spot_check_line_spot_check_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_check_line')),
    sa.UniqueConstraint('public_id', name=op.f('uq_spot_check_line_public_id')),
    sa.UniqueConstraint('spot_check_id', 'spell_id', name=op.f('uq_spot_check_line_spot_check_id_spell_id'))
    )
    with op.batch_alter_table('spot_check_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_spot_check_line_spell_id'), ['spell_id'], unique=False)

    op.create_table('subject_number',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('entry_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('person_id IS NULL OR entry_id IS NULL', name=op.f('ck_subject_number_one_subject')),
    sa.ForeignKeyConstraint(['entry_id'], ['roster_entry.id'], name=op.f('fk_subject_number_entry_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_subject_number_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject_number')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_subject_number_entry_id')),
    sa.UniqueConstraint('person_id', name=op.f('uq_subject_number_person_id'))
    )
    with op.batch_alter_table('employment_status_kind', schema=None) as batch_op:
        batch_op.add_column(sa.Column('footnote', sa.String(length=300), server_default='', nullable=False))



def downgrade() -> None:
    op.execute("DELETE FROM task WHERE kind IN ('report_due', 'spot_check', 'campaign')")
    with op.batch_alter_table('employment_spell', schema=None) as batch_op:
        batch_op.drop_index('ix_employment_spell_standing')
        batch_op.create_index(batch_op.f('ix_employment_spell_person_id'), ['person_id'], unique=False)
    op.execute("UPDATE employment_spell SET evidence = 'department' WHERE evidence = 'school'")
    op.execute("UPDATE employment_confirmation SET evidence = 'department' WHERE evidence = 'school'")
    _checks(_TASKS_BEFORE, _EVIDENCE_BEFORE)
    with op.batch_alter_table('employment_status_kind', schema=None) as batch_op:
        batch_op.drop_column('footnote')

    op.drop_table('subject_number')
    with op.batch_alter_table('spot_check_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_spot_check_line_spell_id'))

    op.drop_table('spot_check_line')
    with op.batch_alter_table('webhook_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_webhook_call_webhook_id'))
        batch_op.drop_index('ix_webhook_call_next_at')

    op.drop_table('webhook_call')
    with op.batch_alter_table('submission_move', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_move_submission_id'))

    op.drop_table('submission_move')
    with op.batch_alter_table('snapshot', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_snapshot_submission_id'))
        batch_op.drop_index('ix_snapshot_region_path')

    op.drop_table('snapshot')
    op.drop_table('check_answer')
    with op.batch_alter_table('webhook', schema=None) as batch_op:
        batch_op.drop_index('ix_webhook_region_path')
        batch_op.drop_index(batch_op.f('ix_webhook_organization_id'))

    op.drop_table('webhook')
    op.drop_table('table_import_row')
    with op.batch_alter_table('table_import_note', schema=None) as batch_op:
        batch_op.drop_index('ix_table_import_note_place')

    op.drop_table('table_import_note')
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_index('ix_submission_region_path')
        batch_op.drop_index('ix_submission_due')

    op.drop_table('submission')
    with op.batch_alter_table('station_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_station_check_station_id'))
        batch_op.drop_index('ix_station_check_region_path')

    op.drop_table('station_check')
    with op.batch_alter_table('spot_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_spot_check_station_id'))
        batch_op.drop_index('ix_spot_check_region_path')

    op.drop_table('spot_check')
    with op.batch_alter_table('circular_receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_circular_receipt_station_id'))

    op.drop_table('circular_receipt')
    op.drop_table('checklist_item')
    op.drop_table('cell_binding')
    with op.batch_alter_table('campaign_task', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaign_task_station_id'))
        batch_op.drop_index(batch_op.f('ix_campaign_task_campaign_id'))

    op.drop_table('campaign_task')
    op.drop_table('campaign_target')
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index('ix_api_token_region_path')
        batch_op.drop_index(batch_op.f('ix_api_token_organization_id'))

    op.drop_table('api_token')
    with op.batch_alter_table('table_export', schema=None) as batch_op:
        batch_op.drop_index('ix_table_export_state')
        batch_op.drop_index('ix_table_export_region_path')
        batch_op.drop_index(batch_op.f('ix_table_export_created_by_id'))

    op.drop_table('table_export')
    with op.batch_alter_table('table_import', schema=None) as batch_op:
        batch_op.drop_index('ix_table_import_region_path')
        batch_op.drop_index(batch_op.f('ix_table_import_file_sha256'))

    op.drop_table('table_import')
    with op.batch_alter_table('superior_form', schema=None) as batch_op:
        batch_op.drop_index('ix_superior_form_region_path')

    op.drop_table('superior_form')
    with op.batch_alter_table('paper_order', schema=None) as batch_op:
        batch_op.drop_index('ix_paper_order_region_path')
        batch_op.drop_index('ix_paper_order_next_on')

    op.drop_table('paper_order')
    with op.batch_alter_table('circular', schema=None) as batch_op:
        batch_op.drop_index('ix_circular_region_path')

    op.drop_table('circular')
    with op.batch_alter_table('checklist', schema=None) as batch_op:
        batch_op.drop_index('ix_checklist_region_path')

    op.drop_table('checklist')
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_index('ix_campaign_region_path')

    op.drop_table('campaign')
