"""Figures for the coding of posting titles."""

import argparse
import sys
from collections.abc import Sequence

from ml.coding import suggest_occupations
from ml.tables import labelled_titles


def is_right(found: str, label: str) -> bool:
    """Equal codes; a label at group level (padded with `-00`) is also met by any occupation in that group."""
    group = label
    while group.endswith("-00"):
        group = group.removesuffix("-00")
    return found == label or (label.endswith("-00-00") and found.startswith(f"{group}-"))


def occupation_figures() -> list[tuple[str, int, float, float, float, float]]:
    """Name of the set, rows, top-1 and top-5 by the full code, top-1 and top-5 with group labels scored by prefix."""
    dev = [row for row in labelled_titles() if row.split == "dev"]
    figures = []
    for name, rows in (("all", dev), ("without verbatim aliases", [row for row in dev if not row.verbatim_alias])):
        hits = [0, 0, 0, 0]
        for row in rows:
            codes = [one.code for one in suggest_occupations(row.title, top=5)]
            hits[0] += codes[:1] == [row.code]
            hits[1] += row.code in codes
            hits[2] += any(is_right(code, row.code) for code in codes[:1])
            hits[3] += any(is_right(code, row.code) for code in codes)
        shares = [count / max(len(rows), 1) for count in hits]
        figures.append((name, len(rows), shares[0], shares[1], shares[2], shares[3]))
    return figures


def main(arguments: Sequence[str]) -> None:
    """Prints the figures of the part `dev` of the labelled titles."""
    argparse.ArgumentParser(prog="python -m ml.evaluate occupations", description=__doc__).parse_args(arguments)
    for name, rows, top1, top5, group1, group5 in occupation_figures():
        sys.stdout.write(
            f"{name}: {rows} titles; full code top-1 {top1:.3f}, top-5 {top5:.3f}; "
            f"groups by prefix top-1 {group1:.3f}, top-5 {group5:.3f}\n"
        )
