"""What the system proposes for an issue: fresh and lawful postings, from all towns, of many trades and employers."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from jobmatch.bulletins.queries import TOWN_LENGTH, recent_posting_ids, week_of
from jobmatch.core.uow import UnitOfWork
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings

LEAST, MOST = 20, 50
"""How many postings a sheet holds: fewer look like nothing, more are not read."""
LONGEST_LOOK = 2000
DAYS_LEFT = 7
"""A posting in the issue is open for the whole week in which people read it."""
OF_ONE_EMPLOYER, OF_ONE_TRADE = 3, 6
TWO_WEEKS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A posting as far as the choice looks at it."""

    posting_id: int
    employer_id: int
    trade: str
    town: str
    was_printed: bool


def propose_postings(uow: UnitOfWork, region_path: str) -> list[int]:
    """Ids of up to 50 postings of a place, in the order of the sheet."""
    columns = (Posting.id, Posting.employer_id, Posting.occupation_code, Posting.region_code, Posting.findings)
    query = select(*columns).where(
        Posting.region_path.startswith(region_path, autoescape=True),
        Posting.valid_through >= uow.today + timedelta(days=DAYS_LEFT),
        Posting.filled_count < Posting.vacancy_count,
    )
    newest = query.order_by(Posting.published_at.desc(), Posting.id.desc()).limit(LONGEST_LOOK)
    printed = recent_posting_ids(uow.session, region_path, week_of(uow.today) - TWO_WEEKS)
    candidates = [
        Candidate(
            row.id,
            row.employer_id,
            "-".join((row.occupation_code or "").split("-")[:2]),
            (row.region_code or "")[:TOWN_LENGTH],
            row.id in printed,
        )
        for row in uow.rows(visible_public_postings(uow.actor, newest))
        if not any(finding.get("severity") == "block" for finding in row.findings)
    ]
    return choose(candidates)


def choose(candidates: Iterable[Candidate]) -> list[int]:
    """Town by town in turn, what was not printed lately first, at most so many of one employer and trade.

    The limits bend only where the sheet would stay too empty.
    """
    waiting = sorted(candidates, key=lambda one: one.was_printed)
    employers: Counter[int] = Counter()
    trades: Counter[str] = Counter()
    chosen: list[Candidate] = []
    passed: list[Candidate] = []
    for one in _in_turn(waiting):
        if len(chosen) == MOST:
            break
        is_much = employers[one.employer_id] >= OF_ONE_EMPLOYER or trades[one.trade] >= OF_ONE_TRADE
        if is_much:
            passed.append(one)
            continue
        employers[one.employer_id] += 1
        trades[one.trade] += 1
        chosen.append(one)
    chosen += passed[: max(0, LEAST - len(chosen))]
    return [one.posting_id for one in chosen]


def _in_turn(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """One of each town after the other, until all are through."""
    towns: dict[str, deque[Candidate]] = {}
    for one in candidates:
        towns.setdefault(one.town, deque()).append(one)
    while towns:
        for town in list(towns):
            yield towns[town].popleft()
            if not towns[town]:
                del towns[town]
