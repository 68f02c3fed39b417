"""What forms about employers and postings offer: places, industries, coded reasons."""

from __future__ import annotations

from jobmatch.accounts.queries import served_regions
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Industry, Occupation, Reason
from jobmatch.reference.queries import choices, find_region_by_name, names, region_label
from jobmatch.reference.states import ReasonKind

Choice = tuple[str, str]
MOST_PLACES = 300


def places(uow: UnitOfWork, current: str | None = None) -> list[Choice]:
    """Counties and smaller places that a station answers for; ``current`` is offered too."""
    rows = uow.rows(served_regions())
    found = [(row.code, region_label(uow.session, row.code)) for row in rows if len(row.code) >= 6][:MOST_PLACES]
    if current and current not in {code for code, _label in found}:
        found.insert(0, (current, region_label(uow.session, current)))
    return found


def chosen_place(uow: UnitOfWork, chosen: str | None, typed: str | None) -> str:
    """The code of the place that was typed where something was typed, else the chosen one; unknown words stay."""
    text = (typed or "").strip()
    if not text:
        return chosen or ""
    place = find_region_by_name(uow.session, text)
    return place.code if place else text[:12]


def industries(uow: UnitOfWork, kept: str | None = None) -> list[Choice]:
    """Sections of GB/T 4754, few enough to choose from, and the finer code that is already ``kept``."""
    found = choices(uow.session, Industry, kind="")
    if kept and kept not in {code for code, _name in found}:
        found = [(kept, names(uow.session, Industry).get(kept, kept)), *found]
    return found


def reasons(uow: UnitOfWork, kind: ReasonKind) -> list[Choice]:
    """The coded reasons of one kind."""
    return choices(uow.session, Reason, kind=kind.value)


def occupation_name(uow: UnitOfWork, code: str) -> str:
    """The name of an occupation; empty for an unknown code."""
    return names(uow.session, Occupation).get(code, "")
