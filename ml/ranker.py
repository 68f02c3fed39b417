"""An interpretable ranker: a weighted sum of the closed feature list, capped where a must is missing."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ml.features import FEATURES, FloatArray
from ml.index import FeatureRows

# Set by hand. What the person wants and has done comes first, then the conditions of the posting, then comfort.
PRIOR_WEIGHTS: Mapping[str, float] = {
    "occupation_wanted": 2.4,
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
    "musts": 1.2,
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

# With one must missing a score is at most 70, with two at most 55, whatever else is met.
FLOOR_SHARE = 0.4

# Bands in everyday words. The best one begins above the cap of one missing must.
BANDS = ((75.0, "very_good"), (50.0, "good"), (0.0, "possible"))


def must_cap(gap: Any) -> Any:
    """The share of the score that is left when musts are missing: 1 for none, 0.7 for one, 0.55 for two."""
    return FLOOR_SHARE + (1 - FLOOR_SHARE) * np.power(0.5, gap)


def band(score: float) -> str:
    """`very_good` (很合适), `good` (比较合适) or `possible` (可以试试)."""
    return next(name for least, name in BANDS if score >= least)


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights in the order of `FEATURES`. None is negative, so having more never lowers a score."""

    weights: tuple[float, ...]
    intercept: float
    card: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        if len(self.weights) != len(FEATURES):
            raise ValueError("one weight per feature is needed")
        if not all(math.isfinite(value) for value in (*self.weights, self.intercept)) or min(self.weights) < 0:
            raise ValueError("weights must be finite and not negative")

    @classmethod
    def prior(cls) -> "Ranker":
        """The hand-set weights, used until facts show something better."""
        weights = tuple(PRIOR_WEIGHTS[name] for name in FEATURES)
        return cls(weights, PRIOR_INTERCEPT, {"kind": "prior", "rows": 0, "weights": dict(PRIOR_WEIGHTS)})

    def scores(self, rows: FeatureRows) -> FloatArray:
        """Score 0 to 100 for each row."""
        # Beyond 60 the logistic function is 0 or 1 in double precision anyway, and its exponential could overflow.
        logit = np.clip(rows.matrix @ np.array(self.weights) + self.intercept, -60.0, 60.0)
        return np.asarray(100.0 / (1.0 + np.exp(-logit)) * must_cap(rows.gap))

    def to_bytes(self) -> bytes:
        """JSON with weights and card. It carries a checksum of its content; loading it can run no code."""
        body = {"features": FEATURES, "weights": self.weights, "intercept": self.intercept, "card": dict(self.card)}
        return json.dumps({"sha256": _digest(body), "body": body}, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Ranker":
        """The inverse of `to_bytes`. Raises ValueError when damaged or made for another feature list."""
        try:
            outer = json.loads(data)
            body = outer["body"]
            if outer["sha256"] != _digest(body):
                raise ValueError("the ranker's checksum does not match")
            if tuple(body["features"]) != FEATURES:
                raise ValueError("the ranker was made for another list of features")
            return cls(tuple(float(value) for value in body["weights"]), float(body["intercept"]), body["card"])
        except (KeyError, TypeError, UnicodeDecodeError) as error:
            raise ValueError("not a ranker") from error


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
