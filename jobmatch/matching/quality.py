"""What the staff page about the ranking model shows: versions, curves, the judged set, and what changed an order."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select

from jobmatch.accounts.models import User
from jobmatch.core.errors import NotFound, require
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.job_rows import Job
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import read_people, read_postings
from jobmatch.matching.fitting import FIT_JOB, active_ranker, ranker_of
from jobmatch.matching.index import pools
from jobmatch.matching.labels import FEATURE_LABELS
from jobmatch.matching.models import FittedModel, MatchChoice
from jobmatch.matching.policies import can_read_models
from jobmatch.matching.queries import RANKER, has_passed, is_open_person, model_named
from jobmatch.people.models.person import Person
from ml.matching import FEATURES, Eligibility, PostingDocument, Profile, Ranker, match_pair, rank_postings
from recruiters.postings.models import Posting

RULES = "rules"
"""Stands for the rule ranking where a version is named."""
SAMPLE = 30
FIRST = 10
JUDGED = Path(__file__).parent / "judged.json"
"""Figures of the judged set, written by the evaluation: ``{system: {ndcg10, recall20, mrr}}``."""

PROMISES = ("admissible",)
"""Features that are no matter of degree, so that a bar for them would dwarf the others."""
GATE_LABELS = {"ndcg_at_10": "nDCG@10", "recall_at_50": "recall@50"}
OPPONENTS = {"rules": N_("手工规则"), "present": N_("当时在用的")}


@dataclass(frozen=True, slots=True)
class Version:
    """One fit. ``figures`` has, by gate, those of the fit, of the rules and of what was in use then, or None."""

    public_id: str
    fitted_at: datetime
    window: tuple[date, ...]
    rows: int
    figures: dict[str, tuple[float | None, ...]]
    verdict: str
    has_passed: bool
    is_active: bool
    promoted_by: str
    promoted_at: datetime | None


def version_rows() -> Select[*tuple[Any, ...]]:
    """All fits, the newest first, without their bytes."""
    model = FittedModel
    return (
        select(
            model.public_id,
            model.created_at,
            model.card,
            model.is_active,
            model.promoted_at,
            User.name.label("promoted_by"),
        )
        .outerjoin(User, model.promoted_by_id == User.id)
        .where(model.name == RANKER)
        .order_by(model.created_at.desc(), model.id.desc())
    )


def version_of(row: Any) -> Version:
    """A row of ``version_rows`` as the page shows it."""
    card = row.card
    figures = card.get("figures", {})
    return Version(
        public_id=row.public_id,
        fitted_at=row.created_at,
        window=tuple(date.fromisoformat(day) for day in card.get("window", ())),
        rows=int(card.get("rows", 0)),
        figures={gate: tuple(figures.get(who, {}).get(gate) for who in ("fitted", *OPPONENTS)) for gate in GATE_LABELS},
        verdict=_verdict(card),
        has_passed=has_passed(card),
        is_active=row.is_active,
        promoted_by=(row.promoted_by or _("自动")) if row.promoted_at else "",
        promoted_at=row.promoted_at,
    )


_WHY = {
    "too few facts": N_("记录太少，没有拟合"),
    "too few later facts": N_("后段记录太少，没法检验"),
    "all outcomes are alike": N_("结果都一样，学不到东西"),
}


def _verdict(card: Mapping[str, Any]) -> str:
    if has_passed(card):
        return _("通过")
    fallen = [name.split(":") for name in card.get("fallen", ())]
    if fallen:
        gates = [_("%(gate)s低于%(who)s", gate=GATE_LABELS[gate] + " ", who=_(OPPONENTS[who])) for gate, who in fallen]
        return "；".join(gates)
    return _(_WHY.get(str(card.get("reason", "")), N_("没有通过")))


def spreads(ranker: Ranker) -> dict[str, float]:
    """How much each feature can add at most between its worst and its best value, in log-odds."""
    return {name: curve[-1] - curve[0] for name, curve in zip(FEATURES, ranker.curves, strict=True)}


def curve_table(uow: UnitOfWork) -> list[tuple[str, float, float]]:
    """(feature in words, what it can add now, and under the rule ranking), the weightiest first."""
    require(can_read_models(uow.actor))
    now, rules = spreads(active_ranker(uow.session)), spreads(Ranker.prior())
    rows = [(_(FEATURE_LABELS[name]), now[name], rules[name]) for name in FEATURES if name not in PROMISES]
    return sorted(rows, key=lambda row: -row[1])


def quality_table() -> list[tuple[str, dict[str, float]]]:
    """(system, figures) on the judged set, the best first; empty where nobody has evaluated yet."""
    if not JUDGED.exists():
        return []
    figures: dict[str, dict[str, float]] = json.loads(JUDGED.read_text(encoding="utf-8"))
    return sorted(figures.items(), key=lambda item: -item[1].get("ndcg10", 0.0))


def last_fit(uow: UnitOfWork) -> Job | None:
    """The newest piece of background work that fits the ranker."""
    return uow.session.scalars(select(Job).where(Job.name == FIT_JOB).order_by(Job.id.desc()).limit(1)).first()


# ---------- two versions ----------


@dataclass(frozen=True, slots=True)
class Change:
    """What differs for one person between two versions: titles that came in and went out of the first ten, and why."""

    came: tuple[str, ...]
    went: tuple[str, ...]
    causes: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``causes``: by feature, how much it moved those that came in ahead of those that went out, on the mean."""

    people: int
    changes: tuple[Change, ...]
    causes: tuple[tuple[str, float], ...]

    @property
    def postings(self) -> int:
        """How many places of all the lists have changed."""
        return sum(len(change.came) for change in self.changes)


