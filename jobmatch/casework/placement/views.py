"""The resettlement ledger: lists by ledger and year, one line with its steps, the table to hand in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jobmatch.casework.placement import queries, services
from jobmatch.casework.placement.forms import OpenForm, StepForm
from jobmatch.casework.placement.policies import visible_placements
from jobmatch.casework.placement.states import Ledger, Step
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, page, paged

blueprint = Blueprint("placement", __name__, template_folder="templates")

ASKED = {
    Step.SCORE: {"score"},
    Step.CHOOSE: {"post"},
    Step.PUBLICIZE: set(),
    Step.SEND_LETTER: {"letter_number"},
    Step.START: {"contract_years"},
    Step.WAIVE: set(),
    Step.CANCEL: set(),
}
"""What each step asks for beside its day and a note."""


def _ledger() -> Ledger:
    asked = request.args.get("ledger", "")
    return Ledger(asked) if asked in set(Ledger) else Ledger.GOVERNMENT_PLACED


def _year() -> int | None:
    asked = request.args.get("year", "")
    return int(asked) if asked.isdecimal() and len(asked) == 4 else None


def _person(public_id: str) -> Person:
    uow = current_uow()
    query = select(Person).options(selectinload(Person.service)).where(Person.public_id == public_id)
    found: Person = uow.one(visible_people(uow.actor, query))
    return found


@blueprint.get("/staff/placement")
@access("placement.write")
def ledger() -> Response:
    """One ledger: its rate by year, and its lines with the nearest deadline first."""
    uow, kind, year = current_uow(), _ledger(), _year()
    query = queries.placements(ledger=kind, year=year, only_open=request.args.get("open") == "1")
    return page(
        "placement/ledger.html",
        kind=kind,
        year=year,
        only_open=request.args.get("open") == "1",
        rates=queries.rates(uow, kind),
        found=paged(uow, visible_placements(uow.actor, query)),
        ledgers=list(Ledger),
        today=uow.today,
    )


@blueprint.get("/staff/placement.xlsx")
@access("placement.write", slow=True)
def ledger_table() -> Response:
    """The whole ledger as a workbook, with how the rate is counted."""
    kind, year = _ledger(), _year()
    with current_runtime().unit(g.actor, writing=False) as uow:
        rows = uow.rows(visible_placements(g.actor, queries.placements(ledger=kind, year=year)))
    head = [
        _("姓名"),
        _("接收日期"),
        _("期限"),
        _("状态"),
        _("量化评分"),
        _("单位和岗位"),
        _("介绍信日期"),
        _("介绍信文号"),
    ]
    head += [_("上岗期限"), _("上岗日期"), _("合同年限")]
    lines = [
        [
            person.name,
            line.accepted_on,
            line.due_on,
            line.state.label,
            line.score,
            line.post,
            line.letter_on,
            line.letter_number,
            line.start_due_on,
            line.started_on,
            _("无固定期限") if line.contract_years == 0 else line.contract_years,
        ]
        for line, person in rows
    ]
    note = _("安置率＝已上岗÷（应安置－本人书面放弃－取消资格）")
    content = write_workbook(Sheet(kind.label, head, lines, note=note))
    return download(content, _("安置台账-%(kind)s", kind=kind.label) + ".xlsx", XLSX)


@blueprint.route("/staff/people/<public_id>/placement", methods=["GET", "POST"])
@access("placement.write")
def person_placement(public_id: str) -> Any:
    """The line of one person with its steps, or the form that opens it."""
    uow, person = current_uow(), _person(public_id)
    placement = queries.find_placement(uow.session, person.id)
    form = OpenForm.submitted()
    done = form.act(lambda: services.open_placement(uow, person, accepted_on=form.accepted_on.data))
    if done is not None:
        flash(_("已记入安置台账"), "success")
        return redirect(url_for("placement.person_placement", public_id=public_id), 303)
    return page(
        "placement/person.html",
        form=form,
        person=person,
        placement=placement,
        ledger=services.ledger_for(person),
        steps=queries.steps_of(uow, placement) if placement else (),
        next_steps=queries.steps_from(placement.state) if placement else (),
    )


@blueprint.route("/staff/people/<public_id>/placement/<step>", methods=["GET", "POST"])
@access("placement.write")
def person_step(public_id: str, step: str) -> Any:
    """Enter one step of a line."""
    uow, person = current_uow(), _person(public_id)
    placement = queries.find_placement(uow.session, person.id)
    if placement is None or step not in set(Step):
        raise NotFound
    chosen = Step(step)
    form = StepForm.submitted(data={"version": placement.version, "happened_on": uow.today})
    for name in {"score", "post", "letter_number", "contract_years"} - ASKED[chosen]:
        delattr(form, name)
    done = form.act(
        lambda: services.take_step(
            uow,
            placement,
            person,
            chosen,
            happened_on=form.happened_on.data,
            note=form.note.data or "",
            version=form.version.data,
            **{name: form[name].data for name in ASKED[chosen] if form[name].data is not None},
        )
    )
    if done is None:
        return page("placement/step.html", form=form, person=person, placement=placement, step=chosen)
    flash(_("已登记：%(state)s", state=done.state.label), "success")
    return redirect(url_for("placement.person_placement", public_id=public_id), 303)
