"""Desks of a fair: numbers and yeses for people without a phone, counters of wishes, paper sheets, and the lists."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy import func, select

from jobmatch.accounts.ports import has_gateway
from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day import booth_queries as queries
from jobmatch.fairs.day import figures, papers
from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.day.board_queries import booth_lines
from jobmatch.fairs.day.booth_forms import (
    AnswerForm,
    CounterForm,
    SheetForm,
    SignSheetForm,
    StandingFilter,
    grid_lines,
    sent_lines,
)
from jobmatch.fairs.day.booth_policies import visible_desk_list, visible_desk_rows
from jobmatch.fairs.day.desk_queries import paper_rows, registered
from jobmatch.fairs.day.services import intentions, queues
from jobmatch.fairs.day.services.sheets import Keyed, key_sheet
from jobmatch.fairs.day.services.sign_sheets import key_sign_ins
from jobmatch.fairs.day.services.wishes import add_wish
from jobmatch.fairs.day.states import IntentionStanding, WishKind
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair, desk_fair
from jobmatch.fairs.visitors.states import VisitorKind
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, page, paged


@blueprint.get("/staff/fairs/<public_id>/booths")
@access("fair.manage")
def booths(public_id: str) -> Response:
    """Booths with their queues, and what came of the day so far."""
    uow, fair = current_uow(), desk_fair(current_uow(), public_id)
    lines = booth_lines(uow.session, fair)
    there = [line for line in lines if line.exhibitor_id is not None]
    counted = figures.counted(uow.session, fair)
    return page(
        "fairday/booths.html",
        fair=fair,
        lines=there,
        counted=counted,
        exhibitors={row.id: row for row in uow.session.scalars(queries.handed_links(fair.id))},
        days=queries.intention_days(uow.session, uow.today),
        may_decide=can_edit_fair(uow.actor, fair),
        has_gateway=has_gateway(),
    )


@blueprint.route("/staff/fairs/<public_id>/intentions", methods=["GET", "POST"])
@access("fair.manage")
def intention_list(public_id: str) -> Any:
    """The list behind the figures, and the yes of somebody without a phone, whose paper ticket lies on the table."""
    uow, fair, form = current_uow(), desk_fair(current_uow(), public_id), AnswerForm.submitted()

    def answer() -> bool:
        if form.press.data not in set(intentions.Answer):
            raise Invalid(_("没有这个按钮"))
        posting = intentions.posting_of_fair(uow, fair.id, form.row.data or "")
        said = intentions.Answer(form.press.data)
        intentions.answer_at_desk(uow, fair, ticket=form.ticket.data or "", posting=posting, answer=said)
        return True

    if form.act_or_say(answer):
        flash(_("已记下本人的答复"), "success")
        return redirect(url_for("fairday.intention_list", public_id=public_id), 303)
    kinds = StandingFilter(request.args)
    standing = kinds.standing.data if kinds.standing.data in {*IntentionStanding, *queries.GROUPS} else ""
    query = visible_desk_rows(uow.actor, queries.intentions_of_fair(fair.id, standing))
    found = paged(uow, query)
    return page(
        "fairday/intentions.html",
        form=form,
        fair=fair,
        kinds=kinds,
        found=found,
        standings=IntentionStanding,
        answers=intentions.Answer,
        now=uow.now,
    )


@blueprint.route("/staff/fairs/<public_id>/counters", methods=["GET", "POST"])
@access("fair.manage")
def counters(public_id: str) -> Any:
    """The counters, for staff."""
    return _counter(desk_fair(current_uow(), public_id), url_for("fairday.counters", public_id=public_id))


@blueprint.route("/fairs/help/<public_id>/counters", methods=["GET", "POST"])
@access("fair.help")
def helper_counters(public_id: str) -> Any:
    """The counters, for the volunteers of a fair on its day."""
    return _counter(desk_fair(current_uow(), public_id), url_for("fairday.helper_counters", public_id=public_id))


def _counter(fair: JobFair, here: str) -> Any:
    uow, form = current_uow(), CounterForm.submitted()

    def note() -> str:
        ticket, name = form.ticket.data or "", form.press.data or ""
        if name == "queue":
            booth = _booth_numbered(uow, fair, form.booth.data or "")
            person = queries.ticket_holder(uow.session, fair, ticket, by_phone=True)
            row = queues.take_number(uow, booth, person)
            return _("%(name)s：%(booth)s 第 %(n)s 号", name=person.name, booth=form.booth.data, n=row.number)
        if name not in set(WishKind):
            raise Invalid(_("没有这个按钮"))
        add_wish(uow, fair, WishKind(name), ticket=ticket, words=form.words.data or "")
        return _("已记下：%(kind)s", kind=WishKind(name).label)

    said = form.act_or_say(note)
    if said:
        flash(said, "success")
        return redirect(here, 303)
    tally = figures.counted(uow.session, fair).wishes
    return page("fairday/counters.html", form=form, fair=fair, here=here, kinds=WishKind, tally=tally)


def _booth_numbered(uow: UnitOfWork, fair: JobFair, number: str) -> Exhibitor:
    query = select(Exhibitor).join(Booth, Booth.exhibitor_id == Exhibitor.id)
    found = uow.session.scalars(
        query.where(Booth.fair_id == fair.id, func.upper(Booth.number) == number.strip().upper())
    ).one_or_none()
    if found is None:
        raise Invalid(fields={"booth": _("没有这个展位号，或者展位空着")})
    return found


@blueprint.route("/staff/fairs/<public_id>/sheet", methods=["GET", "POST"])
@access("fair.manage")
def sheet(public_id: str) -> Any:
    """A paper intention sheet, keyed in as a grid: number or phone, posting, and whether it is a hire."""
    uow, fair, form = current_uow(), desk_fair(current_uow(), public_id), SheetForm.submitted()
    lines = {line.public_id: line for line in booth_lines(uow.session, fair) if line.exhibitor_id is not None}
    form.booth.choices = [(key, f"{line.number} {line.name}".strip()) for key, line in lines.items()]
    chosen = lines.get((form.booth.data if request.method == "POST" else request.args.get("booth", "")) or "")
    keyed: list[Keyed] = []
    if chosen is None and request.method == "POST":
        form.add_errors(Invalid(fields={"booth": _("请选一家单位")}))
    elif chosen is not None:
        form.booth.data = chosen.public_id
        exhibitor = uow.session.get_one(Exhibitor, chosen.exhibitor_id)
        keyed = form.act_or_say(lambda: key_sheet(uow, fair, exhibitor, form.lines())) or []
    postings = uow.session.scalars(queries.fair_postings(chosen.exhibitor_id or 0)).all() if chosen else []
    grid = grid_lines(sent_lines("who", "posting", "hire"), keyed)
    return page("fairday/sheet.html", form=form, fair=fair, chosen=chosen, postings=postings, keyed=keyed, lines=grid)


@blueprint.route("/fairs/help/<public_id>/paper", methods=["GET", "POST"])
@access("fair.help")
def sign_sheet(public_id: str) -> Any:
    """A paper sign-in sheet: to print, and to key in as a grid afterwards."""
    uow, fair, form = current_uow(), desk_fair(current_uow(), public_id), SignSheetForm.submitted()
    keyed = form.act_or_say(lambda: key_sign_ins(uow, fair, form.lines(), sheet=form.sheet.data or "")) or []
    lines = grid_lines(sent_lines("who", "proof", "at", "kind", "other"), keyed)
    came = figures.came_by_way(uow.session, fair)
    return page("fairday/paper.html", form=form, fair=fair, keyed=keyed, lines=lines, came=came, kinds=VisitorKind)


@blueprint.get("/fairs/help/<public_id>/paper/sign.<output>")
@access("fair.help", slow=True)
def sign_paper(public_id: str, output: str) -> Response:
    """The sign-in sheet to print: everybody registered, names half hidden, and empty lines."""
    if output not in papers.SIGN_SHEETS:
        raise NotFound
    make, mimetype = papers.SIGN_SHEETS[output]
    with current_runtime().unit(g.actor) as uow:
        fair = desk_fair(uow, public_id)
        people = uow.rows(visible_desk_list(uow.actor, registered(fair)))
        uow.audit("fair_registration.take_list", fair, rows=len(people))
    content = make(fair, paper_rows(people))
    return download(content, f"{fair.title} {_('签到表')}.{output}", mimetype)


@blueprint.get("/staff/fairs/<public_id>/sheet.pdf")
@access("fair.manage")
def intention_paper(public_id: str) -> Response:
    """An intention sheet for each booth, or for the one that is named."""
    uow, fair = current_uow(), desk_fair(current_uow(), public_id)
    wanted = request.args.get("booth", "")
    lines = [line for line in booth_lines(uow.session, fair) if line.exhibitor_id is not None]
    chosen = [line for line in lines if wanted in {"", line.public_id}]
    content = papers.intention_pdf(fair, chosen, queries.postings_by_exhibitor(uow.session, fair.id))
    return download(content, f"{fair.title} {_('意向表')}.pdf", "application/pdf")
