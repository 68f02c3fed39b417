"""Every way that leads to the public, with every reason against it: none passes, on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from jobmatch.core.errors import AppError, Conflict, NotAllowed
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer
from recruiters.employers.states import PaperKind, PaperVerdict, VettingState
from recruiters.postings.models import Posting
from recruiters.postings.services import clocks, entries, hiring, importing, moving, templates, writing
from recruiters.postings.states import POSTING_FLOW, LinkPurpose, PostingState, YesWay
from tests.conftest import acting
from tests.factories import actor_of_employer, make_employer, make_paper, make_posting, make_staff

ROOT = Path(__file__).parents[2]
Act = Callable[[UnitOfWork, Posting], Any]


def _by_link(uow: UnitOfWork, posting: Posting) -> None:
    token = entries.make_link(uow, posting, LinkPurpose.CONFIRM)
    entries.act_on_link(uow, token, said="yes", version=posting.version, note="")


def _move(action: str) -> Act:
    def act(uow: UnitOfWork, posting: Posting) -> None:
        until = uow.today + timedelta(days=30) if action == "renew" else None
        moving.move_posting(uow, posting, action, valid_through=until)

    return act


PATHS: dict[str, tuple[PostingState, Act]] = {
    f"{action} from {state}": (state, _move(action))
    for (state, action), new in POSTING_FLOW.items()
    if new is PostingState.OPEN
} | {
    "more people": (PostingState.FILLED, lambda uow, posting: hiring.add_vacancies(uow, posting, count=1)),
    "more people while open": (PostingState.OPEN, lambda uow, posting: hiring.add_vacancies(uow, posting, count=1)),
    "a hire taken back": (PostingState.FILLED, lambda uow, posting: hiring.record_unfilled(uow, posting.id)),
    "still hiring": (PostingState.PAUSED, lambda uow, posting: clocks.confirm_posting(uow, posting)),
    "still hiring by link": (PostingState.PAUSED, _by_link),
}


def _set(uow: UnitOfWork, posting: Posting, **values: Any) -> None:
    uow.session.execute(update(Posting).where(Posting.id == posting.id).values(**values))


def _set_employer(uow: UnitOfWork, posting: Posting, **values: Any) -> None:
    uow.session.execute(update(Employer).where(Employer.id == posting.employer_id).values(**values))


def _unreadable(uow: UnitOfWork, posting: Posting) -> None:
    make_paper(uow, posting.employer, verdict=PaperVerdict.UNREADABLE, reason_code="em_licence")


def _agency(uow: UnitOfWork, posting: Posting) -> None:
    _set_employer(uow, posting, is_agency=True)


def _expired_permit(uow: UnitOfWork, posting: Posting) -> None:
    make_paper(uow, posting.employer, PaperKind.PERMIT)
    yesterday = uow.today - timedelta(days=1)
    _set_employer(uow, posting, is_agency=True, permit_number="1", permit_valid_until=yesterday)


REASONS: dict[str, Act] = {
    "an unlawful sentence": lambda uow, posting: _set(uow, posting, duties="送货，限男性"),
    "a deposit": lambda uow, posting: _set(uow, posting, benefits="入职交押金 200 元"),
    "a missing element": lambda uow, posting: _set(uow, posting, housing=None),
    "an agency without permit": _agency,
    "an agency whose permit ran out": _expired_permit,
    "an illegible licence": _unreadable,
    "a suspended employer": lambda uow, posting: _set_employer(uow, posting, vetting=VettingState.SUSPENDED),
    "a missed recheck": lambda uow, posting: _set_employer(uow, posting, recheck_on=uow.today - timedelta(days=1)),
    "a 专岗 without papers": lambda uow, posting: _set(uow, posting, is_reserved=True),
}


def _posting(uow: UnitOfWork, state: PostingState) -> Posting:
    filled = 2 if state is PostingState.FILLED else 0
    posting = make_posting(uow, state=state, filled_count=filled)
    if state is PostingState.FILLED:
        _set(uow, posting, vacancy_count=3)
    return posting


@pytest.mark.parametrize("path", sorted(PATHS))
def test_a_lawful_posting_passes(uow: UnitOfWork, path: str) -> None:
    state, act = PATHS[path]
    posting = _posting(uow, state)
    act(uow, posting)
    assert posting.state is PostingState.OPEN


@pytest.mark.parametrize("reason", sorted(REASONS))
@pytest.mark.parametrize("path", sorted(PATHS))
def test_no_path_publishes_what_may_not_be_public(uow: UnitOfWork, path: str, reason: str) -> None:
    state, act = PATHS[path]
    posting = _posting(uow, state)
    REASONS[reason](uow, posting)
    uow.session.expire_all()
    before = (posting.vacancy_count, posting.valid_through)
    try:
        with uow.session.begin_nested():
            act(uow, posting)
    except AppError:
        uow.session.refresh(posting)
        assert (posting.state, posting.vacancy_count, posting.valid_through) == (state, *before)
    else:
        assert posting.state is PostingState.PAUSED


@pytest.mark.parametrize(
    "path", sorted(path for path, (state, _act) in PATHS.items() if state is not PostingState.OPEN)
)
def test_no_path_publishes_an_office_entry_without_the_employers_yes(uow: UnitOfWork, path: str) -> None:
    state, act = PATHS[path]
    posting = _posting(uow, state)
    _set(uow, posting, is_office_entry=True)
    uow.session.expire_all()
    with pytest.raises((AppError, IntegrityError)), uow.session.begin_nested():
        act(uow, posting)
    uow.session.refresh(posting)
    assert posting.state is state


def test_the_database_itself_refuses_an_office_entry_without_a_yes(uow: UnitOfWork) -> None:
    with pytest.raises(IntegrityError), uow.session.begin_nested():
        make_posting(uow, is_office_entry=True)


def test_an_import_stays_unpublished_whatever_it_says(uow: UnitOfWork) -> None:
    row = importing.ImportedRow("1", {"title": "送货员", "vacancy_count": 1}, {"a": "1"})
    draft = importing.read_draft(uow, 1, row)
    draft.employer = make_employer(uow)
    importing.place_drafts(
        uow,
        [draft],
        prefix="test",
        source_name="测试来源",
        consent=YesWay.FEED,
        read=lambda _row: row,
        seen=importing.Seen(),
    )
    posting = draft.posting
    assert posting.state is PostingState.IMPORTED
    for action in ("publish", "resume", "reopen", "renew"):
        with pytest.raises(Conflict):
            moving.move_posting(uow, posting, action, valid_through=uow.today)


def test_templates_and_copies_begin_as_drafts(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    template = templates.save_template(uow, posting)
    for made in (
        writing.copy_posting(uow, posting),
        templates.begin_from_template(uow, posting.employer, template),
        writing.begin_posting(uow, posting.employer, title="送货员"),
        writing.enter_posting(uow, posting.employer, title="送货员"),
    ):
        assert made.state is PostingState.DRAFT


def test_nobody_but_these_services_opens_a_posting() -> None:
    """A new way to the public has to be added to the paths above."""
    pattern = re.compile(r"\bstate\s*=\s*(?:case\((?:(?!else_).)*)?PostingState\.OPEN\b", re.DOTALL)
    found = {}
    for package in ("jobmatch", "recruiters", "training"):
        for path in (ROOT / package).rglob("*.py"):
            if hits := pattern.findall(path.read_text(encoding="utf-8")):
                found[path.relative_to(ROOT).as_posix()] = len(hits)
    assert found == {"recruiters/postings/services/hiring.py": 3}


def test_the_writer_does_not_publish_and_the_employer_does_not_review(uow: UnitOfWork) -> None:
    employer, staff = make_employer(uow), make_staff(uow)
    posting = make_posting(uow, employer, state=PostingState.IN_REVIEW, created_by_id=staff.user_id)
    for actor in (staff, actor_of_employer(uow, employer)):
        with pytest.raises(NotAllowed):
            moving.move_posting(acting(uow, actor), posting, "publish")
