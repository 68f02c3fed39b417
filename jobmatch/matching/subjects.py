"""The ledger of pair facts in whole-person acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.models import MatchChoice, PairFact, PostingInvitation

KEPT = {"pair_fact": "recruiting_keep_years", "posting_invitation": "recruiting_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """What happened between the person and postings, and whether their profile may be used."""
    return {
        "pair_fact": dump_rows(uow.session, PairFact, PairFact.person_id == person_id),
        "match_choice": dump_rows(uow.session, MatchChoice, MatchChoice.person_id == person_id),
        "posting_invitation": dump_rows(
            uow.session, PostingInvitation, PostingInvitation.person_id == person_id, without=("created_by_id",)
        ),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Delete the facts, which the model learns from; what the law wants kept was frozen before."""
    facts = delete(PairFact).where(PairFact.person_id == person_id).returning(PairFact.id)
    choices = delete(MatchChoice).where(MatchChoice.person_id == person_id).returning(MatchChoice.person_id)
    asked = delete(PostingInvitation).where(PostingInvitation.person_id == person_id).returning(PostingInvitation.id)
    session = uow.session
    return {
        "pair_fact": len(session.scalars(facts).all()),
        "match_choice": len(session.scalars(choices).all()),
        "posting_invitation": len(session.scalars(asked).all()),
    }


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Hand facts and invitations over; what the target has for the same posting stays behind, as does the choice."""
    held = {
        (posting_id, kind)
        for posting_id, kind in uow.session.execute(
            select(PairFact.posting_id, PairFact.kind).where(PairFact.person_id == target_id)
        )
    }
    mine = uow.session.execute(select(PairFact).where(PairFact.person_id == source_id)).scalars()
    free = [fact.id for fact in mine if (fact.posting_id, fact.kind) not in held]
    moved = move_rows(uow.session, PairFact, "person_id", source_id, target_id, PairFact.id.in_(free))
    known = select(PostingInvitation.posting_id).where(PostingInvitation.person_id == target_id)
    other = PostingInvitation.posting_id.not_in(known)
    return moved + move_rows(uow.session, PostingInvitation, "person_id", source_id, target_id, other)
