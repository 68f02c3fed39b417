"""Every pair of every transition table of the house, the legal and the illegal ones (R8, R20).

Rooms whose own tests walk every pair are named in ``WALKED``; for the others a real row is put into each state and the
service's gate is asked for each step. What is not in the table is refused before anything else is looked at.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from jobmatch.applications.models import Application
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.states import FLOW
from jobmatch.casework.intake.models import RosterEntry
from jobmatch.casework.intake.services.roster import move_entry
from jobmatch.casework.intake.states import MOVES
from jobmatch.core.errors import AppError, Conflict, Invalid
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.services import reviewing
from jobmatch.fairs.exhibitors.states import EXHIBITOR_FLOW
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.services import fairs
from jobmatch.fairs.planning.states import FAIR_FLOW, FairPart
from jobmatch.reports.campaigns.models import Campaign, StationCheck
from jobmatch.reports.campaigns.services import campaigns, checks
from jobmatch.reports.campaigns.states import CAMPAIGN_FLOW, CHECK_FLOW
from jobmatch.reports.filing.models import Submission
from jobmatch.reports.filing.services import submitting
from jobmatch.reports.filing.states import SUBMISSION_FLOW
from tests.house.town import SYSTEM, Town
from training.courses.catalog.models import Provider
from training.courses.catalog.services import providers
from training.courses.catalog.states import PROVIDER_FLOW
from training.courses.classes.models import CourseSession
from training.courses.classes.services import deciding as classes
from training.courses.classes.states import SESSION_FLOW
from training.courses.payments.models import PaySheet
from training.courses.payments.services import moving as payments
from training.courses.payments.states import PAY_FLOW
from training.courses.schooling import services as schooling
from training.courses.schooling.models import SchoolPlan
from training.courses.schooling.states import SCHOOL_FLOW
from training.incubation.parks.models import Tenancy
from training.incubation.parks.services import common as parks
from training.incubation.parks.states import TENANCY_FLOW
from training.incubation.support.models import VentureSupport
from training.incubation.support.services import deciding as supports
from training.incubation.support.states import SUPPORT_FLOW

ROOT = Path(__file__).parents[2]
WALKED = {
    "VENTURE_FLOW": "tests/training/test_venture_services.py",
    "REFERRAL_FLOW": "tests/casework/test_plans.py",
    "REQUEST_FLOW": "tests/casework/test_desk_services.py",
    "COMPLAINT_FLOW": "tests/complaints/test_services.py",
    "VETTING_FLOW": "tests/recruiters/test_employer_services.py",
    "POSTING_FLOW": "tests/recruiters/test_posting_services.py",
}


@dataclass(frozen=True)
class House:
    """One table, the rows it rules, and the gate of the service: it refuses a step, or lets it on."""

    name: str
    flow: Any
    model: type
    gate: Callable[[UnitOfWork, Any, Any], object]
    refusal: type[AppError] = Conflict
    twice_is_once: bool = False
    """The same step again, where it led here, changes nothing and is no fault."""
    has_more_rules: bool = False
    """The gate looks at other rows, too, and may refuse a step of the table; legal paths stand in the room's tests."""


def _pay(uow: UnitOfWork, sheet: PaySheet, step: str) -> object:
    return payments._take(uow, uow.session.get_one(CourseSession, sheet.session_id), sheet, step)


def _fair(uow: UnitOfWork, fair: JobFair, step: str) -> object:
    with uow.session.no_autoflush:
        fair.part = FairPart.JOINED if step == "begin" else FairPart.HELD
        return fairs._may_move(uow, fair, step)


def _exhibitor(uow: UnitOfWork, exhibitor: Exhibitor, step: str) -> object:
    fair = uow.session.get_one(JobFair, exhibitor.fair_id)
    with uow.session.no_autoflush:
        fair.state = sorted(reviewing.DECIDED_IN)[0]
        return reviewing._expect(fair, exhibitor, step)


