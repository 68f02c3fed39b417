"""Reads of the ledger and of what stands behind recommendations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from jobmatch.core.clock import local_day, utcnow
from jobmatch.matching.models import FittedModel, MatchChoice, PairFact, RankerSwitch, SavedSearch
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from jobmatch.people.states import JobSearchState
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

RANKER = "ranker"
ENDED = (FactKind.WITHDRAWN, FactKind.REJECTED)


def is_open_posting() -> ColumnElement[bool]:
    """Condition on ``Posting`` joined with its ``Employer``: it may be shown to the public today."""
    return is_live_posting() & (Posting.only_for == "")


def is_live_posting() -> ColumnElement[bool]:
    """The same for what may be shown somewhere: to the public, or at the one fair it is meant for."""
    return (
        (Posting.state == PostingState.OPEN)
        & (Posting.valid_through >= local_day(utcnow()))
        & (Employer.vetting == VettingState.VETTED)
    )


def is_open_person() -> ColumnElement[bool]:
    """Condition on ``Person``: they look for work, let employers find them and are still here."""
    return (
        Person.is_open_to_employers & (Person.search_state != JobSearchState.NOT_LOOKING) & Person.erased_at.is_(None)
    )


def saved_searches() -> Select[*tuple[Any, ...]]:
    """Searches by name."""
    return select(SavedSearch).order_by(SavedSearch.name, SavedSearch.id)


def saved_search_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The search with this public id."""
    return select(SavedSearch).where(SavedSearch.public_id == public_id)


def active_model(session: Session) -> Any:
    """Id and hash of the fitted ranker in use, or None."""
    wanted = (FittedModel.name == RANKER, FittedModel.is_active)
    return session.execute(select(FittedModel.id, FittedModel.sha256).where(*wanted)).first()


def is_rules_only(session: Session) -> bool:
    """Whether the switch says that no fitted ranker may be in use."""
    return session.scalar(select(RankerSwitch.is_rules_only).where(RankerSwitch.name == RANKER)) is True


def model_named(public_id: str) -> Select[FittedModel]:
    """One version of the ranker."""
    return select(FittedModel).where(FittedModel.name == RANKER, FittedModel.public_id == public_id)


def has_passed(card: Mapping[str, Any]) -> bool:
    """Whether a fit learned something and fell below nothing that it was compared with."""
    return card.get("kind") == "fitted" and not card.get("fallen")


def is_personal(session: Session, person_id: int) -> bool:
    """Whether the person lets recommendations use their profile; nobody has to ask to be left out beforehand."""
    choice = session.scalar(select(MatchChoice.is_personal).where(MatchChoice.person_id == person_id))
    return choice is not False


def facts_of(session: Session, person_id: int, posting_ids: Iterable[int]) -> dict[int, set[FactKind]]:
    """Kinds of facts between a person and some postings, by posting."""
    found: dict[int, set[FactKind]] = {}
    wanted = (PairFact.person_id == person_id, PairFact.posting_id.in_(list(posting_ids)))
    for posting_id, kind in session.execute(select(PairFact.posting_id, PairFact.kind).where(*wanted)):
        found.setdefault(posting_id, set()).add(kind)
    return found


def settled_postings(session: Session, person_id: int) -> frozenset[int]:
    """Postings not to be recommended to the person again: applied to (unless withdrawn) or dismissed."""
    return frozenset(_settled(session, PairFact.posting_id, PairFact.person_id == person_id))


def settled_people(session: Session, posting_id: int) -> frozenset[int]:
    """People not to be recommended for the posting again: they applied (unless withdrawn) or dismissed it."""
    return frozenset(_settled(session, PairFact.person_id, PairFact.posting_id == posting_id))


def _settled(session: Session, other: Any, where: ColumnElement[bool]) -> Iterable[int]:
    kinds = (FactKind.APPLIED, FactKind.DISMISSED, FactKind.WITHDRAWN)
    last: dict[int, dict[FactKind, datetime]] = {}
    for one, kind, at in session.execute(
        select(other, PairFact.kind, PairFact.last_at).where(where, PairFact.kind.in_(kinds))
    ):
        last.setdefault(one, {})[kind] = at
    for one, at_of in last.items():
        applied, withdrawn = at_of.get(FactKind.APPLIED), at_of.get(FactKind.WITHDRAWN)
        if FactKind.DISMISSED in at_of or (applied and not (withdrawn and withdrawn >= applied)):
            yield one


def invitations_since(session: Session, employer_id: int, moment: datetime) -> int:
    """How many people an employer has invited since ``moment``."""
    return (
        session.scalar(
            select(func.count())
            .select_from(PairFact)
            .join(Posting, PairFact.posting_id == Posting.id)
            .where(Posting.employer_id == employer_id, PairFact.kind == FactKind.INVITED, PairFact.last_at >= moment)
        )
        or 0
    )
