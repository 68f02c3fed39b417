"""The solver only suggests: nothing moves before staff say so, and what they say yes to is what they looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.core.errors import Conflict, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.halls.models import Booth, Hall
from jobmatch.fairs.halls.queries import plan_of
from jobmatch.fairs.halls.services.assigning import assign_booth
from jobmatch.fairs.halls.services.laying import add_item, copy_halls
from jobmatch.fairs.halls.services.proposing import fill_booths, suggest_booths, take_suggestion, undo_filling
from jobmatch.fairs.halls.states import HallItemKind
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.services.fairs import clone_fair
from jobmatch.fairs.planning.states import FairState
from tests.factories import PATH_OTHER, make_staff
from tests.fairs.help import make_booth, make_exhibitor, make_fair
from tests.matching.help import counted


def owners(uow: UnitOfWork, fair: JobFair) -> dict[str, int | None]:
    booths = uow.session.scalars(select(Booth).where(Booth.fair_id == fair.id))
    return {booth.number: booth.exhibitor_id for booth in booths}


def test_a_suggestion_changes_nothing_until_it_is_taken(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    booths = [make_booth(uow, fair, f"A0{n}") for n in range(1, 6)]
    by_hand = make_exhibitor(uow, fair)
    assign_booth(uow, booths[4], by_hand)
    others = [make_exhibitor(uow, fair) for _ in range(3)]
    found = suggest_booths(uow, fair)
    assert owners(uow, fair) == {"A01": None, "A02": None, "A03": None, "A04": None, "A05": by_hand.id}
    assert (found.placed, found.left, len(found.moves)) == (4, 0, 3)
    assert [one for one, _, _ in found.plan.changes] == others and not found.plan.homeless
    assert {booth.number for booth in found.plan.booths if found.plan.is_changed(booth)} == {
        after for _, _, after in found.plan.changes
    }
    assert take_suggestion(uow, fair, found.moves, found.before) == 3
    now = owners(uow, fair)
    assert now["A05"] == by_hand.id and {one.id for one in others} <= set(now.values())
    assert plan_of(uow.session, fair).homeless == []
    with pytest.raises(Conflict):
        take_suggestion(uow, fair, found.moves, found.before)


def test_never_two_at_one_booth_nor_one_at_two_whatever_is_sent(uow: UnitOfWork) -> None:
    fair, elsewhere = make_fair(uow), make_fair(uow)
    booths = [make_booth(uow, fair, f"A0{n}") for n in range(1, 4)]
    fixed, loose = make_exhibitor(uow, fair), make_exhibitor(uow, fair)
    stranger = make_exhibitor(uow, elsewhere)
    assign_booth(uow, booths[0], fixed)
    found = suggest_booths(uow, fair)
    before = owners(uow, fair)
    first, second, third = (booth.public_id for booth in booths)
    for moves in (
        {second: loose.public_id, third: loose.public_id},
        {first: loose.public_id},
        {second: fixed.public_id},
        {second: stranger.public_id},
        {"nonsense": loose.public_id},
        {second: "nonsense"},
    ):
        with pytest.raises(Conflict), uow.session.begin_nested():
            take_suggestion(uow, fair, moves, found.before)
        uow.session.expire_all()
        assert owners(uow, fair) == before, moves
    booths[1].is_blocked = True
    uow.session.flush()
    with pytest.raises(Conflict):
        take_suggestion(uow, fair, found.moves, found.before)
    uow.actor = make_staff(uow, path=PATH_OTHER)
    with pytest.raises(NotAllowed):
        suggest_booths(uow, fair)


def test_while_the_fair_runs_only_who_has_no_booth_is_placed(uow: UnitOfWork) -> None:
    fair = make_fair(uow, state=FairState.RUNNING)
    for n in range(1, 9):
        make_booth(uow, fair, f"A0{n}", exhibitor=make_exhibitor(uow, fair) if n % 2 else None)
    late = make_exhibitor(uow, fair)
    before = owners(uow, fair)
    found = suggest_booths(uow, fair)
    assert list(found.moves.values()) == [late.public_id]
    take_suggestion(uow, fair, found.moves, found.before)
    assert {number: owner for number, owner in owners(uow, fair).items() if owner != late.id and owner} == {
        number: owner for number, owner in before.items() if owner
    }


def test_taking_back_frees_nobody_who_is_at_its_booth(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    make_booth(uow, fair, "A01"), make_booth(uow, fair, "A02")
    here, away = make_exhibitor(uow, fair), make_exhibitor(uow, fair)
    fill_booths(uow, fair)
    fair.state, fair.opened_at, here.checked_in_at = FairState.RUNNING, uow.now, uow.now
    uow.session.flush()
    assert undo_filling(uow, fair) == 1 and undo_filling(uow, fair) == 0
    now = set(owners(uow, fair).values())
    assert here.id in now and away.id not in now


def test_a_suggestion_for_twenty_reads_what_one_for_two_reads(uow: UnitOfWork) -> None:
    counts = []
    for size in (2, 20):
        fair = make_fair(uow)
        for n in range(size):
            make_booth(uow, fair, f"A{n:02d}")
            make_exhibitor(uow, fair)
        with counted(uow.session.get_bind().engine) as statements:
            suggest_booths(uow, fair)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_cloned_fair_has_the_halls_of_the_earlier_one(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    booth = make_booth(uow, fair, "A01", exhibitor=make_exhibitor(uow, fair))
    add_item(uow, fair, uow.session.get_one(Hall, booth.hall_id), HallItemKind.ENTRANCE, row=9, col=9)
    made = clone_fair(uow, fair, opens_at=uow.now + timedelta(days=40))
    plan = plan_of(uow.session, made)
    assert [(one.number, one.exhibitor_id) for one in plan.booths] == [("A01", None)]
    assert [item.kind for item in plan.halls[0].items] == [HallItemKind.ENTRANCE]
    with pytest.raises(Conflict):
        copy_halls(uow, fair, made)
    assert plan_of(uow.session, clone_fair(uow, make_fair(uow), opens_at=uow.now + timedelta(days=40))).halls == ()
