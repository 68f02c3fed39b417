"""The office's fairs: the lists and the year, a new one, its checklist, and its way from draft to file."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.accounts.queries import get_organization_name
from jobmatch.casework.tasks.queries import clerks
from jobmatch.core.clock import local_day
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.planning import defaults, queries
from jobmatch.fairs.planning.blueprint import blueprint
from jobmatch.fairs.planning.forms import CancelForm, CloneForm, FairForm, NoteForm, StepForm
from jobmatch.fairs.planning.lacks import lacks_of, needs_permit, permit_warning
from jobmatch.fairs.planning.models import FairStep, JobFair
from jobmatch.fairs.planning.policies import can_create_fair, can_edit_fair, worked_fair, worked_fairs
from jobmatch.fairs.planning.services import fairs, steps
from jobmatch.fairs.planning.states import FairPart, FairState
from jobmatch.reference.models import FairTheme
from jobmatch.reference.queries import names
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page, paged


@blueprint.get("/staff/fairs")
@access("fair.manage")
def fair_list() -> Response:
    """Fairs that come, run, are over, and those of others that were joined; the year against the rule."""
    uow, tab = current_uow(), request.args.get("tab", "")
    tab = tab if tab in queries.TABS else "coming"
    found = paged(uow, worked_fairs(uow.actor, queries.office_fairs(tab)))
    counts = uow.rows(worked_fairs(uow.actor, queries.tab_counts()))[0]
    return page(
        "planning/list.html",
        tab=tab,
        found=found,
        counts=dict(zip(queries.TABS, counts, strict=True)),
        progress=queries.progress_of(uow.session, [fair.id for fair in found.rows], uow.today),
        themes=names(uow.session, FairTheme),
        year=queries.year_plan(uow),
        may_create=can_create_fair(uow.actor),
    )


def _form(fair: JobFair | None, part: FairPart) -> FairForm:
    """The form as it was sent, or filled from the row; a new one has sensible defaults."""
    uow = current_uow()
    if fair is not None:
        data = {name: getattr(fair, name) for name in fairs.FairPlan.__dataclass_fields__}
        data |= {"mode": fair.mode.value, "version": fair.version}
    else:
        last = next(iter(uow.rows(worked_fairs(uow.actor, queries.last_fair(uow.actor)))), None)
        office = get_organization_name(uow.session, uow.actor.organization_id) if uow.actor.organization_id else ""
        data = defaults.new_fair(uow.today, office, last, is_joined=part is FairPart.JOINED)
    form: FairForm = FairForm.submitted(data=data)
    opens_at = form.opens_at.data
    form.theme_code.show(queries.themes_on(uow.session, local_day(opens_at) if opens_at else uow.today))
    return form


@blueprint.route("/staff/fairs/new", methods=["GET", "POST"])
@access("fair.manage")
def new_fair() -> Any:
    """A new draft; ``part=joined`` for the fair of somebody else."""
    uow = current_uow()
    part = FairPart.JOINED if request.args.get("part") == FairPart.JOINED.value else FairPart.HELD
    form = _form(None, part)
    made = form.act(lambda: fairs.create_fair(uow, fairs.FairPlan(**form.plan_values()), part=part))
    if made is None:
        return page("planning/edit.html", form=form, fair=None, part=part)
    flash(_("已建好，按步骤筹备") if part is FairPart.HELD else _("已记下"), "success")
    return redirect(url_for("planning.fair", public_id=made.public_id), 303)


@blueprint.route("/staff/fairs/<public_id>/edit", methods=["GET", "POST"])
@access("fair.manage")
def edit_fair(public_id: str) -> Any:
    """Change what is written about a fair."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    form = _form(fair, fair.part)
    version = form.version.data
    done = form.act(
        lambda: fairs.edit_fair(uow, fair, fairs.FairPlan(**form.plan_values()), version=version)  # type: ignore[arg-type]
    )
    if done is None:
        return page("planning/edit.html", form=form, fair=fair, part=fair.part)
    flash(_("已保存"), "success")
    return redirect(url_for("planning.fair", public_id=public_id), 303)


@blueprint.get("/staff/fairs/<public_id>")
@access("fair.manage")
def fair(public_id: str) -> Response:
    """The checklist by phase with its progress, what is missing before publishing, papers, money, places."""
    return _fair_page(worked_fair(current_uow(), public_id))


