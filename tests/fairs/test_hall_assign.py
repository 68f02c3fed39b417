"""Booths given, moved and freed, one by one and by many at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.core.errors import Conflict
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.services.absences import record_came
from jobmatch.fairs.exhibitors.services.signing_up import cancel_exhibitor
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.halls.models import Booth, BoothMove
from jobmatch.fairs.halls.queries import plan_of
from jobmatch.fairs.halls.services import proposing
from jobmatch.fairs.halls.services.assigning import assign_booth
from jobmatch.fairs.halls.services.proposing import fill_booths
from jobmatch.fairs.visitors.models import PlannedVisit
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting, make_registration


def test_an_exhibitor_moves_and_the_log_says_from_where(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    one, first, second = make_exhibitor(uow, fair), make_booth(uow, fair, "A01"), make_booth(uow, fair, "A02")
    assign_booth(uow, first, one)
    assign_booth(uow, second, one)
    assert (first.exhibitor_id, second.exhibitor_id, second.is_pinned) == (None, one.id, True)
    assign_booth(uow, second, None)
    moves = [(move.from_number, move.to_number) for move in uow.session.scalars(select(BoothMove))]
    assert moves == [("", "A01"), ("A01", "A02"), ("A02", "")]


def test_a_taken_booth_and_one_who_is_not_accepted_are_refused(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    booth, free = make_booth(uow, fair, "A01", exhibitor=make_exhibitor(uow, fair)), make_booth(uow, fair, "A02")
    with pytest.raises(Conflict):
        assign_booth(uow, booth, make_exhibitor(uow, fair))
    with pytest.raises(Conflict):
        assign_booth(uow, free, make_exhibitor(uow, fair, state=ExhibitorState.APPLIED))
    with pytest.raises(Conflict):
        assign_booth(uow, free, make_exhibitor(uow, make_fair(uow)))


def test_who_cancels_leaves_its_booth_in_the_same_unit_and_it_can_be_given_at_once(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    gone, next_one = make_exhibitor(uow, fair), make_exhibitor(uow, fair)
    booth = make_booth(uow, fair, "A01")
    assign_booth(uow, booth, gone)
    cancel_exhibitor(uow, fair, gone)
    uow.session.refresh(booth)
    assert (booth.exhibitor_id, booth.is_pinned) == (None, False)
    assert assign_booth(uow, booth, next_one).exhibitor_id == next_one.id
    moves = [(move.exhibitor_id, move.from_number, move.to_number) for move in uow.session.scalars(select(BoothMove))]
    assert moves == [(gone.id, "", "A01"), (gone.id, "A01", ""), (next_one.id, "", "A01")]


def test_an_absent_exhibitor_keeps_its_booth_and_may_get_one(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    late = make_exhibitor(uow, fair, state=ExhibitorState.ABSENT)
    make_booth(uow, fair, "A01")
    assert plan_of(uow.session, fair).homeless == [late]
    assert fill_booths(uow, fair) == (1, 0)
    record_came(uow, late)
    assert uow.session.scalars(select(Booth.number).where(Booth.exhibitor_id == late.id)).all() == ["A01"]


def test_a_filling_that_is_refused_halfway_leaves_the_hall_as_it_was(
    uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    fair = make_fair(uow)
    booths = [make_booth(uow, fair, f"A0{n}") for n in (1, 2, 3)]
    for booth in booths[:2]:
        assign_booth(uow, booth, make_exhibitor(uow, fair), by_solver=True)
    before = [booth.exhibitor_id for booth in booths]
    make_exhibitor(uow, fair)
    tries: list[int] = []

    def refused(unit: UnitOfWork, booth: Booth, exhibitor: Any, *, by_solver: bool = False) -> Booth:
        tries.append(booth.id)
        if len(tries) == 3:
            raise Conflict("taken in between")
        return assign_booth(unit, booth, exhibitor, by_solver=by_solver)

    solved = proposing.propose_booths

    def turned(spots: Any, wishes: Any) -> Any:
        found = solved(spots, wishes)
        keys, values = list(found.booth_of), list(found.booth_of.values())
        return type(found)(dict(zip(keys, [*values[1:], values[0]], strict=True)), (), 0.0)

    monkeypatch.setattr(proposing, "propose_booths", turned)
    monkeypatch.setattr(proposing, "assign_booth", refused)
    with pytest.raises(Conflict):
        fill_booths(uow, fair)
    uow.session.expire_all()
    assert len(tries) == 3 and [booth.exhibitor_id for booth in booths] == before


def test_who_is_visited_in_a_wheelchair_or_needs_it_stands_where_there_are_no_steps(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    stairs, flat, ramp = (make_booth(uow, fair, f"A0{n}") for n in (1, 2, 3))
    stairs.is_accessible = False
    visited, own, free = (
        make_exhibitor(uow, fair),
        make_exhibitor(uow, fair, needs="一位坐轮椅"),
        make_exhibitor(uow, fair),
    )
    for needs in (["wheelchair"], ["hearing"]):
        row = make_registration(uow, fair, needs=needs)
        one = visited if "wheelchair" in needs else free
        posting = make_fair_posting(uow, one)
        values = {"exhibitor_id": one.id, "fair_posting_id": posting.id, "position": 1, "score": 1.0}
        uow.session.add(PlannedVisit(registration_id=row.id, reasons=[], **values))
    uow.session.flush()
    assert fill_booths(uow, fair) == (3, 0)
    uow.session.expire_all()
    assert stairs.exhibitor_id == free.id and {flat.exhibitor_id, ramp.exhibitor_id} == {visited.id, own.id}
