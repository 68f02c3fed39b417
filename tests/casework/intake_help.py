"""Rows and files for the tests of the intake; every name and number is invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from jobmatch.accounts.models import Organization
from jobmatch.casework.intake.models import IntakeBatch, RosterEntry
from jobmatch.casework.intake.services.intakes import Answers
from jobmatch.casework.intake.services.roster import begin_import, hand_in_roster, make_batch, try_roster
from jobmatch.casework.intake.states import Season
from jobmatch.core.actors import Actor
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from tests.conftest import acting
from tests.factories import TOWN_A, make_staff, phone

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
HEAD = ("姓名", "身份证号", "出生日期", "安置方式", "退役军衔", "退役日期", "移交日期", "安置地", "联系电话")


def id_number(sequence: int, born: str = "20020506", region: str = "999999") -> str:
    """A number with a right checksum in a region that no list knows."""
    digits = f"{region}{born}{sequence:03d}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


def line(sequence: int, **values: str) -> tuple[str, ...]:
    """A row of a roster without a fault; ``values`` are by head."""
    row = dict(
        zip(
            HEAD,
            (f"测试{sequence}", id_number(sequence), "", "自主就业", "上等兵", "2026-11-01", "", "测试东镇", ""),
            strict=True,
        )
    )
    return tuple((row | values)[head] for head in HEAD)


def csv_of(*rows: tuple[str, ...], encoding: str = "utf-8") -> bytes:
    return "\n".join(",".join(row) for row in (HEAD, *rows)).encode(encoding)


def xlsx_of(*rows: tuple[str, ...]) -> bytes:
    return write_workbook(Sheet("名册", HEAD, rows))


def staff_unit(uow: UnitOfWork, **where: Any) -> UnitOfWork:
    """The unit in the hands of a clerk of the county, or of ``path``."""
    return acting(uow, make_staff(uow, **where))


def station_of(uow: UnitOfWork, actor: Actor) -> Organization:
    return uow.session.get_one(Organization, actor.organization_id)


def make(uow: UnitOfWork) -> IntakeBatch:
    """The autumn batch of the actor's station."""
    return make_batch(uow, station_of(uow, uow.actor), year=2026, season=Season.AUTUMN)


def stored(uow: UnitOfWork, batch: IntakeBatch, *rows: tuple[str, ...]) -> list[RosterEntry]:
    """Import ``rows`` without a file on disk and give the lines of the batch in their order."""
    import_rows(uow, batch, csv_of(*rows))
    return entries_of(uow, batch)


def import_rows(uow: UnitOfWork, batch: IntakeBatch, content: bytes, name: str = "名册.csv") -> Any:
    """Hand in, read and store; the import with its counts."""
    run = hand_in_roster(uow, batch, content=content, name=name)
    return begin_import(uow, run, batch, try_roster(uow, batch, content=content, name=name))


def entries_of(uow: UnitOfWork, batch: IntakeBatch) -> list[RosterEntry]:
    return uow.session.query(RosterEntry).filter_by(batch_id=batch.id).order_by(RosterEntry.id).all()


def answers(sequence: int = 1, **values: Any) -> Answers:
    """What somebody says at the window, all of it right."""
    given = {
        "name": f"测试{sequence}",
        "phone": phone(),
        "id_number": id_number(sequence),
        "resettlement_code": "ZZJY",
        "enlisted_on": date(2024, 9, 1),
        "discharged_on": date(2026, 11, 1),
        "rank_code": "Y2",
        "branch_code": "LJ",
        "registered_place": TOWN_A,
        "resettled_place": TOWN_A,
        "region_code": TOWN_A,
        "wanted_regions": [TOWN_A],
        "education_code": "61",
        "licences": ["C1"],
        "specialties": ["SP11"],
        "words": "货车司机",
        "agreed": True,
    }
    return Answers(**(given | values))
