"""desk"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_feed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('token_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_calendar_feed_organization_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_calendar_feed_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_calendar_feed_token_sha256')),
    sa.UniqueConstraint('user_id', 'organization_id', name=op.f('uq_calendar_feed_user_id_organization_id'))
    )
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_feed_organization_id'), ['organization_id'], unique=False)

    op.create_table('employer_reputation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('window_from', sa.Date(), nullable=False),
    sa.Column('window_to', sa.Date(), nullable=False),
    sa.Column('due_count', sa.Integer(), nullable=False),
    sa.Column('answered_count', sa.Integer(), nullable=False),
    sa.Column('answer_days', sa.Double(), nullable=True),
    sa.Column('interview_count', sa.Integer(), nullable=False),
    sa.Column('hired_count', sa.Integer(), nullable=False),
    sa.Column('asked_count', sa.Integer(), nullable=False),
    sa.Column('stayed_count', sa.Integer(), nullable=False),
    sa.Column('shrunk_rate', sa.Double(), nullable=True),
    sa.Column('objection', sa.String(length=500), nullable=False),
    sa.Column('objected_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('objected_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decision_note', sa.String(length=300), nullable=False),
    sa.Column('hidden_until', sa.Date(), nullable=True),
    sa.CheckConstraint("(objected_at IS NULL) = (objection = '')", name=op.f('ck_employer_reputation_objection')),
    sa.CheckConstraint('answered_count BETWEEN 0 AND due_count AND hired_count BETWEEN 0 AND interview_count AND stayed_count BETWEEN 0 AND asked_count', name=op.f('ck_employer_reputation_counts')),
    sa.CheckConstraint('decided_at IS NULL OR objected_at IS NOT NULL', name=op.f('ck_employer_reputation_decided')),
    sa.CheckConstraint('shrunk_rate IS NULL OR shrunk_rate BETWEEN 0 AND 1', name=op.f('ck_employer_reputation_rate')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_employer_reputation_decided_by_id')),
    sa.ForeignKeyConstraint(['employer_id'], ['employer.id'], name=op.f('fk_employer_reputation_employer_id')),
    sa.ForeignKeyConstraint(['objected_by_id'], ['user.id'], name=op.f('fk_employer_reputation_objected_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employer_reputation')),
    sa.UniqueConstraint('employer_id', name=op.f('uq_employer_reputation_employer_id'))
    )
    op.create_table('posting_invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('answer', sa.Enum('yes', 'no', name='answer', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('answered_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('grant_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("grant_id IS NULL OR answer = 'yes'", name=op.f('ck_posting_invitation_grant')),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_posting_invitation_answered')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_posting_invitation_created_by_id')),
    sa.ForeignKeyConstraint(['grant_id'], ['grant.id'], name=op.f('fk_posting_invitation_grant_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_posting_invitation_person_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_posting_invitation_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_invitation')),
    sa.UniqueConstraint('person_id', 'posting_id', name=op.f('uq_posting_invitation_person_id_posting_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_posting_invitation_public_id'))
    )
    with op.batch_alter_table('posting_invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posting_invitation_posting_id'), ['posting_id'], unique=False)

    op.create_table('hand_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('token_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('browser_sha256', sa.LargeBinary(length=32), nullable=True),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('expires_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('opened_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_opened_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('opened_count', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('(opened_at IS NULL) = (browser_sha256 IS NULL)', name=op.f('ck_hand_link_opened')),
    sa.CheckConstraint('opened_count = 0 OR opened_at IS NOT NULL', name=op.f('ck_hand_link_count')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_hand_link_application_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_hand_link_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_link')),
    sa.UniqueConstraint('public_id', name=op.f('uq_hand_link_public_id')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_hand_link_token_sha256'))
    )
    with op.batch_alter_table('hand_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hand_link_application_id'), ['application_id'], unique=False)

    op.create_table('hire_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('contract_kind', sa.Enum('fixed', 'open', 'task', 'dispatch', 'service', name='contract_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('contract_from', sa.Date(), nullable=False),
    sa.Column('contract_to', sa.Date(), nullable=True),
    sa.Column('insurances', sa.JSON(), nullable=False),
    sa.Column('insured_from', sa.Date(), nullable=True),
    sa.Column('pay_yuan', sa.Integer(), nullable=True),
    sa.Column('is_self_arranged', sa.Boolean(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(contract_kind != 'open') OR contract_to IS NULL", name=op.f('ck_hire_record_open_end')),
    sa.CheckConstraint('contract_to IS NULL OR contract_to >= contract_from', name=op.f('ck_hire_record_contract')),
    sa.CheckConstraint('pay_yuan IS NULL OR pay_yuan BETWEEN 1 AND 1000000', name=op.f('ck_hire_record_pay')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_hire_record_application_id')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['user.id'], name=op.f('fk_hire_record_changed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hire_record')),
    sa.UniqueConstraint('application_id', name=op.f('uq_hire_record_application_id'))
    )


def downgrade() -> None:
    op.drop_table('hire_record')
    with op.batch_alter_table('hand_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hand_link_application_id'))

    op.drop_table('hand_link')
    with op.batch_alter_table('posting_invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posting_invitation_posting_id'))

    op.drop_table('posting_invitation')
    op.drop_table('employer_reputation')
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_feed_organization_id'))

    op.drop_table('calendar_feed')
