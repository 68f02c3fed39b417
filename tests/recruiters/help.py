"""Signing in, and rows committed for the tests of pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.services.sessions import start_session
from jobmatch.accounts.states import Role
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from tests.factories import make_employer, make_posting, make_station, make_user


@dataclass
class Office:
    """An installation with one employer and its member, one office and its clerk."""

    runtime: Runtime
    app: Any
    employer_id: int
    member_id: int
    clerk_id: int

    def client(self, user_id: int | None = None) -> FlaskClient:
        """A browser; signed in as ``user_id`` where given."""
        client: FlaskClient = self.app.test_client()
        if user_id is not None:
            with self.runtime.unit(system_actor("tests")) as uow:
                user = uow.session.get_one(User, user_id)
                membership = uow.session.scalars(select(Membership).where(Membership.user_id == user_id)).one()
                token = start_session(uow, user, membership, by_password=True, second_factor_at=uow.now)
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True
        return client

    @property
    def member(self) -> FlaskClient:
        return self.client(self.member_id)

    @property
    def clerk(self) -> FlaskClient:
        return self.client(self.clerk_id)

    def unit(self) -> Any:
        """A unit of work of the system, committed on leaving."""
        return self.runtime.unit(system_actor("tests"))

    def posting(self, **values: Any) -> str:
        """The public id of a new posting of the employer."""
        from recruiters.employers.queries import get_employer

        with self.unit() as uow:
            return make_posting(uow, get_employer(uow.session, self.employer_id), **values).public_id


def open_office(runtime: Runtime, app: Any, *, vetted: bool = True) -> Office:
    with runtime.unit(system_actor("tests")) as uow:
        employer = make_employer(uow, vetted=vetted)
        organization = uow.session.get_one(Organization, employer.organization_id)
        member = make_user(uow, Role.EMPLOYER_MEMBER, organization=organization)
        clerk = make_user(uow, Role.STATION_STAFF, organization=make_station(uow))
        return Office(runtime, app, employer.id, member.id, clerk.id)


def text_of(answer: Any, status: int = 200) -> str:
    """The page of an answer that must have ``status``."""
    page = str(answer.get_data(as_text=True))
    assert answer.status_code == status, (answer.status_code, page[:400])
    return page
