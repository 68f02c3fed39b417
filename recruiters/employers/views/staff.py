"""The office's vetting of employers: the queue, and the page about one employer."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.i18n import gettext as _
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import names
from jobmatch.reference.states import ReasonKind
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.employers import choices, queries
from recruiters.employers.blueprint import blueprint
from recruiters.employers.forms import DecisionForm
from recruiters.employers.models import Employer
from recruiters.employers.policies import can_vet_employer, visible_office_employers
from recruiters.employers.reputation import reputation_row, shown
from recruiters.employers.services.vetting import vet_employer
from recruiters.employers.states import VETTING_FLOW
from recruiters.employers.views.papers import judge_form, wanted_papers

QUEUES = ("waiting", "deferred", "recheck")
QUEUE_SIZE = 10


@blueprint.get("/staff/employers")
@access("employer.vet")
def vetting_queue() -> Response:
    """Employers that wait, the oldest first; those put off; and those due for the six-monthly check."""
    uow = current_uow()
    chosen = request.args.get("queue", "")
    queue = chosen if chosen in QUEUES else "waiting"
    lists = {
        "waiting": queries.waiting_employers(),
        "deferred": queries.deferred_employers(),
        "recheck": queries.employers_to_recheck(uow.today),
    }
    found = paged(uow, visible_office_employers(uow.actor, lists[queue]), size=QUEUE_SIZE)
    return page(
        "employers/vetting_queue.html",
        queue=queue,
        found=found,
        sheets=_sheets(found.rows),
        reasons=names(uow.session, Reason),
        counts={
            name: uow.one(visible_office_employers(uow.actor, queries.count_of(query))) for name, query in lists.items()
        },
    )


def _sheets(employers: list[Employer]) -> list[dict[str, Any]]:
    """What the office sees of each employer, with a form of its own to decide in place."""
    uow = current_uow()
    alike = queries.lookalikes(uow.session, employers)
    papers = queries.papers_of(uow.session, employers)
    founded = queries.veteran_founded_ids(uow.session, employers, uow.today)
    names = queries.industry_names(uow.session)
    return [
        {
            "employer": employer,
            "missing": [
                _(queries.MISSING_LABELS[code]) for code in queries.missing_facts(employer, papers[employer.id])
            ],
            "papers": papers[employer.id],
            "paper_kinds": wanted_papers(employer),
            "judging": {paper.public_id: judge_form(uow, paper.public_id) for paper in papers[employer.id].values()},
            "is_founded": employer.id in founded,
            "days_late": (uow.today - employer.vetting_due_on).days if employer.vetting_due_on else 0,
            "alike": alike.get(employer.id, []),
            "industry": names.get(employer.industry_code or "", ""),
            "form": _decision_form(employer),
            "may_decide": can_vet_employer(uow.actor, employer),
        }
        for employer in employers
    ]


ACTIONS = ("approve", "ask_more", "refuse", "defer", "resume", "recheck", "suspend", "restore")


def _decision_form(employer: Employer, *, submitted: bool = False) -> DecisionForm:
    uow = current_uow()
    form = DecisionForm(request.form if submitted else None, prefix=f"{employer.public_id}-")
    words = {
        "approve": _("通过"),
        "ask_more": _("请单位补材料"),
        "refuse": _("不通过"),
        "defer": _("暂缓"),
        "resume": _("现在继续审核"),
        "recheck": _("复核通过，再有效 6 个月"),
        "suspend": _("暂停，岗位不再对外显示"),
        "restore": _("恢复"),
    }
    form.action.choices = [(a, words[a]) for a in ACTIONS if (employer.vetting, a) in VETTING_FLOW]
    form.reason_code.choices = {
        "": [("", _("请选择"))],
        _("要补的材料"): choices.reasons(uow, ReasonKind.EMPLOYER_MORE),
        _("不通过的原因"): choices.reasons(uow, ReasonKind.EMPLOYER_REFUSE),
        _("暂缓的原因"): choices.reasons(uow, ReasonKind.EMPLOYER_DEFER),
    }
    return form


def office_employer(public_id: str) -> Employer:
    """The employer of the subtree with this public id."""
    uow = current_uow()
    query = queries.load_full(select(Employer).where(Employer.public_id == public_id))
    found: Employer = uow.one(visible_office_employers(uow.actor, query))
    return found


@blueprint.route("/staff/employers/<public_id>", methods=["GET", "POST"])
@access("employer.vet")
def vetting(public_id: str) -> Any:
    """One employer with the form to decide; the queue posts here too."""
    uow = current_uow()
    employer = office_employer(public_id)
    form = _decision_form(employer, submitted=request.method == "POST")
    done = form.act(
        lambda: vet_employer(
            uow,
            employer,
            action=form.action.data or "",
            reason_code=form.reason_code.data,
            note=form.note.data or "",
            until=form.until.data,
        )
    )
    if done is not None:
        flash(_("%(name)s：%(state)s", name=employer.organization.name, state=employer.vetting.label), "success")
        return redirect(url_for("employers.vetting_queue"), 303)
    sheet = _sheets([employer])[0] | {"form": form}
    figures = reputation_row(uow.session, employer.id)
    return page(
        "employers/vetting.html",
        form=form,
        sheet=sheet,
        employer=employer,
        decisions=queries.decisions_of(uow.session, employer.id),
        reasons=names(uow.session, Reason),
        reputation=figures,
        shown=shown(figures, uow.today),
        may_answer=queries.is_recheck_near(employer, uow.today),
    )
