"""The half-yearly count of the demo county's accompanying families."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.casework.families.queries import is_accompanying
from jobmatch.casework.families.services import check_family, record_aid
from jobmatch.casework.families.states import AidKind, TrainingWish
from jobmatch.demo import county
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.people.models.person import Person

SHARE, AIDED = 0.6, 0.15


def grow_families(demo: Demo) -> None:
    """Last half-year complete, this one more than half; something was done for every seventh."""
    for week, share in ((WEEKS - 26, 1.0), (WEEKS - 2, SHARE)):
        with demo.unit(week) as uow:
            uow.actor = demo.staff[county.COUNTY]
            people = uow.session.scalars(
                select(Person).where(is_accompanying(uow.today), Person.erased_at.is_(None)).order_by(Person.id)
            ).all()
            for person in people:
                if not person.region_path.startswith(uow.actor.region_path):
                    continue
                if demo.rng.random() < share:
                    check_family(uow, person, training_wish=demo.rng.choice(list(TrainingWish)))
                if demo.rng.random() < AIDED:
                    record_aid(uow, person, kind=demo.rng.choice(list(AidKind)), happened_on=uow.today)
