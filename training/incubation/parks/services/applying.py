"""Applying for a place: handed in with consent, accepted in time, sent back to be completed, withdrawn."""

from __future__ import annotations

from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import own_files
from jobmatch.people.services.common import Findings, clean_line, clean_text
from jobmatch.people.services.grants import record_grant
from jobmatch.people.states import GrantField, GrantPurpose
from jobmatch.reference.queries import add_working_days
from jobmatch.reference.rules import add_months
from training.incubation.parks.models import Incubator, Tenancy, TenancyMove
from training.incubation.parks.notices import tell_operators
from training.incubation.parks.policies import can_run_incubator
from training.incubation.parks.services.common import lock_tenancy, log_move, rule_number, rule_words, settle, step
from training.incubation.parks.states import OPEN_STATES, TenancyState
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import can_edit_venture
from training.incubation.ventures.states import LIVING_STATES

MOST_DESKS = 30
LEAST_WORDS = 10


def consent_words(incubator: str) -> str:
    """What somebody agrees to who applies: kept as it was said."""
    return _("同意%(name)s看到我的姓名和手机号，用来办理入驻、孵化和出园后的回访。", name=incubator)


def apply_for_place(
    uow: UnitOfWork,
    incubator: Incubator,
    venture: Venture | None,
    *,
    plan_words: str,
    desk_count: int | None,
    agrees: bool,
) -> Tenancy:
    """A venture applies for desks; its own people do, or the office for them with the consent that they gave.

    Raises ``Invalid`` with every finding: among them a second open tenancy, which names the first.
    """
    if venture is None:
        raise Invalid(fields={"venture": _("请选一个项目")})
    require(can_edit_venture(uow, venture))
    uow.session.execute(select(Venture.id).where(Venture.id == venture.id).with_for_update())
    found, words = Findings(), clean_text(plan_words)[:4000]
    found.check(incubator.is_open, "venture", _("这里现在不收新项目"))
    found.check(
        venture.state in LIVING_STATES, "venture", _("这个项目已经%(state)s，不能申请", state=venture.state.label)
    )
    found.check(
        len(words) >= LEAST_WORDS, "plan_words", _("请写做什么、卖给谁、怎么挣钱，至少 %(n)s 个字", n=LEAST_WORDS)
    )
    count = desk_count or 0
    found.check(1 <= count <= MOST_DESKS, "desk_count", _("请填 1 到 %(n)s 个工位", n=MOST_DESKS))
    found.check(agrees, "agrees", _("要同意孵化基地看到姓名和手机号，才能申请"))
    _check_only_one(uow, found, venture)
    found.stop()
    tenancy = Tenancy(
        incubator_id=incubator.id,
        venture_id=venture.id,
        region_path=incubator.region_path,
        desk_count=count,
        plan_words=words,
        applied_at=uow.now,
        changed_at=uow.now,
        grant_id=_grant(uow, incubator, venture),
    )
    tenancy.incubator, tenancy.venture = incubator, venture
    uow.session.add(tenancy)
    uow.session.flush()
    log_move(uow, tenancy, "", TenancyState.APPLIED)
    _wait_for_answer(uow, tenancy)
    uow.audit("tenancy.apply", tenancy)
    return tenancy


def _check_only_one(uow: UnitOfWork, found: Findings, venture: Venture) -> None:
    query = (
        select(Tenancy.state, Organization.name)
        .join(Incubator, Incubator.id == Tenancy.incubator_id)
        .join(Organization, Organization.id == Incubator.organization_id)
        .where(Tenancy.venture_id == venture.id, Tenancy.state.in_(OPEN_STATES))
    )
    known = uow.session.execute(query).first()
    if known is not None:
        words = _(
            "这个项目在%(name)s还有一笔“%(state)s”的入驻，一个项目同时只能有一笔",
            name=known[1],
            state=known[0].label,
        )
        found.add("venture", words)


def _grant(uow: UnitOfWork, incubator: Incubator, venture: Venture) -> int | None:
    """Who applies, or whose venture it is, lets the incubator see name and phone; none where nobody is in the pool."""
    query = select(Person).where(own_files(uow.actor))
    person = uow.session.scalars(query).first() if uow.actor.can("person.own") and not uow.actor.is_system else None
    if person is None and venture.person_id is not None:
        person = uow.session.get_one(Person, venture.person_id)
    if person is None:
        return None
    months = sum(rule_number(uow, f"tenancy_{name}_months") for name in ("extension", "follow"))
    months += rule_number(uow, "tenancy_months") + 3
    with use_locale("zh"):
        notice = consent_words(incubator.organization.name)
    grant = record_grant(
        uow,
        person,
        organization_id=incubator.organization_id,
        purpose=GrantPurpose.INCUBATION,
        fields=(GrantField.NAME, GrantField.PHONE),
        valid_until=add_months(uow.today, months),
        notice=notice,
    )
    return grant.id


