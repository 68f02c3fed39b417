"""What the audit trail calls an action of reports, machines and tables."""

from __future__ import annotations

from jobmatch.core.i18n import N_

REPORT_LABELS: dict[str, str] = {
    "api_token.make": N_("发数据接口密钥"),
    "api_token.revoke": N_("停用数据接口密钥"),
    "employer.entered_undone": N_("撤掉录错的单位"),
    "export.table": N_("导出表格"),
    "import.table": N_("导入表格"),
    "import.table_opened": N_("上传表格"),
    "import.table_undone": N_("撤销表格导入"),
    "organization.forgotten": N_("删掉录错的机构"),
    "webhook.call_again": N_("再发一次事件通知"),
    "webhook.make": N_("加事件通知地址"),
    "webhook.pause": N_("停用事件通知地址"),
    "webhook.resume": N_("恢复事件通知地址"),
}
