"""What is said before a term ends: a task of the office, and a message to the operators."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import selectinload

from jobmatch.accounts.queries import members_of
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from training.incubation.parks.models import Tenancy
from training.incubation.parks.services.moving import term_once
from training.incubation.parks.states import IN_STATES

AHEAD_DAYS = 60
"""Time enough to choose between a longer term and leaving, and to find another place."""


def remind_of_terms(uow: UnitOfWork, *, most: int = 50) -> int:
    """Tell of terms that end within ``AHEAD_DAYS``, each term once; returns how many. 0 means nothing is left."""
    once = literal("tenancy-term:") + Tenancy.public_id + ":" + cast(Tenancy.extended_months, String)
    query = (
        select(Tenancy)
        .options(selectinload(Tenancy.venture), selectinload(Tenancy.incubator))
        .where(
            Tenancy.state.in_(IN_STATES),
            Tenancy.term_until <= uow.today + timedelta(days=AHEAD_DAYS),
            ~select(Task.id).where(Task.once == once).exists(),
        )
        .order_by(Tenancy.id)
        .limit(most)
    )
    found = uow.session.scalars(query).all()
    for tenancy in found:
        _tell(uow, tenancy)
    return len(found)


def _tell(uow: UnitOfWork, tenancy: Tenancy) -> None:
    name, until = tenancy.venture.name, tenancy.term_until or uow.today
    with use_locale("zh"):
        title = _("入驻快到期：%(name)s", name=name)
    open_task(
        uow,
        once=term_once(tenancy),
        kind=TaskKind.START_UP,
        title=title,
        due_on=until,
        region_path=tenancy.region_path,
        link=f"/staff/incubators/{tenancy.incubator.public_id}/tenancies/{tenancy.public_id}",
    )
    for user in members_of(uow.session, tenancy.incubator.organization_id):
        send(
            uow,
            user,
            group=MessageGroup.TRAINING,
            title=lambda: _("入驻快到期：%(name)s", name=name),
            body=lambda: _("%(day)s到期。请商量延期、毕业还是到期出园。", day=until.isoformat()),
            link=f"/incubator/tenancies/{tenancy.public_id}",
            once=term_once(tenancy),
        )
