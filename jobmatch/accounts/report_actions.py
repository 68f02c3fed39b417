"""What the audit trail calls an action of figures, reports and checks."""

from __future__ import annotations

from jobmatch.core.i18n import N_

REPORT_LABELS: dict[str, str] = {
    "snapshot.confirm": N_("复核签字封存的报表"),
    "snapshot.drop": N_("作废封存的报表"),
    "snapshot.freeze": N_("封存报表"),
    "snapshot.scan": N_("上传盖章的扫描件"),
}
