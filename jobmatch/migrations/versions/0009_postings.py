"""postings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('posting_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=True),
    sa.Column('region_path', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('requirements', sa.JSON(), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint("(employer_id IS NULL) = (region_path != '')", name=op.f('ck_posting_template_owner')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_posting_template_created_by_id')),
    sa.ForeignKeyConstraint(['employer_id'], ['employer.id'], name=op.f('fk_posting_template_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_template')),
    sa.UniqueConstraint('public_id', name=op.f('uq_posting_template_public_id'))
    )
    with op.batch_alter_table('posting_template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posting_template_employer_id'), ['employer_id'], unique=False)

    op.create_table('posting_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.Enum('agree', 'confirm', name='purpose', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('expires_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_posting_link_created_by_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_posting_link_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_link')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_posting_link_token_sha256'))
    )
    with op.batch_alter_table('posting_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posting_link_posting_id'), ['posting_id'], unique=False)

    op.create_table('posting_yes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('way', sa.Enum('in_app', 'link', 'phone', 'form', 'paper', 'notice', 'feed', name='way', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('is_yes', sa.Boolean(), nullable=False),
    sa.Column('said_by', sa.String(length=60), nullable=False),
    sa.Column('phone_tail', sa.String(length=4), nullable=False),
    sa.Column('said_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("phone_tail = '' OR length(phone_tail) = 4", name=op.f('ck_posting_yes_tail')),
    sa.CheckConstraint("way != 'phone' OR (said_by != '' AND phone_tail != '')", name=op.f('ck_posting_yes_phone')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_posting_yes_posting_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_posting_yes_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_yes'))
    )
    with op.batch_alter_table('posting_yes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posting_yes_posting_id'), ['posting_id'], unique=False)

    op.create_table('reserved_post',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('civil_servant', 'institution', 'teacher', 'state_owned', 'fire_police', 'community', 'public_welfare', name='kind', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('organ', sa.String(length=120), nullable=False),
    sa.Column('paper_number', sa.String(length=60), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('quota', sa.Integer(), nullable=False),
    sa.Column('notice_from', sa.Date(), nullable=True),
    sa.Column('notice_to', sa.Date(), nullable=True),
    sa.Column('result', sa.Enum('running', 'clear', 'objected', name='result', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('changed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('notice_to IS NULL OR notice_from IS NULL OR notice_to >= notice_from', name=op.f('ck_reserved_post_notice')),
    sa.CheckConstraint('quota BETWEEN 0 AND 9999', name=op.f('ck_reserved_post_quota')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['user.id'], name=op.f('fk_reserved_post_changed_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_reserved_post_file_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_reserved_post_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reserved_post')),
    sa.UniqueConstraint('posting_id', name=op.f('uq_reserved_post_posting_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_reserved_post_public_id'))
    )
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('review_due_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('escalated_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('confirm_asked_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('is_office_entry', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('agreed_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('written_at', jobmatch.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f('ck_posting_agreed'), "state != 'open' OR NOT is_office_entry OR agreed_at IS NOT NULL"
        )

    # What came in before were official tables that their issuers had published.
    op.execute("UPDATE posting SET is_office_entry = true, agreed_at = created_at WHERE source_key IS NOT NULL")
    # Who published before counts as having confirmed then.
    op.execute("UPDATE posting SET confirmed_at = published_at")
    # Nobody has shown a paper for a 专岗 yet: what is public goes on as 退役军人优先 until the office has seen it.
    op.execute(
        "UPDATE posting SET is_reserved = false, is_veterans_first = true, changed_at = CURRENT_TIMESTAMP"
        " WHERE is_reserved AND state NOT IN ('draft', 'returned', 'imported', 'closed')"
    )


def downgrade() -> None:
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_posting_agreed'), type_='check')
        batch_op.drop_column('written_at')
        batch_op.drop_column('agreed_at')
        batch_op.drop_column('is_office_entry')
        batch_op.drop_column('confirm_asked_on')
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('escalated_on')
        batch_op.drop_column('review_due_on')

    op.drop_table('reserved_post')
    with op.batch_alter_table('posting_yes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posting_yes_posting_id'))

    op.drop_table('posting_yes')
    with op.batch_alter_table('posting_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posting_link_posting_id'))

    op.drop_table('posting_link')
    with op.batch_alter_table('posting_template', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posting_template_employer_id'))

    op.drop_table('posting_template')
