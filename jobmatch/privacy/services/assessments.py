"""Impact assessments that are kept, and incidents with their checklist."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from jobmatch.accounts.queries import find_user_by_login
from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line, clean_text
from jobmatch.privacy.models import Breach, BreachStep, ImpactAssessment
from jobmatch.privacy.policies import can_manage_privacy
from jobmatch.privacy.states import BreachAct

MOST_RISKS = 30


def keep_assessment(
    uow: UnitOfWork,
    *,
    title: str,
    purpose: str,
    necessity: str,
    risks: str,
    conclusion: str,
    author: str,
    assessed_on: date | None,
) -> ImpactAssessment:
    """Add a version of an assessment; one of the same title gets the next number.

    ``risks`` has one risk a line: risk, level and measure with ``｜`` or ``|`` between. Raises ``Invalid``.
    """
    require(can_manage_privacy(uow.actor))
    texts = {
        "title": clean_line(title)[:120],
        "purpose": clean_text(purpose),
        "necessity": clean_text(necessity),
        "conclusion": clean_text(conclusion),
        "author": clean_line(author)[:60],
    }
    found = {name: _("请填写这一项") for name, text in texts.items() if not text}
    rows = _risks(risks)
    if not rows:
        found["risks"] = _("请一行写一个风险：风险｜高、中或低｜措施")
    if assessed_on is None or assessed_on > uow.today:
        found["assessed_on"] = _("评估日期不能晚于今天")
    if found:
        raise Invalid(fields=found)
    last = select(func.max(ImpactAssessment.number)).where(ImpactAssessment.title == texts["title"])
    made = ImpactAssessment(
        **texts,
        number=(uow.session.scalar(last) or 0) + 1,
        risks=rows,
        assessed_on=assessed_on,
        created_by_id=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(made)
    uow.session.flush()
    uow.audit("privacy.assessment", made, number=made.number)
    return made


def _risks(text: str) -> list[dict[str, Any]]:
    lines = [[part.strip() for part in line.replace("|", "｜").split("｜")] for line in clean_text(text).splitlines()]
    full = [line for line in lines if len(line) == 3 and all(line)]
    if len(full) != len([line for line in lines if any(line)]) or len(full) > MOST_RISKS:
        return []
    return [dict(zip(("risk", "level", "measure"), line, strict=True)) for line in full]


def open_breach(
    uow: UnitOfWork,
    *,
    title: str,
    what: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    login: str = "",
    ip: str = "",
    region_path: str = "",
) -> Breach:
    """Write an incident down; whom it touches is computed from the window and who read, or from a place.

    Raises ``Invalid`` where nothing narrows it, or the window is none.
    """
    require(can_manage_privacy(uow.actor))
    found = {}
    user = find_user_by_login(uow.session, login) if login.strip() else None
    if not clean_line(title):
        found["title"] = _("请填写这一项")
    if not clean_text(what):
        found["what"] = _("请写明发生了什么、怎么发现的")
    if starts_at is None or ends_at is None or ends_at < starts_at or starts_at > uow.now:
        found["ends_at"] = _("请填写从什么时候到什么时候，不能晚于现在")
    if login.strip() and user is None:
        found["login"] = _("没有找到这个账号")
    if not (login.strip() or ip.strip() or region_path):
        found["login"] = _("请至少填一项：账号、网络地址或地区")
    if found:
        raise Invalid(fields=found)
    breach = Breach(
        title=clean_line(title)[:120],
        what=clean_text(what)[:4000],
        starts_at=starts_at,
        ends_at=ends_at,
        actor_user_id=user.id if user else None,
        ip=clean_line(ip)[:45],
        region_path=region_path,
        found_at=uow.now,
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(breach)
    uow.session.flush()
    uow.audit("privacy.breach", breach)
    return breach


def take_step(uow: UnitOfWork, breach: Breach, act: BreachAct, *, note: str = "") -> BreachStep:
    """Tick a step of the checklist with the present time; a step that was ticked stays as it was."""
    require(can_manage_privacy(uow.actor))
    known = uow.session.scalars(
        select(BreachStep).where(BreachStep.breach_id == breach.id, BreachStep.act == act)
    ).one_or_none()
    if known is not None:
        return known
    step = BreachStep(
        breach_id=breach.id, act=act, done_at=uow.now, note=clean_line(note)[:300], by_user_id=uow.actor.user_id
    )
    uow.session.add(step)
    uow.session.flush()
    done = uow.session.scalar(select(func.count()).select_from(BreachStep).where(BreachStep.breach_id == breach.id))
    if done == len(BreachAct):
        breach.closed_at = uow.now
    uow.audit("privacy.breach_step", breach, act=act.value)
    return step
