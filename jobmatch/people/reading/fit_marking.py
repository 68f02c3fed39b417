"""`python -m jobmatch.people.reading.fit_marking` fits the marking of words to invented résumés and writes its weights.

With `--check` it fits on all but the last ones and prints what is found of the words of those.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from jobmatch.people.reading.invented import MarkedLine, marked_lines
from jobmatch.people.reading.lines import Line
from jobmatch.people.reading.marking import DATES, MARKS, WEIGHTS, Marker, Token, features, hashed, tokens_of
from jobmatch.people.reading.sections import split_sections
from jobmatch.people.reading.words import plain

COUNT = 7000
"""Résumés that are fitted to."""
RARE = 12
"""Facts that hold for fewer letters are left out."""
PLAIN = 0.4
"""Share of lines without any mark that are used."""
SHRINK = 0.5
SMALL = 0.04
"""Facts whose weights are all smaller are left out of the file."""


def with_kinds(marked: Sequence[MarkedLine]) -> tuple[list[Line], list[str], list[tuple[str, ...]]]:
    """The lines that stand below headings, the kinds of their sections, and their marks."""
    kinds = {
        number: section.kind for section in split_sections([one.line for one in marked]) for number in section.numbers
    }
    kept = sorted(number for number in kinds if number < len(marked))
    return [marked[n].line for n in kept], [kinds[n] for n in kept], [marked[n].marks for n in kept]


def true_marks(tokens: Sequence[Token], marks: Sequence[str]) -> list[int]:
    """The mark of each token as a number; a date that is read as two has its span's mark on neither."""
    row = []
    for token in tokens:
        mark = marks[token.start]
        if mark[1:] in DATES:
            mark = mark[1:] if token.word[0] == "<" else ""
            is_span, is_read = mark[:1] == "d", token.word == "<R>"
            if mark and is_span != is_read:
                mark = ""
        elif token.word[0] == "<" and mark[:1] == "B":
            mark = ""
        row.append(MARKS.index(mark))
    return row


def table(numbers: Iterable[int]) -> tuple[Any, Any, Any, Any]:
    """Facts by letter as a sparse table, the names of its columns, the true marks, and how marks follow each other."""
    from scipy.sparse import csr_matrix

    places: dict[str, int] = {}
    columns: list[int] = []
    ends, truth = [0], []
    follows = np.full((len(MARKS), len(MARKS)), 0.5)
    for number in numbers:
        lines, kinds, marks = with_kinds(marked_lines(number))
        for at, (tokens, facts) in enumerate(features(lines, kinds)):
            row = true_marks(tokens, marks[at])
            for one, other in pairwise(row):
                follows[one, other] += 1
            if not any(row) and hashed(f"{number} {at}") % 100 > 100 * PLAIN:
                continue
            truth += row
            for told in facts:
                columns += [places.setdefault(fact, len(places)) for fact in told]
                ends.append(len(columns))
    found = csr_matrix(
        (np.ones(len(columns), np.float32), np.array(columns, np.int32), np.array(ends)),
        shape=(len(truth), len(places)),
    )
    found.sum_duplicates()
    names = np.array(list(places))
    kept = np.flatnonzero(np.asarray((found > 0).sum(0)).ravel() >= RARE)
    return found[:, kept], names[kept], np.array(truth), follows


def fit(numbers: Iterable[int]) -> dict[str, Any]:
    """The arrays that `marking.Marker` reads."""
    from sklearn.linear_model import LogisticRegression

    found, names, truth, follows = table(numbers)
    model = LogisticRegression(C=SHRINK, tol=1e-3, max_iter=120)
    model.fit(found, truth)
    weights = np.zeros((len(names), len(MARKS)), np.float32)
    shift = np.full(len(MARKS), -30, np.float32)
    weights[:, model.classes_], shift[model.classes_] = model.coef_.T, model.intercept_
    kept = np.abs(weights).max(1) > SMALL
    weights, names = weights[kept], names[kept]
    scale = np.abs(weights).max(0) / 127 + 1e-9
    inside = [number for number, mark in enumerate(MARKS) if mark[:1] == "I"]
    steps = np.log(follows / follows.sum(1, keepdims=True)) - np.log(follows.sum(0) / follows.sum())
    steps = 0.5 * steps
    for number in inside:
        begin = [n for n, mark in enumerate(MARKS) if mark in (f"B{MARKS[number][1]}", MARKS[number])]
        steps[[n for n in range(len(MARKS)) if n not in begin], number] = -99
    return {
        "facts": np.array([hashed(name) for name in names], np.uint32),
        "weights": np.round(weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "shift": shift,
        "follows": steps.astype(np.float32),
    }


def check(arrays: dict[str, Any], numbers: Iterable[int]) -> dict[str, str]:
    """For each kind of mark the shares found and right, over résumés that were not fitted to."""
    marker, right, told, true = Marker(arrays), Counter[str](), Counter[str](), Counter[str]()
    for number in numbers:
        lines, kinds, marks = with_kinds(marked_lines(number))
        found = {(one.kind, one.line, one.start, one.end) for one in marker.mark(lines, kinds)}
        wanted = set()
        for at, line in enumerate(lines):
            tokens = tokens_of(plain(line.text))
            row = [MARKS[n] for n in true_marks(tokens, marks[at])]
            for place, mark in enumerate(row):
                end = place + 1
                while mark[:1] == "B" and end < len(row) and row[end] == f"I{mark[1]}":
                    end += 1
                if mark[:1] == "B" and mark not in DATES:
                    wanted.add((mark[1], at, tokens[place].start, tokens[end - 1].end))
                elif mark in DATES:
                    wanted.add((mark, at, tokens[place].start, tokens[place].end))
        right.update(one[0] for one in found & wanted)
        told.update(one[0] for one in found)
        true.update(one[0] for one in wanted)
    return {
        kind: f"found {right[kind] / true[kind]:.3f} right {right[kind] / max(told[kind], 1):.3f} of {true[kind]}"
        for kind in true
    }


def main() -> None:
    """Fits and writes, or prints the check."""
    arrays = fit(range(COUNT))
    if "--check" in sys.argv[1:]:
        for kind, words in sorted(check(arrays, range(COUNT, COUNT + 200)).items()):
            sys.stdout.write(f"{kind}: {words}\n")
    np.savez_compressed(WEIGHTS, **arrays)
    sys.stdout.write(f"{WEIGHTS.name}: {len(arrays['facts'])} facts, {WEIGHTS.stat().st_size / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
