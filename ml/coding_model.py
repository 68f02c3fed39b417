"""The fitted parts of the occupation coder and the features it weighs; no fitting here (see `ml.fit_coder`)."""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.store import read_artefact
from ml.tables import DATA, everyday_titles, labelled_titles, occupations
from ml.title_parts import title_parts
from ml.words import tokens

FILE = DATA / "coder.npz"
# Where a known form comes from: a name, another name, a labelled title, an everyday title.
SOURCES = ("name", "alias", "title", "title")
MODELS = ("ridge", "margin")
FEATURES = (
    *(f"{model}_{part}" for model in MODELS for part in ("score", "rank", "middle", "small")),
    "text",
    "letters",
    "leaf",
)
SHARPNESS = (12.0, 4.0)  # of the scores of MODELS on the way to chances
LETTERS_IN_GUESS, TEXT_IN_GUESS = 3.0, 2.0  # weights of these features when candidates are chosen
CANDIDATES = 60
NEIGHBOURS = 64  # descriptions that stand for a text
DESCRIPTION_WEIGHT = 0.3  # of the likeness by descriptions against the likeness by words
LATER_PART, REST = 0.7, 0.4  # weight of grams outside the first part of a title, and outside all its parts
_RUN = re.compile(r"[a-z0-9+#.]+|[\u3400-\u9fff]+")

FloatArray = NDArray[np.float32]


def _grams(plain: str) -> Counter[str]:
    """Words, runs of one to three characters, and how each run of Chinese characters begins and ends."""
    found: Counter[str] = Counter(f"_{word}" for word in tokens(plain))
    for run in _RUN.findall(plain):
        if run[0].isascii():
            found[run] += 1
            continue
        found.update(run[i : i + size] for size in (1, 2, 3) for i in range(len(run) - size + 1))
        # The last characters of a Chinese title carry the trade.
        found.update(f"{run[-size:]}$" for size in (1, 2, 3) if len(run) >= size)
        if len(run) >= 2:
            found[f"^{run[:2]}"] += 1
    return found


def title_grams(text: str) -> dict[str, float]:
    """Grams of a title with weights: those of its first part count most, slogans and places least."""
    whole, parts = title_parts(text)
    found = dict.fromkeys(_grams(parts[0]), 1.0)
    for part in parts[1:]:
        for gram in _grams(part):
            found.setdefault(gram, LATER_PART)
    if whole != parts[0]:
        for gram, count in _grams(whole).items():
            found.setdefault(gram, REST * (1 + math.log(count)))
    return found


def description_grams(text: str) -> dict[str, float]:
    """Grams of a description; what comes often weighs more, in logarithms."""
    return {gram: 1 + math.log(count) for gram, count in _grams(title_parts(text)[0]).items()}


def known_forms() -> list[tuple[str, int, int]]:
    """(text, place of its code, place in `SOURCES`): titles marked `train`, names, other names, everyday titles."""
    place = {row.code: i for i, row in enumerate(occupations())}
    forms = [(row.title, place[row.code], 2) for row in labelled_titles() if row.split == "train"]
    forms += [(row.name, place[row.code], 0) for row in occupations()]
    for row in occupations():
        parts = {part for alias in row.aliases for part in (alias, *alias.split("/")) if part}
        forms += [(part, place[row.code], 1) for part in sorted(parts)]
    return forms + [(title, place[code], 3) for title, code in everyday_titles()]


