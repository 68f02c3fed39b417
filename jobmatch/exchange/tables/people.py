"""People as they are taken out: what the office's list shows of them, so no number in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select

from jobmatch.core.i18n import N_
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.columns import Column
from jobmatch.exchange.people_rows import hidden
from jobmatch.exchange.states import TakenKind
from jobmatch.exchange.tables.spec import Row, Taking
from jobmatch.people.models.person import Person
from jobmatch.people.queries.staff import staff_people, staff_rows
from jobmatch.reference.models import EducationLevel
from jobmatch.reference.queries import names

COLUMNS = (
    Column("name", N_("姓名"), "", ""),
    Column("verification", N_("核验"), "", ""),
    Column("kinds", N_("人员类别"), "", ""),
    Column("age", N_("年龄"), "", ""),
    Column("town", N_("住在"), "", ""),
    Column("status", N_("就业"), "", ""),
    Column("search_state", N_("求职"), "", ""),
    Column("phone", N_("电话（中间四位不显示）"), "", ""),
    Column("education", N_("学历"), "", ""),
    Column("major", N_("专业"), "", ""),
    Column("created_at", N_("建档"), "", ""),
    Column("changed_at", N_("更新"), "", ""),
)


def _rows(uow: UnitOfWork, asked: Row) -> Select[*tuple[Any, ...]]:
    return staff_people(uow, asked, "-changed")


def _lines(uow: UnitOfWork, people: Sequence[Person]) -> Iterator[Sequence[object]]:
    levels = names(uow.session, EducationLevel)
    for row in staff_rows(uow, people):
        one = row.person
        yield (
            one.name,
            one.verification.label,
            row.kinds,
            row.age,
            row.town,
            row.status,
            one.search_state.label,
            hidden(row.phone or "", whole=True),
            levels.get(one.education_code or "", ""),
            one.major,
            one.created_at,
            one.changed_at,
        )


PEOPLE = Taking(
    taken=TakenKind.PEOPLE,
    permission="person.read",
    columns=COLUMNS,
    rows=_rows,
    lines=_lines,
    narrows=("kind", "town", "state", "work", "verification", "stale"),
)
