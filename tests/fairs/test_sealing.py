"""The lists of a fair are sealed before names are forgotten, kept for the years of the law, and destroyed after."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.errors import NotAllowed
from jobmatch.core.files import StoredFile
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.jobs import seal
from jobmatch.fairs.outcomes.models import FairArchive
from jobmatch.fairs.outcomes.services import reports, sealing
from jobmatch.fairs.outcomes.services.sealing import destroy_lists, fairs_to_seal, seal_lists
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairPart, FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.services.linking import forget_contacts
from tests.conftest import acting
from tests.factories import make_staff
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting, make_registration
from tests.fairs.outcome_help import make_check_in, make_intention

SYSTEM = system_actor("tests")
NAME = "测试无档"


def over(uow: UnitOfWork, days: int, **values: Any) -> JobFair:
    """A fair that ended so many days ago, with somebody without a file who came and had an intention."""
    opens = uow.now - timedelta(days=days, hours=6)
    fair = make_fair(uow, state=FairState.CLOSED, opens_at=opens, **values)
    fair.closed_at = fair.closes_at
    row = make_registration(uow, fair, name=NAME)
    make_check_in(uow, fair, row)
    make_intention(uow, row, make_fair_posting(uow, make_exhibitor(uow, fair, came=True)))
    return fair


def sealed(uow: UnitOfWork, fair: JobFair) -> bool:
    return seal_lists(uow, fair, reports.lists_book(uow, fair))


def names_in(content: bytes) -> str:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])


@pytest.fixture
def unit(uow: UnitOfWork, tmp_path: Path) -> UnitOfWork:
    uow.session.info["data_dir"] = str(tmp_path)
    return uow


def test_nobody_is_forgotten_before_the_lists_are_sealed_and_the_file_keeps_who_came(unit: UnitOfWork) -> None:
    fair = over(unit, 181)
    assert forget_contacts(unit) == 0
    assert sealed(unit, fair) and forget_contacts(unit) == 1
    row = unit.session.scalars(select(FairRegistration)).one()
    assert (row.name, row.phone) == ("", None)
    staff = acting(unit, make_staff(unit))
    reports.archive(staff, fair, target := io.BytesIO())
    with zipfile.ZipFile(target) as pack:
        kept = [name for name in pack.namelist() if name.startswith("封存名单")]
        assert len(kept) == 1 and names_in(pack.read(kept[0])).count(NAME) >= 2
        assert NAME not in names_in(pack.read("名单.xlsx"))


def test_sealed_lists_never_change(unit: UnitOfWork) -> None:
    fair = over(unit, 181)
    assert sealed(unit, fair) and not seal_lists(unit, fair, b"other")
    assert unit.session.scalars(select(StoredFile.name)).all() == [unit.session.scalars(select(StoredFile)).one().name]
    with pytest.raises(NotAllowed):
        seal_lists(acting(unit, make_staff(unit)), fair, b"")
    with pytest.raises(NotAllowed):
        destroy_lists(acting(unit, make_staff(unit)))


@pytest.mark.parametrize(
    ("contact_days", "ended", "is_due"),
    [(180, 96, True), (180, 94, False), (60, 54, True), (60, 52, False), (3, 2, True), (3, 0, False)],
)
def test_lists_are_sealed_with_their_outcomes_but_always_before_names_go(
    unit: UnitOfWork, monkeypatch: pytest.MonkeyPatch, contact_days: int, ended: int, is_due: bool
) -> None:
    monkeypatch.setattr(sealing, "rule_value", lambda *_: contact_days)
    fair = over(unit, ended)
    over(unit, 400, part=FairPart.JOINED)
    assert fairs_to_seal(unit) == ([fair.id] if is_due else [])


def test_lists_are_destroyed_when_the_years_are_over_and_not_a_day_sooner(unit: UnitOfWork) -> None:
    fair = over(unit, 200)
    sealed(unit, fair)
    last = reports.kept_until(unit, fair)
    later = acting(unit, SYSTEM)
    later.today = last
    assert destroy_lists(later) == 0
    later.today = last + timedelta(days=1)
    assert (destroy_lists(later), destroy_lists(later)) == (1, 0)
    row = unit.session.scalars(select(FairArchive)).one()
    assert (row.file_id, row.destroyed_at) == (None, later.now)
    assert unit.session.scalars(select(StoredFile)).all() == [] and fairs_to_seal(later) == []
    staff = acting(unit, make_staff(unit))
    reports.archive(staff, fair, target := io.BytesIO())
    with zipfile.ZipFile(target) as pack:
        assert not [name for name in pack.namelist() if name.startswith("封存名单")]


def test_the_timed_work_seals_each_fair_once(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        over(uow, 100)
        over(uow, 10)
    context = JobContext(sqlite_runtime.database, 0, "outcomes.seal")
    assert seal(context) == {"sealed": 1, "destroyed": 0}
    assert seal(context) == {"sealed": 0, "destroyed": 0}
