"""How an employer deals with veterans, in figures that may be shown: the method, the least counts, and reading them.

Figures stand in ``EmployerReputation``, which a nightly count writes. Nothing is shown that stands on too few cases,
nor while an objection that was right hides it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.core.i18n import gettext as _
from recruiters.employers.models import EmployerReputation

WINDOW_DAYS = 180
LEAST_APPLICATIONS = 10
LEAST_CASES = 5
"""Interviews or hires below which a share would point at somebody."""
PRIOR = 10
"""So many applications answered at the county's mean are added before the ranking reads an employer's share."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of an employer; None where too little stands behind a figure."""

    rate: float | None
    answer_days: float | None
    due_count: int
    hire_share: float | None
    interview_count: int
    stay_share: float | None
    asked_count: int

    @property
    def is_empty(self) -> bool:
        return self.rate is None and self.hire_share is None and self.stay_share is None


NOTHING = Shown(None, None, 0, None, 0, None, 0)


def reputation_row(session: Session, employer_id: int) -> EmployerReputation | None:
    """The last count of an employer."""
    return session.scalars(
        select(EmployerReputation).where(EmployerReputation.employer_id == employer_id)
    ).one_or_none()


def reputation_of(session: Session, employer_id: int, today: date) -> Shown:
    """What may be shown of one employer."""
    return shown(reputation_row(session, employer_id), today)


def is_hidden(row: EmployerReputation, today: date) -> bool:
    """Whether an objection that was right hides the figures today."""
    return row.hidden_until is not None and row.hidden_until > today


def shown(row: EmployerReputation | None, today: date) -> Shown:
    """The figures of a row that may be shown on a day."""
    if row is None or is_hidden(row, today):
        return NOTHING
    has_rate = row.due_count >= LEAST_APPLICATIONS
    return Shown(
        rate=row.answered_count / row.due_count if has_rate else None,
        answer_days=row.answer_days if has_rate else None,
        due_count=row.due_count,
        hire_share=row.hired_count / row.interview_count if row.interview_count >= LEAST_CASES else None,
        interview_count=row.interview_count,
        stay_share=row.stayed_count / row.asked_count if row.asked_count >= LEAST_CASES else None,
        asked_count=row.asked_count,
    )


def shrunk(answered: int, due: int, mean: float | None) -> float | None:
    """An employer's share of answers drawn toward the county's mean; None where nothing came due anywhere."""
    if not due or mean is None:
        return None
    return (answered + PRIOR * mean) / (due + PRIOR)


def rate_words(found: Shown) -> str:
    """回复率 for people, with what it stands on; empty where nothing may be shown."""
    if found.rate is None:
        return ""
    share = f"{round(found.rate * 100)}%"
    return _("近半年收到 %(n)s 份，回复了 %(share)s", n=found.due_count, share=share)


def days_words(found: Shown) -> str:
    """How fast half of the answers came, for people; empty where nothing may be shown."""
    if found.answer_days is None:
        return ""
    days = round(found.answer_days)
    return _("一般 %(n)s 天内回复", n=max(days, 1))


def method_words() -> tuple[str, ...]:
    """How the figures are counted, line by line, for whoever is counted."""
    return (
        _(
            "回复率：近 %(days)s 天收到、到了回复日子的投递里，您回复过的占多少；满 %(n)s 份才算。",
            days=WINDOW_DAYS,
            n=LEAST_APPLICATIONS,
        ),
        _("学历、驾驶证、证书这些硬条件不符合的投递不算；本人在您回复以前撤回的不算。"),
        _("几天回复：从投递到您第一次回复的天数，取中间的一个数。"),
        _("面试录用：这些投递里面试过的人有多少被录用；满 %(n)s 人才算。", n=LEAST_CASES),
        _("半年在职：入职 6 个月的回访里，您答复还在、没有和本人说法不一致的占多少；满 %(n)s 人才算。", n=LEAST_CASES),
        _(
            "求职者只看到回复率和几天回复；不够数的什么都不显示。推荐岗位时回复率只占很小的分量，份数少的按全县平均数拉近。"
        ),
    )
