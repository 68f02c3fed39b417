"""Counts that should agree, and what files lack."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.intake.forms import CountForm
from jobmatch.casework.intake.policies import stations_in_reach
from jobmatch.casework.intake.queries import counts
from jobmatch.casework.intake.services import counts as services
from jobmatch.casework.intake.views.blueprint import blueprint
from jobmatch.casework.intake.views.common import station_named
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged


@blueprint.get("/staff/intake/counts")
@access("case.work")
def base_counts() -> Response:
    """应建档, 已建档 and 漏建 of every station, and how many files lack what."""
    uow = current_uow()
    query = stations_in_reach(uow.actor, select(Organization)).order_by(Organization.region_path, Organization.id)
    found = paged(uow, query, size=50)
    return page(
        "intake/counts.html",
        found=found,
        lines=counts.station_lines(uow, found.rows),
        missing=counts.missing_counts(uow),
    )


@blueprint.route("/staff/intake/counts/<public_id>", methods=["GET", "POST"])
@access("case.work")
def station_count(public_id: str) -> Any:
    """Type in what the superior's list and the villages say for one station."""
    uow = current_uow()
    station = station_named(uow, public_id)
    line = counts.station_lines(uow, [station])[0]
    data = {
        "superior_count": line.superior,
        "village_count": line.village,
        "version": line.count.version if line.count else 0,
    }
    form = CountForm.submitted(data=data)
    done = form.act(
        lambda: services.save_base_count(
            uow,
            station,
            superior_count=form.superior_count.data,
            village_count=form.village_count.data,
            version=form.version.data,
        )
    )
    if done is not None:
        flash(_("已保存，对不上的已开核对待办"), "success")
        return redirect(url_for("intake.base_counts"), 303)
    return page("intake/count.html", form=form, line=line)


@blueprint.get("/staff/intake/missing")
@access("case.work")
def missing() -> Response:
    """Open tasks about files that lack something."""
    uow = current_uow()
    found = paged(uow, counts.missing_tasks(uow))
    return page("intake/missing.html", found=found, lines=counts.missing_lines(uow, found.rows))


@blueprint.post("/staff/intake/missing")
@access("case.work")
def ask_missing() -> Any:
    """Look through the files of the subtree in the background."""
    services.ask_missing_check(current_uow())
    flash(_("正在检查档案，过一会儿刷新就能看到"), "success")
    return redirect(url_for("intake.missing"), 303)