def compare(uow: UnitOfWork, first: str, second: str) -> Comparison:
    """What changes for a sample of at most 30 people when ``second`` takes the place of ``first``.

    The sample is the same every time: open people who let their profile be used, in the order of their public ids,
    which are random. Nobody is named. For a posting that came in and the one whose place it took, the causes add up to
    the change of its lead in log-odds. Raises ``NotFound`` for an unknown version.
    """
    require(can_read_models(uow.actor))
    before, after = _ranker(uow, first), _ranker(uow, second)
    pool = pools(uow.session).postings.get(uow.session)
    people = _sample(uow)

    def firsts(ranker: Ranker, person: tuple[Profile, Eligibility]) -> list[str]:
        found = rank_postings(ranker, pool, *person, today=uow.today, top=FIRST)
        return [match.key for match in found.matches]

    lists = [(firsts(before, person), firsts(after, person)) for person in people]
    keys = {int(key) for old, new in lists for key in set(old) ^ set(new)}
    documents = {document.key: document for document in read_postings(uow.session, Posting.id.in_(keys))}
    changes, sums, pairs = [], defaultdict[str, float](float), 0
    for person, (old, new) in zip(people, lists, strict=True):
        came = [documents[key] for key in new if key not in old and key in documents]
        went = [documents[key] for key in old if key not in new and key in documents]
        if not came and not went:
            continue
        moved = _moved(before, after, person, came, went, uow.today)
        pairs += min(len(came), len(went))
        for name, value in moved.items():
            sums[name] += value
        titles = (tuple(one.title for one in came), tuple(one.title for one in went))
        changes.append(Change(*titles, _telling(moved, min(len(came), len(went)))[:2]))
    return Comparison(len(people), tuple(changes), _telling(sums, pairs))


def _sample(uow: UnitOfWork) -> list[tuple[Profile, Eligibility]]:
    left_out = select(MatchChoice.person_id).where(MatchChoice.is_personal.is_(False))
    query = select(Person.id).where(is_open_person(), Person.id.not_in(left_out)).order_by(Person.public_id)
    ids = list(uow.session.scalars(query.limit(SAMPLE)))
    place = {str(one): number for number, one in enumerate(ids)}
    return sorted(read_people(uow.session, Person.id.in_(ids)), key=lambda pair: place[pair[0].key])


def _ranker(uow: UnitOfWork, name: str) -> Ranker:
    if name == RULES:
        return Ranker.prior()
    model = uow.session.scalars(model_named(name)).first()
    if model is None:
        raise NotFound
    return ranker_of(model)


def _moved(
    before: Ranker,
    after: Ranker,
    person: tuple[Profile, Eligibility],
    came: Sequence[PostingDocument],
    went: Sequence[PostingDocument],
    today: date,
) -> dict[str, float]:
    """By feature: how much the lead of what came in over what went out grew, summed over the pairs of them."""
    moved: dict[str, float] = defaultdict(float)
    for new, old in zip(came, went, strict=False):
        for ranker, document, sign in ((after, new, 1), (after, old, -1), (before, new, -1), (before, old, 1)):
            match = match_pair(ranker, *person, document, today=today)
            for name in FEATURES:
                moved[name] += sign * match.contributions[name]
    return moved


def _telling(moved: Mapping[str, float], pairs: int) -> tuple[tuple[str, float], ...]:
    """Features in words that moved anything, the weightiest first."""
    rows = [(_(FEATURE_LABELS[name]), value / pairs) for name, value in moved.items() if pairs and abs(value) >= 0.005]
    return tuple(sorted(rows, key=lambda row: -abs(row[1])))
