"""row-level security: the second net under the policies (PostgreSQL only)"""

from __future__ import annotations

from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None

_REGION = "(SELECT nullif(current_setting('app.region', true), ''))"
_PLACE = "(SELECT nullif(current_setting('app.place', true), ''))"
_NETS = {'person': 'resettled_region_code', 'roster_entry': '', 'people_import': ''}


def upgrade() -> None:
    if op.get_bind().dialect.name != 'postgresql':
        return
    for table, second_place in _NETS.items():
        tests = f'region_path ^@ {_REGION}' + (f' OR {second_place} ^@ {_PLACE}' if second_place else '')
        op.execute(f"CREATE POLICY region ON {table} USING (CASE WHEN {_REGION} = '*' THEN true ELSE {tests} END)")
        op.execute(f'ALTER TABLE {table} ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE {table} FORCE ROW LEVEL SECURITY')


def downgrade() -> None:
    if op.get_bind().dialect.name != 'postgresql':
        return
    for table in _NETS:
        op.execute(f'ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE {table} DISABLE ROW LEVEL SECURITY')
        op.execute(f'DROP POLICY region ON {table}')
