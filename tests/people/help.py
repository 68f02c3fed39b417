"""Signing in a test client, and rows that views need."""

from __future__ import annotations

from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.services.sessions import start_session
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from tests.factories import PATH_A, PATH_COUNTY, make_person, make_staff


def sign_in(client: FlaskClient, user_id: int) -> None:
    """Put a live session of the user's first membership into the client's cookie."""
    runtime: Runtime = client.application.runtime  # type: ignore[attr-defined]
    with runtime.unit(system_actor("tests")) as uow:
        user = uow.session.get_one(User, user_id)
        membership = uow.session.scalars(select(Membership).where(Membership.user_id == user_id)).first()
        token = start_session(uow, user, membership, by_password=True, second_factor_at=uow.now)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True


@dataclass
class World:
    """Ids of a person with an account, and of a staff member who answers for them."""

    person_id: int
    public_id: str
    user_id: int
    staff_id: int


def make_world(runtime: Runtime, *, staff_path: str = PATH_COUNTY) -> World:
    """One person in town A and one staff member."""
    with runtime.unit(system_actor("tests")) as uow:
        staff = make_staff(uow, path=staff_path)
        person = make_person(uow, path=PATH_A)
        assert person.user_id is not None
        assert staff.user_id is not None
        return World(person.id, person.public_id, person.user_id, staff.user_id)


def unit(client: FlaskClient) -> object:
    """A writing unit of the system on the client's database."""
    runtime: Runtime = client.application.runtime  # type: ignore[attr-defined]
    return runtime.unit(system_actor("tests"))


def statements(uow: UnitOfWork) -> list[str]:
    """A list that grows with every statement the unit sends."""
    from sqlalchemy import event

    seen: list[str] = []
    event.listen(
        uow.session.connection().engine, "before_cursor_execute", lambda *a: seen.append(a[2]), named=False
    )
    return seen
