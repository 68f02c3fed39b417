"""Background work that a clerk ordered keeps to their subtree, and to the rights of the day it runs (ASVS 8.3.3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import NotAllowed
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.core.sheets import read_lines
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.models import TableExport
from jobmatch.exchange.states import TakenKind, TakingState
from jobmatch.exchange.tables import taking
from jobmatch.exchange.tables.jobs import take_out
from jobmatch.exchange.tables.kinds import TAKEN
from jobmatch.inbox.models import Message
from jobmatch.reports.papers.jobs import send_orders
from jobmatch.reports.papers.models import PaperOrder
from jobmatch.reports.papers.services import order_paper
from tests.factories import PATH_A, PATH_COUNTY, PATH_OTHER, make_person, make_staff

SYSTEM = system_actor("tests")


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def clerk(runtime: Runtime) -> Actor:
    with runtime.unit(SYSTEM) as uow:
        return make_staff(uow, path=PATH_COUNTY)


def _smaller(uow: UnitOfWork, clerk: Actor) -> None:
    """The clerk's office answers for one town from now on."""
    uow.session.get_one(Organization, clerk.organization_id).region_path = PATH_A


def _ended(uow: UnitOfWork, clerk: Actor) -> None:
    uow.session.query(Membership).filter_by(user_id=clerk.user_id).one().is_active = False


def _locked(uow: UnitOfWork, clerk: Actor) -> None:
    uow.session.get_one(User, clerk.user_id).is_active = False


LOSSES = [_smaller, _ended, _locked]


def _export(runtime: Runtime, clerk: Actor) -> int:
    with runtime.unit(SYSTEM) as uow:
        make_person(uow, name="示例近人", path=PATH_COUNTY)
        make_person(uow, name="示例远人", path=PATH_OTHER, living_region_code="130102")
    with runtime.unit(clerk) as uow:
        return taking.begin_export(uow, TAKEN[TakenKind.PEOPLE], reason="季度走访核对").id


def test_an_export_holds_the_clerks_subtree_and_no_other(runtime: Runtime, clerk: Actor) -> None:
    key = _export(runtime, clerk)
    take_out(JobContext(runtime.database, 1, "tests"), export_id=key)
    with runtime.unit(clerk) as uow:
        _note, _head, *rows = read_lines(taking.read_export(uow, uow.session.get_one(TableExport, key))[1])
    assert [row[0] for row in rows] == ["示例近人"]


@pytest.mark.parametrize("loss", LOSSES)
def test_an_export_whose_clerk_lost_the_right_meanwhile_is_never_written(
    runtime: Runtime, clerk: Actor, loss: Callable[[UnitOfWork, Actor], None]
) -> None:
    key = _export(runtime, clerk)
    with runtime.unit(SYSTEM) as uow:
        loss(uow, clerk)
    take_out(JobContext(runtime.database, 1, "tests"), export_id=key)
    with runtime.unit(SYSTEM, writing=False) as uow:
        export = uow.session.get_one(TableExport, key)
        assert (export.state, export.file_id) == (TakingState.FAILED, None)


def _ordered(runtime: Runtime, clerk: Actor) -> None:
    with runtime.unit(clerk) as uow:
        order_paper(uow, PATH_COUNTY, kind="monthly", month_day=1).next_on = uow.today
    with pytest.raises(NotAllowed), runtime.unit(clerk) as uow:
        order_paper(uow, PATH_OTHER, kind="monthly", month_day=1)


def test_a_paper_that_was_ordered_comes_to_whoever_may_still_write_it(runtime: Runtime, clerk: Actor) -> None:
    _ordered(runtime, clerk)
    assert send_orders(JobContext(runtime.database, 1, "tests")) == {"sent": 1}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_paper_stops_with_the_right_of_whoever_ordered_it(
    runtime: Runtime, clerk: Actor, loss: Callable[[UnitOfWork, Actor], None]
) -> None:
    _ordered(runtime, clerk)
    with runtime.unit(SYSTEM) as uow:
        loss(uow, clerk)
    assert send_orders(JobContext(runtime.database, 1, "tests")) == {"sent": 0}
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert not uow.session.scalars(select(PaperOrder)).one().is_active
        assert uow.session.scalars(select(Message.id).where(Message.user_id == clerk.user_id)).all() == []
        refused = select(AuditEntry.result).where(AuditEntry.action == "paper.stop")
        assert uow.session.scalars(refused).all() == ["refused"]
