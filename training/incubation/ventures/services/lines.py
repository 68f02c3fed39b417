"""Milestones of a venture and the contests it entered."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.core.errors import NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line
from training.incubation.ventures.models import ContestEntry, Venture, VentureMilestone
from training.incubation.ventures.policies import can_edit_venture, can_manage_venture
from training.incubation.ventures.states import ContestTrack

MOST_YUAN = 100_000_000


def add_milestone(uow: UnitOfWork, venture: Venture, *, title: str, due_on: date | None = None) -> VentureMilestone:
    """A step that was agreed on."""
    require(can_manage_venture(uow.actor, venture))
    found = Findings()
    text = clean_line(title)[:120]
    found.check(bool(text), "title", _("请写要做到什么"))
    found.stop()
    row = VentureMilestone(venture_id=venture.id, title=text, due_on=due_on)
    uow.session.add(row)
    uow.session.flush()
    uow.audit("venture.milestone", venture)
    return row


def finish_milestone(uow: UnitOfWork, venture: Venture, public_id: str) -> VentureMilestone:
    """The founder or staff: it is done; twice changes nothing. Raises ``NotFound``."""
    require(can_edit_venture(uow, venture))
    row = uow.session.scalars(
        select(VentureMilestone).where(
            VentureMilestone.venture_id == venture.id, VentureMilestone.public_id == public_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.done_on is None:
        row.done_on = uow.today
        uow.session.flush()
        uow.audit("venture.milestone_done", venture)
    return row


def add_contest(
    uow: UnitOfWork,
    venture: Venture,
    *,
    contest: str,
    year: int | None,
    track: ContestTrack,
    award: str = "",
    award_yuan: int | None = None,
) -> ContestEntry:
    """A contest it entered; the same one of the same year is changed. Raises ``Invalid`` with every finding."""
    require(can_manage_venture(uow.actor, venture))
    found = Findings()
    name = clean_line(contest)[:120]
    found.check(bool(name), "contest", _("请填大赛的名称"))
    found.check(year is not None and 2000 <= year <= uow.today.year, "year", _("请填对年份"))
    found.check(0 <= (award_yuan or 0) <= MOST_YUAN, "award_yuan", _("请填对奖金，单位元"))
    when = found.need(year)
    row = uow.session.scalars(
        select(ContestEntry).where(
            ContestEntry.venture_id == venture.id, ContestEntry.contest == name, ContestEntry.year == when
        )
    ).one_or_none() or ContestEntry(venture_id=venture.id, contest=name, year=when)
    row.track, row.award, row.award_yuan = track, clean_line(award)[:60], award_yuan or 0
    uow.session.add(row)
    uow.session.flush()
    uow.audit("venture.contest", venture)
    return row
