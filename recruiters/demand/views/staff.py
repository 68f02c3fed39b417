"""Rounds for staff: open, see what is needed, who has not answered, answer by phone for them, take along."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, page, paged
from recruiters.demand import queries
from recruiters.demand.blueprint import blueprint
from recruiters.demand.forms import RoundForm
from recruiters.demand.models import DemandRound
from recruiters.demand.policies import can_hold_round, visible_answers, visible_rounds
from recruiters.demand.queries import Asked, Need, quarter_of, quarter_words
from recruiters.demand.services import rounds as services
from recruiters.demand.services.links import link_token
from recruiters.demand.states import AnswerWay
from recruiters.demand.views.common import answer_page


def _round(public_id: str) -> DemandRound:
    uow = current_uow()
    found: DemandRound = uow.one(visible_rounds(uow.actor, queries.round_named(public_id)))
    return found


@blueprint.route("/staff/demand", methods=["GET", "POST"])
@access("employer.vet")
def rounds() -> Any:
    """The rounds of this place, and a form for a new one."""
    uow = current_uow()
    form = RoundForm.submitted(data={"opens_on": uow.today, "closes_on": uow.today + timedelta(days=14)})
    quarters = [quarter_of(uow.today), quarter_of(uow.today + timedelta(days=92))]
    form.quarter.choices = [(one, quarter_words(one)) for one in quarters]
    done = form.act(
        lambda: services.hold_round(
            uow, quarter=form.quarter.data or "", opens_on=form.opens_on.data, closes_on=form.closes_on.data
        )
    )
    if done is not None:
        flash(_("调查已开始。登录过的单位会收到消息，其余的请发链接"), "success")
        return redirect(url_for("demand.employers", public_id=done.public_id), 303)
    found = paged(uow, visible_rounds(uow.actor, queries.rounds()))
    return page("demand/rounds.html", form=form, found=found, today=uow.today, quarter_words=quarter_words)


@blueprint.get("/staff/demand/<public_id>")
@access("employer.vet")
def result(public_id: str) -> Response:
    """What is needed, by occupation and by town, set against the people who look for work."""
    uow, held = current_uow(), _round(public_id)
    needs, towns = queries.round_needs(uow, held)
    waiting, answered = queries.answer_counts(uow, held)
    return page(
        "demand/result.html",
        held=held,
        quarter=quarter_words(held.quarter),
        needs=needs,
        towns=towns,
        waiting=waiting,
        answered=answered,
        today=uow.today,
        may_hold=can_hold_round(uow.actor, held.region_path),
    )


@blueprint.get("/staff/demand/<public_id>/employers")
@access("employer.vet")
def employers(public_id: str) -> Response:
    """Who was asked: those who have not answered first, each with its link and phone."""
    uow, held = current_uow(), _round(public_id)
    only = {"waiting": True, "answered": False}.get(request.args.get("state", "waiting"))
    found = paged(uow, visible_answers(uow.actor, queries.answers_of(held, waiting=only)))
    waiting, answered = queries.answer_counts(uow, held)
    return page(
        "demand/employers.html",
        held=held,
        quarter=quarter_words(held.quarter),
        found=found,
        links={
            answer.id: url_for("demand.by_link", token=link_token(answer), _external=True)
            for answer, _held, _employer in found.rows
        },
        only=only,
        waiting=waiting,
        answered=answered,
        today=uow.today,
        may_hold=can_hold_round(uow.actor, held.region_path),
    )


@blueprint.route("/staff/demand/<public_id>/employers/<answer_id>", methods=["GET", "POST"])
@access("employer.vet")
def enter(public_id: str, answer_id: str) -> Any:
    """Staff ask by phone and fill in for an employer."""
    uow, held = current_uow(), _round(public_id)
    asked = Asked(*uow.one(visible_answers(uow.actor, queries.answer_named(held, answer_id))))
    shown = answer_page(
        "demand/enter.html",
        asked,
        lambda form: services.answer_demand(
            uow, asked, form.said, way=AnswerWay.STAFF, by=form.by.data or "", note=form.note.data or ""
        ),
        held=held,
    )
    if shown is not None:
        return shown
    flash(_("已记下%(name)s的需求", name=asked.employer.organization.name), "success")
    return redirect(url_for("demand.employers", public_id=public_id), 303)


@blueprint.post("/staff/demand/<public_id>/remind")
@access("employer.vet")
def remind(public_id: str) -> Any:
    """Remind everybody who has not answered."""
    told = services.ask_to_remind(current_uow(), _round(public_id))
    flash(_("提醒了 %(n)s 家；没有账号的请打电话或发链接", n=told), "success")
    return redirect(url_for("demand.employers", public_id=public_id), 303)


@blueprint.post("/staff/demand/<public_id>/close")
@access("employer.vet")
def close(public_id: str) -> Any:
    """End a round early."""
    services.close_round(current_uow(), _round(public_id))
    flash(_("今天收完就结束"), "success")
    return redirect(url_for("demand.result", public_id=public_id), 303)


@blueprint.get("/staff/demand/<public_id>/table.xlsx")
@access("employer.vet", slow=True)
def table(public_id: str) -> Response:
    """The figures, and every line with its employer, as a workbook."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        held = uow.one(visible_rounds(uow.actor, queries.round_named(public_id)))
        needs, towns = queries.round_needs(uow, held)
        asked = [Asked(*row) for row in uow.rows(visible_answers(uow.actor, queries.answers_of(held)))]
    head = [
        _("职业"),
        _("现在缺"),
        _("下季度要"),
        _("其中培训以后也要"),
        _("单位数"),
        _("月工资"),
        _("想做的人"),
        _("做过的人"),
    ]
    lines = [
        _("单位"),
        _("什么工作"),
        _("现在缺"),
        _("下季度要"),
        _("月工资"),
        _("培训以后也要"),
        _("说明"),
        _("怎么填的"),
    ]
    book = write_workbook(
        Sheet(_("按职业"), head, [_row(need, has_people=True) for need in needs], widths=(24, *[12] * 7)),
        Sheet(_("按乡镇"), [_("乡镇（街道）"), *head[1:6]], [_row(need) for need in towns], widths=(24, *[12] * 5)),
        Sheet(_("明细"), lines, [row for one in asked for row in _lines(one)], widths=(36, 24, 10, 10, 16, 12, 30, 16)),
    )
    return download(book, f"{_('用工需求调查')} {held.quarter}.xlsx", XLSX)


def pay_range(low: int | None, high: int | None) -> str:
    """A range of monthly pay in words."""
    return f"{low}–{high}" if low and high and low != high else str(low or high or "")


def _row(need: Need, *, has_people: bool = False) -> list[object]:
    pay = pay_range(need.pay_low, need.pay_high)
    found: list[object] = [need.name, need.now, need.next, need.trainable, len(need.employers), pay]
    return [*found, need.people, need.done] if has_people else found


def _lines(asked: Asked) -> list[list[object]]:
    name, way = asked.employer.organization.name, asked.answer.way
    if way is None:
        return [[name, _("还没有答"), "", "", "", "", "", ""]]
    if not asked.answer.lines:
        return [[name, _("不缺人"), 0, 0, "", "", asked.answer.note, way.label]]
    return [
        [
            name,
            line.words,
            line.now_count,
            line.next_count,
            pay_range(line.pay_low_yuan, line.pay_high_yuan),
            line.is_trainable,
            line.note,
            way.label,
        ]
        for line in asked.answer.lines
    ]
