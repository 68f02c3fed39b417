"""complaints"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('complaint_kind',
    sa.Column('hint', sa.Text(), nullable=False),
    sa.Column('hint_en', sa.Text(), nullable=False),
    sa.Column('pauses_at_once', sa.Boolean(), nullable=False),
    sa.Column('is_referred', sa.Boolean(), nullable=False),
    sa.Column('only_for', sa.String(length=12), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name_zh', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=160), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('source_on', sa.Date(), nullable=True),
    sa.Column('is_local', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('sort_order', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_complaint_kind'))
    )
    op.create_table('complaint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind_code', sa.String(length=20), nullable=False),
    sa.Column('subject_kind', sa.Enum('posting', 'employer', 'fair', 'class', name='subject_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject_id', sa.String(length=16), nullable=False),
    sa.Column('subject_name', sa.String(length=200), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=True),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('state', sa.Enum('received', 'not_accepted', 'accepted', 'investigating', 'founded', 'unfounded', 'referred', 'closed', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('outcome', sa.Enum('founded', 'unfounded', 'referred', 'not_accepted', name='outcome', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('reason_code', sa.String(length=20), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('source_hash', sa.LargeBinary(length=16), nullable=True),
    sa.Column('same_as_id', sa.Integer(), nullable=True),
    sa.Column('handler_id', sa.Integer(), nullable=True),
    sa.Column('filed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('escalated_on', sa.Date(), nullable=True),
    sa.Column('referred_to', sa.String(length=80), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('asked_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('stated_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('stated_by_id', sa.Integer(), nullable=True),
    sa.Column('forgotten_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(outcome IS NULL) = (state IN ('received', 'accepted', 'investigating'))", name=op.f('ck_complaint_has_outcome')),
    sa.CheckConstraint("(state = 'received') = (accepted_at IS NULL AND closed_at IS NULL)", name=op.f('ck_complaint_accepted')),
    sa.CheckConstraint("(state IN ('not_accepted', 'closed')) = (closed_at IS NOT NULL)", name=op.f('ck_complaint_closed')),
    sa.CheckConstraint('(outcome IS NULL) = (decided_at IS NULL)', name=op.f('ck_complaint_decided')),
    sa.ForeignKeyConstraint(['employer_id'], ['employer.id'], name=op.f('fk_complaint_employer_id')),
    sa.ForeignKeyConstraint(['handler_id'], ['user.id'], name=op.f('fk_complaint_handler_id')),
    sa.ForeignKeyConstraint(['kind_code'], ['complaint_kind.code'], name=op.f('fk_complaint_kind_code')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_complaint_person_id')),
    sa.ForeignKeyConstraint(['reason_code'], ['reason.code'], name=op.f('fk_complaint_reason_code')),
    sa.ForeignKeyConstraint(['same_as_id'], ['complaint.id'], name=op.f('fk_complaint_same_as_id')),
    sa.ForeignKeyConstraint(['stated_by_id'], ['user.id'], name=op.f('fk_complaint_stated_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint')),
    sa.UniqueConstraint('public_id', name=op.f('uq_complaint_public_id')),
    info={'scoped': True}
    )
    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_employer_id'), ['employer_id'], unique=False)
        batch_op.create_index('ix_complaint_filed_at', ['filed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_handler_id'), ['handler_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_kind_code'), ['kind_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_complaint_queue', ['state', 'due_on'], unique=False)
        batch_op.create_index('ix_complaint_region_path', ['region_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_same_as_id'), ['same_as_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_source_hash'), ['source_hash'], unique=False)
        batch_op.create_index('ix_complaint_subject', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('complaint_hold',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('complaint_id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('was_open', sa.Boolean(), nullable=False),
    sa.Column('released_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('released_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_complaint_hold_complaint_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_complaint_hold_posting_id')),
    sa.ForeignKeyConstraint(['released_by_id'], ['user.id'], name=op.f('fk_complaint_hold_released_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_hold')),
    sa.UniqueConstraint('complaint_id', 'posting_id', name=op.f('uq_complaint_hold_complaint_id_posting_id'))
    )
    with op.batch_alter_table('complaint_hold', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_hold_complaint_id'), ['complaint_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_hold_posting_id'), ['posting_id'], unique=False)

    op.create_table('complaint_paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('complaint_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_complaint_paper_complaint_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_complaint_paper_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_paper')),
    sa.UniqueConstraint('file_id', name=op.f('uq_complaint_paper_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_complaint_paper_public_id'))
    )
    with op.batch_alter_table('complaint_paper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_paper_complaint_id'), ['complaint_id'], unique=False)

    op.create_table('complaint_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('complaint_id', sa.Integer(), nullable=False),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('action', sa.Enum('file', 'accept', 'refuse', 'investigate', 'found', 'unfound', 'refer', 'close', 'ask', 'statement', 'escalate', 'release', name='action', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('told', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaint.id'], name=op.f('fk_complaint_step_complaint_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_complaint_step_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaint_step'))
    )
    with op.batch_alter_table('complaint_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_step_complaint_id'), ['complaint_id'], unique=False)

    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_posting_held'), "held_at IS NULL OR state != 'open'")



def downgrade() -> None:
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_posting_held'), type_='check')
        batch_op.drop_column('held_at')

    with op.batch_alter_table('complaint_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_step_complaint_id'))

    op.drop_table('complaint_step')
    with op.batch_alter_table('complaint_paper', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_paper_complaint_id'))

    op.drop_table('complaint_paper')
    with op.batch_alter_table('complaint_hold', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_hold_posting_id'))
        batch_op.drop_index(batch_op.f('ix_complaint_hold_complaint_id'))

    op.drop_table('complaint_hold')
    with op.batch_alter_table('complaint', schema=None) as batch_op:
        batch_op.drop_index('ix_complaint_subject')
        batch_op.drop_index(batch_op.f('ix_complaint_source_hash'))
        batch_op.drop_index(batch_op.f('ix_complaint_same_as_id'))
        batch_op.drop_index('ix_complaint_region_path')
        batch_op.drop_index('ix_complaint_queue')
        batch_op.drop_index(batch_op.f('ix_complaint_person_id'))
        batch_op.drop_index(batch_op.f('ix_complaint_kind_code'))
        batch_op.drop_index(batch_op.f('ix_complaint_handler_id'))
        batch_op.drop_index('ix_complaint_filed_at')
        batch_op.drop_index(batch_op.f('ix_complaint_employer_id'))

    op.drop_table('complaint')
    op.drop_table('complaint_kind')
