"""A signed-in browser for tests of pages, and rows of the running installation."""

from __future__ import annotations

import re
from typing import Any

from flask import url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.services.sessions import start_session
from jobmatch.core.actors import system_actor
from jobmatch.core.uow import UnitOfWork

SYSTEM = system_actor("tests")


class Browser:
    """One reader of ``app``; ``user_id`` signs that user in, none reads as a stranger."""

    def __init__(self, app: Any, user_id: int | None = None) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        if user_id is not None:
            with app.runtime.unit(SYSTEM) as uow:
                token = _session_of(uow, user_id)
            with self.client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True

    def url(self, endpoint: str, **values: Any) -> str:
        with self.app.test_request_context():
            return url_for(f"applications.{endpoint}", **values)

    def get(self, endpoint: str, **values: Any) -> TestResponse:
        return self.client.get(self.url(endpoint, **values))

    def post(self, endpoint: str, data: dict[str, Any] | None = None, **values: Any) -> TestResponse:
        return self.client.post(self.url(endpoint, **values), data=data or {})


def _session_of(uow: UnitOfWork, user_id: int) -> str:
    user = uow.session.get_one(User, user_id)
    membership = uow.session.scalars(select(Membership).where(Membership.user_id == user_id)).one()
    return start_session(uow, user, membership, by_password=True, second_factor_at=uow.now)


def words(answer: TestResponse) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))
