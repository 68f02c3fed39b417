"""One proposal decided from eight screens at once: it is decided once, and the others read that it was."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from jobmatch.casework.crosscheck.models import CrossCheck, CrossCheckLine
from jobmatch.casework.crosscheck.services import answers
from jobmatch.casework.crosscheck.services.answers import accept_line, refuse_line
from jobmatch.casework.crosscheck.states import LineState
from jobmatch.core.actors import Actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.register import EmploymentSpell
from tests.applications.test_storms import SCREENS, SYSTEM, runtime, storm
from tests.casework.crosscheck.help import a_list, answered, numbered
from tests.conftest import acting
from tests.factories import make_staff

__all__ = ["runtime"]


def proposal(runtime: Runtime, folder: Path) -> Actor:
    """The clerk of a list with one waiting line."""
    with runtime.unit(SYSTEM) as uow:
        clerk = make_staff(uow)
        staff = acting(uow, clerk)
        person = numbered(staff)
        crosscheck = a_list(staff)
        answered(staff, crosscheck, folder, (person.id_number, "是", "新的公司", "2026-10-01"))  # type: ignore[arg-type]
    return clerk


@pytest.mark.parametrize("is_mixed", [False, True])
def test_eight_clerks_decide_one_line_once(runtime: Runtime, tmp_path: Path, is_mixed: bool) -> None:
    clerk = proposal(runtime, tmp_path)

    def decide(key: int) -> str:
        try:
            with runtime.unit(clerk) as uow:
                line = uow.session.scalars(select(CrossCheckLine)).one()
                crosscheck = uow.session.scalars(select(CrossCheck)).one()
                if is_mixed and key % 2:
                    return refuse_line(uow, crosscheck, line, note="重名，不是本人").state.value
                return accept_line(uow, crosscheck, line).state.value
        except Conflict:
            return "decided"

    told = storm(decide, list(range(SCREENS)), SCREENS)
    with runtime.unit(SYSTEM, writing=False) as uow:
        kept = uow.session.scalars(select(CrossCheckLine)).one()
        written = uow.session.scalar(select(func.count()).select_from(EmploymentSpell))
        decisions = uow.session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "crosscheck.decide")
        )
    assert set(told) <= {kept.state.value, "decided"}
    assert (decisions, written) == (1, int(kept.state.value == "accepted"))


@pytest.mark.postgres
def test_the_control_without_the_guard_decides_more_than_once(
    postgres_runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read, then write what was read to be open, as a careless service would."""
    clerk, seen = proposal(postgres_runtime, tmp_path), threading.Barrier(SCREENS)

    def careless(uow: UnitOfWork, line: CrossCheckLine, state: LineState, *, note: str = "") -> None:
        seen.wait(timeout=20)
        line.state, line.note, line.decided_at = state, note, uow.now

    monkeypatch.setattr(answers, "_decide", careless)

    def decide(_key: int) -> str:
        with postgres_runtime.unit(clerk) as uow:
            line = uow.session.scalars(select(CrossCheckLine)).one()
            crosscheck = uow.session.scalars(select(CrossCheck)).one()
            return refuse_line(uow, crosscheck, line, note="重名，不是本人").state.value

    assert storm(decide, list(range(SCREENS)), SCREENS) == ["refused"] * SCREENS
    with postgres_runtime.unit(SYSTEM, writing=False) as uow:
        decisions = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "crosscheck.decide")
        assert (uow.session.scalar(decisions) or 0) > 1
