"""papers of service requests, notices before an unused file is erased"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmatch.core.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_request_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("created_at", jobmatch.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(file_id IS NULL) = (seen_on IS NOT NULL)", name=op.f("ck_service_request_paper_file_or_seen")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_service_request_paper_created_by_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_service_request_paper_file_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["service_request.id"], name=op.f("fk_service_request_paper_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request_paper")),
        sa.UniqueConstraint("file_id", name=op.f("uq_service_request_paper_file_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_service_request_paper_public_id")),
    )
    with op.batch_alter_table("service_request_paper") as batch_op:
        batch_op.create_index(batch_op.f("ix_service_request_paper_request_id"), ["request_id"], unique=False)
    op.create_table(
        "purge_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_purge_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge_notice")),
        sa.UniqueConstraint("person_id", name=op.f("uq_purge_notice_person_id")),
    )


def downgrade() -> None:
    op.drop_table("purge_notice")
    op.drop_table("service_request_paper")
