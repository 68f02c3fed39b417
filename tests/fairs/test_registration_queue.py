"""Whatever people do in whatever order: no seat is free while somebody waits, nobody is overtaken, counts add up."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration, SeatMove
from jobmatch.fairs.visitors.services.registering import register_online
from jobmatch.fairs.visitors.services.waiting import cancel_registration, record_more_seats
from jobmatch.fairs.visitors.states import RegistrationState, SeatMoveKind, VisitorKind
from tests.fairs.help import make_fair

PEOPLE = 8


class Queue(RuleBasedStateMachine):
    """The machine over one database; it keeps a plain model of its own beside the rows: a set and a list."""

    uow: UnitOfWork

    def __init__(self) -> None:
        super().__init__()
        self.seated: set[int] = set()
        self.waiting: list[int] = []
        self.capacity = 0

    @initialize(capacity=st.integers(0, 3))
    def opened(self, capacity: int) -> None:
        self.fair = make_fair(self.uow, capacity=capacity)
        self.capacity = capacity

    def _settle(self) -> None:
        while self.waiting and len(self.seated) < self.capacity:
            self.seated.add(self.waiting.pop(0))

    @rule(one=st.integers(0, PEOPLE - 1))
    def registers(self, one: int) -> None:
        guest = self.uow.acting_as(Actor(ip=f"192.0.2.{one}"))
        number = f"1990009{one:04d}"
        # The brakes are another test's matter: each press comes from a browser of its own.
        device = f"{self.fair.id}-{self.uow.session.query(SeatMove).count()}-{one}"
        if one not in self.seated and one not in self.waiting:
            register_online(guest, self.fair, device=device, name="测试来人", phone=number, kind=VisitorKind.VETERAN)
            self.waiting.append(one)
            self._settle()

    @rule(one=st.integers(0, PEOPLE - 1))
    def cancels(self, one: int) -> None:
        row = self._row(one)
        if row is not None:
            cancel_registration(self.uow, row, by_ticket=True)
            self.seated.discard(one)
            self.waiting = [other for other in self.waiting if other != one]
            self._settle()

    @rule(more=st.integers(1, 2))
    def gets_more_seats(self, more: int) -> None:
        self.uow.session.refresh(self.fair)
        self.fair.capacity = self.capacity = self.capacity + more
        self.uow.session.flush()
        record_more_seats(self.uow, self.fair.id)
        self._settle()

    def _row(self, one: int) -> FairRegistration | None:
        blind = FairRegistration.phone.fingerprint(f"1990009{one:04d}")
        query = select(FairRegistration).where(
            FairRegistration.fair_id == self.fair.id, FairRegistration.phone_blind == blind
        )
        return self.uow.session.scalars(query).one_or_none()

    @invariant()
    def rows_say_what_the_model_says(self) -> None:
        rows = [(one, self._row(one)) for one in range(PEOPLE)]
        seated = {one for one, row in rows if row is not None and row.state is RegistrationState.SEATED}
        queue = sorted(
            (row.waiting_number or 0, one)
            for one, row in rows
            if row is not None and row.state is RegistrationState.WAITING
        )
        assert (seated, [one for _number, one in queue]) == (self.seated, self.waiting)
        count = self.uow.session.scalars(select(JobFair.taken).where(JobFair.id == self.fair.id)).one()
        assert count == len(seated) <= self.capacity
        assert not queue or count == self.capacity

    def teardown(self) -> None:
        """The log tells the same story: those with a seat last got one, and promotions kept the order."""
        if not hasattr(self, "fair"):
            return
        moves: Any = self.uow.session.execute(
            select(SeatMove.kind, SeatMove.waiting_number)
            .join(FairRegistration, FairRegistration.id == SeatMove.registration_id)
            .where(FairRegistration.fair_id == self.fair.id)
            .order_by(SeatMove.id)
        ).all()
        promoted = [number for kind, number in moves if kind is SeatMoveKind.PROMOTED]
        assert promoted == sorted(promoted)
        gained = sum(kind in {SeatMoveKind.SEATED, SeatMoveKind.PROMOTED} for kind, _number in moves)
        assert gained >= len(self.seated)


def test_the_queue_is_strict_and_no_seat_stays_free(uow: UnitOfWork) -> None:
    run_state_machine_as_test(
        type("QueueOnDatabase", (Queue,), {"uow": uow}),
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
