"""The phone page of a booth: for members of the employer, and behind the booth's link without an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy import select

from jobmatch.accounts.services.throttles import brake_unknown_link, count_try, release
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import AppError, Conflict, Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day import booth_queries as queries
from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.day.booth_forms import BoothForm
from jobmatch.fairs.day.booth_policies import visible_own_booths
from jobmatch.fairs.day.services import intentions, queues
from jobmatch.fairs.day.services.resumes import granted_ids, shown_card
from jobmatch.fairs.day.states import IntentionMark, IntentionStanding, QueueState
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.queries import LIVE, fair_postings_of, postings_to_bring
from jobmatch.fairs.exhibitors.services import postings
from jobmatch.fairs.halls.queries import place_of
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.cards import mask_name
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import choices
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import anonymous_actor, current_runtime, page_unit, write_once
from jobmatch.web.pages import page

MOST_NOTED = 30
MISS_LIMIT = 30
"""Wrong numbers typed at one booth in a quarter of an hour."""
MARKS = {mark.value: mark for mark in IntentionMark}
CHANGES = frozenset({"change", "withdraw", "return", "add"})


@blueprint.route("/employer/fairs/<public_id>/booth", methods=["GET", "POST"])
@access("fair.exhibit", slow=True)
def booth(public_id: str) -> Any:
    """The own booth on the day."""

    def own(uow: UnitOfWork) -> Exhibitor:
        query = queries.with_employer(select(Exhibitor).where(Exhibitor.public_id == public_id))
        found: Exhibitor = uow.one(visible_own_booths(uow.actor, query))
        return found

    return _booth_page(own, lambda uow: uow, url_for("fairday.booth", public_id=public_id))


@blueprint.route("/fairs/booth/<token>", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def booth_by_link(token: str) -> Any:
    """The same behind the booth's link. Presses on unknown links are counted, so that guessing is braked."""
    g.actor = anonymous_actor()
    if request.method == "POST":
        with current_runtime().unit(g.actor) as uow:
            brake_unknown_link(uow, token, lambda: queries.booth_of_link(uow.session, token, uow.now))
    here = url_for("fairday.booth_by_link", token=token)
    return _booth_page(lambda uow: queries.booth_of_link(uow.session, token, uow.now), _holder, here)


Find = Callable[[UnitOfWork], Exhibitor]
As = Callable[[UnitOfWork], UnitOfWork]


def _booth_page(find: Find, acting: As, here: str) -> Response:
    """The page for either door: ``find`` opens the booth, ``acting`` says as whom its holder acts."""
    form, status, shown_id = BoothForm.submitted(), 200, None
    if request.method == "POST":
        try:
            shown_id, answer = _press(find, acting, form, here)
        except (Invalid, Conflict) as error:
            status = _told(form, error)
        else:
            if shown_id is None:
                return answer
    with page_unit() as uow:
        exhibitor = find(uow)
        shown = uow.session.get(FairRegistration, shown_id) if shown_id else None
        return _show(acting(uow), exhibitor, form, here, shown=shown, status=status)


def _press(find: Find, acting: As, form: BoothForm, here: str) -> tuple[int | None, Response]:
    """Act in a unit of its own. A typed number is counted as a miss in a unit before, since a refusal rolls back, and
    taken back once it was right: nobody tries the eight digits of a hall one after the other.
    """
    tries: list[int] = []
    if form.press.data in {"show", *MARKS} and not queries.is_signed(form.ticket.data or ""):
        with current_runtime().unit(g.actor) as uow:
            tries = count_try(uow, f"booth-miss|{find(uow).public_id}", MISS_LIMIT)
    shown_id = None

    def once(uow: UnitOfWork) -> Response:
        nonlocal shown_id
        shown = act(acting(uow), find(uow), form)
        shown_id = shown.id if shown else None
        release(uow, tries)
        return redirect(here, 303)  # type: ignore[return-value]

    answer = write_once(once)
    return shown_id, answer


def _holder(uow: UnitOfWork) -> UnitOfWork:
    return uow.acting_as(system_actor(_("展位手机页")))


def _told(form: BoothForm, error: AppError) -> int:
    form.add_errors(error if isinstance(error, Invalid) else Invalid(error.message))
    return error.status


