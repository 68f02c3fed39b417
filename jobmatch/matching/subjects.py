"""The ledger of pair facts in whole-person acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.models import MatchChoice, PairFact, PostingInvitation, SavedSearch

KEPT = {"pair_fact": "recruiting_keep_years", "posting_invitation": "recruiting_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """What happened between the person and postings, whether their profile may be used, and searches they keep."""
    return {
        "pair_fact": dump_rows(uow.session, PairFact, PairFact.person_id == person_id),
        "match_choice": dump_rows(uow.session, MatchChoice, MatchChoice.person_id == person_id),
        "posting_invitation": dump_rows(
            uow.session, PostingInvitation, PostingInvitation.person_id == person_id, without=("created_by_id",)
        ),
        "saved_search": dump_rows(uow.session, SavedSearch, SavedSearch.person_id == person_id),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Delete the facts, which the model learns from; what the law wants kept was frozen before."""
    facts = delete(PairFact).where(PairFact.person_id == person_id).returning(PairFact.id)
    choices = delete(MatchChoice).where(MatchChoice.person_id == person_id).returning(MatchChoice.person_id)
    asked = delete(PostingInvitation).where(PostingInvitation.person_id == person_id).returning(PostingInvitation.id)
    searches = delete(SavedSearch).where(SavedSearch.person_id == person_id).returning(SavedSearch.id)
    done = {"pair_fact": facts, "match_choice": choices, "posting_invitation": asked, "saved_search": searches}
    return {name: len(uow.session.scalars(act).all()) for name, act in done.items()}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Hand facts, invitations and searches over; what the target has stays behind, and so does the source's choice."""
    held = {
        (posting_id, kind)
        for posting_id, kind in uow.session.execute(
            select(PairFact.posting_id, PairFact.kind).where(PairFact.person_id == target_id)
        )
    }
    mine = uow.session.execute(select(PairFact).where(PairFact.person_id == source_id)).scalars()
    free = [fact.id for fact in mine if (fact.posting_id, fact.kind) not in held]
    asked = select(PostingInvitation.posting_id).where(PostingInvitation.person_id == target_id)
    names = select(SavedSearch.name).where(SavedSearch.person_id == target_id)
    free_ones = (
        (PairFact, PairFact.id.in_(free)),
        (PostingInvitation, PostingInvitation.posting_id.not_in(list(uow.session.scalars(asked)))),
        (SavedSearch, SavedSearch.name.not_in(list(uow.session.scalars(names)))),
    )
    return [
        row
        for model, is_free in free_ones
        for row in move_rows(uow.session, model, "person_id", source_id, target_id, is_free)
    ]
