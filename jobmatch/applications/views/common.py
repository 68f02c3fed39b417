"""What the pages of all audiences share: the blueprint and the one way to load an application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Blueprint, Response, g

from jobmatch.applications.models import Application
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import application_named, with_moves, with_parties
from jobmatch.core.errors import Conflict
from jobmatch.core.uow import UnitOfWork
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import PageForm, page

T = TypeVar("T")

blueprint = Blueprint("applications", "jobmatch.applications", template_folder="templates")


def load_application(public_id: str, *, log: bool = False) -> Application:
    """The application as far as the actor may see it. Raises ``NotFound``, also for somebody else's."""
    uow = current_uow()
    query = with_parties(application_named(public_id))
    found: Application = uow.one(visible_applications(uow.actor, with_moves(query) if log else query))
    return found


@contextmanager
def reading() -> Iterator[UnitOfWork]:
    """For slow views: a reading unit of its own, which the page drawn in it uses too."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        g.uow = uow
        try:
            yield uow
        finally:
            g.pop("uow", None)


def act_or_keep(form: PageForm, service: Callable[[], T]) -> tuple[T | None, bool]:
    """Run a service on a form, and whether somebody else was faster: then what was typed stays, beside how it is now.

    The second of two colleagues reads the present state and may press again; nothing of theirs is lost.
    """
    try:
        return form.act(service), False
    except Conflict as error:
        form.form_errors.append(error.message)
        return None, True


def form_page(template: str, form: PageForm, is_late: bool, *, application: Application, **context: Any) -> Response:
    """The page of a form; where somebody was faster with the version that is now, and 409."""
    if is_late and "version" in form:
        form["version"].data = application.version
        form["version"].raw_data = None
    answer = page(template, form=form, application=application, **context)
    if is_late:
        answer.status_code = 409
    return answer


def remember_reading(application: Application) -> None:
    """Leave a trace before a résumé is shown; where that fails, ``Unavailable`` is the answer instead of the résumé."""
    present = current_uow()
    if present.writing:
        present.audit("application.read", application)
        return
    with current_runtime().unit(present.actor) as uow:
        uow.audit("application.read", application)
