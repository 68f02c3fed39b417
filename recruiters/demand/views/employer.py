"""The own answer of an employer who is signed in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page
from recruiters.demand.blueprint import blueprint
from recruiters.demand.models import DemandAnswer
from recruiters.demand.queries import Asked, find_asked, running_round
from recruiters.demand.services.rounds import answer_demand, asked_of
from recruiters.demand.states import AnswerWay
from recruiters.demand.views.common import answer_page
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_own_employers
from recruiters.employers.queries import employers


@blueprint.route("/employer/demand", methods=["GET", "POST"])
@access("posting.write")
def own_demand() -> Any:
    """What we need, in the round that runs now."""
    uow = current_uow()
    employer: Employer = uow.one(visible_own_employers(uow.actor, employers()))
    held = running_round(uow.session, employer, uow.today)
    if held is None:
        return page("demand/no_round.html")
    asked = find_asked(uow.session, held, employer)
    if asked is None and uow.writing:
        asked = asked_of(uow, held, employer)
    elif asked is None:
        blank = DemandAnswer(answered_by="", note="")
        blank.lines = []
        asked = Asked(blank, held, employer)
    shown = answer_page(
        "demand/own.html",
        asked,
        lambda form: answer_demand(
            uow, asked, form.said, way=AnswerWay.APP, by=form.by.data or "", note=form.note.data or ""
        ),
    )
    if shown is not None:
        return shown
    flash(_("已收到。情况变了，截止以前都可以再改"), "success")
    return redirect(url_for("demand.own_demand"), 303)