def act(uow: UnitOfWork, exhibitor: Exhibitor, form: BoothForm) -> FairRegistration | None:
    """Do what was pressed; the person stays on the page after a ticket was shown. Raises ``Invalid``, ``Conflict``."""
    if not form.validate():
        raise Invalid(next(iter(form.vacancies.errors), _("有一项太长了")))
    row, name = form.row.data or "", form.press.data or ""
    if name == "show":
        return intentions.show_ticket(uow, exhibitor, form.ticket.data or "")
    if name in MARKS:
        intentions.mark_person(
            uow,
            exhibitor,
            ticket=form.ticket.data or "",
            posting=_posting(uow, exhibitor, form.posting.data or ""),
            mark=MARKS[name],
            reason_code=form.reason.data or "",
            note=form.note.data or "",
        )
        flash(_("已记下：%(mark)s", mark=MARKS[name].label), "success")
        return None
    if name in CHANGES:
        _change(uow, exhibitor, form, name, row)
        return None
    acts: dict[str, Callable[[], Any]] = {
        "next": lambda: _called(queues.call_next(uow, exhibitor)),
        "done": lambda: queues.finish_number(uow, exhibitor, row, QueueState.DONE),
        "missed": lambda: queues.finish_number(uow, exhibitor, row, QueueState.MISSED),
        "undo": lambda: intentions.undo_mark(uow, exhibitor, row),
        "agree": lambda: intentions.agree_interest(uow, exhibitor, row),
        "pause": lambda: queues.pause_queue(uow, exhibitor, is_paused=True),
        "resume": lambda: queues.pause_queue(uow, exhibitor, is_paused=False),
        "back": lambda: queues.return_booth(uow, exhibitor),
        "leave": lambda: queues.leave_booth(uow, exhibitor, note=form.note.data or ""),
    }
    if name not in acts:
        raise Invalid(_("没有这个按钮"))
    acts[name]()
    return None


def _change(uow: UnitOfWork, exhibitor: Exhibitor, form: BoothForm, name: str, public_id: str) -> None:
    """One change to what the booth offers, on the spot; each is in the log of changes."""
    fair = uow.session.get_one(JobFair, exhibitor.fair_id)
    if name == "add":
        postings.add_posting(uow, fair, exhibitor, public_id)
        flash(_("岗位加上了"), "success")
        return
    query = fair_postings_of([exhibitor.id]).where(FairPosting.public_id == public_id)
    found = uow.session.scalars(query).one_or_none()
    if found is None:
        raise Invalid(fields={"posting": _("请选一个岗位")})
    if name == "change":
        words = form.words.data or ""
        postings.change_posting(uow, fair, exhibitor, found, vacancies=form.vacancies.data, words=words)
    elif name == "withdraw":
        postings.withdraw_posting(uow, fair, exhibitor, found)
    else:
        postings.return_posting(uow, fair, exhibitor, found)
    flash(_("已改，前后都有记录"), "success")


def _posting(uow: UnitOfWork, exhibitor: Exhibitor, public_id: str) -> Any:
    found = [row for row in uow.session.scalars(queries.fair_postings(exhibitor.id)) if row.public_id == public_id]
    if not found:
        raise Invalid(fields={"posting": _("请选一个岗位")})
    return found[0]


def _called(row: Any) -> None:
    flash(_("请 %(n)s 号", n=row.number) if row else _("现在没有人排队"), "success" if row else "info")


def _show(
    uow: UnitOfWork,
    exhibitor: Exhibitor,
    form: BoothForm,
    here: str,
    *,
    shown: FairRegistration | None = None,
    status: int = 200,
) -> Response:
    session, fair = uow.session, uow.session.get_one(JobFair, exhibitor.fair_id)
    form.reason.choices = choices(session, Reason, kind="fair_not_fit")
    queue = queries.open_queue(session, exhibitor.id)
    brought = session.scalars(fair_postings_of([exhibitor.id])).all()
    may_change = fair.state in postings.CHANGED_IN and exhibitor.state in LIVE
    to_bring = postings_to_bring(exhibitor.employer_id, uow.today, exhibitor.public_id)
    more = session.scalars(to_bring).all() if may_change else []
    answer = page(
        "fairday/booth.html",
        form=form,
        here=here,
        fair=fair,
        exhibitor=exhibitor,
        place=place_of(session, exhibitor.id),
        desk=queries.desk_of(session, exhibitor.id),
        called=[number for number in queue if number.state is QueueState.CALLED],
        postings=[one for one in brought if one.withdrawn_at is None],
        brought=brought,
        more=[one for one in more if one.id not in {row.posting_id for row in brought}],
        may_change=may_change,
        granted=granted_ids(uow, exhibitor),
        mask_name=mask_name,
        noted=queries.noted_at(session, exhibitor.id, MOST_NOTED),
        shown=shown,
        is_signed=queries.is_signed(form.ticket.data or ""),
        card=shown_card(uow, exhibitor, shown) if shown else None,
        marks=IntentionMark,
        standings=IntentionStanding,
    )
    answer.status_code = status
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
