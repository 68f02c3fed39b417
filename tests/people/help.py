"""Signing in a test client, and rows that views need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event, select

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.services.sessions import start_session
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
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


@contextmanager
def counted(connection: Connection | Engine) -> Iterator[list[str]]:
    """The statements that a connection, or every connection of an engine, sends inside the block."""
    seen: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", listen)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", listen)
