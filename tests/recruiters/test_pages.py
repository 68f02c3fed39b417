"""Pages of employers and postings, with rows on them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import Role
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState
from tests.factories import make_employer, make_posting, make_staff, make_user
from tests.people.help import sign_in


@pytest.fixture
def member_id(sqlite_runtime: Runtime) -> int:
    """A member of an employer that has one posting in every state."""
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        employer = make_employer(uow)
        for state in PostingState:
            make_posting(uow, employer, title=f"测试岗位 {state.value}", state=state)
        organization = uow.session.get_one(Organization, employer.organization_id)
        return make_user(uow, Role.EMPLOYER_MEMBER, organization=organization).id


def public_ids(runtime: Runtime) -> list[str]:
    with runtime.unit(system_actor("tests"), writing=False) as uow:
        return list(uow.session.scalars(select(Posting.public_id)))


def test_the_own_list_shows_every_state_on_its_tab(client: FlaskClient, member_id: int) -> None:
    sign_in(client, member_id)
    text = "".join(
        client.get(f"/employer/postings?tab={tab}").text for tab in ("open", "review", "draft", "stopped", "closed")
    )
    for state in PostingState:
        assert f"测试岗位 {state.value}" in text


def test_every_own_posting_opens(client: FlaskClient, sqlite_runtime: Runtime, member_id: int) -> None:
    sign_in(client, member_id)
    for public_id in public_ids(sqlite_runtime):
        assert client.get(f"/employer/postings/{public_id}").status_code == 200


def test_the_page_of_an_employer_shows_what_is_open(
    client: FlaskClient, sqlite_runtime: Runtime, member_id: int
) -> None:
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        public_id = uow.session.scalars(select(Employer.public_id)).one()
    text = client.get(f"/employers/{public_id}").text
    assert "测试岗位 open" in text
    assert "测试岗位 draft" not in text


def test_the_queues_and_the_list_of_the_office_show_rows(
    client: FlaskClient, sqlite_runtime: Runtime, member_id: int
) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        make_employer(uow, vetted=False, name="测试待审核公司")
        staff = make_staff(uow).user_id
    assert staff is not None
    sign_in(client, staff)
    assert "测试待审核公司" in client.get("/staff/employers").text
    assert "测试岗位 in_review" in client.get("/staff/postings").text
    assert "测试岗位 open" in client.get("/staff/postings/all").text
    for public_id in public_ids(sqlite_runtime):
        assert client.get(f"/staff/postings/{public_id}").status_code == 200
