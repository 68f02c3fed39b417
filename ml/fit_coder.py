"""`python -m ml.fit_coder` fits the occupation coder to the tables and writes `ml/data/coder.npz`."""

import math
import sys
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.coding_model import (
    DESCRIPTION_WEIGHT,
    FEATURES,
    FILE,
    Coder,
    FloatArray,
    Space,
    concepts,
    grams,
    known_forms,
    save,
    tables_hash,
)
from ml.tables import occupations

# All chosen by leaving out each labelled title of `train` in turn.
SOURCE_WEIGHTS = (0.5, 0.2, 1.0)  # of a name, another name, a labelled title
RIDGE = 1.0
SHRINKAGE = 0.5
GRAM_WEIGHTS_KEPT = 600_000
DESCRIPTION_WEIGHTS_KEPT = 150_000


def _space(forms: list[Counter[str]], descriptions: list[Counter[str]]) -> Space:
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
    form_grams = [grams(text) for text, _, _ in forms]
    description_grams = [grams(f"{row.definition} {row.tasks}") for _, row in described]
    space = _space(form_grams, description_grams)
    return Coder(
        space=space,
        forms=space.rows(form_grams),
        form_codes=np.array([code for _, code, _ in forms], np.int32),
        form_sources=np.array([source for _, _, source in forms], np.int8),
        descriptions=space.rows(description_grams),
        description_codes=np.array([code for code, _ in described], np.int32),
        gram_weights=csr_array((len(space.columns), codes), dtype=np.float32),
        description_weights=csr_array((len(described), codes), dtype=np.float32),
        form_concepts=csr_array((len(forms), len(described)), dtype=np.float32),
        weights=np.zeros(len(FEATURES)),
        in_list=1.0,
    )


def fit_linear(coder: Coder) -> tuple[Coder, FloatArray]:
    """Kernel ridge regression on all forms; also the scores of each labelled title by a model fitted without it.

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
    own = np.diag(inverse).copy()
    inverse += np.tril(inverse, -1).T
    places = np.arange(len(own))
    targets = csr_array((np.ones(len(own), np.float32), (places, coder.form_codes)), shape=(len(own), len(coder.codes)))
    dual = inverse @ targets
    titles = np.flatnonzero(coder.form_sources == 2)
    left_out = -dual[titles] / own[titles, None]
    left_out[np.arange(len(titles)), coder.form_codes[titles]] += 1
    fitted = replace(
        coder,
        form_concepts=mixed,
        gram_weights=_largest((1 - share) * (coder.forms.T.tocsr() @ dual), GRAM_WEIGHTS_KEPT),
        description_weights=_largest(share * (mixed.T.tocsr() @ dual), DESCRIPTION_WEIGHTS_KEPT),
    )
    return fitted, left_out


def _largest(matrix: FloatArray, count: int) -> Any:
    from scipy.sparse import csr_array

    if matrix.size > count:
        size = np.abs(matrix)
        matrix = np.where(size >= np.partition(size.ravel(), -count)[-count], matrix, 0)
    return csr_array(matrix.astype(np.float32))


def left_out_features(coder: Coder, left_out: FloatArray) -> tuple[NDArray[np.int64], FloatArray, NDArray[np.int64]]:
    """Candidates, features and right codes of the labelled titles, each as if it had not been known."""
    titles = np.flatnonzero(coder.form_sources == 2)
    rows, right = coder.forms[titles], coder.form_codes[titles].astype(np.int64)
    chosen, values = [], []
    for start in range(0, len(titles), 500):
        part = slice(start, start + 500)
        found = coder.features(rows[part], left_out[part], coder.told(rows[part]), titles[part])
        chosen.append(found[0])
        values.append(found[1])
    return np.vstack(chosen), np.vstack(values), right


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
    coder, left_out = fit_linear(unfitted_coder())
    chosen, values, right = left_out_features(coder, left_out)
    in_list = float((chosen == right[:, None]).any(axis=1).mean())
    return replace(coder, weights=fit_choice(chosen, values, right), in_list=in_list)


def main() -> None:
    """Fits and writes."""
    save(fit_coder(), FILE, tables_hash())
    sys.stdout.write(f"{FILE}: {FILE.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
