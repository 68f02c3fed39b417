"""What to do first: one line for each queue that holds something, late ones first, then by who has waited longest."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from jobmatch.casework.tasks.queries import Counts, task_counts
from jobmatch.core.clock import local_day
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.home.hooks import due_filings
from jobmatch.home.queries import StaffQueues
from jobmatch.web.formats import day as day_words

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: what, how long it has waited, and the page where it is done (``endpoint`` with ``values``)."""

    text: str
    note: str
    since: date
    endpoint: str
    values: dict[str, str] = field(default_factory=dict)
    is_late: bool = False


def first_things(uow: UnitOfWork, queues: StaffQueues, tasks: Counts | None = None) -> list[Todo]:
    """Everything that waits for the reader, in the order in which to do it."""
    counts = tasks or task_counts(uow)
    found = [*_tasks(uow, counts), *_filings(uow), *_queues(uow, queues)]
    return sorted(found, key=lambda one: (not one.is_late, one.since))


def _tasks(uow: UnitOfWork, counts: Counts) -> list[Todo]:
    if counts.late:
        note = _("已经过期")
        return [Todo(_("办 %(n)s 件过期的待办", n=counts.late), note, date.min, "tasks.staff_list", is_late=True)]
    if counts.mine:
        return [Todo(_("办 %(n)s 件待办", n=counts.mine), _("都没过期"), uow.today, "tasks.staff_list")]
    return []


def _filings(uow: UnitOfWork) -> list[Todo]:
    count, due_on, endpoint = due_filings(uow)
    if not count or due_on is None:
        return []
    is_late = due_on < uow.today
    note = _("%(day)s已经到期", day=day_words(due_on)) if is_late else _("%(day)s前报", day=day_words(due_on))
    return [Todo(_("上报 %(n)s 张表", n=count), note, min(due_on, uow.today), endpoint, is_late=is_late)]


def _queues(uow: UnitOfWork, queues: StaffQueues) -> list[Todo]:
    found: list[Todo] = []
    if queues.unanswered:
        text, note = _("催单位回复 %(n)s 份简历", n=queues.unanswered), _("过了答复日期")
        found.append(Todo(text, note, uow.today, "applications.staff_list", {"late": "1"}, is_late=True))
    waiting: tuple[tuple[int, datetime | None, str, str, dict[str, str]], ...] = (
        (queues.employers, queues.oldest_employer, _("审核 %(n)s 家单位"), "employers.vetting_queue", {}),
        (queues.postings, queues.oldest_posting, _("审核 %(n)s 条岗位"), "postings.review_queue", {}),
        (
            queues.people,
            queues.oldest_person,
            _("核验 %(n)s 人的身份"),
            "people.staff_list",
            {"verification": "unverified"},
        ),
    )
    for count, oldest, words, endpoint, values in waiting:
        if count and oldest:
            since = local_day(oldest)
            days = (uow.today - since).days
            note = _("最早的等了 %(n)s 天", n=days) if days > 0 else _("今天来的")
            found.append(Todo(words % {"n": count}, note, since, endpoint, values))
    return found
