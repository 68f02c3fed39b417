"""Links under which an exhibitor reads and answers for its own list without an account, and its evening list."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, select

from jobmatch.accounts.queries import members_of
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.clock import local_day
from jobmatch.core.errors import NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import Intention
from jobmatch.fairs.day.standing import counted_sql
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.outcomes.models import ExhibitorLink
from jobmatch.fairs.outcomes.policies import OVER, can_report_fair
from jobmatch.fairs.outcomes.queries import exhibitor_rows, lists_to_send, received_resumes
from jobmatch.fairs.outcomes.services.follow_ups import take_answer
from jobmatch.fairs.outcomes.states import EMPLOYER_RESULTS, FollowUpResult, FollowUpSource
from jobmatch.fairs.outcomes.tracking import FOLLOW_UP_DAYS
from jobmatch.fairs.planning.models import JobFair
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import choices
from jobmatch.reference.states import ReasonKind
from recruiters.employers.models import Employer

LINK_DAYS = 14
"""How long a link can be opened."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link leads to."""

    link: ExhibitorLink
    exhibitor: Exhibitor
    fair: JobFair


def make_exhibitor_link(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, day: int) -> str:
    """A fresh link for the question of ``day`` (0: the evening list); the one made before opens nothing any more.

    Returns its token, which is stored nowhere.
    """
    require(can_report_fair(uow.actor, fair))
    if exhibitor.fair_id != fair.id or day not in (0, *FOLLOW_UP_DAYS):
        raise NotFound
    token = secrets.token_urlsafe(32)
    query = select(ExhibitorLink).where(ExhibitorLink.exhibitor_id == exhibitor.id, ExhibitorLink.day == day)
    link = uow.session.scalars(query).one_or_none()
    if link is None:
        link = ExhibitorLink(exhibitor_id=exhibitor.id, day=day)
        uow.session.add(link)
    link.token_sha256, link.valid_until = token_hash(token), uow.now + timedelta(days=LINK_DAYS)
    uow.session.flush()
    uow.audit("fair.exhibitor_link", exhibitor, day=day)
    return token


def make_all_links(uow: UnitOfWork, fair: JobFair, day: int) -> dict[int, str]:
    """Fresh links for every exhibitor with a list and without an answer for ``day``, with an account or without.

    Returns their tokens by exhibitor; the tasks that asked for them are done.
    """
    require(can_report_fair(uow.actor, fair))
    rows = lists_to_send(uow.session, fair, day)
    made = {
        exhibitor.id: make_exhibitor_link(uow, fair, exhibitor, day)
        for exhibitor, _name, _count, _has_account, answered_at in rows
        if answered_at is None
    }
    for asked in (0, *FOLLOW_UP_DAYS):
        if asked <= day:
            close_task(uow, once=f"fair-links:{fair.public_id}:{asked}", outcome=_("链接做好了"))
    return made


def find_exhibitor_link(uow: UnitOfWork, token: str) -> Linked:
    """What a link leads to. Raises ``NotFound`` for one that is unknown, over or replaced."""
    row = uow.session.execute(
        select(ExhibitorLink, Exhibitor, JobFair)
        .join(Exhibitor, Exhibitor.id == ExhibitorLink.exhibitor_id)
        .join(JobFair, JobFair.id == Exhibitor.fair_id)
        .where(
            ExhibitorLink.token_sha256 == token_hash(token),
            ExhibitorLink.valid_until > uow.now,
            JobFair.state.in_(OVER),
        )
    ).one_or_none()
    if row is None:
        raise NotFound(_("这个链接过期了，或者已经换了新的。请打服务站电话要一个新的"))
    return Linked(*row)


