"""What the desk does, for everybody; and the page behind the code on a receipt."""

from __future__ import annotations

from flask import Response
from sqlalchemy import select

from jobmatch.casework.desk.items import item_name, service_items
from jobmatch.casework.desk.models import ServiceRequest
from jobmatch.casework.desk.policies import public_status
from jobmatch.casework.desk.queries.requests import due_words, papers_of
from jobmatch.casework.desk.states import RUNNING
from jobmatch.casework.desk.views.blueprint import blueprint
from jobmatch.reference.models import ServiceObjectKind
from jobmatch.reference.queries import names
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page


@blueprint.get("/services")
@access(PUBLIC)
def public_items() -> Response:
    """Every item with who may ask, what to bring and how long it takes."""
    uow = current_uow()
    kinds = names(uow.session, ServiceObjectKind)
    found = [item for item in service_items(uow.session).values() if item.is_active]
    rows = [(item, item_name(item), papers_of(item), [kinds.get(code, "") for code in item.kinds]) for item in found]
    return page("desk/public_items.html", rows=rows)


@blueprint.get("/services/status/<token>")
@access(PUBLIC)
def public_status_page(token: str) -> Response:
    """State and days of one request; no name, no matter, no words."""
    uow = current_uow()
    found: ServiceRequest = uow.one(public_status(select(ServiceRequest), token))
    answer = page("desk/public_status.html", request_=found, due=due_words(found), is_running=found.state in RUNNING)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
