"""First pages by role, display choices, health."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request
from sqlalchemy import text

from jobmatch.core import i18n
from jobmatch.core.errors import Unavailable
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime
from jobmatch.web.pages import local_path, page

blueprint = Blueprint("home", __name__, template_folder="templates")
DISPLAY = {"size": {"big", "normal"}, "theme": {"dark", "light", "auto"}, "locale": set(i18n.LOCALES)}


@blueprint.get("/")
@access(PUBLIC)
def start() -> Response:
    return page("home/start.html")


@blueprint.post("/display")
@access(PUBLIC, slow=True)
def set_display() -> Response:
    """Keep size, theme or language in a cookie, so that the page is right before any script runs."""
    answer = make_response(redirect(local_path(request.form.get("next")) or "/", 303))
    for name, allowed in DISPLAY.items():
        value = request.form.get(name, "")
        if value in allowed:
            secure = current_runtime().settings.secure_cookies
            answer.set_cookie(name, value, max_age=31536000, samesite="Lax", httponly=True, secure=secure)
    return answer


@blueprint.get("/healthz")
@access(PUBLIC, slow=True)
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@access(PUBLIC, slow=True)
def readyz() -> Response:
    """Whether this process can answer people: the database can be written and stands at the newest schema."""
    from jobmatch.core.migrate import is_current

    database = current_runtime().database
    with database.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    if not is_current(database):
        raise Unavailable
    return Response("ready\n", mimetype="text/plain")