def answer_as_exhibitor(uow: UnitOfWork, exhibitor: Exhibitor, day: int, answers: Mapping[str, tuple[str, str]]) -> int:
    """What the exhibitor says about its own intentions: public id of a follow-up → (result, reason).

    Whoever calls has found the exhibitor by its link or its own account. Lines that are not its own, not due or not
    understood are passed over; returns how many were taken.
    """
    reasons = {code for code, _label in choices(uow.session, Reason, kind=ReasonKind.FAIR_NOT_STARTED)}
    taken = 0
    for row in exhibitor_rows(uow.session, exhibitor, day, uow.today):
        follow_up = row.follow_up
        if follow_up is None or follow_up.public_id not in answers or follow_up.due_on > uow.today:
            continue
        result, reason = answers[follow_up.public_id]
        if result not in set(EMPLOYER_RESULTS):
            continue
        chosen = FollowUpResult(result)
        reason_code = reason if reason in reasons else "fu_employer"
        is_no = chosen is FollowUpResult.NOT_STARTED
        take_answer(uow, follow_up, chosen, FollowUpSource.EMPLOYER, reason_code=reason_code if is_no else None)
        taken += 1
    query = select(ExhibitorLink).where(ExhibitorLink.exhibitor_id == exhibitor.id, ExhibitorLink.day == day)
    link = uow.session.scalars(query).one_or_none()
    if link is not None and taken:
        link.answered_at = uow.now
    uow.session.flush()
    return taken


def tell_exhibitors(uow: UnitOfWork, *, most: int = 50) -> int:
    """Tell exhibitors with accounts that their list is there, on the evening and after 7, 30 and 90 days; for those
    without, the fair's office gets one task to send the links.

    A link row without a usable token marks that an occasion was told. Returns how many were told; 0: nothing is left.
    """
    require(uow.actor.is_system)
    told = 0
    for day in (0, *FOLLOW_UP_DAYS):
        since = uow.now - timedelta(days=day + LINK_DAYS)
        is_told = exists().where(ExhibitorLink.exhibitor_id == Exhibitor.id, ExhibitorLink.day == day)
        has_list = exists().where(Intention.exhibitor_id == Exhibitor.id, counted_sql())
        rows = uow.session.execute(
            select(Exhibitor, JobFair, Employer.organization_id)
            .join(JobFair, JobFair.id == Exhibitor.fair_id)
            .join(Employer, Employer.id == Exhibitor.employer_id)
            .where(
                JobFair.state.in_(OVER),
                JobFair.closed_at > since,
                JobFair.closed_at <= uow.now - timedelta(days=day),
                Exhibitor.checked_in_at.is_not(None),
                ~is_told,
                has_list,
            )
            .order_by(Exhibitor.id)
            .limit(most - told)
        ).all()
        for exhibitor, fair, organization_id in rows:
            unusable = token_hash(secrets.token_urlsafe(32))
            uow.session.add(
                ExhibitorLink(exhibitor_id=exhibitor.id, day=day, token_sha256=unusable, valid_until=uow.now)
            )
            _tell(uow, exhibitor, fair, organization_id, day)
            told += 1
        if told >= most:
            break
    uow.session.flush()
    return told


def _tell(uow: UnitOfWork, exhibitor: Exhibitor, fair: JobFair, organization_id: int, day: int) -> None:
    members = members_of(uow.session, organization_id)
    if not members:
        open_task(
            uow,
            once=f"fair-links:{fair.public_id}:{day}",
            kind=TaskKind.OTHER,
            title=_("把意向名单的链接发给没有账号的单位：%(title)s", title=fair.title),
            due_on=uow.today + timedelta(days=2),
            region_path=fair.region_path,
            link=f"/staff/fairs/{fair.public_id}/after/links",
        )
        return
    count = len(exhibitor_rows(uow.session, exhibitor, day, uow.today))
    resumes = len(received_resumes(uow.session, exhibitor, uow.today))
    for user in members:
        send(
            uow,
            user,
            group=MessageGroup.FAIR,
            title=lambda: (
                _("%(title)s：%(n)s 人有意向，请填入职了没有", title=fair.title, n=count)
                if day
                else _("%(title)s：您的意向名单，%(n)s 人，简历 %(m)s 份", title=fair.title, n=count, m=resumes)
            ),
            body=lambda: _("%(day)s的招聘会。点开就是名单，可以打印。", day=local_day(fair.opens_at).isoformat()),
            link=f"/employer/fairs/{exhibitor.public_id}/after",
            once=f"fair-list:{exhibitor.public_id}:{day}",
        )
