"""The ranker in use, and fitting a new one to the ledger of pair facts."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import read_people, read_postings
from jobmatch.matching.models import FittedModel, MatchChoice, PairFact, RankerSwitch
from jobmatch.matching.policies import can_manage_models
from jobmatch.matching.queries import RANKER, active_model, has_passed, is_rules_only
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from ml.matching import Fit, Ranker, fit_ranker
from ml.matching import PairFact as MlFact
from recruiters.postings.models import Posting

log = logging.getLogger(__name__)

FIT_JOB = "matching.fit"
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
        found = _read(content, row.sha256)
        if found is None:  # looked at again each time, so that a row that was put right is used at once
            return Ranker.prior()
        _kept.clear()
        _kept[row.sha256] = found
    return _kept.get(row.sha256) or Ranker.prior()


def present_ranker(session: Session) -> Ranker | None:
    """The fitted ranker in use, or None where the rules are."""
    return active_ranker(session) if active_model(session) else None


def ranker_of(model: FittedModel) -> Ranker:
    """The ranker of one version; the hand-set one where its bytes are damaged or made for other features."""
    return _read(model.content, model.sha256) or Ranker.prior()


def _read(content: bytes, sha256: str) -> Ranker | None:
    if hashlib.sha256(content).hexdigest() == sha256:
        try:
            return Ranker.from_bytes(content)
        except ValueError as error:
            log.error("the fitted ranker cannot be used: %s", error)
    else:
        log.error("the fitted ranker is damaged")
    return None


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
    """Keep a fit as a row, and put it into use where it passed all gates and the switch allows it."""
    ranker = fit.ranker
    content = ranker.to_bytes()
    model = FittedModel(
        name=RANKER,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        card=dict(ranker.card),
        is_active=False,
        created_at=uow.now,
    )
    uow.session.add(model)
    uow.session.flush()
    uow.audit("ranker.fit", model, kind=str(ranker.card.get("kind", "")), rows=int(ranker.card.get("rows", 0)))
    if fit.passed and not is_rules_only(uow.session):
        _use(uow, model)
    return model


def promote_ranker(uow: UnitOfWork, model: FittedModel) -> FittedModel:
    """Put a version into use. Raises ``Conflict`` for one that did not pass, and while the switch says rules only."""
    require(can_manage_models(uow.actor))
    if not has_passed(model.card):
        raise Conflict(_("这个版本没有通过检验，不能启用"))
    if is_rules_only(uow.session):
        raise Conflict(_("现在只用手工规则，请先恢复使用模型"))
    if not model.is_active:
        _use(uow, model)
    return model


def set_rules_only(uow: UnitOfWork, *, is_on: bool) -> FittedModel | None:
    """The one switch: return to the rule ranking, and stay there whatever is fitted; or back to the last version used.

    Returns the version that is in use now, if any.
    """
    require(can_manage_models(uow.actor))
    switch = uow.session.get(RankerSwitch, RANKER)
    if switch is None:
        switch = RankerSwitch(name=RANKER, is_rules_only=False, changed_at=uow.now)
        uow.session.add(switch)
    last = None
    if switch.is_rules_only != is_on:
        switch.is_rules_only, switch.changed_by_id, switch.changed_at = is_on, uow.actor.user_id, uow.now
        uow.session.flush()
        uow.audit("ranker.rules_only", is_on=is_on)
        _use_none(uow)
    if not is_on:
        used = (FittedModel.name == RANKER, FittedModel.promoted_at.is_not(None))
        order = (FittedModel.promoted_at.desc(), FittedModel.id.desc())
        last = uow.session.scalars(select(FittedModel).where(*used).order_by(*order).limit(1)).first()
        if last is not None and not last.is_active:
            _use(uow, last)
    return last


def _use(uow: UnitOfWork, model: FittedModel) -> None:
    _use_none(uow)
    model.is_active, model.promoted_at, model.promoted_by_id = True, uow.now, uow.actor.user_id
    uow.session.flush()
    uow.audit("ranker.promote", model)


def _use_none(uow: UnitOfWork) -> None:
    used = (FittedModel.name == RANKER, FittedModel.is_active)
    uow.session.execute(update(FittedModel).where(*used).values(is_active=False))


def ask_for_fit(uow: UnitOfWork) -> bool:
    """Fit in the background; False where that waits or runs already."""
    require(can_manage_models(uow.actor))
    waiting = select(Job.id).where(Job.name == FIT_JOB, Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
    if uow.session.scalar(waiting.limit(1)) is not None:
        return False
    uow.enqueue(FIT_JOB)
    uow.audit("ranker.ask_fit")
    return True
