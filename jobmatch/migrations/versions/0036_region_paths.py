"""paths of regions are ordered by bytes, so that an index finds a beginning (PostgreSQL only; expands)"""

from __future__ import annotations

from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

_TABLES = (
    'api_token', 'application', 'breach', 'bulletin', 'campaign', 'checklist', 'circular', 'complaint',
    'course_call', 'course_session', 'cross_check', 'demand_round', 'employer', 'enrollment', 'exhibitor',
    'expert', 'fair_call', 'fair_registration', 'fair_slice', 'incubator', 'intake', 'intake_batch', 'job_fair',
    'mentor', 'merge', 'organization', 'organization_merge', 'paper_order', 'people_import', 'person',
    'placement', 'posting', 'posting_form', 'posting_import', 'posting_source', 'posting_template', 'provider',
    'rating', 'rights_request', 'roster_entry', 'service_request', 'snapshot', 'spot_check', 'station_check',
    'submission', 'superior_form', 'support_budget', 'support_policy', 'survey', 'table_export', 'table_import',
    'task', 'tenancy', 'venture', 'venture_support', 'verification_appeal', 'visit_plan', 'webhook',
)
_OTHERS = (('region', 'path'), ('service_request', 'station_path'))
_REGION = "(SELECT nullif(current_setting('app.region', true), ''))"
_PLACE = "(SELECT nullif(current_setting('app.place', true), ''))"
_NETS = {'person': 'resettled_region_code', 'roster_entry': '', 'people_import': ''}


def upgrade() -> None:
    _collate('C')


def downgrade() -> None:
    _collate('default')


def _collate(collation: str) -> None:
    """A column under a policy cannot change its type, so the nets are taken up and put down again."""
    if op.get_bind().dialect.name != 'postgresql':
        return
    for table in _NETS:
        op.execute(f'DROP POLICY region ON {table}')
    for table, column in (*((table, 'region_path') for table in _TABLES), *_OTHERS):
        op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(80) COLLATE "{collation}"')
    for table, second_place in _NETS.items():
        tests = f'region_path ^@ {_REGION}' + (f' OR {second_place} ^@ {_PLACE}' if second_place else '')
        op.execute(f"CREATE POLICY region ON {table} USING (CASE WHEN {_REGION} = '*' THEN true ELSE {tests} END)")
