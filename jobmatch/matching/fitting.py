"""The ranker in use, and fitting a new one to the ledger of pair facts."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.core.clock import local_day
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import read_people, read_postings
from jobmatch.matching.models import FittedModel, MatchChoice, PairFact
from jobmatch.matching.queries import RANKER, active_model
from jobmatch.matching.states import FactKind
from jobmatch.people.models import Person
from ml.matching import Fit, Ranker, fit_ranker
from ml.matching import PairFact as MlFact
from recruiters.postings.models import Posting

log = logging.getLogger(__name__)

LEARNED_DAYS = 400
MOST_FACTS = 50_000
OUTCOMES: dict[FactKind, str] = {
    FactKind.SHOWN: "shown",
    FactKind.DISMISSED: "shown",
    FactKind.OPENED: "opened",
    FactKind.SAVED: "saved",
    FactKind.APPLIED: "applied",
    FactKind.INTERVIEWED: "interviewed",
    FactKind.OFFERED: "hired",
    FactKind.HIRED: "hired",
    FactKind.STARTED: "hired",
    FactKind.REJECTED: "refused",
}
"""How good each kind of fact says the pair is. Withdrawing says nothing about the pair, an invitation is our own."""

_kept: dict[str, Ranker] = {}


def active_ranker(session: Session) -> Ranker:
    """The fitted ranker in use, kept per process by its hash; the hand-set one where there is none or it is damaged."""
    row = active_model(session)
    if row is None:
        return Ranker.prior()
    if row.sha256 not in _kept:
        content = session.scalar(select(FittedModel.content).where(FittedModel.id == row.id)) or b""
        _kept.clear()
        _kept[row.sha256] = _read(content, row.sha256)
    return _kept.get(row.sha256) or Ranker.prior()


def _read(content: bytes, sha256: str) -> Ranker:
    if hashlib.sha256(content).hexdigest() == sha256:
        try:
            return Ranker.from_bytes(content)
        except ValueError as error:
            log.error("the fitted ranker cannot be used: %s", error)
    else:
        log.error("the fitted ranker is damaged")
    return Ranker.prior()


def read_facts(uow: UnitOfWork) -> list[MlFact]:
    """The ledger of the last 400 days as the ranker's facts, the newest 50,000, without people who want no profiling.

    People and postings are taken as they are now: the ledger keeps no copies of them.
    """
    left_out = select(MatchChoice.person_id).where(MatchChoice.is_personal.is_(False))
    rows = uow.session.execute(
        select(PairFact.person_id, PairFact.posting_id, PairFact.kind, PairFact.last_at, PairFact.position)
        .where(
            PairFact.last_at >= uow.now - timedelta(days=LEARNED_DAYS),
            PairFact.kind.in_(OUTCOMES),
            PairFact.person_id.not_in(left_out),
        )
        .order_by(PairFact.last_at.desc(), PairFact.id.desc())
        .limit(MOST_FACTS)
    ).all()
    told = select(PairFact.person_id).where(PairFact.last_at >= uow.now - timedelta(days=LEARNED_DAYS))
    shown = select(PairFact.posting_id).where(PairFact.last_at >= uow.now - timedelta(days=LEARNED_DAYS))
    people = {profile.key: profile for profile, _ in read_people(uow.session, Person.id.in_(told))}
    postings = {document.key: document for document in read_postings(uow.session, Posting.id.in_(shown))}
    return [
        MlFact(people[str(person_id)], postings[str(posting_id)], OUTCOMES[kind], local_day(last_at), position)
        for person_id, posting_id, kind, last_at, position in reversed(rows)
    ]


def fit(facts: Sequence[MlFact], *, today: date, present: Ranker | None = None) -> Fit:
    """Fit without touching the database, and compare with the rule ranking and the one in use on later facts."""
    return fit_ranker(facts, today=today, present=present)


def store_ranker(uow: UnitOfWork, fit: Fit) -> FittedModel:
    """Keep a fitted ranker as a row, and put it into use where it passed all gates; the one before stays as a row."""
    ranker = fit.ranker
    content = ranker.to_bytes()
    if fit.passed:
        uow.session.execute(
            update(FittedModel).where(FittedModel.name == RANKER, FittedModel.is_active).values(is_active=False)
        )
    model = FittedModel(
        name=RANKER,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        card=dict(ranker.card),
        is_active=fit.passed,
        created_at=uow.now,
    )
    uow.session.add(model)
    uow.session.flush()
    uow.audit("ranker.fit", model, kind=str(ranker.card.get("kind", "")), rows=int(ranker.card.get("rows", 0)))
    return model
