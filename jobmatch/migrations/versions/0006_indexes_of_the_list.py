"""indexes of the list of people and of their kinds"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ORDERS = {"ix_person_list": "changed_at", "ix_person_list_name": "name", "ix_person_list_birth": "birth_on"}
REST = ("erased_at", "verification", "search_state", "living_region_code")


def _lists(*reach: str) -> None:
    for name, first in ORDERS.items():
        op.drop_index(name, "person")
        op.create_index(name, "person", [first, "id", *reach, *REST, *(["name"] if first == "changed_at" else [])])


def upgrade() -> None:
    _lists("region_path", "resettled_region_code")
    op.drop_index("ix_person_kind_person_id", "person_kind")
    op.create_index("ix_person_kind_person", "person_kind", ["person_id", "kind_code", "valid_from", "valid_to"])


def downgrade() -> None:
    op.drop_index("ix_person_kind_person", "person_kind")
    op.create_index("ix_person_kind_person_id", "person_kind", ["person_id"])
    _lists("region_path")
