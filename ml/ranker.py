"""The ranker: an additive model. Each feature has a rising curve; the curves' sum is the raw score, in log-odds.

The shown score is 100 / (1 + exp(-raw)), one fixed rising function of the raw score. So the contributions that a page
names are the model itself, having more of anything never lowers a score, and no score leaves 0 to 100.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from ml.columns import FloatArray
from ml.features import FEATURES, NEED_GROUPS
from ml.pairs import Pairs
from ml.store import Array

# Where the curves may bend. Groups of requirements are straight lines, so that a sparse matrix adds them up.
KNOTS: Mapping[str, tuple[float, ...]] = dict.fromkeys(FEATURES, (0.0, 1.0)) | {
    "work": (0.0, 0.2, 0.5, 0.8, 1.0),
    "reach": (0.0, 0.5, 0.75, 1.0),
    "occupation_wanted": (0.0, 0.2, 0.5, 0.8, 1.0),
    "occupation_past": (0.0, 0.2, 0.5, 0.8, 1.0),
    "occupation_specialty": (0.0, 0.2, 0.5, 0.8, 1.0),
    "words": (0.0, 0.5, 1.0),
    "musts": (0.0, 0.5, 1.0),
    "pay": (0.0, 0.4, 0.7, 1.0),
    "region": (0.0, 0.2, 0.5, 1.0),
}

# Set by hand, rounded from what the tuning half of the judged set shows, so that the shown score is about the share of
# people for whom the pair is a good one. A single number is a straight line from 0; the rest are values at the knots.
PRIOR_CURVES: Mapping[str, float | tuple[float, ...]] = {
    "work": (0.0, 1.0, 2.0, 2.9, 3.4),
    "occupation_wanted": 0.6,
    "occupation_past": 0.9,
    "occupation_specialty": 0.7,
    "words": 0.7,
    "skills_must": 1.1,
    "skills_nice": 1.0,
    "licence": 0.7,
    "certificate": 1.2,
    "education": 0.7,
    "years": 0.5,
    "specialty": 0.4,
    "leadership": 0.3,
    "musts": 0.0,  # this and the next get their weight from `_with_floor`
    "admissible": 0.0,
    "reach": (0.0, 1.4, 2.6, 3.6),
    "region": 1.5,
    "distance": 1.0,
    "pay": (0.0, 0.8, 2.0, 3.0),
    "shift": 1.0,
    "employment_type": 0.4,
    "veterans_first": 0.6,
    "recency": 0.3,
    "answer_rate": 0.1,
}
PRIOR_INTERCEPT = -15.1
MARGIN = 1e-3

# Bands in everyday words. On the tuning half 85 of 100 pairs of the first band are of grade 2 or 3, and half of the
# second.
BANDS = ((70.0, "very_good"), (40.0, "good"), (0.0, "possible"))
Curve = tuple[float, ...]


def band(score: float) -> str:
    """`very_good` (很合适), `good` (比较合适) or `possible` (可以试试)."""
    return next(name for least, name in BANDS if score >= least)


def shown(raw: Any) -> Any:
    """The shown score, 0 to 100, of raw scores in log-odds."""
    # Beyond 60 the logistic function is 0 or 1 in double precision anyway, and its exponential could overflow.
    return 100.0 / (1.0 + np.exp(-np.clip(raw, -60.0, 60.0)))


@dataclass(frozen=True, slots=True)
class Ranker:
    """One curve for each of `FEATURES`: its values at `KNOTS`, straight between them and never falling.

    Raises ValueError for curves of another shape. Two of the promises of the product are kept here whatever was
    fitted: a missing must of licence, certificate or education weighs more than everything else together, and one
    missing must of another kind weighs more than all else that the posting asks for.
    """

    curves: tuple[Curve, ...]
    intercept: float
    card: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        if [len(curve) for curve in self.curves] != [len(KNOTS[name]) for name in FEATURES]:
            raise ValueError("one value for each knot of each feature is needed")
        values = [value for curve in self.curves for value in curve]
        if not all(math.isfinite(value) for value in (*values, self.intercept)):
            raise ValueError("the values of a curve must be finite")
        if any(low > high for curve in self.curves for low, high in pairwise(curve)):
            raise ValueError("a curve must never fall")
        object.__setattr__(self, "curves", _with_floor(self.curves))

    @classmethod
    def prior(cls) -> "Ranker":
        """The rule ranking: weights set by hand. In use until facts show something better; a switch returns to it."""
        curves = tuple(_curve(PRIOR_CURVES[name], KNOTS[name]) for name in FEATURES)
        return cls(curves, PRIOR_INTERCEPT, {"kind": "prior", "rows": 0})

    def curve(self, name: str, values: Any) -> Any:
        """Contributions in log-odds of values of one feature."""
        knots, curve = KNOTS[name], self.curves[FEATURES.index(name)]
        if len(knots) == 2:
            return curve[0] + (curve[1] - curve[0]) * np.asarray(values, dtype=float)
        return np.interp(values, knots, curve)

    def raw(self, pairs: Pairs, rows: Array | None = None) -> FloatArray:
        """Raw scores in log-odds of some rows, or of all."""
        return self.contributions(pairs.matrix(rows)).sum(axis=1) + self.intercept

    def bounds(self, pairs: Pairs) -> FloatArray:
        """A number for every row that its raw score does not exceed; far cheaper than the scores."""
        total = pairs.bounds(self.curve, np.array([self.curves[FEATURES.index(name)] for name in NEED_GROUPS]))
        total += self.intercept + MARGIN
        return total

    def contributions(self, matrix: FloatArray) -> FloatArray:
        """What each feature adds to the raw score, in log-odds: shape (pairs, features), without the intercept."""
        columns = [self.curve(name, matrix[:, at]) for at, name in enumerate(FEATURES)]
        return np.stack(columns, axis=1) if len(matrix) else np.zeros((0, len(FEATURES)))

    def to_bytes(self) -> bytes:
        """JSON with curves and card. It carries a checksum of its content; loading it can run no code."""
        body: dict[str, Any] = {"knots": {name: KNOTS[name] for name in FEATURES}, "curves": self.curves}
        body |= {"intercept": self.intercept, "card": dict(self.card)}
        return json.dumps({"sha256": _digest(body), "body": body}, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Ranker":
        """The inverse of `to_bytes`. Raises ValueError when damaged or made for another feature list."""
        try:
            outer = json.loads(data)
            body = outer["body"]
            if outer["sha256"] != _digest(body):
                raise ValueError("the ranker's checksum does not match")
            if body["knots"] != {name: list(KNOTS[name]) for name in FEATURES}:
                raise ValueError("the ranker was made for another list of features")
            curves = tuple(tuple(float(value) for value in curve) for curve in body["curves"])
            return cls(curves, float(body["intercept"]), body["card"])
        except (KeyError, TypeError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError("not a ranker") from error


def _curve(given: float | tuple[float, ...], knots: tuple[float, ...]) -> Curve:
    return given if isinstance(given, tuple) else tuple(given * knot for knot in knots)


def _with_floor(curves: tuple[Curve, ...]) -> tuple[Curve, ...]:
    by_name = dict(zip(FEATURES, curves, strict=True))
    none, one, met = by_name["musts"]
    one = min(one, met - sum(by_name[name][-1] - by_name[name][0] for name in NEED_GROUPS) - MARGIN)
    by_name["musts"] = (min(none, one), one, met)
    spread = sum(curve[-1] - curve[0] for name, curve in by_name.items() if name != "admissible")
    by_name["admissible"] = (-spread - MARGIN, 0.0)
    return tuple(by_name[name] for name in FEATURES)


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
