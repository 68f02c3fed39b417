"""`python -m ml.fit_clauses` fits the reader of clauses to `data/clauses.txt` and writes `ml/data/clauses.npz`.

With `--check` it prints, by cross-validation over the lines of the file, how much is found and how much is found wrongly.
"""

import csv
import json
import random
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.clauses import ARTEFACT, SHUT_FLOOR, SUBJECT_FLOOR, SUBJECTS, Array, clause_grams, plain_clause, windows
from ml.tables import DATA

SOURCE = DATA / "clauses.txt"
EACH = 8  # sentences made of one line
FOLDS = 4
COST = 10.0
SUBJECT_COST = 5.0
PLAIN_WEIGHT = 0.5  # of a plain clause, which are many, against one on a subject
SMALLEST = 0.02  # weights below it are dropped from the file
_CHOICE = re.compile(r"<([^<>]*)>|([^<>]+)")
_UNFIT = re.compile("[男女]性?优先|限[男女]|押金|已婚")  # in the judged postings, some of which are unlawful on purpose


@dataclass(frozen=True, slots=True)
class Example:
    """A clause; `line` is the line it was made of, `subject` is empty for plain clauses."""

    text: str
    subject: str
    is_unlawful: bool
    line: int


def read_lines() -> Iterator[tuple[str, bool, str]]:
    """Subject, whether it is unlawful and the pattern of each line of the source."""
    subject, unlawful = "", False
    for line in SOURCE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            subject, verdict = line[3:].split()
            unlawful = verdict == "unlawful"
        elif line and not line.startswith("#"):
            yield subject, unlawful, line


def sentences(pattern: str, count: int = EACH) -> list[str]:
    """Up to ``count`` sentences with one choice at each ``<a|b>``; the same ones at every run."""
    parts = [(choice.split("|") if plain == "" else [plain]) for choice, plain in _CHOICE.findall(pattern)]
    dice = random.Random(pattern)  # noqa: S311 - a sample, no secret
    return sorted({"".join(dice.choice(part) for part in parts) for _ in range(count * 2)})[:count]


def examples() -> list[Example]:
    """Every sentence of the source, and plain clauses from the tables of this package."""
    found = []
    line = 0
    for line, (subject, unlawful, pattern) in enumerate(read_lines()):
        kind = subject if subject in SUBJECTS else ""
        found += [Example(_clean(text), kind, unlawful, line) for text in sentences(pattern)]
    for text in _plain_texts():
        line += 1
        cut = [_clean(text[start:end]) for start, end in windows(text)]
        found += [Example(clause, "", False, line) for clause in cut if not _UNFIT.search(clause)]
    return [one for one in found if one.text]


def _clean(text: str) -> str:
    return plain_clause(unicodedata.normalize("NFKC", text))


def _plain_texts() -> Iterator[str]:
    for line in (DATA / "judged" / "postings.jsonl").read_text("utf-8").splitlines():
        posting = json.loads(line)
        yield f"{posting['title']}\n{posting['text']}"
    for name, column in (("occupations.csv", "tasks"), ("titles_labelled.csv", "title")):
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            yield from (row[column] for row in csv.DictReader(file))


def fit(rows: list[Example]) -> tuple[Any, Array, Array]:
    """The vectorizer, and the weights and shifts of the subjects and of shutting out."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = [one.text for one in rows]
    on_subject = np.array([one.subject != "" for one in rows])
    _, lines, sizes = np.unique([one.line for one in rows], return_inverse=True, return_counts=True)
    trust = 1 / np.sqrt(sizes[lines])  # a line with many choices is not many facts
    vectors = TfidfVectorizer(analyzer=clause_grams, min_df=2, sublinear_tf=True, dtype=np.float32)
    vectors.fit([text for text, kept in zip(texts, on_subject, strict=True) if kept])
    table = vectors.transform(texts)
    weights, shifts = [], []

    def learn(which: Array, target: Array, cost: float, trusts: Array) -> None:
        model = LogisticRegression(C=cost, solver="liblinear", tol=1e-2, random_state=0)
        model.fit(table[which], target[which], sample_weight=trusts[which])
        weights.append(model.coef_[0])
        shifts.append(model.intercept_[0])

    everything = np.arange(len(rows))
    subjects = np.array([one.subject for one in rows])
    for subject in SUBJECTS:
        learn(everything, subjects == subject, SUBJECT_COST, np.where(on_subject, trust, trust * PLAIN_WEIGHT))
    unlawful = np.array([one.is_unlawful for one in rows])
    learn(np.flatnonzero(on_subject), unlawful, COST, trust)
    return vectors, np.array(weights, np.float32).T, np.array(shifts, np.float32)


def check() -> dict[str, dict[str, float]]:
    """Shares found: of unlawful and lawful sentences by subject, and of plain clauses, each by a model without its line."""
    rows = examples()
    part = np.random.default_rng(0).permutation(max(one.line for one in rows) + 1) % FOLDS
    fold = part[[one.line for one in rows]]
    found = np.zeros(len(rows), bool)
    for number in range(FOLDS):
        vectors, weights, shift = fit([one for one, own in zip(rows, fold, strict=True) if own != number])
        held = np.flatnonzero(fold == number)
        scores = vectors.transform([rows[i].text for i in held]) @ weights + shift
        found[held] = (1 / (1 + np.exp(-scores[:, -1])) > SHUT_FLOOR) & (scores[:, :-1].max(1) > SUBJECT_FLOOR)
    shares: dict[str, dict[str, float]] = {}
    for subject in (*SUBJECTS, ""):
        for unlawful in (True, False):
            own = [i for i, one in enumerate(rows) if (one.subject, one.is_unlawful) == (subject, unlawful)]
            if own:
                key = "unlawful" if unlawful else "lawful"
                shares.setdefault(subject or "plain", {})[key] = round(float(found[own].mean()), 4)
    return shares


def write() -> None:
    """Fits and writes the file; runs of characters that hardly count are left out."""
    vectors, weights, shift = fit(examples())
    kept = np.abs(weights).max(1) >= SMALLEST
    grams = vectors.get_feature_names_out()[kept]
    np.savez_compressed(
        ARTEFACT,
        grams=np.frombuffer("\n".join(grams).encode(), np.uint8),
        rarity=vectors.idf_[kept].astype(np.float32),
        weights=weights[kept].astype(np.float16),
        shift=shift,
    )


def main() -> None:
    """Fits and writes, or prints the check."""
    if "--check" in sys.argv[1:]:
        sys.stdout.write(json.dumps(check(), ensure_ascii=False, indent=1) + "\n")
    else:
        write()
        sys.stdout.write(f"{ARTEFACT}: {ARTEFACT.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
