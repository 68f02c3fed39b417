"""A small world in the running installation: one employer, one posting, one person, one office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from jobmatch.applications.models import Application
from jobmatch.applications.states import Move
from jobmatch.people.models.person import Person
from recruiters.postings.models import Posting
from tests.applications.browser import SYSTEM, Browser
from tests.applications.samples import apply, go
from tests.factories import (
    PATH_COUNTY,
    PATH_OTHER,
    actor_of_employer,
    actor_of_person,
    make_employer,
    make_person,
    make_posting,
    make_staff,
)


@dataclass
class World:
    """Browsers of everybody around one posting, and its public id."""

    app: Any
    posting: str
    person_id: int
    person: Browser
    stranger: Browser
    employer: Browser
    rival: Browser
    staff: Browser
    far_staff: Browser
    nobody: Browser
    employer_id: int = 0
    rival_id: int = 0
    staff_id: int = 0

    def applied(self, *moves: Move, count: int = 1) -> str:
        """The public id of the person's application after ``moves``; more people may apply besides."""
        with self.app.runtime.unit(SYSTEM) as uow:
            posting = uow.session.query(Posting).filter_by(public_id=self.posting).one()
            sent = go(uow, apply(uow, uow.session.get_one(Person, self.person_id), posting), *moves)
            for n in range(count - 1):
                apply(uow, make_person(uow, name=f"测试乙{n}"), posting)
            return sent.public_id

    def row(self, public_id: str) -> Application:
        with self.app.runtime.unit(SYSTEM, writing=False) as uow:
            found: Application = uow.session.query(Application).filter_by(public_id=public_id).one()
            return found

    def count(self) -> int:
        with self.app.runtime.unit(SYSTEM, writing=False) as uow:
            return uow.session.query(Application).count()


@pytest.fixture
def world(app: Any) -> World:
    with app.runtime.unit(SYSTEM) as uow:
        employer, rival = make_employer(uow, name="测试恒通物流公司"), make_employer(uow)
        posting = make_posting(uow, employer, vacancy_count=3)
        person, stranger = make_person(uow, name="测试王建国"), make_person(uow)
        actors = [
            actor_of_person(uow, person),
            actor_of_person(uow, stranger),
            actor_of_employer(uow, employer),
            actor_of_employer(uow, rival),
            make_staff(uow, path=PATH_COUNTY),
            make_staff(uow, path=PATH_OTHER),
        ]
        public_id, person_id = posting.public_id, person.id
    browsers = [Browser(app, actor.user_id) for actor in actors]
    ids = [actor.user_id or 0 for actor in actors[2:5]]
    return World(app, public_id, person_id, *browsers, Browser(app), *ids)
