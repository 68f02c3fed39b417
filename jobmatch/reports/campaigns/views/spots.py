"""Spot checks: which stations were drawn from, whom to call, and what was heard."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.queries.people import phones_of
from jobmatch.reference.models import EmploymentStatusKind
from jobmatch.reference.queries import names, rule_value
from jobmatch.reports.campaigns import spots
from jobmatch.reports.campaigns.blueprint import blueprint
from jobmatch.reports.campaigns.forms import CallForm, DrawForm
from jobmatch.reports.campaigns.models import SpotCheck
from jobmatch.reports.campaigns.policies import can_call_back, visible_drawn, visible_spot_checks, visible_work_stations
from jobmatch.reports.campaigns.services import spots as services
from jobmatch.reports.campaigns.states import SpotResult
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged


def _stations(uow: UnitOfWork) -> dict[str, Organization]:
    """Stations below the own office, by public id."""
    found = uow.rows(visible_work_stations(uow.actor, uow.actor.region_path or "-"))
    return {one.public_id: one for one in found if one.region_path != uow.actor.region_path}


def _list(form: DrawForm) -> Response:
    uow = current_uow()
    form.station.show([(key, station.name) for key, station in _stations(uow).items()])
    found = paged(uow, visible_spot_checks(uow.actor, spots.spot_checks()))
    year = uow.today.replace(month=1, day=1)
    return page(
        "campaigns/spot_checks.html",
        form=form,
        found=found,
        tallies=spots.tallies(uow.session, [one.id for one in found.rows]),
        year=spots.falsity(uow.session, uow.actor.region_path or "-", year, uow.today),
        percent=rule_value(uow.session, "spot_check_percent", uow.today),
        least=rule_value(uow.session, "spot_check_least", uow.today),
    )


@blueprint.get("/staff/spot-checks")
@access("campaign.manage")
def spot_checks() -> Response:
    """Samples that were drawn, and a new one."""
    return _list(DrawForm())


@blueprint.post("/staff/spot-checks")
@access("campaign.manage")
def draw() -> Any:
    """Draw from a station."""
    uow, form = current_uow(), DrawForm.submitted()
    station = _stations(uow).get(form.station.data or "")

    def act() -> SpotCheck:
        if station is None:
            raise Invalid(fields={"station": _("请选一个下级服务站")})
        return services.draw_spot_check(uow, station)

    made = form.act_or_say(act)
    if made is None:
        return _list(form)
    return redirect(url_for("campaigns.spot_check", public_id=made.public_id), 303)


def _seen(uow: UnitOfWork, public_id: str) -> SpotCheck:
    found: SpotCheck = uow.one(visible_spot_checks(uow.actor, spots.spot_check_named(public_id)))
    return found


def _page(check: SpotCheck, form: CallForm | None = None, *, line_id: str = "", phone: str = "") -> Response:
    uow = current_uow()
    rows = paged(uow, visible_drawn(uow.actor, spots.lines_of(check.id)), size=50)
    by = spots.recorders(uow.session, [row[1] for row in rows.rows])
    return page(
        "campaigns/spot_check.html",
        form=form,
        check=check,
        found=rows,
        tally=spots.tallies(uow.session, [check.id])[check.id],
        may_call={row[1].id: can_call_back(uow.actor, check, by[row[1].id]) for row in rows.rows},
        phones=phones_of(uow.session, [row[2] for row in rows.rows]),
        results=list(SpotResult),
        statuses=names(uow.session, EmploymentStatusKind),
        line_id=line_id,
        shown=phone,
    )


@blueprint.get("/staff/spot-checks/<public_id>")
@access("campaign.manage")
def spot_check(public_id: str) -> Response:
    """One sample: those still to call first."""
    return _page(_seen(current_uow(), public_id))


@blueprint.post("/staff/spot-checks/<public_id>/lines/<line_id>")
@access("campaign.manage")
def call_back(public_id: str, line_id: str) -> Any:
    """What was heard about one job."""
    uow, form = current_uow(), CallForm.submitted()
    check = _seen(uow, public_id)
    done = form.act_or_say(
        lambda: services.record_result(uow, check, line_id, result=form.result.data or "", note=form.note.data or "")
    )
    if done is None:
        return _page(check, form, line_id=line_id)
    flash(_("记下了：%(result)s", result=SpotResult(request.form["result"]).label), "success")
    return redirect(url_for("campaigns.spot_check", public_id=public_id), 303)


@blueprint.post("/staff/spot-checks/<public_id>/lines/<line_id>/phone")
@access("campaign.manage")
def line_phone(public_id: str, line_id: str) -> Response:
    """The whole number of one person, to be dialed; the audit keeps who looked."""
    uow = current_uow()
    check = _seen(uow, public_id)
    shown = services.reveal_line(uow, check, line_id)
    return _page(check, line_id=line_id, phone=shown.phone or "")
