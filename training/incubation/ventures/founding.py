"""Pure rules of founding: shares, 军创企业 and 成功创业; no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Protocol

from jobmatch.core.i18n import gettext as _
from jobmatch.reference.rules import add_months
from training.incubation.ventures.states import FounderKind, FounderRole, VentureForm

WHOLE = 10_000
"""All shares, in hundredths of a percent."""
OWNED_BY_ONE = frozenset({VentureForm.SELF_EMPLOYED, VentureForm.SOLE})
"""Forms that have one owner and no shares."""
CORE_ROLES = frozenset({FounderRole.FOUNDER, FounderRole.OPERATOR})


class FormLike(Protocol):
    """What is read of a venture here."""

    @property
    def form(self) -> VentureForm: ...


class FounderLike(Protocol):
    """What is read of a founder here."""

    @property
    def kind(self) -> FounderKind: ...
    @property
    def role(self) -> FounderRole: ...
    @property
    def share_points(self) -> int: ...
    @property
    def until_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it is veteran-founded (军创企业), and why in words."""

    is_founded: bool
    reason: str


def share_points(text: str) -> int:
    """``33.33`` percent as 3333 points. Raises ``ValueError`` for anything but 0 to 100 with two decimals at most."""
    try:
        value = Decimal(text.strip().removesuffix("%").removesuffix("％") or "0") * 100
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or value != value.to_integral_value() or not 0 <= value <= WHOLE:
        raise ValueError(text)
    return int(value)


def share_words(points: int) -> str:
    """3333 points as ``33.33%``, 5000 as ``50%``."""
    return f"{Decimal(points) / 100:f}".removesuffix(".00") + "%"


def living(founders: Iterable[FounderLike]) -> list[FounderLike]:
    """Founders who have not left."""
    return [one for one in founders if one.until_on is None]


def share_sum(founders: Iterable[FounderLike]) -> int:
    """The shares of all who have not left, in points."""
    return sum(one.share_points for one in living(founders))


def is_veteran_founded(venture: FormLike, founders: Sequence[FounderLike], rule: float) -> Verdict:
    """军创企业: the owner of a one-owner business is a veteran, or a veteran among the core members holds a share.

    Core members are founders and main operators; ``rule`` is the least share in percent (dated rule
    ``veteran_founded_min_share``), and a share of 0 never counts.
    """
    here = living(founders)
    if venture.form in OWNED_BY_ONE:
        if any(one.kind is FounderKind.VETERAN and one.role is FounderRole.FOUNDER for one in here):
            return Verdict(True, _("是：%(form)s的经营者是退役军人", form=venture.form.label))
        return Verdict(False, _("不是：经营者不是退役军人"))
    core = [one for one in here if one.kind is FounderKind.VETERAN and one.role in CORE_ROLES]
    best = max((one.share_points for one in core), default=0)
    if best > 0 and best >= rule * 100:
        return Verdict(True, _("是：核心成员里的退役军人持股 %(share)s", share=share_words(best)))
    if not core:
        return Verdict(False, _("不是：创办人和主要经营者里没有退役军人"))
    if best == 0:
        return Verdict(False, _("还不能算：退役军人的持股比例还没有登记"))
    least = share_words(round(rule * 100))
    return Verdict(False, _("不是：退役军人持股 %(share)s，不到 %(least)s", share=share_words(best), least=least))


@dataclass(frozen=True, slots=True)
class Started:
    """A venture as 成功创业 reads it; ``since`` are the wish and the completions of start-up courses."""

    registered_on: date | None
    ended_on: date | None
    is_first: bool
    is_takeover: bool
    since: tuple[date, ...]


def is_success(one: Started, *, months: int, cut_off: date) -> bool:
    """成功创业: an own first registration within ``months`` after a course or the wish, still open at ``cut_off``.

    Taking over an existing firm is none. ``ended_on`` is the first day on which it is closed.
    """
    if one.registered_on is None or one.registered_on > cut_off or not one.is_first or one.is_takeover:
        return False
    if one.ended_on is not None and one.ended_on <= cut_off:
        return False
    registered = one.registered_on
    return any(day <= registered <= add_months(day, months) for day in one.since)
