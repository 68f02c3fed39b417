"""Clauses of a posting that may shut somebody out or cheat them, in words that no rule names.

Two linear models over characters (1 to 4 together) must agree: what a clause speaks of, fitted against plain clauses of
postings, and whether it shuts somebody out, fitted against lawful clauses on the same subjects. The words are in
`data/clauses.txt`; `python -m ml.fit_clauses` fits them.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ml.store import read_artefact
from ml.tables import DATA

ARTEFACT = DATA / "clauses.npz"
SUBJECTS = (
    "性别",
    "婚育",
    "民族",
    "宗教",
    "残疾",
    "传染病",
    "户籍地域",
    "收费押金",
    "扣证",
    "夸大诈骗刷单",
    "童工",
    "番号驻地",
)
SHUT_FLOOR = 0.4  # chosen by cross-validation on `data/clauses.txt`, see docs/legal-check.md
SUBJECT_FLOOR = -1.5
LONGEST = 40  # characters of a window of clauses
WIDEST = 4

Array = np.ndarray[Any, Any]

_END = re.compile(r"[。;；!！?？\n]|(?<=[^0-9a-zA-Z])\d{1,2}\s*[、.．)）](?!\d)|\s{2,}|[■●◆★※•]")
_COMMA = re.compile(r"(?<=[,，])")
_FOREIGN = re.compile(r"(?<![\u4e00-\u9fff])[a-z][a-z.+#/]{2,}|[a-z][a-z.+#/]{2,}(?![\u4e00-\u9fffa-z])")
_KEPT = frozenset(("hiv", "hbv", "ktv", "male", "female", "only", "boy", "girl", "hpv", "hcg"))
_BLANK = re.compile(r"\s+")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A clause of a text, `start` to `end`, that may be unlawful; `subject` is one of `SUBJECTS`."""

    subject: str
    start: int
    end: int
    chance: float


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of sentences; of long ones, of runs of clauses that are read together."""
    start = 0
    ends = [*((m.start(), m.end()) for m in _END.finditer(text)), (len(text), len(text))]
    for end, after in ends:
        if end - start <= LONGEST:
            yield start, end
        else:
            yield from _runs(text, start, end)
        start = after


def _runs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    cuts = [start, *(m.start() for m in _COMMA.finditer(text, start + 1, end)), end]
    for first in range(len(cuts) - 1):
        last = first + 1
        while last + 1 < len(cuts) and cuts[last + 1] - cuts[first] <= LONGEST:
            last += 1
        yield cuts[first], min(cuts[last], cuts[first] + 2 * LONGEST)
        if last == len(cuts) - 1:
            return


def plain_clause(text: str) -> str:
    """Lower case without foreign words; long numbers count by their length, since a unit's number has five signs."""
    text = _FOREIGN.sub(lambda found: found.group() if found.group() in _KEPT else "", text.lower())
    text = re.sub(r"\d{6,}", "0", text)
    text = re.sub(r"(?<!\d)\d{5}(?!\d)", "55555", text)
    text = re.sub(r"(?<!\d)\d{3,4}(?!\d)", "#", text)
    return _BLANK.sub(" ", text).strip(" ,，")


def clause_grams(clause: str) -> list[str]:
    """Runs of one to four characters of a plain clause."""
    size = len(clause)
    return [clause[i : i + width] for width in range(1, WIDEST + 1) for i in range(size - width + 1)]


@dataclass(frozen=True, slots=True)
class Reader:
    """The fitted weights: a row for each run of characters; columns are `SUBJECTS` and then whether it shuts out."""

    places: dict[str, int]
    rarity: Array
    weights: Array
    shift: Array

    def read(self, clause: str) -> tuple[str, float, float]:
        """Subject, how clearly the clause speaks of it, and the chance that it shuts somebody out."""
        counts = Counter(clause_grams(clause))
        known = [(self.places[gram], count) for gram, count in counts.items() if gram in self.places]
        if not known:
            return SUBJECTS[0], -math.inf, 0.0
        rows = np.array([place for place, _ in known])
        values = (1 + np.log(np.array([count for _, count in known], np.float32))) * self.rarity[rows]
        values /= np.sqrt(values @ values)
        found = values @ self.weights[rows].astype(np.float32) + self.shift
        best = int(found[:-1].argmax())
        return SUBJECTS[best], float(found[best]), 1 / (1 + math.exp(-float(found[-1])))


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The shipped weights."""
    arrays = read_artefact(ARTEFACT)
    grams = arrays["grams"].tobytes().decode().split("\n")
    places = {gram: i for i, gram in enumerate(grams)}
    return Reader(places, arrays["rarity"].astype(np.float32), arrays["weights"], arrays["shift"])


def suspect_clauses(text: str) -> list[Suspicion]:
    """Clauses of ``text`` that may be unlawful, in order; of windows that overlap the surest one."""
    found: list[Suspicion] = []
    for start, end in windows(text):
        clause = plain_clause(text[start:end])
        if not _HAN.search(clause):
            continue
        subject, clear, chance = reader().read(clause)
        if chance > SHUT_FLOOR and clear > SUBJECT_FLOOR:
            new = Suspicion(subject, start, end, chance)
            if found and found[-1].end > start:
                found[-1] = max(found[-1], new, key=lambda one: one.chance)
            else:
                found.append(new)
    return found
