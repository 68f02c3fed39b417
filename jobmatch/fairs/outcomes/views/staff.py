"""The office's pages after a fair: the summary with its lists, the follow-ups, the exhibitors' lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session

from jobmatch.accounts.qr import qr_svg
from jobmatch.core.clock import SHANGHAI, local_day
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes import making, queries, words
from jobmatch.fairs.outcomes.blueprint import blueprint
from jobmatch.fairs.outcomes.documents import Table
from jobmatch.fairs.outcomes.figures import Quick, quick
from jobmatch.fairs.outcomes.lists import OUTCOMES, QUICK, TRACKED, list_table, rating_lines, reader, tracked_list
from jobmatch.fairs.outcomes.making import number_rows
from jobmatch.fairs.outcomes.policies import (
    OVER,
    can_report_fair,
    reads_exactly,
    visible_counted_fairs,
    visible_follow_ups,
)
from jobmatch.fairs.outcomes.services import follow_ups as services
from jobmatch.fairs.outcomes.services.links import LINK_DAYS, make_all_links, make_exhibitor_link
from jobmatch.fairs.outcomes.services.reports import kept_until
from jobmatch.fairs.outcomes.states import FairReportKind, FollowUpResult
from jobmatch.fairs.outcomes.tracking import Tracking, comparison, earlier_fairs, tracking
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import decided_fair, worked_fair
from jobmatch.fairs.planning.queries import fair_named
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import choices
from jobmatch.reference.queries import names as code_names
from jobmatch.reference.states import ReasonKind
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, page, paged


def _counted(uow: UnitOfWork, public_id: str) -> JobFair:
    found: JobFair = uow.one(visible_counted_fairs(uow.actor, fair_named(public_id)))
    return found


@blueprint.get("/staff/fairs/<public_id>/after")
@access("report.read")
def summary(public_id: str) -> Response:
    """What the fair brought: the funnel, when people came, each employer, the reports and the file."""
    uow = current_uow()
    return summary_page(uow, _counted(uow, public_id))


def summary_page(uow: UnitOfWork, fair: JobFair, form: PageForm | None = None) -> Response:
    """The summary; ``form`` is one that was refused."""
    session = uow.session
    exact = reads_exactly(uow.actor, fair.region_path)
    found = quick(session, fair)
    tracked = tracking(session, fair, 90, loaded=found)
    n = making.shown_numbers(found.numbers(), exact)
    t = making.shown_numbers(tracked.numbers(), exact)
    reasons = making.shown_reasons(tracked, exact)
    is_over = fair.state in OVER
    slices = _slice_rows(session, found, exact)
    return page(
        "outcomes/summary.html",
        form=form or EmptyForm(),
        fair=fair,
        exact=exact,
        can_report=can_report_fair(uow.actor, fair) and is_over,
        n=n,
        numbers=[(name, _(QUICK[name][1]), value, _(note) if note else "") for name, value, note in number_rows(n)],
        t=t,
        kept_rate=making.shown_rate(len(tracked.of(FollowUpResult.SAME_EMPLOYER)), len(tracked.outcomes), exact),
        funnel=funnel_chart(tracked, exact, fair),
        results=[(one, t[one.value]) for one in FollowUpResult],
        reasons=[(code, label, reasons[code]) for code, label in _reasons(session).items() if code in reasons],
        half_hours=_half_hours(found, exact),
        employers=list(zip(found.exhibitors, making.employer_table(session, found, exact).rows, strict=True)),
        slices=list(zip(found.by_slice(), slices, strict=True)) if slices else [],
        fairs=_comparison(uow, fair, exact),
        ratings=making.rating_table(session, fair).rows,
        answered=queries.answered_counts(session, fair),
        sent=queries.sent_reports(session, fair),
        kinds=list(FairReportKind),
        broadcasts=making.broadcast_table(n),
        money=making.money_tables(session, fair, n, t["started"]),
        told=making.quick_words(session, fair, n),
        told_later=words.tracking_words(t, reasons, day=uow.today) if is_over else [],
        kept_until=kept_until(uow, fair),
        today=uow.today,
    )


def _reasons(session: Session) -> dict[str, str]:
    return dict(choices(session, Reason, kind=ReasonKind.FAIR_NOT_STARTED))


def _slice_rows(session: Session, found: Quick, exact: bool) -> list[list[Any]]:
    return [row for table in making.slice_tables(session, found, exact) for row in table.rows]


def funnel_chart(tracked: Tracking, exact: bool, fair: JobFair | None = None) -> charts.Bars | None:
    """How far the same people came; its numbers lead to the lists of ``fair``."""
    steps = [(making.FUNNEL_WORDS[name], len(people)) for name, people in tracked.funnel]
    # A bar shows its number by its length, so readers of aggregates get words instead.
    if not exact and any(0 < count < words.FEW for _label, count in steps):
        return None
    if fair is None or not exact:
        return charts.funnel(steps)
    names = ("outcomes", "hired", "started", "kept")
    return charts.funnel(steps, hrefs=[url_for("outcomes.behind", public_id=fair.public_id, name=one) for one in names])


def fairs_chart(counts: list[tuple[JobFair, int]], exact: bool) -> charts.Columns | None:
    """People with intentions of several fairs side by side; nothing for a single one."""
    is_shown = exact or all(count == 0 or count >= words.FEW for _fair, count in counts)
    points = [(f"{local_day(fair.opens_at):%Y-%m-%d}", count) for fair, count in counts]
    return charts.columns(points, unit=_("人")) if len(points) > 1 and is_shown else None


def _half_hours(found: Quick, exact: bool) -> charts.Columns | None:
    points = [(f"{at.astimezone(SHANGHAI):%H:%M}", count) for at, count in found.by_half_hour()]
    if not exact and any(0 < count < words.FEW for _label, count in points):
        return None
    return charts.columns(points, unit=_("人")) if points else None


def _comparison(uow: UnitOfWork, fair: JobFair, exact: bool) -> dict[str, Any]:
    found = comparison(uow.session, earlier_fairs(uow.session, fair))
    rows = [
        (one, making.shown_numbers(n, exact), making.shown_rate(n["served_with_intention"], n["served"], exact))
        for one, n in found
    ]
    counts = [n["intention_people"] for _fair, n in found]
    return {
        "rows": rows,
        "chart": fairs_chart([(one, n["intention_people"]) for one, n in found], exact),
        "more": counts[-1] - counts[-2] if len(counts) > 1 and (exact or min(counts[-2:]) >= words.FEW) else 0,
    }


@blueprint.get("/staff/fairs/<public_id>/after/lists/<name>")
@access("report.people")
def behind(public_id: str, name: str) -> Response:
    """The list behind a number, one line for each that was counted."""
    uow = current_uow()
    fair = decided_fair(uow, public_id)
    return page("outcomes/list.html", fair=fair, table=_list_behind(uow.session, fair, name))


def _list_behind(session: Session, fair: JobFair, name: str) -> Table:
    """Raises ``NotFound`` for what is no number of this fair."""
    if name == "ratings":
        return rating_lines(session, fair)
    found, by = quick(session, fair), reader(session, "full")
    if name in QUICK:
        shape, label = QUICK[name]
        slices, place = found.by_slice(), request.args.get("slice", "")
        lines: Sequence[Any] = found.lists[name]
        if place.isdecimal() and name in {"exhibitors", "visitors"} and int(place) < len(slices):
            lines = getattr(slices[int(place)], name)
        return list_table(_(label), shape, lines, by)
    behind_reason = _reasons(session).get(name)
    tracked_lines = tracked_list(tracking(session, fair, 90, loaded=found), name)
    if tracked_lines is None:
        raise NotFound
    shape, label = TRACKED.get(name, (OUTCOMES, behind_reason or ""))
    return list_table(_(label), shape, tracked_lines, by)


# ---------- follow-ups ----------


@blueprint.get("/staff/fairs/<public_id>/follow-ups")
@access("fair.manage")
def follow_ups(public_id: str) -> Response:
    """Questions that are due about people of the own subtree, the oldest first."""
    uow = current_uow()
    return _follow_up_page(uow, worked_fair(uow, public_id))


def _follow_up_page(uow: UnitOfWork, fair: JobFair, form: PageForm | None = None) -> Response:
    found = paged(uow, visible_follow_ups(uow.actor, queries.due_follow_ups(fair.id, uow.today)))
    return page(
        "outcomes/follow_ups.html",
        form=form or EmptyForm(),
        fair=fair,
        found=found,
        results=list(FollowUpResult),
        reasons=choices(uow.session, Reason, kind=ReasonKind.FAIR_NOT_STARTED),
        today=uow.today,
    )


@blueprint.post("/staff/fairs/<public_id>/follow-ups/<follow_up_id>")
@access("fair.manage")
def answer_follow_up(public_id: str, follow_up_id: str) -> Any:
    """What a call found out; the next one slides up."""
    uow = current_uow()
    fair = worked_fair(uow, public_id)
    query = queries.follow_up_named(follow_up_id).where(JobFair.id == fair.id)
    follow_up, registration, *_rest = uow.one(visible_follow_ups(uow.actor, query))
    form, sent = EmptyForm.submitted(), request.form
    done = form.act(
        lambda: services.answer_by_staff(
            uow,
            follow_up,
            registration,
            result=sent.get("result", ""),
            reason_code=sent.get("reason_code", ""),
            note=sent.get("note", ""),
            is_recommended_again=bool(sent.get("again")),
            is_to_training=bool(sent.get("training")),
        )
    )
    if done is None:
        return _follow_up_page(uow, fair, form)
    flash(_("记下了：%(result)s", result=done.result.label), "success")
    return redirect(url_for("outcomes.follow_ups", public_id=fair.public_id), 303)


# ---------- the exhibitors' own lists ----------


@blueprint.get("/staff/fairs/<public_id>/after/exhibitors/<exhibitor_id>")
@access("fair.manage")
def exhibitor_list(public_id: str, exhibitor_id: str) -> Response:
    """One exhibitor's own list, as it gets it; to print and hand over on the evening."""
    uow = current_uow()
    fair = decided_fair(uow, public_id)
    return _exhibitor_page(uow, fair, exhibitor_id)


