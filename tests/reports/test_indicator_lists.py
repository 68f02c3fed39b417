"""Lists that bring a query of their own: read, drawn and counted by place as the others are."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures import lists
from jobmatch.reports.figures.listing import Words, from_query
from jobmatch.reports.figures.readings import by_place, rows_behind_figure
from jobmatch.reports.figures.tables import head_of, line_of
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Figure, Rows, Subject
from jobmatch.reports.indicators.policies import visible_behind
from recruiters.postings.models import Posting
from tests.conftest import acting
from tests.factories import PATH_A, PATH_COUNTY, make_posting, make_staff
from tests.reports.help_indicators import scope_of


def test_a_list_with_its_own_query(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    def query(unit: UnitOfWork, path: str, rows: Rows) -> Any:
        behind = rows.subquery("behind")
        found = select(Posting.public_id, Posting.title, behind.c.amount).join(behind, behind.c.id == Posting.id)
        return visible_behind(unit.actor, found.order_by(Posting.id), path)

    kind = from_query(("岗位",), "postings.review", ("public_id",), query, is_personal=False)
    monkeypatch.setitem(lists.LISTS, Subject.POSTING, kind)
    staff = acting(uow, make_staff(uow))
    one = make_posting(uow, title="测试焊工", vacancy_count=3, region_path=PATH_A)
    make_posting(uow, vacancy_count=2)
    figure = registry.ALL["postings.vacancies"]
    assert isinstance(figure, Figure)
    _kind, found = rows_behind_figure(scope_of(staff), figure)
    rows = staff.rows(found)
    assert head_of(kind, figure) == [("岗位", False), ("计入", True)]
    assert line_of(kind, figure, rows[0], Words(uow.session)) == [
        ("测试焊工", ("postings.review", {"public_id": one.public_id})),
        (3, None),
    ]
    places = by_place(scope_of(staff), figure)
    assert [(place.path, place.reading.numerator, place.is_own) for place in places] == [
        (PATH_A, 3, False),
        (PATH_COUNTY, 2, True),
    ]
