"""Rows are found by the beginning of the path they lie under, with the same answer on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Region

ASKED = [
    "",
    "/",
    "/43/",
    "/43/4303/",
    "/43/4303",
    "/43/43%",
    "/43/430_/",
    "/43/4303/430382/",
    "//43//",
    "\\",
    "/43/\U0010ffff",
]


@pytest.mark.parametrize("path", ASKED)
def test_a_beginning_finds_what_begins_so_and_nothing_else(uow: UnitOfWork, path: str) -> None:
    every = set(uow.session.scalars(select(Region.path)))
    other = aliased(Region)
    for asked, column in (
        (Region.path.startswith(path, autoescape=True), Region.path),
        (other.path.startswith(path, autoescape=True), other.path),
        (Region.__table__.c.path.startswith(path, autoescape=True), Region.path),
    ):
        found = set(uow.session.scalars(select(column).where(asked)))
        assert found == {one for one in every if one.startswith(path)}
        assert set(uow.session.scalars(select(column).where(~asked))) == every - found
    assert every


def test_a_beginning_that_another_column_names_is_asked_for_as_before(uow: UnitOfWork) -> None:
    above = aliased(Region)
    query = select(above.path).join(Region, Region.path.startswith(above.path)).where(Region.path == "/43/4303/430382/")
    assert set(uow.session.scalars(query)) == {"/43/", "/43/4303/", "/43/4303/430382/"}
