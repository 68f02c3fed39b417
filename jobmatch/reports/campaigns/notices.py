"""Messages of this room, made in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Callable

from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.reports.campaigns.models import Campaign, CampaignTask

Words = Callable[[], str]


def task_words(campaign: Campaign, task: CampaignTask, *, is_late: bool) -> tuple[Words, Words]:
    """Title and body of the reminder of a task."""

    def title() -> str:
        if is_late:
            return _("专项行动任务过期了：%(task)s", task=task.title)
        return _("专项行动任务快到期：%(task)s", task=task.title)

    def body() -> str:
        return _(
            "“%(campaign)s”要求 %(day)s前办好，办好以后填结果。", campaign=campaign.title, day=day_words(task.due_on)
        )

    return title, body
