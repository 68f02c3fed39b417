"""Rent that was waived, counted in months; pure.

A month's rent falls due on its first day, counted from the day of moving in. So every month lies in exactly one period,
and the sums of two periods that follow each other are the sum of both together.
"""

from __future__ import annotations

from datetime import date

from jobmatch.reference.rules import add_months


def months_due(term_from: date, last: date, since: date, until: date) -> int:
    """How many months of a tenancy from ``term_from`` to ``last`` fall due from ``since`` to ``until``, inclusive."""
    until, count, number = min(until, last), 0, 0
    while (day := add_months(term_from, number)) <= until:
        count += day >= since
        number += 1
    return count


def months_waived_yuan(months: int, rent_yuan: int, waiver_share: int) -> int:
    """What is waived in so many months; ``waiver_share`` in percent, each month in whole yuan, rounded down."""
    return months * (rent_yuan * waiver_share // 100)
