"""Postings that come in by tables: kept unpublished, changed only where their row changed."""

from __future__ import annotations

from typing import Any

import pytest

from jobmatch.core.errors import Conflict
from jobmatch.core.uow import UnitOfWork
from recruiters.postings.services import entries, moving, writing
from recruiters.postings.services.importing import (
    Draft,
    ImportedRow,
    Outcome,
    Seen,
    place_drafts,
    read_draft,
)
from recruiters.postings.states import PostingState, RequirementKind, YesWay
from recruiters.postings.values import RequirementInput
from tests.conftest import acting
from tests.factories import make_employer, make_posting, make_staff


def _import(uow: UnitOfWork, **changes: Any) -> Draft:
    given: dict[str, Any] = {
        "values": {"title": "一级科员", "vacancy_count": 3, "requirement_text": "限男性，35周岁以下"},
        "needs": (RequirementInput(RequirementKind.EDUCATION, "21"),),
        "source_row": {"title": "一级科员", "headcount": "3"},
    } | changes
    employer = given.pop("employer")
    before = given.pop("before", given)
    draft = read_draft(uow, 1, ImportedRow(key="2026:1", **given))
    draft.employer, draft.employer_name = employer, "测试单位"
    place_drafts(
        uow,
        [draft],
        prefix="henan",
        source_name="河南省公务员招录",
        consent=YesWay.NOTICE,
        read=lambda row: ImportedRow(key="2026:1", **before),
        seen=Seen(),
    )
    return draft


def test_an_import_is_kept_unpublished_with_what_it_lacks_and_what_blocks(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    first = _import(uow, employer=employer)
    posting = first.posting
    assert first.outcome is Outcome.NEW
    assert posting.state is PostingState.IMPORTED
    assert {"duties", "location", "pay", "employment_type", "work_conditions", "valid_until"} <= set(posting.missing)
    assert "headcount" not in posting.missing
    assert {f["rule"] for f in posting.findings} == {"R01", "R11"}
    again = _import(uow, employer=employer)
    assert (again.outcome, again.known) == (Outcome.SAME, posting)
    changed = _import(
        uow,
        employer=employer,
        values={"title": "二级科员", "vacancy_count": None},
        source_row={"title": "二级科员"},
        needs=(),
        before={
            "values": {"title": "一级科员", "vacancy_count": 3},
            "needs": (RequirementInput(RequirementKind.EDUCATION, "21"),),
            "source_row": {},
        },
    )
    assert (changed.outcome, changed.known, posting.title, posting.requirements) == (
        Outcome.CHANGED,
        posting,
        "二级科员",
        [],
    )
    assert "headcount" in posting.missing


def test_of_an_adopted_import_only_what_the_sender_changed_is_changed(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting = _import(uow, employer=employer).posting
    staff = acting(uow, make_staff(uow))
    moving.move_posting(staff, posting, "adopt")
    writing.update_posting(staff, posting, values={"duties": "经办补写的工作内容"})
    before = {"values": {"title": "一级科员", "duties": "", "vacancy_count": 3}, "source_row": {}}
    new = {"title": "一级科员", "duties": "", "vacancy_count": 5}
    _import(uow, employer=employer, values=new, needs=(), source_row={"headcount": "5"}, before=before)
    assert (posting.vacancy_count, posting.duties, posting.state) == (5, "经办补写的工作内容", PostingState.DRAFT)


def test_nothing_imported_is_published_without_the_employers_yes(uow: UnitOfWork) -> None:
    posting = make_posting(uow, state=PostingState.IN_REVIEW, source_key="t:1", is_office_entry=True)
    staff = acting(uow, make_staff(uow))
    with pytest.raises(Conflict, match="同意"):
        moving.move_posting(staff, posting, "publish")
    entries.record_paper_yes(staff, posting, YesWay.PAPER)
    assert moving.move_posting(staff, posting, "publish").state is PostingState.OPEN
