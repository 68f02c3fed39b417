"""Tenancies of an incubator, for the office and the operators: the board, one tenancy with its acts, its papers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, request

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX
from jobmatch.core.uow import UnitOfWork
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, download, page, paged
from training.incubation.parks import papers, queries
from training.incubation.parks.forms import ExtendForm, LeaveForm, MoveInForm, ScoreForm, WordsForm
from training.incubation.parks.models import Tenancy
from training.incubation.parks.policies import can_review_tenancy, visible_tenancies
from training.incubation.parks.services import applying, moving, reviewing
from training.incubation.parks.services.common import rule_number, rule_words
from training.incubation.parks.states import Criterion
from training.incubation.parks.views.common import Place, both, both_slow, pressed, tenancy_at


@both("/tenancies", "tenancies")
def tenancies(place: Place) -> Any:
    """The board: tenancies by where they stand."""
    uow, tab = current_uow(), request.args.get("tab", "")
    counts = queries.tab_counts(uow.session, place.incubator)
    tab = tab if tab in queries.TABS else next((one for one in queries.TABS if counts[one]), "waiting")
    found = paged(uow, visible_tenancies(uow.actor, queries.tenancies_of(place.incubator, tab)))
    return page(
        "parks/tenancies.html",
        place=place,
        one=place.incubator,
        tab=tab,
        counts=counts,
        found=found,
        contacts=queries.contacts_of(uow, found.rows),
        desks=queries.desks_of(uow.session, [row.id for row in found.rows]),
        today=uow.today,
    )


@both_slow("/tenancies.xlsx", "tenancies_sheet")
def tenancies_sheet(uow: UnitOfWork, place: Place) -> Callable[[], Any]:
    """Every tenancy of the incubator as a workbook."""
    found = uow.rows(visible_tenancies(uow.actor, queries.tenancies_of(place.incubator)))
    desks = queries.desks_of(uow.session, [one.id for one in found])
    contacts = queries.contacts_of(uow, found)
    name = _("%(name)s入驻项目", name=place.incubator.organization.name)
    return lambda: download(papers.tenancy_sheet(found, desks, contacts), f"{name}.xlsx", XLSX)


@both_slow("/tenancies/<tenancy_id>/agreement.pdf", "agreement")
def agreement(uow: UnitOfWork, place: Place, tenancy_id: str) -> Callable[[], Any]:
    """The agreement of a venture that moved in."""
    one = tenancy_at(uow, place, tenancy_id)
    if one.term_from is None:
        raise NotFound(_("入驻以后才有协议"))
    desks = queries.desks_of(uow.session, [one.id]).get(one.id, [])
    contact = queries.contacts_of(uow, [one]).get(one.id)
    data = papers.agreement_data(one, desks, contact, rule_number(uow, "tenancy_follow_months"))
    name = _("%(name)s入驻协议", name=one.venture.name)
    return lambda: download(papers.agreement_pdf(data), f"{name}.pdf", "application/pdf")


@dataclass
class Act:
    """Something that can be done with a tenancy: its form, and what the form does."""

    form: Any
    do: Callable[[], Any]


def _form(press: str, kind: type[PageForm], **data: Any) -> Any:
    return kind(request.form if pressed() == press else None, prefix=f"{press}-", data=data)


def _acts(uow: UnitOfWork, one: Tenancy) -> dict[str, Act]:
    """Every act of the page with its form; services know which of them the present state takes."""
    ask, reject, recuse = (_form(name, WordsForm) for name in ("ask", "reject", "recuse"))
    score, extend = _form("score", ScoreForm), _form("extend", ExtendForm)
    assess, keep = _form("assess", WordsForm), _form("keep", WordsForm)
    enter = _form("move_in", MoveInForm, term_from=uow.today, months=rule_number(uow, "tenancy_months"), waiver_share=0)
    leave = _form("leave", LeaveForm, way="graduate", left_on=uow.today)
    enter.spaces.show(
        [
            (one.public_id, _("%(number)s，%(rent)s 元", number=one.number, rent=one.rent_yuan))
            for one in queries.free_spaces_of(uow.session, one.incubator_id)
        ]
    )
    return {
        "accept": Act(_form("accept", EmptyForm), lambda: applying.accept_tenancy(uow, one)),
        "ask": Act(ask, lambda: applying.ask_to_complete(uow, one, words=ask.words.data or "")),
        "score": Act(
            score,
            lambda: reviewing.score_tenancy(uow, one, scores=score.scores(), words=score.words.data or ""),
        ),
        "recuse": Act(recuse, lambda: reviewing.recuse_from(uow, one, words=recuse.words.data or "")),
        "decide": Act(_form("decide", EmptyForm), lambda: reviewing.decide_tenancy(uow, one)),
        "reject": Act(reject, lambda: reviewing.reject_noticed(uow, one, words=reject.words.data or "")),
        "move_in": Act(
            enter,
            lambda: moving.move_in(
                uow,
                one,
                spaces=enter.spaces.data or [],
                term_from=enter.term_from.data,
                months=enter.months.data,
                rent_yuan=enter.rent_yuan.data,
                waiver_share=enter.waiver_share.data,
            ),
        ),
        "extend": Act(extend, lambda: moving.extend_term(uow, one, months=extend.months.data)),
        "assess": Act(assess, lambda: moving.assess_tenancy(uow, one, words=assess.words.data or "")),
        "keep": Act(keep, lambda: moving.keep_tenancy(uow, one, words=keep.words.data or "")),
        "leave": Act(
            leave,
            lambda: moving.leave_place(
                uow, one, leave.chosen_way(), reason=leave.reason.data or "", left_on=leave.left_on.data
            ),
        ),
    }


@both("/tenancies/<tenancy_id>", "tenancy", methods=("GET", "POST"))
def tenancy(place: Place, tenancy_id: str) -> Any:
    """One tenancy: what was applied for, the reviews, the desks, and what can be done next."""
    uow, sent = current_uow(), pressed()
    one = tenancy_at(uow, place, tenancy_id)
    acts = _acts(uow, one)
    if request.method == "POST" and sent not in acts:
        raise NotFound
    if sent and acts[sent].form.act_or_say(acts[sent].do) is not None:
        flash(_("现在是：%(state)s", state=one.state.label), "success")
        return place.go("tenancy", tenancy_id=tenancy_id)
    reviews = queries.reviews_of(uow.session, one)
    totals = [review.total for review, _name in reviews if review.total is not None]
    return page(
        "parks/tenancy.html",
        form=acts[sent].form if sent else None,
        acts={name: act.form for name, act in acts.items()},
        place=place,
        one=one,
        incubator=place.incubator,
        contact=queries.contacts_of(uow, [one]).get(one.id),
        sector=queries.sector_name(uow.session, one.venture.sector_code),
        desks=queries.desks_of(uow.session, [one.id]).get(one.id, []),
        moves=queries.moves_of(uow.session, one),
        reviews=reviews,
        average=sum(totals) / len(totals) if totals else None,
        totals=totals,
        least=reviewing.LEAST_REVIEWS,
        criteria=list(Criterion),
        may_review=can_review_tenancy(uow.actor, one),
        may_move_in=moving.may_move_in(uow, one),
        rules={code: rule_words(uow, code) for code in _RULES},
        today=uow.today,
    )


_RULES = ("tenancy_accept_days", "tenancy_pass_score", "tenancy_notice_days", "tenancy_extension_months")
"""Rules that the page quotes."""
