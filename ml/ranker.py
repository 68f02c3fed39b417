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

# Set by hand. What the person wants and has done comes first, then the conditions of the posting, then comfort.
PRIOR_WEIGHTS: Mapping[str, float] = {
    "work": 2.0,
    "reach": 1.0,
    "occupation_wanted": 1.2,
    "occupation_past": 1.2,
    "occupation_specialty": 1.4,
    "words": 0.8,
    "skills_must": 1.0,
    "skills_nice": 0.6,
    "licence": 0.8,
    "certificate": 0.7,
    "education": 0.7,
    "years": 0.6,
    "specialty": 0.4,
    "leadership": 0.3,
    "musts": 4.0,
    "admissible": 0.0,  # computed: see `_with_floor`
    "region": 1.2,
    "distance": 0.9,
    "pay": 0.9,
    "shift": 0.5,
    "employment_type": 0.4,
    "veterans_first": 0.4,
    "recency": 0.3,
    "answer_rate": 0.2,
}
PRIOR_INTERCEPT = -11.5
MARGIN = 1e-3

# Bands in everyday words.
BANDS = ((75.0, "very_good"), (50.0, "good"), (0.0, "possible"))
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
        curves = tuple(tuple(PRIOR_WEIGHTS[name] * knot for knot in KNOTS[name]) for name in FEATURES)
        return cls(curves, PRIOR_INTERCEPT, {"kind": "prior", "rows": 0})

    def curve(self, name: str, values: Any) -> Any:
        """Contributions in log-odds of values of one feature."""
        knots, curve = KNOTS[name], self.curves[FEATURES.index(name)]
        if len(knots) == 2:
            return curve[0] + (curve[1] - curve[0]) * np.asarray(values, dtype=float)
        return np.interp(values, knots, curve)

    def raw(self, pairs: Pairs) -> FloatArray:
        """Raw scores in log-odds, one for each pair."""
        curves = [self.curves[FEATURES.index(name)] for name in NEED_GROUPS]
        total = np.full(pairs.size, self.intercept + sum(curve[0] for curve in curves))
        pairs.add(self.curve, np.array([high - low for low, high in curves]), total)
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
        except (KeyError, TypeError, UnicodeDecodeError) as error:
            raise ValueError("not a ranker") from error


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
