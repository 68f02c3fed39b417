"""Rows of ventures for tests; every name is invented."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from training.incubation.ventures.models import Venture, VentureFounder
from training.incubation.ventures.states import FounderKind, VentureForm, VentureState, WishSource

_numbers = itertools.count(1)
DEAD = (VentureState.INTENTION, VentureState.PREPARING, VentureState.DROPPED)


def make_venture(
    uow: UnitOfWork,
    person: Person,
    *,
    state: VentureState = VentureState.INTENTION,
    share: int = 10_000,
    **values: Any,
) -> Venture:
    """A venture of a person with its founder; registered ones since 2026-01-10."""
    registered = values.pop("registered_on", None if state in DEAD else date(2026, 1, 10))
    venture = Venture(
        region_path=values.pop("region_path", person.region_path),
        person_id=person.id,
        state=state,
        name=values.pop("name", f"测试项目 {next(_numbers)}"),
        form=values.pop("form", VentureForm.SELF_EMPLOYED),
        source=WishSource.STAFF,
        wished_on=values.pop("wished_on", date(2025, 12, 1)),
        registered_on=registered,
        is_first=values.pop("is_first", registered is not None),
        created_at=uow.now,
        changed_at=uow.now,
        **values,
    )
    uow.session.add(venture)
    uow.session.flush()
    uow.session.add(
        VentureFounder(
            venture_id=venture.id,
            person_id=person.id,
            name=person.name,
            kind=FounderKind.VETERAN,
            share_points=share,
            since_on=venture.wished_on,
        )
    )
    uow.session.flush()
    return venture
