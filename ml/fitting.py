"""Fitting the ranker's curves to facts, and the gates that a new model must pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ml.facts import PairFact, PairRows, measure, pair_rows
from ml.features import FEATURES
from ml.ranker import KNOTS, Ranker

MIN_PAIRS = 200
MIN_LATER_PERSONS = 10
LATER_SHARE = 0.25
# How many pairs the rule ranking's word is worth: with few facts the result stays near it.
PRIOR_STRENGTH = 40.0
MOST_STRETCH = 10.0
GATES = ("ndcg_at_10", "recall_at_50")


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted ranker, or the rule ranking where there was too little to learn from.

    `passed`: better than nothing it is compared with is not enough; it must not fall below any of them on any gate.
    The ranker's card says on which days' facts it stands, the figures of all that were compared, and why not.
    """

    ranker: Ranker
    passed: bool


def fit_ranker(facts: Sequence[PairFact], *, today: date, present: Ranker | None = None) -> Fit:
    """Fits to the earlier facts and compares on the later ones with the rule ranking and with `present`."""
    rules = Ranker.prior()
    pairs = pair_rows(facts)
    card: dict[str, Any] = {"fitted_on": today.isoformat(), "rows": len(pairs.gain), "kind": "prior"}
    if len(pairs.gain) < MIN_PAIRS:
        return _kept(rules, card | {"reason": "too few facts"})
    border = int(np.quantile(pairs.day, 1 - LATER_SHARE))
    is_later = _later(pairs, border)
    earlier, later = pairs.part(~is_later), pairs.part(is_later)
    card["window"] = [date.fromordinal(int(day)).isoformat() for day in (pairs.day.min(), border, pairs.day.max())]
    figures = {"rules": measure(rules, later)}
    if figures["rules"]["persons"] < MIN_LATER_PERSONS:
        return _kept(rules, card | {"figures": figures, "reason": "too few later facts"})
    if not 0.0 < earlier.gain.mean() < 1.0:
        return _kept(rules, card | {"figures": figures, "reason": "all outcomes are alike"})
    if present is not None:
        figures["present"] = measure(present, later)
    fitted = fit_curves(rules, earlier)
    figures["fitted"] = measure(fitted, later)
    fallen = fallen_gates(figures)
    card |= {"kind": "fitted", "figures": figures, "fallen": fallen, "reason": "below on a gate" if fallen else ""}
    return Fit(Ranker(fitted.curves, fitted.intercept, card), not fallen)


def fallen_gates(figures: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Gates on which `fitted` is below `rules` or `present`, as `gate:opponent`."""
    opponents = [name for name in ("rules", "present") if name in figures]
    return [
        f"{gate}:{name}" for gate in GATES for name in opponents if figures["fitted"][gate] < figures[name][gate] - 1e-9
    ]


def _kept(rules: Ranker, card: dict[str, Any]) -> Fit:
    return Fit(Ranker(rules.curves, rules.intercept, card), False)


def _later(pairs: PairRows, border: int) -> Any:
    """Marks the later part; facts that all lie on one day are parted by person instead."""
    if pairs.day.max() > border:
        return pairs.day > border
    return pairs.person % round(1 / LATER_SHARE) == 0


def fit_curves(prior: Ranker, pairs: PairRows, *, strength: float = PRIOR_STRENGTH) -> Ranker:
    """Curves nearest to the prior's that explain the gains; a gain counts as that share of a success."""
    # Imported late: only fitting needs scikit-learn.
    from ml.additive import MonotoneAdditiveClassifier

    # What a hard rule keeps out says nothing about the order of the rest.
    pairs = pairs.part(pairs.matrix[:, FEATURES.index("admissible")] > 0)
    knots = [KNOTS[name] for name in FEATURES]
    prior_raw = prior.contributions(pairs.matrix).sum(axis=1) + prior.intercept
    scale, shift = _scale(prior_raw, pairs)
    model = MonotoneAdditiveClassifier(
        knots=knots,
        centre=[[value * scale for value in curve] for curve in _soft(prior)],
        strength=strength,
        intercept=prior.intercept * scale + shift,
    )
    rows = np.concatenate([pairs.matrix, pairs.matrix])
    is_good = np.repeat([1, 0], len(pairs.gain))
    weight = np.concatenate([pairs.weight * pairs.gain, pairs.weight * (1 - pairs.gain)])
    model.fit(rows, is_good, sample_weight=weight)
    # The order is the model's; level and spread are the prior's where all musts are met, so that "very good" keeps its
    # meaning: the weight of a missing must is a promise and no part of the scale.
    met = pairs.matrix[:, FEATURES.index("musts")] >= 1.0
    before, raw = prior_raw[met], model.decision_function(pairs.matrix[met]) if met.any() else prior_raw[met]
    stretch = min(max(float(before.std() / raw.std()), 0.5), MOST_STRETCH) if met.any() and raw.std() > 1e-9 else 1.0
    curves = tuple(tuple((curve * stretch).tolist()) for curve in model.curves_)
    shift = float(before.mean() - raw.mean() * stretch) if met.any() else 0.0
    return Ranker(curves, model.intercept_ * stretch + shift)


def _soft(prior: Ranker) -> list[tuple[float, ...]]:
    """The prior's curves without the weight of inadmissible pairs, which is a promise and not learnt."""
    return [(0.0, 0.0) if name == "admissible" else curve for name, curve in zip(FEATURES, prior.curves, strict=True)]


def _scale(raw: Any, pairs: PairRows) -> tuple[float, float]:
    """The prior's own scale and base rate on these gains, so that shrinking pulls towards its proportions."""
    from sklearn.linear_model import LogisticRegression

    centre, spread = float(raw.mean()), float(raw.std()) or 1.0
    column = np.tile(((raw - centre) / spread)[:, None], (2, 1))
    weight = np.concatenate([pairs.weight * pairs.gain, pairs.weight * (1 - pairs.gain)])
    model = LogisticRegression().fit(column, np.repeat([1, 0], len(raw)), sample_weight=weight)
    scale = min(max(float(model.coef_[0, 0]) / spread, 0.1), 10.0)
    return scale, float(model.intercept_[0]) - centre * scale
