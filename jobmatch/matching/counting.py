"""How many people meet a posting while it is being written, and what each must costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jobmatch.core.errors import require
from jobmatch.core.small import SMALL, TENS, in_tens
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import posting_document
from jobmatch.matching.index import pools
from jobmatch.matching.policies import can_count_people
from ml.matching import Requirement, count_people
from recruiters.postings.models import Posting
from recruiters.postings.policies import can_keep_posting
from recruiters.postings.values import MAX_REQUIREMENTS, RequirementInput, requirement_rows

MOST_GAINS = 2


@dataclass(frozen=True, slots=True)
class PostingCount:
    """``met`` people meet every must and rule; ``gains``: the musts that cost most, with how many without each.

    Fewer than ``least``, none included, are not said, so that nobody is recognized.
    """

    met: int
    gains: tuple[tuple[str, int], ...]
    least: int = SMALL

    @property
    def is_exact(self) -> bool:
        """Whether the numbers are not rounded down."""
        return self.least == SMALL


def count_for_posting(
    uow: UnitOfWork, posting: Posting, requirements: Sequence[RequirementInput] | None = None
) -> PostingCount:
    """Count among the people who let employers find them.

    Those who shut this employer out are counted too: else it could read who they are from what another one is told.
    ``requirements`` are what the form holds now, None what is stored; those that could not be kept count for nothing.
    The office learns exact numbers from five on; an employer learns tens, because by trying one condition after
    another it could count down to one person. Nothing is told of a must by which no more people would be left.
    """
    require(can_count_people(uow.actor, posting, posting.employer))
    document = posting_document(uow.session, posting)
    if requirements is not None:
        rows = requirement_rows(uow.session, requirements[:MAX_REQUIREMENTS], {})
        needs = (Requirement(r.kind.value, r.code, r.is_must, r.label, r.level, r.years) for r in rows)
        document = replace(document, requirements=tuple(needs))
    found = count_people(pools(uow.session).people.get(uow.session), document, today=uow.today)
    is_office = can_keep_posting(uow.actor, posting, posting.employer)
    least = SMALL if is_office else TENS
    met, *without = (count if is_office else in_tens(count) for count in (found.met, *(n for _, n in found.without)))
    told = [
        (need.label, count)
        for (need, _count), count in zip(found.without, without, strict=True)
        if count >= least and (met < least or count - met >= least)
    ]
    return PostingCount(met, tuple(sorted(told, key=lambda one: -one[1])[:MOST_GAINS]), least)