def tables_hash() -> str:
    """SHA-256 of the tables that the coder is fitted to."""
    digest = hashlib.sha256()
    for name in ("occupations.csv", "titles_labelled.csv", "everyday_titles.csv"):
        # Line ends may be changed by a checkout.
        digest.update((DATA / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def row_lengths(matrix: Any) -> NDArray[np.float64]:
    """The Euclidean length of each row of a sparse matrix."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return np.sqrt(np.bincount(rows, weights=matrix.data**2, minlength=matrix.shape[0]))


@dataclass(frozen=True)
class Space:
    """Grams with their rarity: texts to rows of length at most 1 (less where grams are unknown)."""

    columns: dict[str, int]
    rarity: FloatArray
    unknown: float

    def rows(self, weighed: Iterable[Mapping[str, float]]) -> Any:
        """A sparse matrix, one row a text, one column a gram."""
        from scipy.sparse import csr_array

        starts, columns, values = [0], [], []
        for one in weighed:
            total = 0.0
            row = []
            for gram, given in one.items():
                column = self.columns.get(gram)
                weight = given * (self.unknown if column is None else float(self.rarity[column]))
                total += weight * weight
                if column is not None:
                    row.append(weight)
                    columns.append(column)
            length = math.sqrt(total) or 1.0
            values += [weight / length for weight in row]
            starts.append(len(columns))
        return csr_array(
            (np.array(values, np.float32), np.array(columns, np.int32), np.array(starts, np.int32)),
            shape=(len(starts) - 1, len(self.columns)),
        )


@dataclass(frozen=True)
class Coder:
    """Everything that coding needs. Sparse matrices have float32 values; rows and columns as named."""

    space: Space
    forms: Any  # forms x grams
    form_codes: NDArray[np.int32]
    form_sources: NDArray[np.int8]
    descriptions: Any  # descriptions x grams
    description_codes: NDArray[np.int32]
    gram_weights: Any  # grams x codes, of the ridge regression
    description_weights: Any  # descriptions x codes, of the same
    margin_weights: Any  # grams x codes, of the margin classifier
    margin_shift: FloatArray  # codes, of the same
    weights: NDArray[np.float64]  # of FEATURES
    in_list: float  # how often the right code is among the candidates

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(row.code for row in occupations())

    @cached_property
    def leaf(self) -> FloatArray:
        return np.array([not code.endswith("-00") for code in self.codes], np.float32)

    @cached_property
    def groups(self) -> list[tuple[Any, NDArray[np.int64]]]:
        """For middle and small groups: codes x groups as a sparse matrix of ones, and each code's group."""
        from scipy.sparse import csr_array

        found = []
        for length in (4, 7):
            group = np.unique([code[:length] for code in self.codes], return_inverse=True)[1]
            ones = np.ones(len(group), np.float32)
            found.append((csr_array((ones, (np.arange(len(group)), group))), group))
        return found

    @cached_property
    def _letters(self) -> tuple[NDArray[np.int64], Any, FloatArray]:
        """Columns of single Chinese characters; for the names: letters x codes, and how many each has."""
        # Names lie in the order of the codes.
        columns = np.array([i for gram, i in self.space.columns.items() if len(gram) == 1 and gram >= "\u3400"])
        names = self.letters(self.forms[np.flatnonzero(self.form_sources == 0)], columns)
        return columns, names.T.tocsr(), np.maximum(np.diff(names.indptr), 1).astype(np.float32)

    @staticmethod
    def letters(rows: Any, columns: NDArray[np.int64]) -> Any:
        """Which of the characters a text has, as ones: texts x letters."""
        found = rows[:, columns]
        found.data = np.ones_like(found.data)
        return found

    @cached_property
    def _forms_by_gram(self) -> Any:
        return self.forms.T.tocsr()

    @cached_property
    def _descriptions_by_gram(self) -> Any:
        return self.descriptions.T.tocsr()

    def told(self, rows: Any) -> FloatArray:
        """Likeness of texts to the descriptions: texts x descriptions."""
        return (rows @ self._descriptions_by_gram).toarray()

    def near(self, rows: Any) -> FloatArray:
        """Likeness of texts to the known forms: texts x forms."""
        return (rows @ self._forms_by_gram).toarray()

    def scores(self, rows: Any, told: FloatArray) -> list[FloatArray]:
        """The scores of MODELS: texts x codes each."""
        ridge = (rows @ self.gram_weights + concepts(told) @ self.description_weights).toarray()
        return [ridge, (rows @ self.margin_weights).toarray() + self.margin_shift]

    def features(
        self, rows: Any, scores: Sequence[FloatArray], told: FloatArray
    ) -> tuple[NDArray[np.int64], FloatArray]:
        """Candidates (texts x CANDIDATES, places of codes) and their FEATURES (texts x CANDIDATES x FEATURES).

        `scores`: of MODELS. `told`: what the method of this name gives. Letters are compared by the Dice coefficient.
        """
        by_text = np.zeros_like(scores[0])
        by_text[:, self.description_codes] = told
        columns, letters_of_names, sizes = self._letters
        letters = self.letters(rows, columns)
        alike = 2 * (letters @ letters_of_names).toarray() / (np.diff(letters.indptr)[:, None] + sizes)
        sharp = [one * np.float32(sharpness) for one, sharpness in zip(scores, SHARPNESS, strict=True)]
        guess = sum(sharp) + np.float32(LETTERS_IN_GUESS) * alike + np.float32(TEXT_IN_GUESS) * by_text
        chosen = np.argpartition(-guess, CANDIDATES, axis=1)[:, :CANDIDATES]
        # The order of equals must not depend on how the partition went.
        chosen.sort(axis=1)

        def pick(values: FloatArray) -> FloatArray:
            return np.take_along_axis(values, chosen, 1)

        found: list[NDArray[Any]] = []
        for score, sharper in zip(scores, sharp, strict=True):
            picked, chances = pick(score), softmax(sharper)
            ranks = np.argsort(np.argsort(-picked, axis=1, kind="stable"), axis=1, kind="stable")
            found += [picked, 1 / (1 + ranks)]
            found += [np.take_along_axis(chances @ ones, group[chosen], 1) for ones, group in self.groups]
        found += [pick(by_text), pick(alike), self.leaf[chosen]]
        return chosen, np.stack([one.astype(np.float32) for one in found], axis=2)

    def chances(self, rows: Any, told: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Candidates and the probability of each (texts x CANDIDATES), in the order of the codes.

        `told`: what the method of this name gives for the rows.
        """
        chosen, values = self.features(rows, self.scores(rows, told), told)
        return chosen, softmax(values @ self.weights) * self.in_list


def concepts(told: FloatArray) -> Any:
    """Texts as mixtures of their nearest descriptions (explicit semantic analysis): sparse rows of length 1."""
    from scipy.sparse import csr_array

    nearest = np.argpartition(-told, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    nearest.sort(axis=1)
    starts = np.arange(len(told) + 1) * NEIGHBOURS
    values = np.take_along_axis(told, nearest, 1)
    values = values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-9)
    return csr_array((values.ravel().astype(np.float32), nearest.ravel(), starts), shape=told.shape)


def softmax(scores: NDArray[Any]) -> NDArray[Any]:
    """Along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def pack(name: str, matrix: Any) -> dict[str, NDArray[Any]]:
    """A sparse matrix as arrays of one byte a value (with a scale for each row) and two bytes a column."""
    largest = np.maximum(abs(matrix).max(axis=1).toarray().ravel(), 1e-12) if matrix.nnz else np.ones(matrix.shape[0])
    scale = (largest / 127).astype(np.float32)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return {
        f"{name}_values": np.round(matrix.data / scale[rows]).astype(np.int8),
        f"{name}_columns": matrix.indices.astype(np.uint16),
        f"{name}_lengths": np.diff(matrix.indptr).astype(np.uint16),
        f"{name}_scale": scale,
    }


def unpack(name: str, arrays: Any, width: int) -> Any:
    """The matrix that `pack` packed."""
    from scipy.sparse import csr_array

    lengths = arrays[f"{name}_lengths"].astype(np.int32)
    values = arrays[f"{name}_values"].astype(np.float32) * np.repeat(arrays[f"{name}_scale"], lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return csr_array((values, arrays[f"{name}_columns"].astype(np.int32), starts), shape=(len(lengths), width))


def save(coder: Coder, path: Any, tables: str) -> None:
    """Writes the coder as plain arrays, the same bytes for the same coder."""
    words = "\n".join(coder.space.columns)
    arrays: dict[str, Any] = dict(
        tables=np.frombuffer(tables.encode(), np.uint8),
        words=np.frombuffer(words.encode(), np.uint8),
        rarity=coder.space.rarity.astype(np.float32),
        unknown=np.float64(coder.space.unknown),
        form_codes=coder.form_codes.astype(np.int16),
        form_sources=coder.form_sources,
        description_codes=coder.description_codes.astype(np.int16),
        weights=coder.weights,
        in_list=np.float64(coder.in_list),
        **pack("forms", coder.forms),
        **pack("descriptions", coder.descriptions),
        **pack("gram_weights", coder.gram_weights),
        margin_shift=coder.margin_shift.astype(np.float32),
        **pack("margin_weights", coder.margin_weights),
        **pack("description_weights", coder.description_weights),
    )
    np.savez_compressed(path, **arrays)


def load(path: Any = FILE) -> Coder:
    """The coder in a file that `save` wrote. Raises as `read_artefact`."""
    arrays = read_artefact(path)
    words = arrays["words"].tobytes().decode().split("\n")
    width, codes = len(words), len(occupations())
    described = arrays["description_codes"].astype(np.int32)
    return Coder(
        space=Space({word: i for i, word in enumerate(words)}, arrays["rarity"], float(arrays["unknown"])),
        forms=unpack("forms", arrays, width),
        form_codes=arrays["form_codes"].astype(np.int32),
        form_sources=arrays["form_sources"],
        descriptions=unpack("descriptions", arrays, width),
        description_codes=described,
        gram_weights=unpack("gram_weights", arrays, codes),
        description_weights=unpack("description_weights", arrays, codes),
        margin_weights=unpack("margin_weights", arrays, codes),
        margin_shift=arrays["margin_shift"],
        weights=arrays["weights"],
        in_list=float(arrays["in_list"]),
    )


def saved_hash(path: Any = FILE) -> str:
    """The `tables_hash` of the tables that the coder in the file was fitted to."""
    with np.load(path, allow_pickle=False) as arrays:
        return arrays["tables"].tobytes().decode()


def rows_of(space: Space, texts: Sequence[str]) -> Any:
    """Texts x grams."""
    return space.rows(title_grams(text) for text in texts)
