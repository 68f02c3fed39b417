"""How much one person's line comes to, and why in words: pure arithmetic over facts, whole yuan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobmatch.core.i18n import gettext as _

Rules = Mapping[str, Mapping[str, Any]]
"""Dated rules by code as they stood: ``value``, ``unit``, ``source``."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One person in one month: days with class hours attended, the month's class hours, and those attended."""

    days: int
    hours_due: int
    hours_came: int


@dataclass(frozen=True, slots=True)
class Amount:
    """What a line says."""

    yuan: int
    why: str


def allowance(presence: Presence, rules: Rules, *, months_before: int, is_paid_elsewhere: bool) -> Amount:
    """The living allowance of one person for one month.

    Nothing for a month already paid by another class, below the share of hours, or beyond the most months.
    """
    share, most = rules["training_allowance_share"]["value"], rules["training_allowance_months"]["value"]
    daily = rules["training_allowance_yuan"]["value"]
    if is_paid_elsewhere:
        return Amount(0, _("这个月已经在别的班发过，不重复发"))
    if not presence.hours_came:
        return Amount(0, _("这个月没有到课"))
    if presence.hours_came * 100 < share * presence.hours_due:
        return Amount(
            0,
            _(
                "到课 %(came)s 学时，应到 %(due)s 学时，不到 %(share)s%%，不发",
                came=presence.hours_came,
                due=presence.hours_due,
                share=share,
            ),
        )
    if months_before >= most:
        return Amount(0, _("已经领过 %(n)s 个月，到了上限 %(most)s 个月", n=months_before, most=most))
    return Amount(int(daily * presence.days), _("到课 %(n)s 天，每天 %(yuan)s 元", n=presence.days, yuan=daily))


def first_part(funding_yuan: int, rules: Rules) -> Amount:
    """The first part of the course money for one person who reported in; fractions of a yuan go to the rest."""
    share = rules["training_first_share"]["value"]
    return Amount(
        int(funding_yuan * share // 100),
        _("已报到，%(yuan)s 元的 %(share)s%%", yuan=funding_yuan, share=share),
    )


def rest(full_yuan: int, paid_yuan: int, *, is_completed: bool) -> Amount:
    """What is left of the course money for one person: nothing without completion."""
    if not is_completed:
        return Amount(0, _("没有结业，不付尾款"))
    return Amount(
        max(full_yuan - paid_yuan, 0), _("已结业，%(full)s 元减首拨 %(paid)s 元", full=full_yuan, paid=paid_yuan)
    )


def start_up_rest(full_yuan: int, paid_yuan: int, rules: Rules, *, is_completed: bool, has_started: bool) -> Amount:
    """The same for a start-up course: the whole subsidy where a business was started in time, else a share of it."""
    if not is_completed:
        return rest(full_yuan, paid_yuan, is_completed=False)
    share, months = rules["startup_course_share"]["value"], rules["startup_course_months"]["value"]
    if has_started:
        return Amount(
            max(full_yuan - paid_yuan, 0),
            _("结业后 %(n)s 个月内创业，%(full)s 元减首拨 %(paid)s 元", n=months, full=full_yuan, paid=paid_yuan),
        )
    return Amount(
        max(int(full_yuan * share // 100) - paid_yuan, 0),
        _(
            "结业后 %(n)s 个月内没有创业，%(full)s 元的 %(share)s%% 减首拨 %(paid)s 元",
            n=months,
            full=full_yuan,
            share=share,
            paid=paid_yuan,
        ),
    )
