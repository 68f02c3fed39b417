"""A small application of this room alone, and caches that do not outlive the savepoint they were read in."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Blueprint, Request
from flask.testing import FlaskClient
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from jobmatch.accounts.roles import permissions_of
from jobmatch.accounts.states import Role
from jobmatch.core.actors import Actor
from jobmatch.core.runtime import Runtime
from jobmatch.reference import queries
from jobmatch.reference.room import ROOM
from jobmatch.web import answers, context, installing
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import Edge
from tests.factories import PATH_COUNTY


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    queries.clear_caches()
    yield
    queries.clear_caches()


def _elsewhere() -> Iterator[Blueprint]:
    """Addresses of other rooms that a page's head and foot name."""
    for room, endpoints in (
        ("home", ("set_display", "help_page")),
        ("accounts", ("sign_in",)),
        ("parks", ("incubators",)),
        ("open_data", ("index",)),
    ):
        blueprint = Blueprint(room, __name__)
        for endpoint in endpoints:
            blueprint.add_url_rule(f"/{endpoint}", endpoint, access(PUBLIC)(lambda: ""), methods=["GET", "POST"])
        yield blueprint


def _reader(request: Request) -> Any:
    role = request.headers.get("X-Test-Role")
    if not role:
        return None
    actor = Actor(
        user_id=1,
        label="测试",
        roles=frozenset({role}),
        permissions=permissions_of(Role(role)),
        region_path=PATH_COUNTY if role == "station_staff" else "",
    )
    return SimpleNamespace(is_authenticated=True, is_active=True, actor=actor, get_id=lambda: "1")


@pytest.fixture
def room_app(sqlite_runtime: Runtime) -> Edge:
    app = Edge("jobmatch", template_folder="web/templates", static_folder=None)
    app.runtime = sqlite_runtime
    app.config.update(SECRET_KEY="x" * 32, WTF_CSRF_ENABLED=False, MAX_CONTENT_LENGTH=256 * 1024)
    answers.install(app, secure=False)
    CSRFProtect(app)
    LoginManager(app).request_loader(_reader)
    for blueprint in (installing.blueprint, *_elsewhere(), *ROOM.blueprints):
        app.register_blueprint(blueprint)
    context.install(app, sqlite_runtime.settings, ROOM.menu)
    return app


@pytest.fixture
def staff(room_app: Edge) -> FlaskClient:
    """A client of a staff member of the test county's station."""
    client = room_app.test_client()
    client.environ_base["HTTP_X_TEST_ROLE"] = "station_staff"
    return client
