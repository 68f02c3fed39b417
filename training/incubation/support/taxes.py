"""About how much tax is saved by the deductions for veterans: an estimate, never an answer of the tax office.

财政部 税务总局 退役军人事务部公告 2023 年第 14 号: of an individual business a fixed sum a year and household, in
proportion to the months it runs; of a firm a fixed sum a year and hired self-arranged soldier. Never above the tax due.
"""

from __future__ import annotations

from dataclasses import dataclass

from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import rule_value
from training.incubation.support.loans import rule_source

OWN_RULE, HIRE_RULE = "own_business_deduction_yuan", "hire_veteran_deduction_yuan"


@dataclass(frozen=True, slots=True)
class Relief:
    """Whole yuan a year; ``rest`` is the tax that is left to pay."""

    own: int
    hired: int
    due: int
    own_source: str
    hire_source: str

    @property
    def saved(self) -> int:
        return min(self.due, self.own + self.hired)

    @property
    def rest(self) -> int:
        return self.due - self.saved


def relief(uow: UnitOfWork, *, months: int, due: int, hired: int) -> Relief:
    """The deductions of this year for a business that runs ``months`` of it, by the rules in force today."""
    year = int(rule_value(uow.session, OWN_RULE, uow.today))
    each = int(rule_value(uow.session, HIRE_RULE, uow.today))
    return Relief(
        own=year * min(max(months, 0), 12) // 12,
        hired=each * max(0, hired),
        due=max(0, due),
        own_source=rule_source(uow, OWN_RULE),
        hire_source=rule_source(uow, HIRE_RULE),
    )
