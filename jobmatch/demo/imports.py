"""Tables of people in the demo county: one that was brought in, and one that was checked and waits for a decision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from jobmatch.core.sheets import write_csv
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.county import COUNTY
from jobmatch.demo.people import make_plan
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.exchange import people_imports as services
from jobmatch.exchange.models import PeopleImport
from jobmatch.exchange.people_columns import read_people_table
from jobmatch.reference.queries import region_label

HEAD = ("姓名", "身份证号", "联系电话", "类别", "现住址", "安置方式", "入伍时间", "退役时间")
FIRST_NUMBER = 9_000_000
"""Far beyond the numbers of the people who register one by one."""


def grow_imports(demo: Demo) -> None:
    """A roster of autumn that was stored, and one of latecomers with a few faults that nobody has confirmed yet."""
    rows = _rows(demo, 40)
    rows[7][1] = rows[7][1][:-1] + ("1" if rows[7][1][-1] != "1" else "2")
    rows[12][2] = "1990001"
    rows[21][4] = "不在这个县的地方"
    rows[33][7] = "1999-01"
    _bring_in(demo, "秋季退役士兵名册（合成）.csv", rows[:28], is_confirmed=True)
    _bring_in(demo, "补报人员（合成）.csv", [*rows[28:], rows[2]], is_confirmed=False)


def _rows(demo: Demo, count: int) -> list[list[str]]:
    rows = []
    with demo.unit(WEEKS) as uow:
        for number in range(count):
            plan = make_plan(demo.rng, FIRST_NUMBER + number, uow.today - timedelta(days=30), WEEKS)
            rows.append(
                [
                    plan.name,
                    plan.id_number,
                    plan.phone,
                    "退役军人" if plan.is_veteran else plan.kinds[0],
                    region_label(uow.session, plan.town.code, depth=5),
                    plan.method,
                    f"{plan.enlisted_on:%Y-%m}" if plan.enlisted_on else "",
                    f"{plan.discharged_on:%Y-%m}" if plan.discharged_on else "",
                ]
            )
    return rows


def _bring_in(demo: Demo, name: str, rows: list[list[str]], *, is_confirmed: bool) -> None:
    content = write_csv(HEAD, rows)

    @contextmanager
    def unit(*, writing: bool = True) -> Iterator[UnitOfWork]:
        # Whoever only reads may as well read in a unit that could write.
        with demo.unit(WEEKS) as uow:
            uow.actor = demo.staff[COUNTY]
            yield uow

    with unit() as uow:
        import_id = services.open_people_import(uow, content, read_people_table(content), name=name).id
    services.run_check(unit, import_id, content)
    if is_confirmed:
        with unit() as uow:
            services.confirm_people_import(uow, uow.session.get_one(PeopleImport, import_id))
        services.run_import(unit, import_id, content)
