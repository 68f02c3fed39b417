"""What a list can be narrowed to: the places and trades that open postings really have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from jobmatch.accounts.queries import served_regions
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.index import pools
from jobmatch.reference.models import Occupation
from jobmatch.reference.queries import Spot, find_region_by_name, names, region_label, spot_of

MOST_CHOICES = 45
COUNTY_LENGTH = 6
REGION_STEPS = (9, 6, 4, 2)
"""Lengths of region codes from township to province."""
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Facets:
    """(code, name) pairs for the two long filters."""

    regions: Choices
    occupations: Choices


def facets(uow: UnitOfWork) -> Facets:
    """Places as small as a list of bearable length allows, and middle groups of occupations, with open postings."""
    session = uow.session
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


def name_of(uow: UnitOfWork, field: str, code: str) -> str:
    """The name of a place, or of an occupation or group (whose code may lack its zeros); empty for an unknown code."""
    if field == "region":
        return region_label(uow.session, code, depth=1)
    full = "-".join((code.split("-") + ["00"] * 3)[:4])
    return names(uow.session, Occupation).get(full, "")


def place_named(uow: UnitOfWork, words: str) -> str:
    """The code of a place somebody typed: written in full, or a place below a county that has postings or a station.

    Empty where it is not known, or where several places bear the name.
    """
    found = find_region_by_name(uow.session, words)
    if found is not None:
        return found.code
    counties = {code[:6] for code, _name in facets(uow).regions} | {row.code[:6] for row in uow.rows(served_regions())}
    below = {
        place.code
        for county in sorted(code for code in counties if len(code) == COUNTY_LENGTH)
        if (place := find_region_by_name(uow.session, words, within=county)) is not None
    }
    return below.pop() if len(below) == 1 else ""


def spot_of_region(uow: UnitOfWork, code: str) -> Spot:
    """The middle of a place that was chosen as a filter."""
    return spot_of(uow.session, code)
