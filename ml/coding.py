"""Words to occupation codes: the nearest names, other names and labelled titles vote."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ml.tables import labelled_titles, occupations
from ml.words import normalise, tokens

_BRACKETS = re.compile(r"[(\[【<].*?[)\]】>]")
_RUN = re.compile(r"[a-z0-9+#.]+|[\u3400-\u9fff]+")

# Chosen by holding out a fifth of the titles marked `train`; `dev` was not looked at.
NEAREST = 30
POWER = 2
ALIAS_TRUST = 0.7  # other names are noisy: some belong to another occupation
DESCRIPTION_TRUST = 0.3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An occupation for some words. `score` is 0 to 1; `source`: what it was nearest to (name, alias, title, text)."""

    code: str
    name: str
    score: float
    source: str


def _grams(text: str) -> Counter[str]:
    plain = normalise(text)
    # What stands in brackets is mostly place, pay or a slogan.
    short = _BRACKETS.sub(" ", plain)
    plain = short if len(short.strip()) >= 2 else plain
    found: Counter[str] = Counter(f"_{word}" for word in tokens(plain))
    for run in _RUN.findall(plain):
        if run[0].isascii():
            found[run] += 1
        else:
            found.update(run[i : i + size] for size in (1, 2, 3) for i in range(len(run) - size + 1))
    return found


class _Coder:
    """TF-IDF over characters and words of every known form. Read only once built."""

    def __init__(self) -> None:
        forms = [(row.name, row.code, "name") for row in occupations()]
        for row in occupations():
            parts = {part for alias in row.aliases for part in (alias, *alias.split("/")) if part}
            forms += [(part, row.code, "alias") for part in sorted(parts)]
        forms += [(row.title, row.code, "title") for row in labelled_titles() if row.split == "train"]
        self.names = {row.code: row.name for row in occupations()}
        self.codes = [code for _, code, _ in forms]
        self.sources = [source for _, _, source in forms]
        counts = [_grams(text) for text, _, _ in forms]
        seen = Counter(gram for one in counts for gram in one)
        self.columns = {gram: place for place, gram in enumerate(seen)}
        self.rarity = np.array([math.log(1 + len(forms) / (1 + count)) for count in seen.values()])
        self.trust = np.array([ALIAS_TRUST if source == "alias" else 1.0 for source in self.sources])
        self.forms = self._matrix(counts).T.tocsr()
        described = [row for row in occupations() if row.definition]
        self.described = [row.code for row in described]
        self.texts = self._matrix(_grams(f"{row.definition} {row.tasks}") for row in described).T.tocsr()

    def _matrix(self, counts: Iterable[Counter[str]]) -> Any:
        # Imported late, so that commands which code nothing start quickly.
        from scipy.sparse import csr_array

        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        size = 0
        for size, one in enumerate(counts, start=1):
            known = [(self.columns[gram], count) for gram, count in one.items() if gram in self.columns]
            weights = [(1 + math.log(count)) * float(self.rarity[column]) for column, count in known]
            length = math.sqrt(sum(weight * weight for weight in weights)) or 1.0
            rows += [size - 1] * len(known)
            columns += [column for column, _ in known]
            values += [weight / length for weight in weights]
        return csr_array((values, (rows, columns)), shape=(size, len(self.columns)))

    def suggest(self, text: str, top: int) -> list[Suggestion]:
        query = self._matrix([_grams(text)])
        near = (query @ self.forms).toarray()[0] * self.trust
        votes: defaultdict[str, float] = defaultdict(float)
        best: dict[str, tuple[float, str]] = {}
        for place in np.argsort(-near, kind="stable")[:NEAREST]:
            code, close = self.codes[place], float(near[place])
            if close > 0:
                votes[code] += close**POWER
                best[code] = max(best.get(code, (0.0, "")), (close, self.sources[place]))
        told = (query @ self.texts).toarray()[0]
        for place in np.argsort(-told, kind="stable")[:NEAREST]:
            code, close = self.described[place], float(told[place])
            if close > 0:
                votes[code] += DESCRIPTION_TRUST * close**2
                best[code] = max(best.get(code, (0.0, "")), (close, "text"))
        ranked = sorted(votes, key=lambda code: (-votes[code], code))[:top]
        # The share of votes, less where even the nearest form is far away.
        scale = min(max((close for close, _ in best.values()), default=0.0), 1.0) / (sum(votes.values()) or 1.0)
        return [Suggestion(code, self.names[code], votes[code] * scale, best[code][1]) for code in ranked]


@lru_cache(maxsize=1)
def _coder() -> _Coder:
    return _Coder()


def suggest_occupations(text: str, *, top: int = 5) -> list[Suggestion]:
    """The likeliest occupations (or groups) for a title or wish, best first; empty when no word is known.

    `score` is the share of votes times the likeness to the nearest known form: not a calibrated probability.
    """
    return _coder().suggest(text, top)