HOUSES = (
    House("FAIR_FLOW", FAIR_FLOW, JobFair, _fair),
    House("EXHIBITOR_FLOW", EXHIBITOR_FLOW, Exhibitor, _exhibitor),
    House("SUBMISSION_FLOW", SUBMISSION_FLOW, Submission, submitting._step),
    House("CAMPAIGN_FLOW", CAMPAIGN_FLOW, Campaign, campaigns._take, twice_is_once=True),
    House("CHECK_FLOW", CHECK_FLOW, StationCheck, lambda _uow, check, step: checks._step(check, step)),
    House("TENANCY_FLOW", TENANCY_FLOW, Tenancy, parks.step),
    House("SUPPORT_FLOW", SUPPORT_FLOW, VentureSupport, supports.take),
    House("PROVIDER_FLOW", PROVIDER_FLOW, Provider, providers.move_provider),
    House("SESSION_FLOW", SESSION_FLOW, CourseSession, lambda _uow, one, step: classes._may_move(one, step)),
    House("SCHOOL_FLOW", SCHOOL_FLOW, SchoolPlan, schooling._step),
    House("PAY_FLOW", PAY_FLOW, PaySheet, _pay),
    House(
        "MOVES",
        MOVES,
        RosterEntry,
        lambda uow, one, step: move_entry(uow, one, step, reason="测试原因"),
        refusal=Invalid,
    ),
    House("FLOW", FLOW, Application, move_application, twice_is_once=True, has_more_rules=True),
)


def tables_of_the_house() -> set[str]:
    """Names of every transition table in the code."""
    found = set()
    for package in ("jobmatch", "recruiters", "training"):
        for path in (ROOT / package).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            for node in ast.parse(source).body if "FLOW" in source or "Flow[" in source else ():
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                    kind = ast.unparse(node.annotation)
                    if kind.startswith("Flow[") or (kind.startswith("dict[tuple[") and "State, " in kind):
                        found.add(node.target.id)
    return found


def test_no_table_is_left_out() -> None:
    assert tables_of_the_house() == {house.name for house in HOUSES} | set(WALKED)
    for name, path in WALKED.items():
        assert name in (ROOT / path).read_text(encoding="utf-8"), path


def outcome(uow: UnitOfWork, house: House, row_id: int, state: Any, step: Any) -> str:
    """What the gate makes of ``step`` in ``state``: refused, moved (and whereto), or let on to other rules."""
    said = ""
    with contextlib.suppress(_Undone), uow.session.begin_nested():
        uow.session.execute(update(house.model).where(house.model.id == row_id).values(state=state))  # type: ignore[attr-defined]
        uow.session.expire_all()
        row: Any = uow.session.get_one(house.model, row_id)
        assert row.state is state
        try:
            house.gate(uow, row, step)
            said = "stays" if row.state is state else "goes on"
        except (AppError, TypeError) as error:
            # A step that asks for facts got past the table; which facts, the tests of the room know.
            said = "refused" if isinstance(error, house.refusal) else "goes on"
        raise _Undone
    return said


class _Undone(Exception):
    """Takes back what a gate did."""


@pytest.mark.parametrize("house", HOUSES, ids=[house.name for house in HOUSES])
def test_only_the_steps_of_the_table_are_let_through(house: House, sqlite_runtime: Runtime, town: Town) -> None:
    wrong, tried = [], 0
    steps = sorted({step for _state, step in house.flow}, key=str)
    with sqlite_runtime.unit(SYSTEM) as uow:
        # The gate alone is asked; which stamps belong to a state is the business of the table's CHECKs.
        uow.session.connection().exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        row_id = uow.session.query(house.model.id).order_by(house.model.id).limit(1).scalar()  # type: ignore[attr-defined]
        assert row_id is not None, f"the town has no {house.model.__name__}"
        states = list(type(next(iter(house.flow))[0]))
        for state in states:
            for step in steps:
                said, tried = outcome(uow, house, row_id, state, step), tried + 1
                is_legal = (state, step) in house.flow
                is_there = house.twice_is_once and state in {
                    to for (_old, one), to in house.flow.items() if one == step
                }
                if is_legal and house.has_more_rules:
                    continue
                if is_legal == (said == "refused") and not (is_there and said == "stays"):
                    wrong.append((state.value, str(step), said))
        uow.session.connection().exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
    assert wrong == []
    assert tried == len(states) * len(steps) > len(house.flow)
