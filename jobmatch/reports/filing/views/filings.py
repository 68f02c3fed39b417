"""Submissions: what the own station owes, what waits for a review, and who is late."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.documents import MIMETYPES
from jobmatch.reports.figures.checks import PROBLEMS, problem_counts
from jobmatch.reports.filing import queries
from jobmatch.reports.filing.blueprint import blueprint
from jobmatch.reports.filing.calendar import forms_of, period_words
from jobmatch.reports.filing.documents import submission_paper
from jobmatch.reports.filing.forms import AmendForm, OverviewFilter, ReturnForm, SubmissionForm
from jobmatch.reports.filing.models import Submission
from jobmatch.reports.filing.policies import can_accept, can_fill, can_review, visible_submissions
from jobmatch.reports.filing.services import submitting
from jobmatch.reports.filing.shown import Cell, shown_form
from jobmatch.reports.filing.states import OPEN_STATES, FormKind, Light, SubmissionState
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm, seen_date
from jobmatch.web.pages import PageForm, download, page, paged

OWN_SHOWN = 12
MOST_URGED = 300


def _one(uow: UnitOfWork, public_id: str) -> Submission:
    found: Submission = uow.one(visible_submissions(uow.actor, queries.submission_named(public_id)))
    return found


def _light(uow: UnitOfWork) -> Any:
    """How a form stands today, for templates."""
    near = queries.remind_days(uow)
    return lambda submission: queries.light_of(submission, uow.today, near)


@blueprint.get("/staff/filings")
@access("report.submit")
def filings() -> Response:
    """What the own station owes, and what waits for the reader."""
    uow = current_uow()
    station_id = uow.actor.organization_id or 0
    own = visible_submissions(uow.actor, queries.submissions().where(Submission.station_id == station_id))
    return page(
        "filing/filings.html",
        own=uow.rows(own.limit(OWN_SHOWN)),
        forms=forms_of(uow.actor.region_path),
        waiting=paged(uow, visible_submissions(uow.actor, queries.waiting_for(uow.actor))),
        light=_light(uow),
        words=period_words,
    )


@blueprint.post("/staff/filings/open")
@access("report.submit")
def open_form() -> Any:
    """Begin with a form of the own station."""
    kind = request.form.get("form", "")
    if kind not in set(FormKind):
        raise NotFound
    made = submitting.open_submission(current_uow(), FormKind(kind))
    return redirect(url_for("filing.filing", public_id=made.public_id), 303)


@blueprint.get("/staff/filings/overview")
@access("report.submit")
def overview() -> Response:
    """Who has reported a form for a period, who is late, and who has not."""
    uow = current_uow()
    chosen = request.args.get("form", "")
    form = FormKind(chosen) if chosen in set(FormKind) else FormKind.MONTHLY
    periods = queries.periods_of(uow, form)
    since = seen_date(request.args.get("since"))
    since = since if since in periods else (periods[0] if periods else None)
    filter_form = OverviewFilter(data={"form": form.value, "since": since.isoformat() if since else ""})
    filter_form.form.choices = [(one.value, one.label) for one in FormKind]
    filter_form.since.choices = [(day.isoformat(), period_words(form, day)) for day in periods]
    light = _light(uow)
    rows = queries.submissions(form=form, since=since) if since else queries.submissions().where(Submission.id < 0)
    found = paged(uow, visible_submissions(uow.actor, rows), size=100)
    lights = [light(one) for one in found.rows]
    return page(
        "filing/overview.html",
        form=None,
        filter_form=filter_form,
        chosen=form,
        since=since,
        found=found,
        light=light,
        counts=[(one, lights.count(one)) for one in Light],
        words=period_words,
        open_states=OPEN_STATES,
    )


@blueprint.post("/staff/filings/overview/urge")
@access("report.submit")
def urge_all() -> Any:
    """Remind every station that has not reported."""
    uow, chosen, since = current_uow(), request.form.get("form", ""), seen_date(request.form.get("since"))
    if chosen not in set(FormKind) or since is None:
        raise NotFound
    rows = queries.submissions(form=FormKind(chosen), since=since).where(Submission.state.in_(OPEN_STATES))
    missing = uow.rows(visible_submissions(uow.actor, rows.limit(MOST_URGED)))
    told = sum(submitting.urge(uow, one) for one in missing)
    flash(_("催了 %(n)s 个站，发了 %(told)s 条消息；今天催过的不再发", n=len(missing), told=told), "success")
    return redirect(url_for("filing.overview", form=chosen, since=since.isoformat()), 303)


def _page(public_id: str, form: PageForm | None = None) -> Response:
    uow = current_uow()
    found = _one(uow, public_id)
    frozen = queries.frozen_of(uow.session, found) if found.state not in OPEN_STATES else None
    above = queries.has_station_above(uow.session, found.region_path)
    actor, state = uow.actor, found.state
    is_table = found.form is FormKind.YEAR_TABLE
    may_accept = state is SubmissionState.REVIEWED and can_accept(actor, found, has_above=above)
    may_review = state is SubmissionState.SUBMITTED and can_review(actor, found, has_above=above)
    return page(
        "filing/filing.html",
        form=form,
        found=found,
        frozen=frozen,
        shown=shown_form(uow, found, frozen),
        signers=queries.signers_of(uow.session, found),
        moves=queries.moves_of(uow.session, found),
        light=_light(uow)(found),
        period=period_words(found.form, found.period_from),
        may_fill=state in OPEN_STATES and can_fill(actor, found.region_path),
        may_take_back=state is SubmissionState.SUBMITTED and actor.user_id == found.filled_by_id,
        may_review=may_review,
        may_accept=may_accept,
        may_return=may_review or may_accept,
        may_amend=state is SubmissionState.ACCEPTED and can_fill(actor, found.region_path),
        save_form=form
        if isinstance(form, SubmissionForm)
        else SubmissionForm(data={"head": found.head, "version": found.version}),
        return_form=form if isinstance(form, ReturnForm) else ReturnForm(),
        amend_form=form if isinstance(form, AmendForm) else AmendForm(),
        typed=request.form,
        address=lambda cell: _address(found, cell),
        problems=[one for one in PROBLEMS if is_table],
        doubts=problem_counts(uow, found.period_from.year, found.cut_off_on, found.region_path) if is_table else {},
    )


def _address(found: Submission, cell: Cell) -> str:
    """The list behind a cell; of a rate the page where both sides open theirs."""
    if cell.is_letter:
        return url_for(
            "figures.year_table_people",
            letter=cell.key,
            year=found.period_from.year,
            day=found.cut_off_on.isoformat(),
            path=found.region_path,
        )
    endpoint = "figures.indicator" if cell.is_ratio else "figures.indicator_list"
    days: dict[str, Any] = {"since": found.period_from.isoformat(), "until": found.period_to.isoformat()}
    return url_for(endpoint, code=cell.key, path=found.region_path, **days)


def _words(prefix: str) -> dict[str, str]:
    """The boxes of the page by cell."""
    return {
        name.removeprefix(f"{prefix}-"): text for name, text in request.form.items() if name.startswith(f"{prefix}-")
    }


@blueprint.get("/staff/filings/<public_id>")
@access("report.submit")
def filing(public_id: str) -> Response:
    """One form with its numbers, checks, words and steps."""
    return _page(public_id)


@blueprint.post("/staff/filings/<public_id>")
@access("report.submit")
def fill(public_id: str) -> Any:
    """Keep the words; with another press hand the form in, or report that there is nothing."""
    uow, form, press = current_uow(), SubmissionForm.submitted(), request.form.get("press", "")
    found = _one(uow, public_id)

    def act() -> Submission:
        saved = submitting.save_submission(
            uow, found, remarks=_words("remark"), head=form.head.data or "", version=form.version.data
        )
        return submitting.submit(uow, saved, is_zero=press == "zero") if press in {"submit", "zero"} else saved

    if form.act_or_say(act) is None:
        return _page(public_id, form)
    flash(_("已上报，等审核") if press else _("已保存"), "success")
    return redirect(url_for("filing.filing", public_id=public_id), 303)


def _pressed(public_id: str, act: Any, done: str) -> Any:
    """A step by one press."""
    uow, form = current_uow(), EmptyForm.submitted()
    found = _one(uow, public_id)
    if form.act_or_say(lambda: act(uow, found)) is None:
        return _page(public_id, form)
    flash(done, "success")
    return redirect(url_for("filing.filing", public_id=public_id), 303)


@blueprint.post("/staff/filings/<public_id>/take-back")
@access("report.submit")
def take_back(public_id: str) -> Any:
    return _pressed(public_id, submitting.take_back, _("已撤回，改好再报"))


@blueprint.post("/staff/filings/<public_id>/review")
@access("report.submit")
def review(public_id: str) -> Any:
    """It is right."""
    return _pressed(public_id, submitting.review, _("审核通过，等接收"))


@blueprint.post("/staff/filings/<public_id>/accept")
@access("report.submit")
def accept(public_id: str) -> Any:
    """The last step: the frozen version is signed."""
    return _pressed(public_id, submitting.accept, _("已接收，数据封存好了"))


@blueprint.post("/staff/filings/<public_id>/urge")
@access("report.submit")
def urge(public_id: str) -> Any:
    """Remind the station."""
    return _pressed(public_id, lambda uow, found: submitting.urge(uow, found) + 1, _("已催，今天不再重复发"))


@blueprint.post("/staff/filings/<public_id>/return")
@access("report.submit")
def send_back(public_id: str) -> Any:
    """Return it, with a reason for each cell."""
    uow, form = current_uow(), ReturnForm.submitted()
    found = _one(uow, public_id)
    done = form.act_or_say(
        lambda: submitting.send_back(uow, found, returns=_words("return"), reason=form.reason.data or "")
    )
    if done is None:
        return _page(public_id, form)
    flash(_("已退回，站里收到任务和消息"), "success")
    return redirect(url_for("filing.filing", public_id=public_id), 303)


@blueprint.post("/staff/filings/<public_id>/amend")
@access("report.submit")
def amend(public_id: str) -> Any:
    """Open an accepted form again."""
    uow, form = current_uow(), AmendForm.submitted()
    found = _one(uow, public_id)
    if form.act_or_say(lambda: submitting.amend(uow, found, reason=form.reason.data or "")) is None:
        return _page(public_id, form)
    flash(_("可以更正了，原来那一版照旧保存"), "success")
    return redirect(url_for("filing.filing", public_id=public_id), 303)


@blueprint.get("/staff/filings/<public_id>/paper.<suffix>")
@access("report.submit", slow=True)
def paper(public_id: str, suffix: str) -> Response:
    """The paper to print, sign and stamp."""
    if suffix not in {"xlsx", "pdf"}:
        raise NotFound
    with current_runtime().unit(g.actor, writing=False) as uow:
        found = _one(uow, public_id)
        content = submission_paper(uow, found, suffix)
        name = f"{found.station.name}-{found.form.label}-{found.period_from:%Y-%m}"
    return download(content, f"{name}.{suffix}", MIMETYPES[suffix])
