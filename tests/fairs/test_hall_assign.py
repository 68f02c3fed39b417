"""Booths given, moved and freed, one by one and by many at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from jobmatch.core.errors import Conflict
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.halls.models import BoothMove
from jobmatch.fairs.halls.services.assigning import assign_booth
from tests.fairs.help import make_booth, make_exhibitor, make_fair


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
