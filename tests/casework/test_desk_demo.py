"""The demo county's desk shows every state, overdue requests and enough answers for a rate."""

from __future__ import annotations

import random

from sqlalchemy import func, select

from jobmatch.casework.desk.models import Rating, ServiceRequest
from jobmatch.casework.desk.queries.figures import figures
from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.demo.build import Demo
from jobmatch.demo.county import COUNTY
from jobmatch.demo.desk import DAYS, grow_desk
from jobmatch.reference.rules import add_months
from tests.factories import make_person, make_staff

SYSTEM = system_actor("tests")


def test_three_months_at_the_desk(sqlite_runtime: Runtime) -> None:
    demo = Demo(sqlite_runtime, random.Random(7), clock.utcnow(), say=lambda _words: None)
    with sqlite_runtime.unit(SYSTEM) as uow:
        demo.staff[COUNTY] = make_staff(uow)
        demo.stations[COUNTY] = demo.staff[COUNTY].organization_id or 0
        for _ in range(25):
            make_person(uow)
    grow_desk(demo)
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        counts = {
            state.value: count
            for state, count in uow.session.execute(
                select(ServiceRequest.state, func.count()).group_by(ServiceRequest.state)
            )
        }
        assert {"asked", "accepted", "done", "refused", "withdrawn"} <= counts.keys()
        assert uow.session.scalar(select(func.count(ServiceRequest.id)).where(ServiceRequest.escalation_count > 0))
        found = figures(uow, add_months(uow.today, -3), uow.today)
        assert found.satisfaction.rate is not None
        assert uow.session.scalar(select(func.count(Rating.proxy_level)))
        assert max(uow.session.scalars(select(ServiceRequest.asked_at))) <= uow.now
    assert DAYS > 90
