"""What the audit trail calls an action of figures, reports and checks."""

from __future__ import annotations

from jobmatch.core.i18n import N_

REPORT_LABELS: dict[str, str] = {
    "campaign.create": N_("新建专项行动"),
    "campaign.edit": N_("修改专项行动"),
    "campaign.move": N_("专项行动换状态"),
    "campaign.task": N_("派专项行动任务"),
    "campaign.task_done": N_("办好专项行动任务"),
    "campaign.task_removed": N_("拿掉专项行动任务"),
    "check.answer": N_("填检查的一项"),
    "check.answer_objection": N_("答复检查异议"),
    "check.freeze": N_("检查定档"),
    "check.hand_in": N_("交检查"),
    "check.object": N_("对检查提异议"),
    "checklist.create": N_("新建检查表"),
    "checklist.edit": N_("修改检查表"),
    "checklist.end": N_("停用检查表"),
    "checklist.item": N_("检查表加一项"),
    "checklist.item_removed": N_("检查表拿掉一项"),
    "checklist.start": N_("开始检查"),
    "spot_check.call": N_("记下抽查结果"),
    "spot_check.draw": N_("抽取就业抽查"),
    "snapshot.confirm": N_("复核签字封存的报表"),
    "snapshot.drop": N_("作废封存的报表"),
    "snapshot.freeze": N_("封存报表"),
    "snapshot.scan": N_("上传盖章的扫描件"),
}
