"""`python -m ml.fit_clauses` fits the reader of clauses to `data/clauses.txt` and writes `ml/data/clauses.npz`.

With `--check` it prints what a cross-validation over the lines of the file finds, rightly and wrongly.
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

from ml.clauses import ARTEFACT, CUES, FLOOR, SUBJECTS, Array, clause_grams, plain_clause, score, windows
from ml.tables import DATA

SOURCE = DATA / "clauses.txt"
EACH = 6  # sentences made of one line
PLAIN = 14_000  # plain clauses that are used, of many more
FOLDS = 4
COST = 30.0
PLAIN_WEIGHT = 0.5  # of a plain clause, which are many, against one on a subject
_CHOICE = re.compile(r"<([^<>]*)>|([^<>]+)")
_UNFIT = re.compile(
    "[男女]性?优先|限[男女]|押金|已婚|月[入薪]过万"
)  # in the judged postings, some of which are unlawful on purpose


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
    dice = random.Random(pattern)
    return sorted({"".join(dice.choice(part) for part in parts) for _ in range(count * 2)})[:count]


def examples() -> list[Example]:
    """Every sentence of the source, and plain clauses from the tables of this package."""
    found = []
    line = 0
    for line, (subject, unlawful, pattern) in enumerate(read_lines()):
        kind = subject if subject in SUBJECTS else ""
        found += [Example(_clean(text), kind, unlawful, line) for text in sentences(pattern)]
    plain: list[Example] = []
    for text in _plain_texts():
        line += 1
        cut = [_clean(text[start:end]) for start, end in windows(text)]
        plain += [Example(clause, "", False, line) for clause in cut if clause and not _UNFIT.search(clause)]
    random.Random(0).shuffle(plain)
    return [one for one in found if one.text] + plain[:PLAIN]


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
    """The vectorizer, and the weights and shifts of the columns that `ml.clauses.Reader` names."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = [one.text for one in rows]
    subjects = np.array([one.subject for one in rows])
    unlawful = np.array([one.is_unlawful for one in rows])
    on_subject = subjects != ""
    _, lines, sizes = np.unique([one.line for one in rows], return_inverse=True, return_counts=True)
    trust = 1 / np.sqrt(sizes[lines])  # a line with many choices is not many facts
    vectors = TfidfVectorizer(analyzer=clause_grams, min_df=3, sublinear_tf=True, dtype=np.float32)
    vectors.fit([text for text, kept in zip(texts, on_subject, strict=True) if kept])
    table = vectors.transform(texts)
    own = np.flatnonzero(on_subject)
    targets = [(own, unlawful & (subjects == subject)) for subject in SUBJECTS]
    targets += [(own, unlawful), (np.arange(len(rows)), on_subject)]
    trust = np.where(on_subject, trust, trust * PLAIN_WEIGHT)
    weights, shift = [], []
    for which, target in targets:
        model = LogisticRegression(C=COST, solver="liblinear", tol=1e-2, random_state=0)
        model.fit(table[which], target[which], sample_weight=trust[which])
        weights.append(model.coef_[0])
        shift.append(model.intercept_[0])
    return vectors, np.array(weights, np.float32).T, np.array(shift, np.float32)


def check() -> dict[str, dict[str, float]]:
    """Shares found of unlawful and lawful sentences by subject, and of plain clauses, by models without their line."""
    rows = examples()
    part = np.random.default_rng(0).permutation(max(one.line for one in rows) + 1) % FOLDS
    fold = part[[one.line for one in rows]]
    found = np.zeros(len(rows), bool)
    for number in range(FOLDS):
        vectors, weights, shift = fit([one for one, own in zip(rows, fold, strict=True) if own != number])
        held = np.flatnonzero(fold == number)
        texts = [rows[i].text for i in held]
        about = np.array([[re.search(words, text) is not None for words in CUES.values()] for text in texts])
        points = score(vectors.transform(texts) @ weights + shift)
        found[held] = np.where(about, points, -np.inf).max(1) > FLOOR
    shares: dict[str, dict[str, float]] = {}
    for subject in (*SUBJECTS, ""):
        for unlawful in (True, False):
            own = [i for i, one in enumerate(rows) if (one.subject, one.is_unlawful) == (subject, unlawful)]
            if own:
                key = "unlawful" if unlawful else "lawful"
                shares.setdefault(subject or "plain", {})[key] = round(float(found[own].mean()), 4)
    return shares


def write() -> None:
    """Fits and writes the file."""
    vectors, weights, shift = fit(examples())
    np.savez_compressed(
        ARTEFACT,
        grams=np.frombuffer("\n".join(vectors.get_feature_names_out()).encode(), np.uint8),
        rarity=vectors.idf_.astype(np.float32),
        weights=weights.astype(np.float16),
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
