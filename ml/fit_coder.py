"""`python -m ml.fit_coder` fits the occupation coder to the tables and writes `ml/data/coder.npz`."""

import math
import sys
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.coding_model import (
    CANDIDATES,
    DESCRIPTION_WEIGHT,
    FEATURES,
    FILE,
    Coder,
    FloatArray,
    Space,
    concepts,
    description_grams,
    known_forms,
    save,
    tables_hash,
    title_grams,
)
from ml.tables import occupations

# All chosen by five-fold cross-validation on the labelled titles of `train`.
SOURCE_WEIGHTS = (0.5, 0.2, 1.0, 0.7)  # of a name, another name, a labelled title, an everyday title; ridge
MARGIN_SOURCE_WEIGHTS = (0.3, 0.2, 1.0, 1.0)
RIDGE = 1.0
MARGIN_COST = 0.5
SHRINKAGE = 1.5
FOLDS = 5
GRAM_WEIGHTS_KEPT = 600_000
DESCRIPTION_WEIGHTS_KEPT = 150_000
MARGIN_WEIGHTS_KEPT = 900_000


def _space(forms: list[dict[str, float]], descriptions: list[dict[str, float]]) -> Space:
    in_forms = Counter(gram for one in forms for gram in one)
    everywhere = in_forms + Counter(gram for one in descriptions for gram in one)
    size = len(forms) + len(descriptions)
    known = sorted(gram for gram in in_forms if everywhere[gram] > 1)
    rarity = np.array([math.log(1 + size / (1 + everywhere[gram])) for gram in known], np.float32)
    return Space({gram: i for i, gram in enumerate(known)}, rarity, math.log(1 + size / 2))


def unfitted_coder() -> Coder:
    """The coder with its forms and descriptions and no weights."""
    from scipy.sparse import csr_array

    codes = len(occupations())
    forms = known_forms()
    described = [(i, row) for i, row in enumerate(occupations()) if row.definition]
    form_grams = [title_grams(text) for text, _, _ in forms]
    told_grams = [description_grams(f"{row.definition} {row.tasks}") for _, row in described]
    space = _space(form_grams, told_grams)
    return Coder(
        space=space,
        forms=space.rows(form_grams),
        form_codes=np.array([code for _, code, _ in forms], np.int32),
        form_sources=np.array([source for _, _, source in forms], np.int8),
        descriptions=space.rows(told_grams),
        description_codes=np.array([code for code, _ in described], np.int32),
        gram_weights=csr_array((len(space.columns), codes), dtype=np.float32),
        description_weights=csr_array((len(described), codes), dtype=np.float32),
        margin_weights=csr_array((len(space.columns), codes), dtype=np.float32),
        margin_shift=np.zeros(codes, np.float32),
        weights=np.zeros(len(FEATURES)),
        in_list=1.0,
    )


def folds(titles: int) -> NDArray[np.int64]:
    """Which of FOLDS parts each labelled title of `train` falls into."""
    return np.random.default_rng(7).permutation(titles) % FOLDS


def fit_ridge(coder: Coder) -> tuple[Coder, FloatArray]:
    """Kernel ridge regression on all forms; also the scores of each labelled title by a model without its fold.

    The second follows from the inverse in closed form (Rifkin and Lippert, Notes on regularized least squares, 2007).
    """
    from scipy.linalg import lapack
    from scipy.sparse import csr_array

    mixed = concepts(coder.told(coder.forms))
    share = DESCRIPTION_WEIGHT / (1 + DESCRIPTION_WEIGHT)
    kernel = (1 - share) * (coder.forms @ coder.forms.T).toarray() + share * (mixed @ mixed.T).toarray()
    kernel = np.asfortranarray(kernel, dtype=np.float32)
    kernel[np.diag_indices_from(kernel)] += RIDGE / np.array(SOURCE_WEIGHTS, np.float32)[coder.form_sources]
    factor, trouble = lapack.spotrf(kernel, lower=1, overwrite_a=1)
    inverse, more_trouble = lapack.spotri(factor, lower=1, overwrite_c=1)
    if trouble or more_trouble:
        raise ArithmeticError("the kernel is not positive definite")
    inverse = np.tril(inverse)
    inverse += np.tril(inverse, -1).T
    forms, codes = len(inverse), len(coder.codes)
    targets = csr_array((np.ones(forms, np.float32), (np.arange(forms), coder.form_codes)), shape=(forms, codes))
    dual = inverse @ targets
    titles = np.flatnonzero(coder.form_sources == 2)
    without = targets[titles].toarray()
    fold = folds(len(titles))
    for part in range(FOLDS):
        out = titles[fold == part]
        without[fold == part] -= np.linalg.solve(inverse[np.ix_(out, out)], dual[out])
    fitted = replace(
        coder,
        gram_weights=_largest((1 - share) * (coder.forms.T.tocsr() @ dual), GRAM_WEIGHTS_KEPT),
        description_weights=_largest(share * (mixed.T.tocsr() @ dual), DESCRIPTION_WEIGHTS_KEPT),
    )
    return fitted, without


