"""How many people a posting would reach, told to an employer before anybody can apply."""

from __future__ import annotations

from jobmatch.core.errors import require
from jobmatch.core.small import in_tens
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import posting_document
from jobmatch.matching.fitting import active_ranker
from jobmatch.matching.index import pools
from ml.matching import rank_people
from recruiters.postings.models import Posting
from recruiters.postings.policies import can_create_posting

MOST_COUNTED = 500


def fitting_count(uow: UnitOfWork, posting: Posting) -> int | None:
    """How many people who let employers find them fit a posting, whatever its state, in tens; None below ten.

    ``posting`` is loaded with its employer.
    """
    require(can_create_posting(uow.actor, posting.employer))
    document = posting_document(uow.session, posting)
    pool = pools(uow.session).people.get(uow.session)
    ranking = rank_people(active_ranker(uow.session), pool, document, today=uow.today, top=MOST_COUNTED)
    return in_tens(sum(match.band != "possible" for match in ranking.matches)) or None
