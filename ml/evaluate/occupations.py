"""Figures for the coding of posting titles: `python -m ml.evaluate occupations [--titles FILE.csv]`."""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ml.coding import occupation_chances, occupation_codes
from ml.coding_model import known_forms
from ml.tables import find_occupation, labelled_titles
from ml.words import normalise

Rows = list[tuple[str, str]]


def is_right(found: str, label: str) -> bool:
    """Equal codes; a label at group level (padded with `-00`) is also met by any occupation in that group."""
    group = bare_code(label)
    return found == label or (label.endswith("-00-00") and found.startswith(f"{group}-"))


def bare_code(code: str) -> str:
    """The code without the `-00` that pad a group's."""
    while code.endswith("-00"):
        code = code.removesuffix("-00")
    return code


def read_titles(path: Path) -> Rows:
    """Title and code of each row. Raises ValueError, in one line, for a file that cannot be read so."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"job_name", "expected_code"} - set(reader.fieldnames or ())
            if missing:
                raise ValueError(f"{path}: no column {' and no column '.join(sorted(missing))}")
            rows = []
            for row in reader:
                code = (row["expected_code"] or "").strip()
                known = find_occupation(code)
                # The other edition's number is the same occupation; a code of neither edition can only be missed.
                rows.append((row["job_name"] or "", known.code if known else code))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: {error}") from error
    if not rows:
        raise ValueError(f"{path}: no rows")
    return rows


def best_codes(titles: Sequence[str], top: int = 5) -> list[list[str]]:
    """The likeliest codes of each title, best first."""
    codes, chances = occupation_codes(), occupation_chances(titles)
    found = []
    for i in range(len(titles)):
        part = slice(chances.indptr[i], chances.indptr[i + 1])
        order = (-chances.data[part]).argsort(kind="stable")[:top]
        found.append([codes[place] for place in chances.indices[part][order]])
    return found


def _shares(labels: list[str], found: list[list[str]]) -> dict[str, Any]:
    rows = len(labels)
    first = sum(codes[:1] == [label] for label, codes in zip(labels, found, strict=True))
    among = sum(label in codes for label, codes in zip(labels, found, strict=True))
    return {"top1": first / max(rows, 1), "top5": among / max(rows, 1), "rows": rows}


def _level(labels: list[str], found: list[list[str]], level: int) -> dict[str, Any]:
    cut = [(bare_code(label).split("-"), codes) for label, codes in zip(labels, found, strict=True)]
    reached = [("-".join(parts[:level]), codes) for parts, codes in cut if len(parts) >= level]
    prefixes = [["-".join(bare_code(code).split("-")[:level]) for code in codes] for _, codes in reached]
    return _shares([label for label, _ in reached], prefixes)


def _figures(labels: list[str], found: list[list[str]]) -> dict[str, Any]:
    leaves = [i for i, label in enumerate(labels) if not label.endswith("-00")]
    return {
        **_shares(labels, found),
        "leaf": _shares([labels[i] for i in leaves], [found[i] for i in leaves]),
        "by_level": {str(level): _level(labels, found, level) for level in (1, 2, 3, 4)},
    }


def occupation_figures(rows: Rows) -> dict[str, Any]:
    """Shares of titles whose code comes first, and is among the first five: see `docs/benchmarks.md`.

    `without_verbatim_aliases`: the same without the titles that are a name or another name of an occupation.
    """
    labels, found = [code for _, code in rows], best_codes([title for title, _ in rows])
    named = {normalise(text) for text, _, source in known_forms() if source < 2}
    other = [i for i, (title, _) in enumerate(rows) if normalise(title) not in named]
    without = _figures([labels[i] for i in other], [found[i] for i in other])
    unknown = sum(find_occupation(label) is None for label in labels)
    return {**_figures(labels, found), "without_verbatim_aliases": without, "unknown_codes": unknown}


def main(arguments: Sequence[str]) -> None:
    """Prints one JSON object for the titles given, or for the part `dev` of the repository's own."""
    parser = argparse.ArgumentParser(prog="python -m ml.evaluate occupations", description=__doc__)
    parser.add_argument("--titles", type=Path, help="CSV with the columns job_name and expected_code")
    chosen = parser.parse_args(arguments)
    rows = [(row.title, row.code) for row in labelled_titles() if row.split == "dev"]
    if chosen.titles:
        try:
            rows = read_titles(chosen.titles)
        except ValueError as error:
            parser.exit(2, f"{error}\n")
    sys.stdout.write(json.dumps(occupation_figures(rows), indent=2) + "\n")
