"""The queue for places, whatever is done in whatever order: first come, first served, and no place stays free."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.services.places import fill_places, free_place, give_place, hold_fair
from jobmatch.fairs.exhibitors.services.reviewing import promote_waiting, refuse_exhibitor
from jobmatch.fairs.exhibitors.services.signing_up import cancel_exhibitor
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.planning.models import JobFair
from recruiters.employers.models import Employer
from tests.factories import make_employer
from tests.fairs.help import make_exhibitor, make_fair

STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "cancel", "refuse", "grow"]), st.integers(0, 7)), min_size=1, max_size=25
)


def employers(uow: UnitOfWork) -> list[Employer]:
    """Eight employers, made once for all examples of a session."""
    made: list[Employer] = uow.session.info.setdefault("tests.queue", [])
    while len(made) < 8:
        made.append(make_employer(uow))
    return made


def apply(uow: UnitOfWork, fair: JobFair, rows: list[Exhibitor], step: str, pick: int) -> Exhibitor | None:
    """One thing that happens at a fair; the exhibitor that was accepted or put into the queue, if any."""
    if step == "grow":
        uow.session.refresh(fair)
        fair.booth_capacity += 1
        uow.session.flush()
        promote_waiting(uow, fair)
    elif step == "ask" and len(rows) < 8:
        row = make_exhibitor(uow, fair, employer=employers(uow)[len(rows)], state=ExhibitorState.APPLIED)
        rows.append(row)
        hold_fair(uow, fair.id)
        give_place(uow, fair, row)
        return row
    elif rows:
        row = rows[pick % len(rows)]
        if step == "cancel" and row.state in {ExhibitorState.ACCEPTED, ExhibitorState.WAITING}:
            cancel_exhibitor(uow, fair, row)
        elif step == "refuse" and row.state is ExhibitorState.WAITING:
            refuse_exhibitor(uow, fair, row, reason_code="fr_full")
    return None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capacity=st.integers(0, 3), steps=STEPS)
def test_the_queue_is_first_come_first_served_and_no_place_stays_free(
    uow: UnitOfWork, capacity: int, steps: list[tuple[str, int]]
) -> None:
    fair = make_fair(uow, booth_capacity=capacity)
    rows: list[Exhibitor] = []
    arrived: list[int] = []
    for step, pick in steps:
        row = apply(uow, fair, rows, step, pick)
        if row is not None:
            arrived.append(row.id)
        uow.session.refresh(fair)
        states = {one.id: one.state for one in rows}
        held = [key for key in arrived if states[key] is ExhibitorState.ACCEPTED]
        waiting = [key for key in arrived if states[key] is ExhibitorState.WAITING]
        assert fair.booth_taken == len(held) <= fair.booth_capacity
        assert not waiting or fair.booth_taken == fair.booth_capacity
        assert not (held and waiting) or max(held) < min(waiting)
        queue = select(Exhibitor.id).where(Exhibitor.fair_id == fair.id, Exhibitor.waiting_number.is_not(None))
        assert list(uow.session.scalars(queue.order_by(Exhibitor.waiting_number))) == waiting


def test_a_control_that_passes_the_queue_over_is_noticed(uow: UnitOfWork) -> None:
    """Without the queue a freed place would stay free while somebody waits."""
    fair = make_fair(uow, booth_capacity=1)
    first, second = (make_exhibitor(uow, fair, state=ExhibitorState.APPLIED) for _n in range(2))
    for row in (first, second):
        give_place(uow, fair, row)
    first.state = ExhibitorState.CANCELED
    uow.session.flush()
    assert second.state is ExhibitorState.WAITING
    assert fill_places(uow, fair) == []
    free_place(uow, fair, first)
    assert second.state is ExhibitorState.ACCEPTED