def _once(uow: UnitOfWork, tenancy: Tenancy) -> str:
    """The occasion of an answer: each time that the application is handed in is one."""
    query = select(func.count(TenancyMove.id)).where(
        TenancyMove.tenancy_id == tenancy.id, TenancyMove.after == TenancyState.APPLIED.value
    )
    return f"tenancy-accept:{tenancy.public_id}:{uow.session.scalar(query)}"


def accept_until(uow: UnitOfWork) -> str:
    """The rule of the day by which an application is answered, in words."""
    return rule_words(uow, "tenancy_accept_days")


def _wait_for_answer(uow: UnitOfWork, tenancy: Tenancy) -> None:
    due_on, _estimated = add_working_days(uow.session, uow.today, rule_number(uow, "tenancy_accept_days"))
    with use_locale("zh"):
        title = _("受理入驻申请：%(name)s", name=tenancy.venture.name or _("未起名的项目"))
    open_task(
        uow,
        once=_once(uow, tenancy),
        kind=TaskKind.START_UP,
        title=title,
        due_on=due_on,
        region_path=tenancy.region_path,
        link=f"/staff/incubators/{tenancy.incubator.public_id}/tenancies/{tenancy.public_id}",
    )
    tell_operators(uow, tenancy)


def accept_tenancy(uow: UnitOfWork, tenancy: Tenancy) -> Tenancy:
    """The application is complete: it goes to the reviewers."""
    require(can_run_incubator(uow.actor, tenancy.incubator))
    lock_tenancy(uow, tenancy)
    once = _once(uow, tenancy)
    after = step(uow, tenancy, "accept")
    settle(uow, tenancy, after, accepted_on=uow.today, ask_words="")
    close_task(uow, once=once, outcome=after.label)
    uow.audit("tenancy.accept", tenancy)
    return tenancy


def ask_to_complete(uow: UnitOfWork, tenancy: Tenancy, *, words: str) -> Tenancy:
    """Send the application back and say what is missing (补正). Raises ``Invalid`` without words."""
    require(can_run_incubator(uow.actor, tenancy.incubator))
    found, text = Findings(), clean_line(words)[:300]
    found.check(len(text) >= 4, "words", _("请写清楚要补什么"))
    found.stop()
    lock_tenancy(uow, tenancy)
    once = _once(uow, tenancy)
    after = step(uow, tenancy, "ask", note=text)
    settle(uow, tenancy, after, ask_words=text)
    close_task(uow, once=once, outcome=text[:200])
    uow.audit("tenancy.ask", tenancy)
    return tenancy


def complete_tenancy(uow: UnitOfWork, tenancy: Tenancy, *, plan_words: str, desk_count: int | None) -> Tenancy:
    """The venture's people handed in what was missing; the time to answer begins anew."""
    require(can_edit_venture(uow, tenancy.venture))
    found, words, count = Findings(), clean_text(plan_words)[:4000], desk_count or 0
    found.check(
        len(words) >= LEAST_WORDS, "plan_words", _("请写做什么、卖给谁、怎么挣钱，至少 %(n)s 个字", n=LEAST_WORDS)
    )
    found.check(1 <= count <= MOST_DESKS, "desk_count", _("请填 1 到 %(n)s 个工位", n=MOST_DESKS))
    found.stop()
    lock_tenancy(uow, tenancy)
    after = step(uow, tenancy, "complete")
    settle(uow, tenancy, after, plan_words=words, desk_count=count)
    _wait_for_answer(uow, tenancy)
    uow.audit("tenancy.complete", tenancy)
    return tenancy


def withdraw_tenancy(uow: UnitOfWork, tenancy: Tenancy) -> Tenancy:
    """The venture's people do not want the place any more. Raises ``Conflict`` the second time."""
    require(can_edit_venture(uow, tenancy.venture))
    lock_tenancy(uow, tenancy)
    if tenancy.state is TenancyState.WITHDRAWN:
        raise Conflict(_("已经撤回过了"))
    once = _once(uow, tenancy)
    after = step(uow, tenancy, "withdraw")
    settle(uow, tenancy, after)
    close_task(uow, once=once, outcome=after.label)
    uow.audit("tenancy.withdraw", tenancy)
    return tenancy
