"""What the audit trail calls an action of figures, reports and checks."""

from __future__ import annotations

from jobmatch.core.i18n import N_

REPORT_LABELS: dict[str, str] = {
    "paper.order": N_("订每月的报告"),
    "paper.stop": N_("不再订报告"),
}
