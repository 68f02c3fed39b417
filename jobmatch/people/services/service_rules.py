"""What cannot be in a service record: dates that contradict each other, ranks and methods that did not exist then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.queries.service import OFFICER_GROUPS, holds_on, method_rows, rank_rows
from jobmatch.people.services.common import Findings, clean_line, clean_tail, keep_secrets_out
from jobmatch.people.states import Honour, Season
from jobmatch.reference.models import ResettlementMethod
from jobmatch.reference.queries import names, rule_value


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What a service record holds besides time, branch, rank and way of resettlement; None is not said."""

    honour_codes: Sequence[str] = ()
    discharge_season: str | None = None
    military_skill: str = ""
    military_skill_level: int = 0
    card_tail: str = ""
    was_in_combat: bool | None = None
    was_in_hardship: bool | None = None


def further_facts(
    found: Findings, more: ServiceFacts, discharged_on: date | None, *, accept_masked: bool
) -> dict[str, Any]:
    """The columns of ``more``, after noting what is wrong with them."""
    found.check(set(more.honour_codes) <= set(Honour), "honour_codes", _("请从列表里选一项"))
    found.check(more.discharge_season in (None, *Season), "discharge_season", _("请从列表里选一项"))
    found.check(more.military_skill_level in range(6), "military_skill_level", _("请从列表里选等级"))
    texts = keep_secrets_out(
        found, {"military_skill": clean_line(more.military_skill)[:80]}, accept_masked=accept_masked
    )
    tail = clean_tail(found, "card_tail", more.card_tail)
    told = more.discharge_season if more.discharge_season in set(Season) else None
    return {
        **texts,
        "honour_codes": [code.value for code in Honour if code in more.honour_codes],
        "discharge_season": season_of(discharged_on, told),
        "military_skill_level": more.military_skill_level,
        "card_tail": tail,
        "was_in_combat": more.was_in_combat,
        "was_in_hardship": more.was_in_hardship,
    }


def check_record(
    uow: UnitOfWork,
    found: Findings,
    *,
    birth_on: date | None,
    rank_code: str | None,
    resettlement_code: str | None,
    enlisted_on: date | None,
    discharged_on: date | None,
) -> str | None:
    """Note what cannot be, and return the method to store: an ended one gives way to what took its place."""
    if enlisted_on and birth_on:
        least = int(rule_value(uow.session, "working_age_min", uow.today))
        months = (enlisted_on.year - birth_on.year) * 12 + enlisted_on.month - birth_on.month
        found.check(
            months >= least * 12,
            "enlisted_on",
            _("按出生年月，入伍时还不满 %(n)s 周岁，请核对入伍时间或出生年月", n=least),
        )
    rank = rank_rows(uow.session).get(rank_code or "")
    if rank and not holds_on(rank, discharged_on):
        found.add("rank_code", _("退役那年没有这个军衔，请按证件上写的选。不清楚可以不选"))
    method = method_rows(uow.session).get(resettlement_code or "")
    if method is None:
        return resettlement_code or None
    if method.maps_to and discharged_on and not holds_on(method, discharged_on):
        method = method_rows(uow.session)[method.maps_to]
    label = names(uow.session, ResettlementMethod)[method.code]
    if discharged_on and method.valid_from and discharged_on < method.valid_from:
        found.add(
            "resettlement_code",
            _(
                "“%(method)s”从 %(day)s 起才有，退役比这早。请选当时的安置方式，不清楚可以不选",
                method=label,
                day=method.valid_from.isoformat(),
            ),
        )
    elif not holds_on(method, discharged_on):
        found.add("resettlement_code", _("退役时已经没有“%(method)s”了，请按证件上写的选", method=label))
    elif rank and not _applies(method, is_officer=rank.group in OFFICER_GROUPS):
        found.add("resettlement_code", _("“%(method)s”和填的军衔对不上，请核对其中一项", method=label))
    return str(method.code)


def _applies(method: ResettlementMethod, *, is_officer: bool) -> bool:
    """Whether the method is one of officers, or of soldiers; ``applies_to`` names both in words."""
    words = ("军官", "干部") if is_officer else ("军士", "士官", "义务兵", "士兵")
    return any(word in method.applies_to for word in words)


def season_of(discharged_on: date | None, told: str | None) -> Season | None:
    """The batch of the year: what was said, else by the month (discharges of spring lie in the first half)."""
    if told:
        return Season(told)
    if discharged_on is None:
        return None
    return Season.SPRING if discharged_on.month <= 6 else Season.AUTUMN
