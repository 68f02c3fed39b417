"""The path of an application as a property: whatever is pressed in whatever order, the table holds."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from jobmatch.applications.models import Application, ApplicationMove, InterviewSlot
from jobmatch.applications.services.starts import undo_start
from jobmatch.applications.states import ENDED, FLOW, LIVE, MOVES, ApplicationState, Move, Side, moves_from
from jobmatch.core.errors import AppError
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from recruiters.postings.models import Posting
from tests.applications.samples import apply, go
from tests.factories import make_person, make_posting

STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 1), st.sampled_from([None, None, *Move])), min_size=1, max_size=14
)
SETTINGS = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def test_every_move_has_a_side_and_every_ending_is_final() -> None:
    assert set(MOVES) == set(Move)
    assert {move for _state, move in FLOW} == set(Move) - {Move.REVIVE}
    assert not {state for state, _move in FLOW} & set(ENDED)
    assert {move for state, move in FLOW if state is ApplicationState.STARTED} == {Move.UNDO_START}
    assert set(ApplicationState) == {*LIVE, *ENDED, ApplicationState.STARTED}


def test_buttons_are_those_of_the_table() -> None:
    assert set(moves_from(ApplicationState.OFFERED, Side.PERSON)) == {Move.ACCEPT, Move.WITHDRAW}
    assert moves_from(ApplicationState.STARTED, Side.EMPLOYER) == ()


@SETTINGS
@given(steps=STEPS)
def test_random_moves_never_leave_the_table(uow: UnitOfWork, steps: list[tuple[int, int, Move | None]]) -> None:
    inside = uow.session.begin_nested()
    people = [make_person(uow) for _n in range(2)]
    postings = [make_posting(uow, vacancy_count=1) for _n in range(2)]
    for who, where, move in steps:
        _step(uow, people[who], postings[where], move)
        _check(uow, people, postings)
        _check_seats(uow, postings)
    inside.rollback()
    uow.session.expunge_all()


def _step(uow: UnitOfWork, person: Person, posting: Posting, move: Move | None) -> None:
    """Apply (``None``) or move the newest application of the pair; a refusal is fine, a state off the table is not."""
    newest = (
        select(Application)
        .where(Application.person_id == person.id, Application.posting_id == posting.id)
        .order_by(Application.id.desc())
    )
    found = uow.session.scalars(newest).first()
    before = found.state if found else None
    try:
        with uow.session.begin_nested():
            if move is None:
                found = apply(uow, person, posting)
            elif move is Move.UNDO_START and found is not None:
                undo_start(uow, found, reason="按错了")
            elif move is not None and found is not None:
                go(uow, found, move)
    except AppError:
        assert found is None or found.state is before
        return
    if move is Move.RECORD_RESULT or move is Move.REVIVE:
        return
    if move is not None and found is not None and before is not None:
        assert found.state is FLOW.get((before, move), before)


def _check_seats(uow: UnitOfWork, postings: list[Posting]) -> None:
    """A slot counts exactly the applications that hold a seat in it, and never more than it has."""
    for slot in uow.session.scalars(
        select(InterviewSlot).where(InterviewSlot.posting_id.in_([p.id for p in postings]))
    ):
        uow.session.refresh(slot)
        held = select(func.count()).select_from(Application).where(Application.slot_id == slot.id)
        assert slot.taken == uow.session.scalar(held) <= slot.capacity


def _leads_there(row: ApplicationMove) -> bool:
    """The table says so; what was revived stands where it stood, in any live state."""
    if row.move is Move.REVIVE:
        return row.from_state is ApplicationState.SUPERSEDED and row.to_state in LIVE
    return row.from_state is not None and row.move is not None and FLOW[row.from_state, row.move] is row.to_state


def _check(uow: UnitOfWork, people: list[Person], postings: list[Posting]) -> None:
    mine = Application.person_id.in_([one.id for one in people])
    found = uow.session.scalars(select(Application).where(mine)).all()
    live = Counter((one.person_id, one.posting_id) for one in found if one.state in LIVE)
    assert all(count == 1 for count in live.values())
    for posting in postings:
        uow.session.refresh(posting, ["filled_count"])
        on_board = (ApplicationState.HIRED, ApplicationState.STARTED)
        assert posting.filled_count == sum(one.posting_id == posting.id and one.state in on_board for one in found) <= 1
    for one in found:
        rows = uow.session.scalars(
            select(ApplicationMove).where(ApplicationMove.application_id == one.id).order_by(ApplicationMove.id)
        ).all()
        assert rows[0].from_state is None
        assert rows[-1].to_state is one.state
        assert all(left.to_state is right.from_state for left, right in pairwise(rows))
        assert all(_leads_there(row) for row in rows[1:])
    started = [one for one in found if one.state is ApplicationState.STARTED]
    for person in people:
        mine_started = [one for one in started if one.person_id == person.id]
        if mine_started:
            newest = max(mine_started, key=lambda one: one.id)
            assert newest.started_on is not None
