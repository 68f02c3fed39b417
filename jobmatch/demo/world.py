"""The demo county while it grows: who acts, what exists so far, and the year it lives through."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jobmatch.core import clock
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.accounts import Login
from jobmatch.demo.employers import EmployerPlan
from jobmatch.demo.history import Market

WEEKS = 52


@dataclass(slots=True)
class Demo:
    """The county while it grows: who acts, and what exists so far."""

    runtime: Runtime
    rng: random.Random
    today: datetime
    say: Callable[[str], None]
    stations: dict[str, int] = field(default_factory=dict)
    staff: dict[str, Actor] = field(default_factory=dict)
    logins: list[Login] = field(default_factory=list)
    market: Market = field(default_factory=Market)
    waiting_plans: list[EmployerPlan] = field(default_factory=list)

    def moment(self, week: int) -> datetime:
        """A moment in week ``week`` of the year that ends now, and the last one is now: nothing lies ahead of it."""
        return self.today - timedelta(weeks=WEEKS - week)

    @contextmanager
    def unit(self, week: int) -> Iterator[UnitOfWork]:
        """A writing unit of the system at the time of ``week``."""
        with clock.frozen(self.moment(week)), self.runtime.unit(system_actor("demo")) as uow:
            yield uow
