"""What the pages of all audiences share: the blueprint and the one way to load an application."""

from __future__ import annotations

from flask import Blueprint

from jobmatch.applications.models import Application
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import application_named, with_moves, with_parties
from jobmatch.web.edge import current_runtime, current_uow

blueprint = Blueprint("applications", "jobmatch.applications", template_folder="templates")


def load_application(public_id: str, *, log: bool = False) -> Application:
    """The application as far as the actor may see it. Raises ``NotFound``, also for somebody else's."""
    uow = current_uow()
    query = with_parties(application_named(public_id))
    found: Application = uow.one(visible_applications(uow.actor, with_moves(query) if log else query))
    return found


def remember_reading(application: Application) -> None:
    """Leave a trace before a résumé is shown; where that fails, ``Unavailable`` is the answer instead of the résumé."""
    present = current_uow()
    if present.writing:
        present.audit("application.read", application)
        return
    with current_runtime().unit(present.actor) as uow:
        uow.audit("application.read", application)
