"""Postings for one fair alone: checked and reviewed like all, shown at the fair only, closed with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.core.actors import Actor
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors import queries
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.services.fair_only import tend_fair_postings, write_fair_posting
from jobmatch.fairs.exhibitors.services.signing_up import sign_up_exhibitor
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.publicity.booklets import make_booklet
from jobmatch.matching.queries import is_open_posting
from recruiters.employers.models import Employer
from recruiters.employers.queries import get_employer
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings, visible_published_postings
from recruiters.postings.queries import open_postings
from recruiters.postings.services.moving import move_posting
from recruiters.postings.services.writing import update_posting
from recruiters.postings.states import PostingState, RequirementKind
from recruiters.postings.values import RequirementInput, values_of
from tests.conftest import acting
from tests.factories import actor_of_employer, make_employer, make_posting, make_staff
from tests.fairs.help import make_exhibitor, make_fair
from tests.recruiters.help import Office, open_office, text_of


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Office:
    return open_office(sqlite_runtime, app)


def written(uow: UnitOfWork, fair: JobFair, row: Exhibitor) -> Posting:
    """A complete posting for the fair alone, which the employer sent to review."""
    by_employer = acting(uow, actor_of_employer(uow, row.employer))
    made = write_fair_posting(by_employer, fair, row, title="货车司机")
    full = values_of(make_posting(uow, row.employer, requirements=False, state=PostingState.DRAFT, published_at=None))
    update_posting(
        by_employer,
        made,
        values={**full, "valid_through": uow.today + timedelta(days=80)},
        requirements=[RequirementInput(RequirementKind.LICENCE, "B2")],
    )
    return move_posting(by_employer, made, "submit")


def test_it_comes_to_the_fair_once_it_is_published_and_nowhere_else(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    row, other = make_exhibitor(uow, fair), make_exhibitor(uow, make_fair(uow))
    posting = written(uow, fair, row)
    assert posting.valid_through == local_day(fair.closes_at), "the form does not move the day"
    assert tend_fair_postings(uow, fair) == 0
    assert [one.id for one in uow.session.scalars(queries.fair_only_waiting(row.public_id))] == [posting.id]
    move_posting(uow, posting, "publish")
    nowhere = [
        select(Posting.id).join(Employer, Employer.id == Posting.employer_id).where(is_open_posting()),
        open_postings().with_only_columns(Posting.id),
        visible_public_postings(Actor(), select(Posting.id)),
        visible_published_postings(Actor(), select(Posting.id)),
        queries.postings_to_bring(row.employer_id, uow.today).with_only_columns(Posting.id),
        queries.postings_to_bring(row.employer_id, uow.today, other.public_id).with_only_columns(Posting.id),
    ]
    for query in nowhere:
        assert posting.id not in set(uow.session.scalars(query)), str(query)
    assert tend_fair_postings(uow, fair) == 1
    assert tend_fair_postings(uow, fair) == 0
    [brought] = uow.session.scalars(select(FairPosting).where(FairPosting.exhibitor_id == row.id))
    assert (brought.posting_id, brought.vacancy_count) == (posting.id, posting.vacancy_count)
    assert uow.session.scalars(queries.fair_only_waiting(row.public_id)).all() == []
    made = make_booklet(uow, fair, url="", posting_url="{id}", booth_url="{id}")
    assert [line.title for stand in made.stands for line in stand.lines] == ["货车司机"]


def test_it_follows_the_fair_to_another_day_and_is_closed_with_it(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    row = make_exhibitor(uow, fair)
    opened, waiting = written(uow, fair, row), written(uow, fair, row)
    move_posting(uow, opened, "publish")
    tend_fair_postings(uow, fair)
    fair.opens_at, fair.closes_at = fair.opens_at + timedelta(days=3), fair.closes_at + timedelta(days=3)
    assert tend_fair_postings(uow, fair) == 2
    assert {opened.valid_through, waiting.valid_through} == {local_day(fair.closes_at)}
    with pytest.raises(Conflict):
        move_posting(uow, opened, "renew", valid_through=uow.today + timedelta(days=30))
    fair.state, fair.canceled_at = FairState.CANCELED, uow.now
    assert list(uow.session.scalars(queries.fairs_with_own_postings())) == [fair.id]
    assert tend_fair_postings(uow, fair) == 2
    assert {opened.state, waiting.state} == {PostingState.CLOSED}
    assert list(uow.session.scalars(queries.fairs_with_own_postings())) == []
    with pytest.raises(Conflict):
        write_fair_posting(uow, fair, row, title="保安")


def test_an_employer_without_an_open_posting_signs_up_to_write_one(uow: UnitOfWork) -> None:
    fair, employer = make_fair(uow), make_employer(uow)
    row = sign_up_exhibitor(uow, fair, employer, postings={}, will_write=True)
    assert row.state is ExhibitorState.APPLIED
    by_office = acting(uow, make_staff(uow))
    assert write_fair_posting(by_office, fair, row, title="保安").is_office_entry


def test_both_sides_begin_one_on_their_pages(office: Office, app: Any) -> None:
    with office.unit() as uow:
        fair = make_fair(uow)
        row = make_exhibitor(uow, fair, employer=get_employer(uow.session, office.employer_id))
        fair_id, row_id = fair.public_id, row.public_id
    own, staff = f"/employer/fairs/{fair_id}", f"/staff/fairs/{fair_id}/exhibitors/{row_id}"
    for client, url, words in ((office.member, own, "4 页填完提交审核"), (office.clerk, staff, "单位同意、审核通过后")):
        assert "加一个只在这场招的岗位" in text_of(client.get(url))
        made = client.post(f"{url}/postings/new", data={"title": "保安"})
        assert words in text_of(client.get(made.headers["Location"]))
        assert "只在这场招的，还没加上" in text_of(client.get(url))
        for title in ("", "很" * 90):
            back = client.post(f"{url}/postings/new", data={"title": title})
            assert back.headers["Location"].endswith(url)
    with office.unit() as uow:
        found = uow.session.scalars(select(Posting).where(Posting.only_for == row_id)).all()
        assert [one.is_office_entry for one in found] == [False, True]
    part = text_of(office.member.get(f"/employer/postings/{found[0].public_id}/edit/place"))
    assert part.count('name="valid_through"') == 1
    assert "只在一场招聘会上招" in text_of(office.member.get(f"/employer/postings/{found[0].public_id}"))
    assert office.member.post("/employer/fairs/zz/postings/new", data={"title": "x"}).status_code == 404


def test_a_booth_page_shows_it_without_a_page_of_its_own(office: Office, app: Any) -> None:
    with office.unit() as uow:
        fair = make_fair(uow, state=FairState.RUNNING)
        row = make_exhibitor(uow, fair, employer=get_employer(uow.session, office.employer_id), came=True)
        posting = make_posting(
            uow, row.employer, title="会上招的保安", only_for=row.public_id, valid_through=local_day(fair.closes_at)
        )
        assert tend_fair_postings(uow, fair) == 1
        fair_id, row_id, posting_id = fair.public_id, row.public_id, posting.public_id
    guest = app.test_client()
    page = text_of(guest.get(f"/fairs/{fair_id}/booths/{row_id}"))
    assert "会上招的保安" in page and "只在这场招聘会上招" in page and f"/postings/{posting_id}" not in page
    assert "会上招的保安" in text_of(guest.get(f"/fairs/{fair_id}"))
    assert guest.get(f"/postings/{posting_id}").status_code == 404
