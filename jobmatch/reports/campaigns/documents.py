"""The closing summary of a special action as a workbook, and the ranking of stations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.reports.campaigns.models import Campaign, CampaignTask
from jobmatch.reports.campaigns.queries import Progress, StationLine


def summary_name(campaign: Campaign) -> str:
    """What the summary is called on the reader's disk."""
    return _("%(title)s总结", title=campaign.title)


def summary_workbook(
    campaign: Campaign,
    progress: Sequence[Progress],
    stations: Sequence[StationLine],
    tasks: Sequence[CampaignTask],
    today: date,
) -> bytes:
    """Targets, stations and the ledger, a sheet each; how each figure is counted stands beside it."""
    note = _(
        "%(title)s，%(since)s 到 %(until)s。按 %(day)s的台账计算。",
        title=campaign.title,
        since=day_words(campaign.starts_on),
        until=day_words(campaign.ends_on),
        day=day_words(today),
    )
    targets = Sheet(
        _("指标"),
        [_("指标"), _("单位"), _("目标"), _("完成"), _("完成率"), _("怎么算的")],
        [
            [
                _(one.figure.name),
                one.figure.unit.label,
                one.target if one.target is not None else "",
                one.actual,
                f"{one.percent}%" if one.percent is not None else "",
                _(one.figure.formula),
            ]
            for one in progress
        ],
        note=note,
        widths=(20, 8, 10, 10, 10, 60),
    )
    by_station = Sheet(
        _("各站"),
        [_("服务站"), *(_(one.figure.name) for one in progress), _("任务"), _("办好")],
        [[line.name or _("本级"), *line.counts, line.tasks, line.tasks_done] for line in stations],
        note=note,
        widths=(30,),
    )
    ledger = Sheet(
        _("任务台账"),
        [_("做什么"), _("牵头"), _("哪天前办好"), _("哪天办好的"), _("结果")],
        [[task.title, task.station.name, task.due_on, task.done_on, task.result] for task in tasks],
        note=note,
        widths=(50, 24, 14, 14, 50),
    )
    return write_workbook(targets, by_station, ledger)
