"""What the provider, the person and the public see of the money of classes."""

from __future__ import annotations

from flask import Response

from jobmatch.people.cards import mask_name
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from training.courses.classes.policies import named as named_session
from training.courses.classes.policies import taught_sessions
from training.courses.payments import queries
from training.courses.payments.blueprint import blueprint
from training.courses.payments.documents import sheet_title
from training.courses.payments.policies import noticed_sheets, own_allowances, taught_sheets


@blueprint.get("/provider/classes/<public_id>/payments")
@access("provider.own")
def provider_payments(public_id: str) -> Response:
    """The course money of the provider's own class."""
    uow = current_uow()
    course_session = uow.one(taught_sessions(uow.actor, named_session(public_id)))
    sheets = paged(uow, taught_sheets(uow.actor, public_id))
    return page("payments/provider.html", course_session=course_session, sheets=sheets)


@blueprint.get("/my/allowances")
@access("person.own")
def my_allowances() -> Response:
    """The person's own living allowances."""
    uow = current_uow()
    return page("payments/mine.html", lines=paged(uow, own_allowances(uow.actor)))


@blueprint.get("/notices/training/<sheet_id>")
@access(PUBLIC)
def public_notice(sheet_id: str) -> Response:
    """A sheet for everybody to read, names half hidden, while the notice lasts."""
    uow = current_uow()
    sheet, course_session = uow.one(noticed_sheets(sheet_id, uow.actor).where(queries.is_noticed_on(uow.today)))
    lines = paged(uow, queries.lines_query(sheet), size=100)
    return page(
        "payments/notice.html",
        sheet=sheet,
        course_session=course_session,
        office=queries.get_office(uow.session, course_session),
        title=sheet_title(course_session, sheet),
        lines=lines,
        masked=[(mask_name(name or ""), line) for line, name in lines.rows],
    )
