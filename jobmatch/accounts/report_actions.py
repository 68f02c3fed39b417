"""What the audit trail calls an action of figures, reports and campaigns."""

from __future__ import annotations

from jobmatch.core.i18n import N_

REPORT_LABELS: dict[str, str] = {
    "figure.list_taken": N_("下载指标背后的名单"),
}