def _exhibitor_page(uow: UnitOfWork, fair: JobFair, exhibitor_id: str, address: str = "") -> Response:
    exhibitor = queries.fair_exhibitor(uow.session, fair, exhibitor_id)
    day = _last_day(uow, fair)
    return page(
        "outcomes/exhibitor.html",
        fair=fair,
        exhibitor=exhibitor,
        name=queries.exhibitor_name(uow.session, exhibitor),
        rows=queries.exhibitor_rows(uow.session, exhibitor, day, uow.today),
        resumes=queries.received_resumes(uow.session, exhibitor, uow.today),
        reasons=code_names(uow.session, Reason),
        day=day,
        address=address,
        code=qr_svg(address) if address else "",
        link_days=LINK_DAYS,
        can_link=can_report_fair(uow.actor, fair) and fair.state in OVER,
    )


@blueprint.post("/staff/fairs/<public_id>/after/exhibitors/<exhibitor_id>")
@access("fair.manage")
def link_exhibitor(public_id: str, exhibitor_id: str) -> Response:
    """A link for the exhibitor, shown once."""
    uow = current_uow()
    fair = decided_fair(uow, public_id)
    exhibitor = queries.fair_exhibitor(uow.session, fair, exhibitor_id)
    day = _last_day(uow, fair)
    token = make_exhibitor_link(uow, fair, exhibitor, day)
    return _exhibitor_page(uow, fair, exhibitor_id, url_for("outcomes.by_link", token=token, _external=True))


