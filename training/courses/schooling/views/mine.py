"""The own way back to school: what is kept until when, what to do next, the paper."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import person_of
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, download, page
from jobmatch.web.uploaded import BODY, uploaded
from training.courses.schooling import queries, services
from training.courses.schooling.blueprint import blueprint
from training.courses.schooling.forms import PlanForm, ProofForm
from training.courses.schooling.policies import own_plan
from training.courses.schooling.states import LIVING_STATES, SchoolState
from training.courses.schooling.windows import BY_WAY, SOURCE, WINDOWS

DAYS_OF_WINDOW = 730


def _own_file() -> Person:
    uow = current_uow()
    person = person_of(uow.session, uow.actor.user_id) if uow.actor.user_id is not None else None
    if person is None:
        raise NotFound
    return person


def _page(person: Person, form: PageForm) -> Response:
    uow = current_uow()
    rows = queries.plans_of(uow.session, person.id)
    plan = next((one for one in rows if one.state in LIVING_STATES), None)
    end = queries.window_end(uow.session, person.id, uow.today)
    return page(
        "schooling/mine.html",
        form=form,
        plan=plan,
        others=[one for one in rows if one is not plan],
        end=end,
        left=(end - uow.today).days if end else None,
        days=DAYS_OF_WINDOW,
        windows=WINDOWS,
        by_way=BY_WAY,
        today=uow.today,
        source=SOURCE,
        may_change=plan is None or plan.state is not SchoolState.STUDYING,
    )


@blueprint.route("/my/school", methods=["GET", "POST"])
@access("person.own")
def mine() -> Any:
    """What somebody wants to read, where, and until when a place is kept."""
    uow, person = current_uow(), _own_file()
    plan = queries.living_plan(uow.session, person.id)
    form = PlanForm.submitted(obj=plan, data={"has_applied": plan is not None and plan.state is SchoolState.APPLIED})
    if form.act_on_seen(lambda: services.save_plan(uow, person, form.facts())) is None:
        return _page(person, form)
    flash(_("已保存"), "success")
    return redirect(url_for("schooling.mine"), 303)


@blueprint.route("/my/school/<public_id>/proof", methods=["GET", "POST"])
@access("person.own", slow=True, upload=BODY)
def my_proof(public_id: str) -> Any:
    """The paper; it is checked outside any unit and stored only when it passed."""
    form, runtime, actor = ProofForm.submitted(), current_runtime(), g.actor

    def keep() -> bool:
        with runtime.unit(actor, writing=False) as uow:
            services.check_may_prove(uow, own_plan(uow, public_id))
        upload = uploaded("file", services.PAPERS)
        with runtime.unit(actor) as uow:
            services.hand_in_proof(uow, own_plan(uow, public_id), upload=upload)
        return True

    if request.method == "POST" and form.act_or_say(keep):
        flash(_("证明交上了，等服务站核实"), "success")
        return redirect(url_for("schooling.mine"), 303)
    with runtime.unit(actor, writing=False) as uow:
        plan = own_plan(uow, public_id)
        return page("schooling/proof.html", form=form, plan=plan, layout="people.html", back=url_for("schooling.mine"))


@blueprint.get("/my/school/<public_id>/proof/file")
@access("person.own")
def my_file(public_id: str) -> Response:
    """The own paper."""
    uow = current_uow()
    found = services.read_proof(uow, own_plan(uow, public_id))
    if found is None:
        raise NotFound
    return download(found[1], found[0], "application/octet-stream")


@blueprint.post("/my/school/<public_id>/drop")
@access("person.own")
def my_drop(public_id: str) -> Any:
    """Not any more; only before somebody studies."""
    uow = current_uow()
    plan = own_plan(uow, public_id)
    EmptyForm.submitted().act(lambda: services.end_school(uow, plan, act="drop", on=None))
    flash(_("已记下，不再提醒"), "success")
    return redirect(url_for("schooling.mine"), 303)


@blueprint.post("/my/school/<public_id>/aid")
@access("person.own")
def my_aid(public_id: str) -> Any:
    """Ask to be referred for 学费资助."""
    uow = current_uow()
    plan = own_plan(uow, public_id)
    EmptyForm.submitted().act(lambda: services.ask_for_aid(uow, plan))
    flash(_("服务站会联系您办学费资助"), "success")
    return redirect(url_for("schooling.mine"), 303)
