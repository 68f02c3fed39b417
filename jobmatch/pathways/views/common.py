"""What the pages share: the reader's own row, and addresses of rooms that may not be there."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.web.edge import current_uow


def own_person() -> Person:
    """The reader's own row. Raises ``NotFound`` where there is none yet."""
    uow = current_uow()
    found: Person = uow.one(visible_people(uow.actor, select(Person).where(Person.user_id == uow.actor.user_id)))
    return found


def if_there(path: str) -> str:
    """``path`` where a page of the house answers there, else an empty text: courses work without every other room."""
    try:
        current_app.url_map.bind("").match(path.partition("?")[0], method="GET")
    except (HTTPException, RequestRedirect):
        return ""
    return path