@blueprint.get("/staff/fairs/<public_id>/after/links")
@access("fair.manage")
def links(public_id: str) -> Response:
    """Which exhibitors have a list, who was told through an account, and who has answered."""
    uow = current_uow()
    fair = decided_fair(uow, public_id)
    return _links_page(uow, fair, {})


@blueprint.post("/staff/fairs/<public_id>/after/links")
@access("fair.manage")
def make_links(public_id: str) -> Response:
    """Links for everybody who has not answered, shown once."""
    uow = current_uow()
    fair = decided_fair(uow, public_id)
    return _links_page(uow, fair, make_all_links(uow, fair, _last_day(uow, fair)))


def _last_day(uow: UnitOfWork, fair: JobFair) -> int:
    return queries.last_day(local_day(fair.closed_at) if fair.closed_at else None, uow.today)


def _links_page(uow: UnitOfWork, fair: JobFair, made: dict[int, str]) -> Response:
    day = _last_day(uow, fair)
    addresses = {key: url_for("outcomes.by_link", token=token, _external=True) for key, token in made.items()}
    return page(
        "outcomes/links.html",
        fair=fair,
        day=day,
        rows=queries.lists_to_send(uow.session, fair, day),
        addresses=addresses,
        link_days=LINK_DAYS,
        can_link=can_report_fair(uow.actor, fair) and fair.state in OVER,
    )