def _fair_page(fair: JobFair, form: Any = None) -> Response:
    uow = current_uow()
    phases = queries.steps_of(uow.session, fair, uow.today)
    is_draft = fair.state is FairState.DRAFT and fair.part is FairPart.HELD
    return page(
        "planning/fair.html",
        form=form,
        fair=fair,
        phases=phases,
        timeline=queries.timeline_of(fair, phases, uow.today),
        progress=queries.progress_of(uow.session, [fair.id], uow.today).get(fair.id, queries.Progress()),
        lacks=lacks_of(uow.session, fair, uow.today) if is_draft else [],
        warning=permit_warning(uow.session, fair, uow.today) if fair.state not in fairs.ENDED else "",
        needs_permit=needs_permit(uow.session, fair),
        papers={paper.kind.value: paper for paper in reversed(queries.papers_of(uow.session, fair))},
        money=queries.money_sum(queries.money_of(uow.session, fair)),
        slices=queries.slices_of(uow.session, fair),
        broadcasts=queries.broadcasts_of(uow.session, fair),
        helpers=[row for row in queries.helpers_of(uow.session, fair) if row[0].revoked_at is None],
        theme=names(uow.session, FairTheme).get(fair.theme_code or "", ""),
        may_edit=can_edit_fair(uow.actor, fair),
        today=uow.today,
        fair_on=local_day(fair.opens_at),
    )


@blueprint.post("/staff/fairs/<public_id>/move")
@access("fair.manage")
def move_fair(public_id: str) -> Any:
    """Publish, take back, open, close, open again, or file; what is missing is said on the page."""
    uow, fair, form = current_uow(), worked_fair(current_uow(), public_id), EmptyForm.submitted()
    action = request.form.get("action", "")
    if action not in fairs.MOVES:
        raise NotFound
    if form.act(lambda: fairs.MOVES[action](uow, fair)) is None:
        return _fair_page(fair, form)
    flash(_("现在是：%(state)s", state=fair.state.label), "success")
    return redirect(url_for("planning.fair", public_id=public_id), 303)


@blueprint.route("/staff/fairs/<public_id>/cancel", methods=["GET", "POST"])
@access("fair.manage")
def cancel_fair(public_id: str) -> Any:
    """Say why the fair does not take place."""
    uow, fair, form = current_uow(), worked_fair(current_uow(), public_id), CancelForm.submitted()
    if form.act(lambda: fairs.cancel_fair(uow, fair, reason=form.reason.data or "")) is None:
        return page("planning/cancel.html", form=form, fair=fair)
    flash(_("招聘会已取消"), "success")
    return redirect(url_for("planning.fair", public_id=public_id), 303)


@blueprint.route("/staff/fairs/<public_id>/clone", methods=["GET", "POST"])
@access("fair.manage")
def clone_fair(public_id: str) -> Any:
    """The next one like this one, on another day."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    day = defaults.next_saturday(uow.today, defaults.LEAD_DAYS)
    form = CloneForm.submitted(data={"opens_at": defaults.at(day, 9)})
    made = form.act(lambda: fairs.clone_fair(uow, fair, opens_at=form.opens_at.data))
    if made is None:
        return page("planning/clone.html", form=form, fair=fair)
    flash(_("已照着建好一场，请核对日期和人数"), "success")
    return redirect(url_for("planning.fair", public_id=made.public_id), 303)


# ---------- steps ----------


def _step_form(step: FairStep, owner: str) -> StepForm:
    # The page shows two forms, and only the one that was sent is filled from the request.
    sent = request.form.get("action") == "plan"
    form = StepForm(request.form if sent else None, data={"due_on": step.due_on, "owner": owner})
    form.owner.choices = [("", _("还没有定")), *clerks(current_uow())]
    return form


@blueprint.route("/staff/fairs/<public_id>/steps/<code>", methods=["GET", "POST"])
@access("fair.manage")
def step(public_id: str, code: str) -> Any:
    """One step: until when and by whom; done, not done after all, or not needed."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    row = queries.find_step(uow.session, fair, code)
    action = request.form.get("action", "") if request.method == "POST" else ""
    skips = action == "skip"
    form = _step_form(row, queries.public_id_of(uow.session, row.owner_id))
    note_form = NoteForm(request.form if skips else None)
    acts: dict[str, tuple[Any, Any]] = {
        "plan": (form, lambda: steps.plan_step(uow, fair, row, due_on=form.due_on.data, owner=form.owner.data or "")),
        "skip": (note_form, lambda: steps.skip_step(uow, fair, row, note=note_form.note.data or "")),
        "done": (EmptyForm(request.form), lambda: steps.finish_step(uow, fair, row)),
        "undo": (EmptyForm(request.form), lambda: steps.undo_step(uow, fair, row)),
    }
    if action and action not in acts:
        raise NotFound
    if action and acts[action][0].act(acts[action][1]) is not None:
        flash(_("已保存"), "success")
        return redirect(url_for("planning.fair", public_id=public_id, _anchor=f"step-{code}"), 303)
    return page(
        "planning/step.html",
        form=note_form if skips else form,
        step_form=form,
        note_form=note_form,
        fair=fair,
        line=queries.step_line(uow.session, fair, code, uow.today),
        may_edit=can_edit_fair(uow.actor, fair),
    )
