"""Fitting the ranker's weights to facts, never below the prior."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from ml.facts import PairFact, PairRows, measure, pair_rows, take_persons
from ml.features import FEATURES, FloatArray
from ml.ranker import Ranker

MIN_PAIRS = 200
MIN_HELD_OUT_PERSONS = 10
HELD_OUT_SHARE = 0.3
# How many pairs the hand-set weights are worth: with few facts the result stays near them.
PRIOR_STRENGTH = 40.0


def fit_ranker(facts: Sequence[PairFact], *, today: date) -> Ranker:
    """Logistic regression on graded outcomes, shrunk towards the prior, with no weight below 0.

    Three of ten persons are held out (by a hash of their key). The result is returned only when its NDCG@10 on them
    is at least the prior's; else the prior is, and the card says why.
    """
    prior = Ranker.prior()
    pairs = pair_rows(facts)
    held = [_share(key) < HELD_OUT_SHARE for key in pairs.person_keys]
    fitted_on, held_out = take_persons(pairs, [not mark for mark in held]), take_persons(pairs, held)
    before = measure(prior, held_out)
    card: dict[str, Any] = {"fitted_on": today.isoformat(), "rows": len(pairs.gain), "prior": before}
    if len(pairs.gain) < MIN_PAIRS or before["persons"] < MIN_HELD_OUT_PERSONS:
        return _with_card(prior, card | {"kind": "prior", "reason": "too few facts"})
    if not 0.0 < fitted_on.gain.mean() < 1.0:
        return _with_card(prior, card | {"kind": "prior", "reason": "all outcomes are alike"})
    fitted = _fit(prior, fitted_on)
    after = measure(fitted, held_out)
    if after["ndcg_at_10"] < before["ndcg_at_10"]:
        return _with_card(prior, card | {"kind": "prior", "reason": "not better on held-out facts", "fitted": after})
    return _with_card(fitted, card | {"kind": "fitted", "fitted": after})


def _share(key: str) -> float:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32


def _with_card(ranker: Ranker, card: dict[str, Any]) -> Ranker:
    weights = dict(zip(FEATURES, ranker.weights, strict=True))
    return Ranker(ranker.weights, ranker.intercept, card | {"weights": weights})


def _fit(prior: Ranker, pairs: PairRows) -> Ranker:
    matrix, gain = pairs.rows.matrix, pairs.gain
    start = np.array(prior.weights)
    logit = matrix @ start + prior.intercept
    # First the prior's own scale and base rate are fitted, so that shrinking pulls towards its proportions.
    zero = np.zeros(2)
    scale, shift = _minimise(
        np.column_stack([logit, np.ones(len(gain))]), gain, zero, zero, [(0.1, 10.0), (None, None)]
    )
    centre = np.append(start * scale, shift + prior.intercept * scale)
    strength = np.append(np.full(len(start), PRIOR_STRENGTH), 0.0)
    design = np.column_stack([matrix, np.ones(len(gain))])
    found = _minimise(design, gain, centre, strength, [(0.0, None)] * len(start) + [(None, None)])
    weights, intercept = found[:-1], found[-1]
    # The order is the model's; the scale of the prior is kept, so that bands such as "very good" keep their meaning.
    raw = matrix @ weights + intercept
    spread = float(raw.std())
    stretch = float(logit.std()) / spread if spread > 1e-9 else 1.0
    intercept = (intercept - float(raw.mean())) * stretch + float(logit.mean())
    return Ranker(tuple(float(value) for value in weights * stretch), float(intercept))


def _minimise(
    design: FloatArray, gain: FloatArray, centre: FloatArray, strength: FloatArray, bounds: Any
) -> FloatArray:
    from scipy.optimize import minimize

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        logit = design @ weights
        away = weights - centre
        value = np.sum(np.logaddexp(0.0, logit) - gain * logit) + np.sum(strength * away**2) / 2
        slope = design.T @ (1 / (1 + np.exp(-logit)) - gain) + strength * away
        return float(value), slope

    return np.asarray(minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds).x)
