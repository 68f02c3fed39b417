"""Who waits for money after a notice is over becomes a task of the office."""

from __future__ import annotations

from sqlalchemy import literal, select

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import add_working_days
from training.incubation.support.models import VentureSupport
from training.incubation.support.queries import overdue
from training.incubation.support.services.deciding import due_key

PAY_DAYS = 5
"""Working days after a notice by which the office should have paid."""


def open_due_tasks(uow: UnitOfWork, *, most: int = 50) -> int:
    """Open a task for each support whose notice is over, each once; returns how many. 0 means nothing is left."""
    once = literal("support_due:") + VentureSupport.public_id
    query = overdue(uow.today).where(~select(Task.id).where(Task.once == once).exists()).limit(most)
    found = uow.session.scalars(query).all()
    for support in found:
        with use_locale("zh"):
            title = _("公示期满，付款：%(name)s", name=support.policy.title)
        day = support.noticed_until or uow.today
        due_on, _estimated = add_working_days(uow.session, day, PAY_DAYS)
        open_task(
            uow,
            once=due_key(support),
            kind=TaskKind.SUPPORT_DUE,
            title=title,
            due_on=due_on,
            region_path=support.region_path,
            link=f"/staff/supports/{support.public_id}",
        )
    return len(found)
