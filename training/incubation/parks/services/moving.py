"""In and out: desks and term, longer terms, the assessment, and leaving as graduate, at the end, or put out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import update

from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line
from jobmatch.reference.rules import add_months
from training.incubation.parks.models import SpaceLet, Tenancy
from training.incubation.parks.policies import can_run_incubator
from training.incubation.parks.services.common import MOST_RENT, lock_tenancy, rule_number, rule_words, settle, step
from training.incubation.parks.services.spaces import chosen_spaces, free_spaces, take_spaces
from training.incubation.parks.states import IN_STATES, TenancyState

LATEST_START = 31
"""A term begins within so many days: later ones would keep desks empty."""
LEAVING = ("graduate", "expire", "evict")


def term_once(tenancy: Tenancy) -> str:
    """The occasion of the end of a term; a longer term is another one."""
    return f"tenancy-term:{tenancy.public_id}:{tenancy.extended_months}"


def move_in(
    uow: UnitOfWork,
    tenancy: Tenancy,
    *,
    spaces: Sequence[str],
    term_from: date | None,
    months: int | None,
    rent_yuan: int | None,
    waiver_share: int | None,
) -> Tenancy:
    """Let desks (public ids) to a venture whose notice is over: all of them or none.

    ``months`` of term, ``rent_yuan`` for all desks together and month, ``waiver_share`` in percent. Raises ``Invalid``
    on the field: too early, too long, too many desks, or a desk that somebody else has, with its holder.
    """
    require(can_run_incubator(uow.actor, tenancy.incubator))
    with uow.session.begin_nested():
        lock_tenancy(uow, tenancy)
        after = step(uow, tenancy, "move_in")
        found, long = Findings(), months or 0
        _check_start(uow, found, tenancy, term_from)
        most = rule_number(uow, "tenancy_months")
        limit = rule_words(uow, "tenancy_months")
        found.check(1 <= long <= most, "months", _("期限从 1 到 %(n)s 个月。%(rule)s", n=most, rule=limit))
        found.check(
            rent_yuan is not None and 0 <= rent_yuan <= MOST_RENT, "rent_yuan", _("请填 0 到 %(n)s 的整数", n=MOST_RENT)
        )
        found.check(waiver_share is not None and 0 <= waiver_share <= 100, "waiver_share", _("减免比例从 0 到 100"))
        wanted = chosen_spaces(uow, tenancy.incubator_id, spaces)
        found.check(bool(wanted), "spaces", _("请至少选一个工位"))
        too_many = _("申请和公示的是 %(n)s 个工位，不能多给", n=tenancy.desk_count)
        found.check(len(wanted) <= tenancy.desk_count, "spaces", too_many)
        start = found.need(term_from)
        take_spaces(uow, tenancy, wanted)
        uow.session.add_all([SpaceLet(space_id=one.id, tenancy_id=tenancy.id, from_on=start) for one in wanted])
        settle(
            uow,
            tenancy,
            after,
            term_from=start,
            term_until=add_months(start, long) - timedelta(days=1),
            rent_yuan=rent_yuan,
            waiver_share=waiver_share,
        )
    uow.audit("tenancy.move_in", tenancy, spaces=len(wanted))
    return tenancy


def _check_start(uow: UnitOfWork, found: Findings, tenancy: Tenancy, term_from: date | None) -> None:
    until = tenancy.noticed_until
    if until is not None and uow.today <= until:
        rule = rule_words(uow, "tenancy_notice_days")
        found.add("term_from", _("公示到 %(day)s，第二天起才能入驻。%(rule)s", day=until.isoformat(), rule=rule))
        return
    found.check(term_from is not None, "term_from", _("请填哪天入驻"))
    if term_from is not None:
        is_fine = (until is None or term_from > until) and term_from <= uow.today + timedelta(days=LATEST_START)
        words = _("入驻日期要在公示结束以后、%(n)s 天以内", n=LATEST_START)
        found.check(is_fine, "term_from", words)


def extend_term(uow: UnitOfWork, tenancy: Tenancy, *, months: int | None) -> Tenancy:
    """A longer term, in sum no more months than the rule allows. Raises ``Invalid`` on ``months``."""
    require(can_run_incubator(uow.actor, tenancy.incubator))
    lock_tenancy(uow, tenancy)
    _check_in(tenancy)
    most, more = rule_number(uow, "tenancy_extension_months"), months or 0
    left = most - tenancy.extended_months
    rule = rule_words(uow, "tenancy_extension_months")
    if more < 1 or more > left or tenancy.term_until is None:
        words = _("还能延 %(n)s 个月。%(rule)s", n=max(left, 0), rule=rule)
        raise Invalid(fields={"months": words})
    close_task(uow, once=term_once(tenancy), outcome=_("已延期"))
    tenancy.term_until = add_months(tenancy.term_until + timedelta(days=1), more) - timedelta(days=1)
    tenancy.extended_months += more
    settle(uow, tenancy, tenancy.state)
    uow.audit("tenancy.extend", tenancy, months=more)
    return tenancy


def _check_in(tenancy: Tenancy) -> None:
    if tenancy.state not in IN_STATES:
        raise Conflict(_("这笔入驻现在是“%(state)s”，不能再这样办", state=tenancy.state.label))


def assess_tenancy(uow: UnitOfWork, tenancy: Tenancy, *, words: str = "") -> Tenancy:
    """The yearly assessment begins (考核)."""
    require(can_run_incubator(uow.actor, tenancy.incubator))
    lock_tenancy(uow, tenancy)
    settle(uow, tenancy, step(uow, tenancy, "assess", note=clean_line(words)))
    uow.audit("tenancy.assess", tenancy)
    return tenancy


def keep_tenancy(uow: UnitOfWork, tenancy: Tenancy, *, words: str = "") -> Tenancy:
    """The assessment was passed: the venture stays."""
    require(can_run_incubator(uow.actor, tenancy.incubator))
    lock_tenancy(uow, tenancy)
    settle(uow, tenancy, step(uow, tenancy, "keep", note=clean_line(words)))
    uow.audit("tenancy.keep", tenancy)
    return tenancy


def leave_place(uow: UnitOfWork, tenancy: Tenancy, act: str, *, reason: str, left_on: date | None) -> Tenancy:
    """Out of the incubator (``LEAVING``) on a day: desks are free, the follow-up begins with a visit as a task.

    Raises ``Invalid`` on ``reason`` or ``left_on``, ``Conflict`` the second time.
    """
    require(can_run_incubator(uow.actor, tenancy.incubator) and act in LEAVING)
    lock_tenancy(uow, tenancy)
    text, found = clean_line(reason)[:300], Findings()
    after = step(uow, tenancy, act, note=text)
    found.check(len(text) >= 2, "reason", _("请写出园的原因"))
    first = tenancy.term_from or uow.today
    is_fine = left_on is not None and first <= left_on <= uow.today
    found.check(is_fine, "left_on", _("出园日期在入驻那天和今天之间"))
    day = found.need(left_on)
    free_spaces(uow, tenancy)
    uow.session.execute(
        update(SpaceLet)
        .where(SpaceLet.tenancy_id == tenancy.id, SpaceLet.until_on.is_(None))
        .values(until_on=day)
        .execution_options(synchronize_session="fetch")
    )
    until = add_months(day, rule_number(uow, "tenancy_follow_months"))
    settle(uow, tenancy, after, left_on=day, left_reason=text, follow_until=until)
    close_task(uow, once=term_once(tenancy), outcome=after.label)
    _follow_up(uow, tenancy, day)
    uow.audit("tenancy.leave", tenancy, state=after.value)
    return tenancy


def _follow_up(uow: UnitOfWork, tenancy: Tenancy, day: date) -> None:
    with use_locale("zh"):
        title = _("出园跟踪走访：%(name)s", name=tenancy.venture.name or _("未起名的项目"))
    due_on = max(add_months(day, rule_number(uow, "venture_visit_months")), uow.today)
    open_task(
        uow,
        once=f"tenancy-follow:{tenancy.public_id}",
        kind=TaskKind.VENTURE_VISIT,
        title=title,
        due_on=due_on,
        region_path=tenancy.region_path,
        link=f"/staff/incubators/{tenancy.incubator.public_id}/tenancies/{tenancy.public_id}",
    )


def may_move_in(uow: UnitOfWork, tenancy: Tenancy) -> bool:
    """Whether the public notice of a tenancy is over."""
    is_over = tenancy.noticed_until is not None and uow.today > tenancy.noticed_until
    return tenancy.state is TenancyState.NOTICED and is_over
