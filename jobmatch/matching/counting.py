"""How many people meet a posting while it is being written, and what each must costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jobmatch.core.errors import require
from jobmatch.core.small import SMALL
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import posting_document
from jobmatch.matching.index import pools
from jobmatch.matching.policies import can_count_people
from ml.matching import Requirement, count_people
from recruiters.postings.models import Posting
from recruiters.postings.values import MAX_REQUIREMENTS, RequirementInput, requirement_rows

MOST_GAINS = 2


@dataclass(frozen=True, slots=True)
class PostingCount:
    """``met`` people meet every must and rule; ``gains``: the musts that cost most, with how many without each."""

    met: int
    gains: tuple[tuple[str, int], ...]

    @property
    def is_small(self) -> bool:
        """Fewer than are said exactly, none included, so that nobody is recognized."""
        return self.met < SMALL


def count_for_posting(
    uow: UnitOfWork, posting: Posting, requirements: Sequence[RequirementInput] | None = None
) -> PostingCount:
    """Count among the people who let employers find them.

    Those who shut this employer out are counted too: else it could read who they are from what another one is told.
    ``requirements`` are what the form holds now, None what is stored; those that could not be kept count for nothing.
    Nothing is told of a must by which fewer than five people more or less would be left.
    """
    require(can_count_people(uow.actor, posting, posting.employer))
    document = posting_document(uow.session, posting)
    if requirements is not None:
        rows = requirement_rows(uow.session, requirements[:MAX_REQUIREMENTS], {})
        needs = (Requirement(r.kind.value, r.code, r.is_must, r.label, r.level, r.years) for r in rows)
        document = replace(document, requirements=tuple(needs))
    found = count_people(pools(uow.session).people.get(uow.session), document, today=uow.today)
    told = [
        (need.label, count)
        for need, count in found.without
        if count >= SMALL and (found.met < SMALL or count - found.met >= SMALL)
    ]
    return PostingCount(found.met, tuple(sorted(told, key=lambda one: -one[1])[:MOST_GAINS]))
