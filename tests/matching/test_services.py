from __future__ import annotations

from jobmatch.core.uow import UnitOfWork
from jobmatch.matching import services
from tests.factories import make_person, make_posting


def test_smoke(uow: UnitOfWork) -> None:
    person = make_person(uow)
    posting = make_posting(uow)
    found = services.recommend_postings(uow, person)
    print(found)
    assert [one.posting_id for one in found] == [posting.id]
    print(services.explain_pair(uow, person, posting))
