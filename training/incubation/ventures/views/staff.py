"""The office's pages about ventures: the list, a new one, one venture with its people, steps and contests."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.reference.models import Industry
from jobmatch.reference.queries import names
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, download, page, paged
from training.incubation.ventures import queries
from training.incubation.ventures.blueprint import blueprint
from training.incubation.ventures.forms import (
    ContestForm,
    FounderForm,
    LeaveForm,
    MilestoneForm,
    MoveForm,
    StaffWishForm,
    VentureFilter,
)
from training.incubation.ventures.founding import share_sum, share_words
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import managed_ventures
from training.incubation.ventures.services import lines, moves
from training.incubation.ventures.services.founders import leave_founder, save_founder
from training.incubation.ventures.services.wishes import enter_by_phone
from training.incubation.ventures.states import VentureState


def _venture(public_id: str) -> Venture:
    uow = current_uow()
    found: Venture = uow.one(managed_ventures(uow.actor, queries.named(public_id)))
    return found


def _filters() -> tuple[str, str]:
    return request.args.get("tab", queries.ALL), request.args.get("q", "").strip()[:60]


@blueprint.get("/staff/ventures")
@access("venture.manage")
def staff_list() -> Response:
    """Ventures by state, with sector and whether a veteran founded it."""
    uow, (tab, words) = current_uow(), _filters()
    found = paged(uow, managed_ventures(uow.actor, queries.office_ventures(tab, words)))
    counts = dict(tuple(row) for row in uow.rows(managed_ventures(uow.actor, queries.state_counts())))
    return page(
        "ventures/staff_list.html",
        tab=tab,
        words=words,
        found=found,
        counts=counts,
        states=list(VentureState),
        total=sum(counts.values()),
        filter_form=VentureFilter(data={"q": words}),
        sectors=names(uow.session, Industry),
        verdicts=queries.verdicts(uow.session, [row[0] for row in found.rows], uow.today),
    )


@blueprint.get("/staff/ventures.xlsx")
@access("venture.manage", slow=True)
def staff_table() -> Response:
    """The list as a workbook; taking it out leaves a trace."""
    tab, words = _filters()
    with current_runtime().unit(g.actor, writing=False) as uow:
        rows = list(uow.rows(managed_ventures(g.actor, queries.office_ventures(tab, words))))
        verdicts = queries.verdicts(uow.session, [row[0] for row in rows], uow.today)
        sectors = names(uow.session, Industry)
        table = [_line(one, person, sectors, verdicts[one.id]) for one, person in rows]
    with current_runtime().unit(g.actor) as uow:
        uow.audit("venture.export", None, rows=len(table))
    head = [
        *(_("项目"), _("创业者"), _("状态"), _("登记类型"), _("行业"), _("军创企业"), _("说明")),
        *(_("意愿日期"), _("登记日期"), _("开业日期"), _("注销日期"), _("来源")),
    ]
    return download(write_workbook(Sheet(_("创业项目"), head, table)), f"{_('创业项目')}.xlsx", XLSX)


def _line(one: Venture, person: str | None, sectors: dict[str, str], verdict: Any) -> list[object]:
    return [
        one.name or one.words,
        person or "",
        one.state.label,
        one.form.label,
        sectors.get(one.sector_code or "", ""),
        verdict.is_founded,
        verdict.reason,
        *(one.wished_on, one.registered_on, one.operating_on, one.ended_on),
        one.source.label,
    ]


@blueprint.route("/staff/ventures/new", methods=["GET", "POST"])
@access("venture.manage")
def staff_new() -> Any:
    """Write down the wish of somebody in the pool."""
    uow, form = current_uow(), StaffWishForm.submitted()
    form.sector_code.show_groups(queries.sector_choices(uow.session))
    made = form.act(lambda: enter_by_phone(uow, form.phone.data or "", form.wish()))
    if made is None:
        return page("ventures/staff_new.html", form=form)
    flash(_("已记下，请按期联系"), "success")
    return _to(made)


def _to(venture: Venture) -> Any:
    return redirect(url_for("ventures.staff_venture", public_id=venture.public_id), 303)


@blueprint.get("/staff/ventures/<public_id>")
@access("venture.manage")
def staff_venture(public_id: str) -> Response:
    """Facts, founders with shares, milestones, contests, and the log."""
    return _venture_page(_venture(public_id))


def _venture_page(venture: Venture, form: PageForm | None = None) -> Response:
    uow = current_uow()
    founders = queries.founders_of(uow.session, [venture.id])[venture.id]
    return page(
        "ventures/staff_venture.html",
        form=form,
        venture=venture,
        organization=queries.organization_of(uow.session, venture),
        sector=names(uow.session, Industry).get(venture.sector_code or "", ""),
        founders=founders,
        shares=share_words(share_sum(founders)),
        rest=share_words(10_000 - share_sum(founders)),
        is_whole=share_sum(founders) == 10_000,
        share_words=share_words,
        verdict=queries.verdicts(uow.session, [venture], uow.today)[venture.id],
        milestones=queries.milestones_of(uow.session, venture),
        contests=queries.contests_of(uow.session, venture),
        log=queries.moves_of(uow.session, venture),
        actions=moves.open_actions(venture),
        action_words=moves.action_words(),
        states={state.value: state.label for state in VentureState},
        milestone_form=form if isinstance(form, MilestoneForm) else MilestoneForm(),
        contest_form=form if isinstance(form, ContestForm) else ContestForm(data={"year": uow.today.year}),
    )


@blueprint.route("/staff/ventures/<public_id>/move/<action>", methods=["GET", "POST"])
@access("venture.manage")
def staff_move(public_id: str, action: str) -> Any:
    """The next step with its day, and what it asks for."""
    uow, venture = current_uow(), _venture(public_id)
    if action not in moves.ACTIONS:
        raise NotFound
    data = {"on": uow.today, "name": venture.name, "form": venture.form.value}
    form = MoveForm.submitted(data=data)
    if form.act(lambda: moves.move_venture(uow, venture, action, form.facts())) is None:
        words = moves.action_words()[action]
        return page("ventures/staff_move.html", form=form, venture=venture, action=action, words=words)
    flash(_("现在是：%(state)s", state=venture.state.label), "success")
    return _to(venture)


@blueprint.route("/staff/ventures/<public_id>/founders/new", methods=["GET", "POST"])
@access("venture.manage")
def new_founder(public_id: str) -> Any:
    """One more founder."""
    uow, venture, form = current_uow(), _venture(public_id), FounderForm.submitted()
    if form.act(lambda: save_founder(uow, venture, form.facts())) is None:
        return page("ventures/founder.html", form=form, venture=venture, founder=None, leave_form=None)
    flash(_("已保存"), "success")
    return _to(venture)


@blueprint.route("/staff/ventures/<public_id>/founders/<founder_id>", methods=["GET", "POST"])
@access("venture.manage")
def edit_founder(public_id: str, founder_id: str) -> Any:
    """Change role and share, or say that they left."""
    uow, venture = current_uow(), _venture(public_id)
    row = queries.get_founder(uow.session, venture, founder_id)
    leaves = request.method == "POST" and request.form.get("action") == "leave"
    data = {"name": row.name, "kind": row.kind.value, "role": row.role.value, "since_on": row.since_on}
    data["share"] = share_words(row.share_points).removesuffix("%")
    form = FounderForm(request.form if request.method == "POST" and not leaves else None, data=data)
    leave = LeaveForm(request.form if leaves else None, data={"until_on": uow.today})
    act = (
        leave.act_or_say(lambda: leave_founder(uow, venture, row, on=leave.until_on.data))
        if leaves
        else form.act(lambda: save_founder(uow, venture, form.facts(), row))
    )
    if act is None:
        shown = leave if leaves else form
        return page(
            "ventures/founder.html", form=shown, founder_form=form, venture=venture, founder=row, leave_form=leave
        )
    flash(_("已保存"), "success")
    return _to(venture)


@blueprint.post("/staff/ventures/<public_id>/milestones")
@access("venture.manage")
def add_milestone(public_id: str) -> Any:
    """A step that is agreed on."""
    uow, venture, form = current_uow(), _venture(public_id), MilestoneForm.submitted()
    done = form.act(lambda: lines.add_milestone(uow, venture, title=form.title.data or "", due_on=form.due_on.data))
    if done is None:
        return _venture_page(venture, form)
    flash(_("已保存"), "success")
    return _to(venture)


@blueprint.post("/staff/ventures/<public_id>/milestones/<milestone_id>/done")
@access("venture.manage")
def finish_milestone(public_id: str, milestone_id: str) -> Any:
    """It is done."""
    uow, venture = current_uow(), _venture(public_id)
    EmptyForm.submitted().act(lambda: lines.finish_milestone(uow, venture, milestone_id))
    flash(_("已记下"), "success")
    return _to(venture)


@blueprint.post("/staff/ventures/<public_id>/contests")
@access("venture.manage")
def add_contest(public_id: str) -> Any:
    """A contest that was entered."""
    uow, venture, form = current_uow(), _venture(public_id), ContestForm.submitted()
    done = form.act(
        lambda: lines.add_contest(
            uow,
            venture,
            contest=form.contest.data or "",
            year=form.year.data,
            track=form.chosen_track(),
            award=form.award.data or "",
            award_yuan=form.award_yuan.data,
        )
    )
    if done is None:
        return _venture_page(venture, form)
    flash(_("已保存"), "success")
    return _to(venture)
