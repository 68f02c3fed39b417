"""What people and exhibitors answer after a fair: signed in, by the ticket, or by a link without an account."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.accounts.services.throttles import brake_unknown_link
from jobmatch.core.clock import local_day
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.outcomes import queries
from jobmatch.fairs.outcomes.blueprint import blueprint
from jobmatch.fairs.outcomes.policies import visible_own_follow_ups, visible_own_parts
from jobmatch.fairs.outcomes.services import follow_ups as services
from jobmatch.fairs.outcomes.services import links, ratings
from jobmatch.fairs.outcomes.states import EMPLOYER_RESULTS
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.tickets import read_ticket
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import choices
from jobmatch.reference.states import ReasonKind
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import anonymous_actor, current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, page


def _reasons(uow: UnitOfWork) -> list[tuple[str, str]]:
    return choices(uow.session, Reason, kind=ReasonKind.FAIR_NOT_STARTED)


def _private(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


# ---------- the person ----------


@blueprint.get("/me/fairs/follow-ups")
@access("person.own")
def own() -> Response:
    """One tap for each intention: did it come to work?"""
    return _own_page(current_uow())


def _own_page(uow: UnitOfWork, form: PageForm | None = None) -> Response:
    rows = uow.rows(visible_own_follow_ups(uow.actor, queries.own_due(uow.today).limit(20)))
    return page(
        "outcomes/own.html", form=form or EmptyForm(), rows=rows, results=services.PERSON_RESULTS, reasons=_reasons(uow)
    )


@blueprint.post("/me/fairs/follow-ups/<public_id>")
@access("person.own")
def answer_own(public_id: str) -> Any:
    """The person's tap."""
    uow = current_uow()
    query = queries.follow_up_named(public_id)
    follow_up, registration, *_rest = uow.one(visible_own_follow_ups(uow.actor, query))
    form, sent = EmptyForm.submitted(), request.form
    done = form.act(
        lambda: services.answer_by_person(
            uow,
            follow_up,
            registration,
            result=sent.get("result", ""),
            reason_code=sent.get("reason_code", ""),
        )
    )
    if done is None:
        return _own_page(uow, form)
    flash(_("记下了，谢谢"), "success")
    return redirect(url_for("outcomes.own"), 303)


# ---------- the exhibitor ----------


@blueprint.route("/employer/fairs/<public_id>/after", methods=["GET", "POST"])
@access("fair.exhibit")
def own_list(public_id: str) -> Any:
    """The own list after a fair, for employers with an account."""
    uow = current_uow()
    exhibitor: Exhibitor = uow.one(visible_own_parts(uow.actor, queries.exhibitor_named(public_id)))
    fair = uow.session.get_one(JobFair, exhibitor.fair_id)
    day = _day(uow, fair)
    form = EmptyForm.submitted()
    if form.act(lambda: _take(uow, fair, exhibitor, day)) is not None:
        flash(_("收到了，谢谢"), "success")
        return redirect(url_for("outcomes.own_list", public_id=public_id), 303)
    return _list_page(uow, fair, exhibitor, day, form)


def _day(uow: UnitOfWork, fair: JobFair) -> int:
    return queries.last_day(local_day(fair.closed_at) if fair.closed_at else None, uow.today)


def _list_page(
    uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, day: int, form: PageForm, *, layout: str = "employer.html"
) -> Response:
    return page(
        "outcomes/exhibitor_list.html",
        layout=layout,
        form=form,
        fair=fair,
        exhibitor=exhibitor,
        name=queries.exhibitor_name(uow.session, exhibitor),
        rows=queries.exhibitor_rows(uow.session, exhibitor, day, uow.today),
        resumes=queries.received_resumes(uow.session, exhibitor, uow.today),
        results=EMPLOYER_RESULTS,
        reasons=_reasons(uow),
        day=day,
        can_rate=exhibitor.checked_in_at is not None and ratings.can_rate_now(uow, fair),
    )


def _take(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, day: int) -> int:
    sent = request.form
    answers = {
        name.removeprefix("result-"): (value, sent.get(name.replace("result-", "reason-", 1), ""))
        for name, value in sent.items()
        if name.startswith("result-")
    }
    taken = links.answer_as_exhibitor(uow, exhibitor, day, answers)
    if sent.get("stars"):
        ratings.rate_as_exhibitor(uow, fair, exhibitor, stars=sent["stars"], words=sent.get("words", ""))
    return taken


@blueprint.route("/fairs/after/<token>", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def by_link(token: str) -> Any:
    """The same list by link, without an account: reading shows, pressing answers; guesses are braked."""
    runtime, actor = current_runtime(), anonymous_actor()
    form = EmptyForm.submitted()

    def act() -> int:
        with runtime.unit(actor) as uow:
            brake_unknown_link(uow, token, lambda: links.find_exhibitor_link(uow, token))
        with runtime.unit(actor) as uow:
            found = links.find_exhibitor_link(uow, token)
            return _take(uow, found.fair, found.exhibitor, found.link.day)

    if form.act(act) is not None:
        flash(_("收到了，谢谢"), "success")
        return redirect(url_for("outcomes.by_link", token=token), 303)
    with runtime.unit(actor, writing=False) as uow:
        found = links.find_exhibitor_link(uow, token)
        return _private(_list_page(uow, found.fair, found.exhibitor, found.link.day, form, layout="people.html"))


# ---------- satisfaction by the ticket ----------


@blueprint.route("/fairs/rate/<ticket>", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def rate(ticket: str) -> Any:
    """One tap from 1 to 5 by somebody who came, known by the ticket they hold."""
    runtime, actor = current_runtime(), anonymous_actor()
    form = EmptyForm.submitted()
    read = read_ticket(ticket)

    def found(uow: UnitOfWork) -> tuple[JobFair, Any]:
        if read is None:
            raise NotFound(_("这张票无法核对，请打服务站电话"))
        return queries.registration_of_ticket(uow.session, read.fair_id, read.registration_id)

    def act() -> bool:
        with runtime.unit(actor) as uow:
            brake_unknown_link(uow, ticket, lambda: found(uow))
        with runtime.unit(actor) as uow:
            fair, registration = found(uow)
            sent = request.form
            ratings.rate_as_visitor(uow, fair, registration, stars=sent.get("stars", ""), words=sent.get("words", ""))
        return True

    is_done = form.act(act) is not None
    with runtime.unit(actor, writing=False) as uow:
        fair, _registration = found(uow)
        is_open = ratings.can_rate_now(uow, fair)
        return _private(page("outcomes/rate.html", form=form, fair=fair, is_done=is_done, is_open=is_open))
