"""The office's pages about going on with school: the list, one plan, and somebody's plans."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, download, page, paged
from jobmatch.web.uploaded import BODY, uploaded
from training.courses.schooling import queries, services
from training.courses.schooling.blueprint import blueprint
from training.courses.schooling.forms import EndForm, PlanForm, ProofForm, StartForm
from training.courses.schooling.models import SchoolPlan
from training.courses.schooling.policies import can_keep_plans, managed_plan, managed_plans
from training.courses.schooling.states import SCHOOL_FLOW, SchoolState, SchoolWay
from training.courses.schooling.windows import BY_WAY, SOURCE

MOST_ROWS = 20_000
_HEAD = ("姓名", "怎么读", "状态", "学校", "专业", "两年期限", "开学", "毕业", "学费资助转介")


def _asked() -> tuple[str, str]:
    return request.args.get("tab", "")[:20], request.args.get("way", "")[:20]


@blueprint.get("/staff/school-plans")
@access("class.manage")
def plans() -> Response:
    """Who wants to go back or on, those first whose time runs out."""
    uow, (tab, way) = current_uow(), _asked()
    counts = dict(tuple(row) for row in uow.rows(managed_plans(uow.actor, queries.state_counts())))
    return page(
        "schooling/plans.html",
        tab=tab,
        way=way,
        found=paged(uow, managed_plans(uow.actor, queries.office_plans(tab, way, uow.today))),
        counts=counts,
        due=uow.rows(managed_plans(uow.actor, queries.due_count(uow.today)))[0],
        living=sum(counts.get(state, 0) for state in queries.LIVING_STATES),
        states=list(SchoolState),
        ways=list(SchoolWay),
        due_tab=queries.DUE,
        today=uow.today,
    )


@blueprint.get("/staff/school-plans.xlsx")
@access("class.manage", slow=True)
def plans_file() -> Response:
    """The list as a workbook; taking it out leaves a trace."""
    tab, way = _asked()
    with current_runtime().unit(g.actor, writing=False) as uow:
        query = managed_plans(uow.actor, queries.office_plans(tab, way, uow.today)).limit(MOST_ROWS)
        table = [_line(plan, person) for plan, person in uow.rows(query)]
    with current_runtime().unit(g.actor) as uow:
        uow.audit("school.export", None, rows=len(table))
    return download(write_workbook(Sheet(_("复学升学"), _HEAD, table)), f"{_('复学升学')}.xlsx", XLSX)


def _line(plan: SchoolPlan, person: Person) -> list[object]:
    days = (plan.due_on, plan.started_on, plan.ends_on, plan.aid_referred_on)
    return [person.name, plan.way.label, plan.state.label, plan.school, plan.major, *days]


def _page(plan: SchoolPlan, form: PageForm | None = None) -> Response:
    uow = current_uow()
    person = uow.session.get_one(Person, plan.person_id)
    return page(
        "schooling/plan.html",
        form=form,
        plan=plan,
        person=person,
        window=BY_WAY[plan.way],
        source=SOURCE,
        proof=queries.proof_of(uow.session, plan),
        start_form=form if isinstance(form, StartForm) else StartForm(data={"started_on": uow.today}),
        end_form=form if isinstance(form, EndForm) else EndForm(data={"on": uow.today}),
        can={act for state, act in SCHOOL_FLOW if state is plan.state},
        may=can_keep_plans(uow.actor, person),
    )


@blueprint.get("/staff/school-plans/<public_id>")
@access("class.manage")
def plan(public_id: str) -> Response:
    """One plan: what is known, what is next."""
    return _page(managed_plan(current_uow(), public_id))


def _done(row: SchoolPlan, said: str) -> Any:
    flash(said, "success")
    return redirect(url_for("schooling.plan", public_id=row.public_id), 303)


@blueprint.post("/staff/school-plans/<public_id>/start")
@access("class.manage")
def start(public_id: str) -> Any:
    """The paper was seen: the register says so."""
    uow, form = current_uow(), StartForm.submitted()
    row = managed_plan(uow, public_id)
    days = {"started_on": form.started_on.data, "ends_on": form.ends_on.data}
    if form.act_or_say(lambda: services.start_school(uow, row, **days)) is None:
        return _page(row, form)
    return _done(row, _("已核实，记进就业台账"))


@blueprint.post("/staff/school-plans/<public_id>/end/<act>")
@access("class.manage")
def end(public_id: str, act: str) -> Any:
    """Graduated, or not any more."""
    uow, form = current_uow(), EndForm.submitted()
    row = managed_plan(uow, public_id)
    if act not in {"graduate", "drop"}:
        raise NotFound
    if form.act_or_say(lambda: services.end_school(uow, row, act=act, on=form.on.data)) is None:
        return _page(row, form)
    return _done(row, _("已记下，问去向的任务排进待办了"))


@blueprint.post("/staff/school-plans/<public_id>/aid")
@access("class.manage")
def aid(public_id: str) -> Any:
    """The person was referred for 学费资助."""
    uow, form = current_uow(), EmptyForm.submitted()
    row = managed_plan(uow, public_id)
    if form.act_or_say(lambda: services.refer_for_aid(uow, row)) is None:
        return _page(row, form)
    return _done(row, _("已记下转介"))


@blueprint.route("/staff/school-plans/<public_id>/proof", methods=["GET", "POST"])
@access("class.manage", slow=True, upload=BODY)
def staff_proof(public_id: str) -> Any:
    """The paper that somebody brought to the window."""
    form, runtime, actor = ProofForm.submitted(), current_runtime(), g.actor

    def keep() -> bool:
        with runtime.unit(actor, writing=False) as uow:
            services.check_may_prove(uow, managed_plan(uow, public_id))
        upload = uploaded("file", services.PAPERS)
        with runtime.unit(actor) as uow:
            services.hand_in_proof(uow, managed_plan(uow, public_id), upload=upload)
        return True

    back = url_for("schooling.plan", public_id=public_id)
    if request.method == "POST" and form.act_or_say(keep):
        flash(_("材料已上传"), "success")
        return redirect(back, 303)
    with runtime.unit(actor, writing=False) as uow:
        row = managed_plan(uow, public_id)
        return page("schooling/proof.html", form=form, plan=row, layout="staff.html", back=back)


@blueprint.get("/staff/school-plans/<public_id>/proof/file")
@access("class.manage")
def proof_file(public_id: str) -> Response:
    """The paper as it was handed in."""
    uow = current_uow()
    found = services.read_proof(uow, managed_plan(uow, public_id))
    if found is None:
        raise NotFound
    return download(found[1], found[0], "application/octet-stream")


@blueprint.route("/staff/people/<public_id>/school", methods=["GET", "POST"])
@access("class.manage")
def person_school(public_id: str) -> Any:
    """Somebody's plans, and a new or changed one on their word."""
    uow = current_uow()
    person = seen_person(uow, public_id)
    living = queries.living_plan(uow.session, person.id)
    form = PlanForm.submitted(
        obj=living, data={"has_applied": living is not None and living.state is SchoolState.APPLIED}
    )
    if form.act_on_seen(lambda: services.save_plan(uow, person, form.facts())) is None:
        return page(
            "schooling/person.html",
            form=form,
            person=person,
            living=living,
            rows=queries.plans_of(uow.session, person.id),
            end=queries.window_end(uow.session, person.id, uow.today),
            may=can_keep_plans(uow.actor, person) and (living is None or living.state is not SchoolState.STUDYING),
        )
    flash(_("已保存"), "success")
    return redirect(url_for("schooling.person_school", public_id=public_id), 303)
