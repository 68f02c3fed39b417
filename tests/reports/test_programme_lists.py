"""The lists behind programme figures: one row for each that was counted, only for whoever may open them, never N+1."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, url_for

from jobmatch.accounts.states import Role
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.reports.figures.listing import Words
from jobmatch.reports.figures.lists_programmes import PROGRAMMES
from jobmatch.reports.figures.readings import rows_behind_figure
from jobmatch.reports.figures.tables import head_of, line_of
from jobmatch.reports.indicators import fairs, training, ventures
from jobmatch.reports.indicators.base import Figure, Scope, count
from jobmatch.reports.indicators.base import listed as listed_rows
from jobmatch.reports.indicators.loading import weighed
from tests.conftest import acting
from tests.factories import PATH_A, PATH_COUNTY, actor_of, make_staff, make_station, make_user
from tests.fairs.outcome_help import booth, closed_fair, make_intention, visitor
from tests.matching.help import counted
from tests.reports import test_programme_training, test_programme_ventures
from tests.reports.help_programmes import KNOWN, scope_of, two_fairs
from tests.training.help_parks import make_incubator, make_tenancy
from training.incubation.parks.states import TenancyState

LISTED = [one.code for module in (fairs, training, ventures) for one in module.FIGURES if one.subject in PROGRAMMES]


def worlds(uow: UnitOfWork) -> None:
    two_fairs(uow)
    test_programme_training.world(uow)
    test_programme_ventures.world(uow)
    make_tenancy(uow, make_incubator(uow), state=TenancyState.INCUBATED, desks=1)


def figure_of(code: str) -> Figure:
    figure = KNOWN[code]
    assert isinstance(figure, Figure)
    return figure


def listed(scope: Scope, figure: Figure) -> Any:
    return scope.uow.rows(rows_behind_figure(scope, figure)[1])


@pytest.mark.parametrize("code", LISTED)
def test_the_list_adds_up_to_the_number_and_has_a_value_for_each_title(uow: UnitOfWork, code: str) -> None:
    worlds(uow)
    scope = scope_of(acting(uow, make_staff(uow)), days=300)
    figure = figure_of(code)
    rows, kind, words = listed(scope, figure), PROGRAMMES[figure.subject], Words(uow.session)
    assert sum(row.amount for row in rows) == count(scope, figure)
    lines = [line_of(kind, figure, row, words) for row in rows]
    assert all(len(line) == len(head_of(kind, figure)) for line in lines)
    links = [line[0][1] for line in lines]
    assert all(link is not None and {len(one) for one in link[1].values()} == {16} for link in links)


def test_who_reads_aggregates_only_and_who_is_elsewhere_opens_nothing(uow: UnitOfWork) -> None:
    worlds(uow)
    station = make_station(uow, path=PATH_COUNTY)
    reader = actor_of(make_user(uow, Role.SUPERIOR_READER, organization=station), Role.SUPERIOR_READER, station)
    figure = figure_of("T1.intention_people")
    assert count(scope_of(acting(uow, reader)), figure) == 2
    assert listed(scope_of(acting(uow, reader)), figure) == []
    assert listed(scope_of(acting(uow, make_staff(uow, path=PATH_A))), figure) == []


def test_every_listing_names_a_page_that_takes_its_keys(sqlite_runtime: Any, app: Flask) -> None:
    with app.test_request_context():
        for kind in PROGRAMMES.values():
            first = kind.columns[0]
            assert first.ids is not None
            ids = first.ids(("0" * 16,) * 2)
            assert ids is not None and url_for(first.endpoint, **ids).startswith("/staff/")


def test_twenty_rows_cost_the_statements_of_two(uow: UnitOfWork) -> None:
    staff, figure = acting(uow, make_staff(uow)), figure_of("T1.intentions")

    def cost(number: int) -> int:
        for _n in range(number):
            fair = closed_fair(uow)
            _exhibitor, stand = booth(uow, fair)
            make_intention(uow, visitor(uow, fair), stand)
        with counted(uow.session.get_bind()) as seen:
            assert len(listed(scope_of(staff), figure)) >= number
        return len(seen)

    assert cost(2) == cost(18)


def test_more_rows_than_a_statement_takes_values(uow: UnitOfWork) -> None:
    fair = closed_fair(uow)
    ids = [fair.id, *range(10_000_000, 10_070_000)]
    assert [row.id for row in uow.session.execute(listed_rows(JobFair.id, ids))] == [fair.id]
    rows = uow.session.execute(weighed(JobFair.id, {one: 7 + one % 3 for one in ids})).all()
    assert [tuple(row) for row in rows] == [(fair.id, 7 + fair.id % 3)]
    assert uow.session.execute(weighed(JobFair.id, {})).all() == []
