"""What a list can be narrowed to: the places and trades that open postings really have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from jobmatch.matching.index import pools
from jobmatch.reference.models import Occupation
from jobmatch.reference.queries import names, region_label

MOST_CHOICES = 45
REGION_STEPS = (9, 6, 4, 2)
"""Lengths of region codes from township to province."""
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Facets:
    """(code, name) pairs for the two long filters."""

    regions: Choices
    occupations: Choices


def facets(session: Session) -> Facets:
    """Places as small as a list of bearable length allows, and middle groups of occupations, with open postings."""
    found: dict[str, set[str]] = {"region": set(), "occupation": set()}
    for part in pools(session).postings.get(session).parts:
        tables = {"region": part.index.regions, "occupation": part.index.occupations}
        for name, table in tables.items():
            found[name].update(table[code] for code in np.unique(part.index.column(name)[part.alive]))
    codes = _as_small_as_fits(found["region"] - {""})
    depth = 1 if len({code[:6] for code in codes}) <= 1 or max(map(len, codes), default=0) <= 6 else 2
    groups = {"-".join(code.split("-")[:2]) for code in found["occupation"] if code}
    trades = names(session, Occupation)
    return Facets(
        regions=[(code, region_label(session, code, depth=depth) or code) for code in codes],
        occupations=[(group, trades[full]) for group in sorted(groups) if (full := f"{group}-00-00") in trades],
    )


def _as_small_as_fits(codes: Iterable[str]) -> list[str]:
    shorter: set[str] = set(codes)
    for length in REGION_STEPS:
        shorter = {code[:length] for code in shorter}
        if len(shorter) <= MOST_CHOICES:
            break
    return sorted(shorter)


def place_name(session: Session, code: str) -> str:
    """The name of a place for a chosen filter; empty for an unknown code."""
    return region_label(session, code, depth=1)


def trade_name(session: Session, code: str) -> str:
    """The name of an occupation or of a group of them, whose code may lack its zeros; empty for an unknown code."""
    full = "-".join((code.split("-") + ["00"] * 3)[:4])
    return names(session, Occupation).get(full, "")