def fit_margin(coder: Coder) -> tuple[Coder, FloatArray]:
    """Linear support vectors, a code against all others; also the scores of each title by a model without its fold."""
    titles = np.flatnonzero(coder.form_sources == 2)
    fold = folds(len(titles))
    without = np.zeros((len(titles), len(coder.codes)), np.float32)
    for part in range(FOLDS):
        known = np.setdiff1d(np.arange(len(coder.form_codes)), titles[fold == part])
        weights, shift = _margin(coder, known)
        without[fold == part] = coder.forms[titles[fold == part]] @ weights + shift
    weights, shift = _margin(coder, np.arange(len(coder.form_codes)))
    return replace(coder, margin_weights=_largest(weights, MARGIN_WEIGHTS_KEPT), margin_shift=shift), without


def _margin(coder: Coder, known: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Weights (grams x codes) and shifts of a model of some of the forms."""
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=MARGIN_COST, tol=0.01, max_iter=300, random_state=0)
    trust = np.array(MARGIN_SOURCE_WEIGHTS)[coder.form_sources[known]]
    # Every code has a name among the forms, so the classes are the codes in their order.
    model.fit(csr_matrix(coder.forms[known]), coder.form_codes[known], sample_weight=trust)
    return model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)


def _largest(matrix: FloatArray, count: int) -> Any:
    from scipy.sparse import csr_array

    if matrix.size > count:
        size = np.abs(matrix)
        matrix = np.where(size >= np.partition(size.ravel(), -count)[-count], matrix, 0)
    return csr_array(matrix.astype(np.float32))


def held_out_features(
    coder: Coder, scores: list[FloatArray]
) -> tuple[NDArray[np.int64], FloatArray, NDArray[np.int64]]:
    """Candidates, features and right codes of the labelled titles, each as if its fold had not been known."""
    titles = np.flatnonzero(coder.form_sources == 2)
    rows, right = coder.forms[titles], coder.form_codes[titles].astype(np.int64)
    fold = folds(len(titles))
    chosen = np.zeros((len(titles), CANDIDATES), np.int64)
    values = np.zeros((len(titles), CANDIDATES, len(FEATURES)), np.float32)
    for part in range(FOLDS):
        own = np.flatnonzero(fold == part)
        found = coder.features(rows[own], [one[own] for one in scores], coder.told(rows[own]))
        chosen[own], values[own] = found
    return chosen, values, right


def fit_choice(chosen: NDArray[np.int64], values: FloatArray, right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weights of a conditional logit (McFadden 1974) over the candidates of each title."""
    from scipy.optimize import minimize

    hit = chosen == right[:, None]
    known = hit.any(axis=1)
    target = hit[known].argmax(axis=1)
    spread = values.std(axis=(0, 1)).astype(np.float64) + 1e-9
    scaled = values[known] / spread
    places = np.arange(len(target))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = scaled @ weights
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        value = -np.log(chances[places, target] + 1e-12).sum() + SHRINKAGE * weights @ weights
        chances[places, target] -= 1
        return float(value), np.einsum("nk,nkf->f", chances, scaled) + 2 * SHRINKAGE * weights

    found = minimize(loss, np.zeros(values.shape[2]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(found.x / spread)


def fit_coder() -> Coder:
    """The coder fitted to the tables; `dev` titles are not read."""
    coder, ridge = fit_ridge(unfitted_coder())
    coder, margin = fit_margin(coder)
    chosen, values, right = held_out_features(coder, [ridge, margin])
    in_list = float((chosen == right[:, None]).any(axis=1).mean())
    return replace(coder, weights=fit_choice(chosen, values, right), in_list=in_list)


def main() -> None:
    """Fits and writes."""
    save(fit_coder(), FILE, tables_hash())
    sys.stdout.write(f"{FILE}: {FILE.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
