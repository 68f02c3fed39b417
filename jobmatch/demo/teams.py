"""Demo people who may be called on."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.casework.teams.services import save_tags
from jobmatch.casework.teams.states import TalentTag
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.people.models.person import Person

SHARE = 0.15


def grow_teams(demo: Demo) -> None:
    """About every seventh person carries one to three tags."""
    with demo.unit(WEEKS) as uow:
        ids = uow.session.scalars(select(Person.id).where(Person.erased_at.is_(None)).order_by(Person.id)).all()
        for person_id in ids:
            if demo.rng.random() < SHARE:
                person = uow.session.get_one(Person, person_id)
                save_tags(uow, person, demo.rng.sample(list(TalentTag), demo.rng.randrange(1, 4)))
