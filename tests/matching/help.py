"""Counting statements, signing in, and an installation with its own pools, for the tests of matching."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, select

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.services.sessions import start_session
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from ml.matching import Ranker


@contextmanager
def counted(engine: Any) -> Iterator[list[str]]:
    """The statements that run inside the block."""
    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def sign_in(client: FlaskClient, runtime: Runtime, user_id: int) -> None:
    """Sign the client in as the user in their first role."""
    with runtime.unit(system_actor("tests")) as uow:
        user = uow.session.get_one(User, user_id)
        membership = uow.session.scalars(select(Membership).where(Membership.user_id == user_id)).first()
        token = start_session(uow, user, membership, by_password=True, second_factor_at=uow.now)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True


def body(answer: Any) -> str:
    """The text of an answer that must be a page."""
    assert answer.status_code == 200, answer.status_code
    return str(answer.get_data(as_text=True))


def flat_ranker(intercept: float) -> Ranker:
    """A ranker to which nothing matters but what is promised; every admissible pair gets ``intercept``."""
    prior = Ranker.prior()
    curves = tuple(tuple(0.0 for _ in curve) for curve in prior.curves)
    return Ranker(curves, intercept, {"kind": "fitted", "rows": 1})


def rollback(uow: Any) -> None:
    """Forget loaded rows, so that statements are counted as a request would run them."""
    uow.session.flush()
    uow.session.expunge_all()


def settle(uow: Any, posting: Any) -> None:
    """Let a posting and its employer have stood for a while: what changed this moment is read again every time."""
    uow.session.flush()
    for row in (posting, posting.employer):
        row.changed_at = uow.now - timedelta(hours=1)
    uow.session.flush()
