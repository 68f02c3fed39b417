"""A visitor's page on the day: where nobody waits, the own numbers, the own code, and what waits for a yes."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from sqlalchemy import select

from jobmatch.accounts.qr import qr_svg
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day import booth_queries as queries
from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.day.board_queries import BoothLine, booth_lines
from jobmatch.fairs.day.booth_forms import VisitForm
from jobmatch.fairs.day.booth_policies import visible_own_tickets
from jobmatch.fairs.day.services import intentions, queues, resumes
from jobmatch.fairs.day.states import IntentionStanding
from jobmatch.fairs.day.views.live import plan_cells
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.halls.queries import plan_of
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.policies import can_show_plan
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.fairs.visitors.tickets import ticket_text
from jobmatch.people.models.person import Person
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page

MOST_BOOTHS = 12


@blueprint.get("/me/fairs/<public_id>/day")
@access("person.own")
def my_day(public_id: str) -> Any:
    """The own ticket's page, for those who are signed in."""
    uow = current_uow()
    query = select(FairRegistration).join(JobFair, JobFair.id == FairRegistration.fair_id)
    query = query.where(JobFair.public_id == public_id, FairRegistration.state != RegistrationState.CANCELED)
    mine: FairRegistration = uow.one(visible_own_tickets(uow.actor, query.with_only_columns(FairRegistration)))
    asked = request.args.get("booth", "")[:20] or None
    return redirect(url_for("fairday.visit", public_id=mine.public_id, code=mine.code, booth=asked), 303)


@blueprint.route("/fairs/visit/<public_id>/<code>", methods=["GET", "POST"])
@access(PUBLIC)
def visit(public_id: str, code: str) -> Any:
    """The page of one ticket: its address holds what stands on the ticket, and acts for its holder only."""
    uow, form, status = current_uow(), VisitForm.submitted(), 200
    query = select(FairRegistration).where(FairRegistration.public_id == public_id, FairRegistration.code == code)
    mine = uow.session.scalars(query).one_or_none()
    if mine is None or mine.state is RegistrationState.CANCELED:
        raise NotFound(_("没有找到这张票，请到服务台查一查"))
    if request.method == "POST":
        try:
            with uow.session.begin_nested():
                _act(uow.acting_as(system_actor(_("本人的票"))), mine, form)
        except (Invalid, Conflict) as error:
            form.add_errors(Invalid(next(iter(getattr(error, "fields", {}).values()), error.message)))
            status = error.status
        else:
            return redirect(url_for("fairday.visit", public_id=public_id, code=code), 303)
    return _show(uow, mine, form, status)


def _act(uow: UnitOfWork, mine: FairRegistration, form: VisitForm) -> None:
    name, row = form.press.data or "", form.row.data or ""
    if not form.validate():
        raise Invalid(_("有一项太长了"))
    if name == "queue":
        queues.take_number(uow, _booth(uow, mine, row), mine)
    elif name == "leave":
        queues.leave_queue(uow, mine, row)
    elif name == "resume":
        if not queries.is_checked_in(uow.session, mine.id):
            raise Conflict(_("请先签到，再给简历"))
        resumes.receive_resume(uow, _booth(uow, mine, row), mine, by_tap=True)
    elif name in set(intentions.Answer):
        posting = intentions.posting_of_fair(uow, mine.fair_id, row)
        intentions.answer_intention(uow, mine, posting, intentions.Answer(name))
    else:
        raise Invalid(_("没有这个按钮"))


def _booth(uow: UnitOfWork, mine: FairRegistration, public_id: str) -> Exhibitor:
    found = (Exhibitor.public_id == public_id, Exhibitor.fair_id == mine.fair_id)
    booth = uow.session.scalars(select(Exhibitor).where(*found)).one_or_none()
    if booth is None:
        raise Invalid(_("没有找到这个展位"))
    return booth


def _show(uow: UnitOfWork, mine: FairRegistration, form: VisitForm, status: int) -> Response:
    session, fair = uow.session, uow.session.get_one(JobFair, mine.fair_id)
    all_lines = booth_lines(session, fair)
    lines = [line for line in all_lines if line.exhibitor_id is not None and line.is_there]
    here = url_for("fairday.visit", public_id=mine.public_id, code=mine.code)
    plan, numbers = plan_of(session, fair), queries.own_numbers(session, mine.id)
    own = {row[1].id for row in numbers} | _planned_ids(session, mine.id)
    person = session.get(Person, mine.person_id) if mine.person_id is not None else None
    asked = next((line for line in lines if line.public_id == request.args.get("booth", "")), None)
    answer = page(
        "fairday/visit.html",
        form=form,
        fair=fair,
        mine=mine,
        here=here,
        plan=plan,
        cells=plan_cells(plan, all_lines, is_live=fair.state is FairState.RUNNING, mine=own, here=here),
        is_in=queries.is_checked_in(session, mine.id),
        numbers=numbers,
        ended=queries.ended_numbers(session, mine.id),
        places={line.exhibitor_id: line for line in lines},
        planned=_planned(session, mine.id, lines) if can_show_plan(uow.actor, mine, person) else [],
        booths=_found(lines),
        words=request.args.get("q", "")[:40],
        asked=asked,
        asked_postings=session.scalars(queries.fair_postings(asked.exhibitor_id or 0)).all() if asked else [],
        intentions=queries.own_intentions(session, mine.id),
        qr=qr_svg(ticket_text(fair.public_id, mine.public_id)),
        now=uow.now,
        standings=IntentionStanding,
    )
    answer.status_code = status
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _planned(session: Any, registration_id: int, lines: list[BoothLine]) -> list[BoothLine]:
    """The booths proposed to this person that are there, the shortest queue first."""
    ids = _planned_ids(session, registration_id)
    return sorted((line for line in lines if line.exhibitor_id in ids), key=lambda line: (line.waiting, line.number))


def _planned_ids(session: Any, registration_id: int) -> set[int]:
    planned = select(PlannedVisit.exhibitor_id).where(PlannedVisit.registration_id == registration_id)
    return set(session.scalars(planned))


def _found(lines: list[BoothLine]) -> list[BoothLine]:
    """Booths by words, the shortest queue first."""
    words = request.args.get("q", "").strip().casefold()
    open_ = [line for line in lines if not line.has_left and words in f"{line.number} {line.name}".casefold()]
    return sorted(open_, key=lambda line: (line.is_paused, line.waiting, line.number))[:MOST_BOOTHS]
