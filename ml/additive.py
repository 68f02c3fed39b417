"""A scikit-learn classifier: a sum of rising, piecewise straight curves in log-odds, kept near given ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ml.columns import FloatArray
from ml.store import Array

KNOTS = 4  # for each feature where none are given


class MonotoneAdditiveClassifier(ClassifierMixin, BaseEstimator):
    """Logistic regression on ramps between knots, with no step below zero, so that more never lowers the log-odds.

    Maximum a posteriori: every step has a normal prior around `centre` with precision `strength`, by L-BFGS-B with
    bounds. Two classes only; the second one is what curves rise towards.

    knots: for each feature the rising places where its curve may bend, or None for even steps over what is fitted.
    centre: curve values at the knots around which the prior lies, or None for flat ones. strength: precision of the
    prior, in units of one observation's weight. intercept: where the intercept starts; it has no prior.
    """

    def __init__(
        self,
        knots: Sequence[Sequence[float]] | None = None,
        centre: Sequence[Sequence[float]] | None = None,
        strength: float = 1.0,
        intercept: float = 0.0,
    ) -> None:
        self.knots = knots
        self.centre = centre
        self.strength = strength
        self.intercept = intercept

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        # Where the truth falls with a feature this model stays flat, on purpose.
        tags.classifier_tags.poor_score = True
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "MonotoneAdditiveClassifier":
        """X: shape (rows, features). y: two classes. Raises ValueError for anything else."""
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        self.classes_, target = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError("Only binary classification is supported. The type of the target is multiclass.")
        if len(self.classes_) < 2:
            raise ValueError("Classifier can't train when only one class is present.")
        weight = _check_sample_weight(sample_weight, X)
        knots: Any = self.knots or [_even_knots(column) for column in X[weight > 0].T]
        self.knots_ = [np.asarray(places, dtype=float) for places in knots]
        if len(self.knots_) != X.shape[1]:
            raise ValueError("knots are needed for every feature")
        curves: Any = self.centre or [np.zeros(len(knots)) for knots in self.knots_]
        base = float(self.intercept) + sum(float(curve[0]) for curve in curves)
        steps = np.concatenate([np.diff(np.asarray(curve, dtype=float)) for curve in curves])
        found = self._minimise(ramps(X, self.knots_), target.astype(float), weight, np.append(steps, base))
        ends = np.cumsum([len(knots) - 1 for knots in self.knots_])[:-1]
        self.curves_ = [np.concatenate([[0.0], np.cumsum(part)]) for part in np.split(found[:-1], ends)]
        self.intercept_ = float(found[-1])
        return self

    def _minimise(self, design: FloatArray, target: FloatArray, weight: FloatArray, centre: FloatArray) -> FloatArray:
        design = np.column_stack([design, np.ones(len(design))])
        strength = np.append(np.full(len(centre) - 1, float(self.strength)), 0.0)

        def loss(steps: FloatArray) -> tuple[float, FloatArray]:
            logit, away = design @ steps, steps - centre
            value = np.sum(weight * (np.logaddexp(0.0, logit) - target * logit)) + np.sum(strength * away**2) / 2
            chance = 1 / (1 + np.exp(-np.clip(logit, -60.0, 60.0)))
            return float(value), design.T @ (weight * (chance - target)) + strength * away

        bounds = [(0.0, None)] * (len(centre) - 1) + [(None, None)]
        result = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
        self.n_iter_ = int(result.nit)
        return np.asarray(result.x)

    def decision_function(self, X: Any) -> FloatArray:
        """Log-odds of the second class, shape (rows,)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        columns = [
            np.interp(col, knots, curve) for col, knots, curve in zip(X.T, self.knots_, self.curves_, strict=True)
        ]
        return np.asarray(np.sum(columns, axis=0) + self.intercept_)

    def predict_proba(self, X: Any) -> FloatArray:
        """Chances of both classes, shape (rows, 2)."""
        chance = 1 / (1 + np.exp(-np.clip(self.decision_function(X), -60.0, 60.0)))
        return np.stack([1 - chance, chance], axis=1)

    def predict(self, X: Any) -> Array:
        """The likelier class of each row."""
        likely = (self.decision_function(X) > 0).astype(int)
        return np.asarray(self.classes_[likely])


def _even_knots(column: FloatArray) -> FloatArray:
    low, high = float(column.min()), float(column.max())
    return np.linspace(low, high if high > low else low + 1.0, KNOTS)


def ramps(X: FloatArray, knots: Sequence[FloatArray]) -> FloatArray:
    """One column for each stretch between two knots: 0 before it, 1 behind it, straight inside."""
    columns = []
    for column, places in zip(X.T, knots, strict=True):
        low, high = places[:-1], places[1:]
        columns.append(np.clip((column[:, None] - low) / (high - low), 0.0, 1.0))
    return np.concatenate(columns, axis=1)
