"""Pages for everybody: the privacy notice in force, and who runs the service."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, url_for

from jobmatch.accounts.queries import stations
from jobmatch.core.i18n import gettext as _
from jobmatch.people.queries.consents import current_notice
from jobmatch.privacy.queries.notices import notice_due
from jobmatch.privacy.services.notice import accept_notice
from jobmatch.privacy.views.blueprint import blueprint
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page


@blueprint.get("/privacy-notice")
@access("public")
def notice() -> Response:
    """The version in force; who has not accepted it yet finds a button."""
    uow = current_uow()
    due = notice_due(uow) if g.actor.is_signed_in else None
    return page("privacy/notice.html", notice=current_notice(uow.session, uow.today), is_due=due is not None)


@blueprint.post("/privacy-notice/accept")
@access("account.own")
def accept() -> Any:
    """Record that the reader accepts the version in force."""
    form = EmptyForm.submitted()
    if form.act(lambda: accept_notice(current_uow())):
        flash(_("已记下您的确认"), "success")
    return redirect(url_for("home.start"), 303)


@blueprint.get("/operator")
@access("public")
def operator() -> Response:
    """服务主体与许可: who runs the service, under which permit, and where to complain."""
    uow = current_uow()
    offices = uow.rows(stations().limit(60))
    return page("privacy/operator.html", settings=current_runtime().settings, offices=offices)
