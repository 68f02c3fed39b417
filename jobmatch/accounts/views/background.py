"""The administrator's page of background work: what waits, what runs, what failed, and trying that again."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, flash, request, url_for

from jobmatch.accounts.job_words import label_of_job
from jobmatch.accounts.policies import visible_work
from jobmatch.accounts.queries import WORK_DAYS, last_runs, place_names, work, work_by_state, work_named
from jobmatch.accounts.views.public import blueprint, go
from jobmatch.core.i18n import gettext as _
from jobmatch.core.job_rows import JobState
from jobmatch.core.jobs import retry_job
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged


@blueprint.get("/admin/background")
@access("system.manage")
def background() -> Response:
    """Work by state, the newest first, and when each kind was last done."""
    uow = current_uow()
    asked = request.args.get("state", "")
    state = JobState(asked) if asked in set(JobState) else None
    since = uow.now - timedelta(days=WORK_DAYS)
    counts = {row[0]: (row[1], row[2]) for row in uow.rows(visible_work(uow.actor, work_by_state(since)))}
    tabs = [{"label": _("全部"), "url": url_for("accounts.background"), "current": state is None}]
    for one in JobState:
        tab = {"label": one.label, "count": counts.get(one, (0, None))[0], "current": state is one}
        tabs.append(tab | {"url": url_for("accounts.background", state=one.value)})
    found = paged(uow, visible_work(uow.actor, work(state)), most=1000)
    places = {row[0].arguments.get("place", "") for row in found.rows}
    return page(
        "accounts/background.html",
        tabs=tabs,
        counts=counts,
        days=WORK_DAYS,
        states=JobState,
        found=found,
        places=place_names(uow.session, places),
        runs=sorted(uow.rows(visible_work(uow.actor, last_runs())), key=lambda row: row[1], reverse=True),
        label_of_job=label_of_job,
    )


@blueprint.post("/admin/background/<public_id>/retry")
@access("system.manage")
def retry(public_id: str) -> Response:
    """Try work that failed once more."""
    uow = current_uow()
    done = retry_job(uow, uow.one(visible_work(uow.actor, work_named(public_id))))
    flash(_("已经重新排队") if done else _("它没有在等着重做"), "success" if done else "info")
    return go(url_for("accounts.background", state=JobState.FAILED.value))
