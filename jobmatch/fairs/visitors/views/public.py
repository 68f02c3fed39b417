"""Fairs for everybody: which come, what is offered there, registering in three fields, and the ticket."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from flask import Response, current_app, flash, g, redirect, request, url_for
from flask import session as cookie

from jobmatch.accounts.login import visitor
from jobmatch.accounts.ports import has_gateway
from jobmatch.accounts.qr import qr_svg
from jobmatch.core.actors import Actor
from jobmatch.core.calendars import Event, write_calendar
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.halls.queries import Plan, PlanCell, plan_of
from jobmatch.fairs.planning.models import FairBroadcast, JobFair
from jobmatch.fairs.planning.policies import visible_fairs
from jobmatch.fairs.planning.queries import broadcasts_of, coming_fairs
from jobmatch.fairs.planning.states import FairMode, FairState
from jobmatch.fairs.visitors import queries
from jobmatch.fairs.visitors.blueprint import blueprint
from jobmatch.fairs.visitors.forms import RegisterForm
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.plans_queries import my_plan
from jobmatch.fairs.visitors.policies import can_show_plan, held_tickets, shown_exhibitors
from jobmatch.fairs.visitors.services.registering import is_open, register_online
from jobmatch.fairs.visitors.services.waiting import BEFORE, cancel_registration
from jobmatch.fairs.visitors.sessions import moment_of, session_events
from jobmatch.fairs.visitors.states import RegistrationState, VisitorKind, VisitorNeed
from jobmatch.fairs.visitors.tickets import read_ticket, ticket_text
from jobmatch.fairs.visitors.views.common import open_fair, seen_fair
from jobmatch.people.models.person import Person
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow, page_unit, visit_key, write_once
from jobmatch.web.feeds import FeedEntry, atom_feed, cached_answer
from jobmatch.web.pages import page, paged

RATE = "outcomes.rate"
BOOTH_PAGE = "fairday.stand"
MOST_KEPT = 8
MOST_FED, FEED_SECONDS = 50, 600
"""How many tickets a browser remembers."""


@blueprint.get("/fairs")
@access(PUBLIC)
def fairs() -> Response:
    """Fairs that come, the soonest first."""
    uow = current_uow()
    found = paged(uow, visible_fairs(uow.actor, coming_fairs()))
    return page("visitors/fairs.html", found=found, facts=queries.facts_of(uow.session, found.rows))


@blueprint.get("/fairs/feed.atom")
@access(PUBLIC)
def feed() -> Response:
    """Fairs that come as a feed, the soonest first."""
    uow, site = current_uow(), current_runtime().settings.site_name
    rows = uow.rows(visible_fairs(Actor(), coming_fairs().limit(MOST_FED)))
    entries = [
        FeedEntry(
            title=one.title,
            url=url_for("visitors.fair", public_id=one.public_id, _external=True),
            at=one.published_at or one.created_at,
            author=site,
            summary=" · ".join(
                part for part in (f"{one.opens_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", one.place, one.address) if part
            ),
        )
        for one in rows
    ]
    here, around = url_for("visitors.feed", _external=True), url_for("visitors.fairs", _external=True)
    content = atom_feed(_("%(site)s：招聘会", site=site), here, around, entries)
    return cached_answer(content, "application/atom+xml", seconds=FEED_SECONDS)


@blueprint.get("/fairs/<public_id>")
@access(PUBLIC)
def fair(public_id: str) -> Response:
    """One fair: when, where, how to get there, who comes and with what."""
    uow, found_fair = current_uow(), seen_fair(current_uow(), public_id)
    found = paged(uow, shown_exhibitors(queries.exhibitors_shown(found_fair)))
    plan = plan_of(uow.session, found_fair)
    return page(
        "visitors/fair.html",
        fair=found_fair,
        facts=queries.facts_of(uow.session, [found_fair])[found_fair.id],
        found=found,
        postings=queries.postings_shown(uow.session, [row.id for row in found.rows]),
        is_open=is_open(found_fair, uow.now),
        left=max(0, found_fair.capacity - found_fair.taken),
        ticket=_kept_tickets().get(found_fair.public_id),
        event=_event(found_fair),
        sessions=_sessions(found_fair),
        plan=plan,
        cells=_plan_cells(plan),
        live_url=_above("fairday.live", public_id=public_id) if found_fair.state is FairState.RUNNING else "",
        booth_page=BOOTH_PAGE if BOOTH_PAGE in current_app.view_functions else "",
    )


def _event(fair: JobFair) -> dict[str, Any]:
    """What search engines read of a fair (schema.org)."""
    online, both = fair.mode is FairMode.ONLINE, fair.mode is FairMode.BOTH
    kind = "Online" if online else "Mixed" if both else "Offline"
    state = "Cancelled" if fair.state is FairState.CANCELED else "Scheduled"
    url = url_for("visitors.fair", public_id=fair.public_id, _external=True)
    place = {"@type": "Place", "name": fair.place, "address": fair.address or fair.place}
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": fair.title,
        "url": url,
        "startDate": fair.opens_at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
        "endDate": fair.closes_at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
        "eventStatus": f"https://schema.org/Event{state}",
        "eventAttendanceMode": f"https://schema.org/{kind}EventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": url} if online else place,
        "organizer": {"@type": "Organization", "name": fair.hosts or fair.organizers or fair.title},
        "isAccessibleForFree": True,
    }


def _plan_cells(plan: Plan) -> dict[int, PlanCell]:
    """Every booth leads to its employer's page, where the postings stand."""
    owners = {booth.id: plan.exhibitors.get(booth.exhibitor_id or 0) for booth in plan.booths}
    return {
        key: PlanCell(url_for("employers.public", public_id=one.employer.public_id) if one else "")
        for key, one in owners.items()
    }


def _above(endpoint: str, **values: Any) -> str:
    """The address of a page of a room above, where that room is there; else empty."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


@blueprint.route("/fairs/<public_id>/register", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def register(public_id: str) -> Any:
    """Register without an account. Only what has to be inside the writing unit is, since a hall registers at once."""
    g.actor = visitor()
    form = RegisterForm.submitted()
    answer = form.act(lambda: write_once(lambda uow: _register(uow, public_id, form)))
    if answer is not None:
        return answer
    with page_unit() as uow:
        found = seen_fair(uow, public_id)
        return page(
            "visitors/register.html",
            form=form,
            fair=found,
            is_open=is_open(found, uow.now),
            is_full=found.taken >= found.capacity,
        )


def _register(uow: UnitOfWork, public_id: str, form: RegisterForm) -> Response:
    found = open_fair(uow, public_id)
    done = register_online(
        uow,
        found,
        device=visit_key(),
        name=form.name.data or "",
        phone=form.phone.data or "",
        kind=VisitorKind(form.kind.data),
        needs=form.needs.data or [],
    )
    kept = _kept_tickets()
    if done.is_new:
        kept.pop(public_id, None)
        cookie["tickets"] = [*kept.items(), (public_id, done.registration.public_id)][-MOST_KEPT:]
    elif kept.get(public_id) != done.registration.public_id:
        # Somebody else's browser learns nothing beyond this: no name, no state, no ticket.
        return redirect(url_for("visitors.known", public_id=public_id), 303)  # type: ignore[return-value]
    place = url_for("visitors.ticket", public_id=public_id, ticket_id=done.registration.public_id)
    return redirect(place, 303)  # type: ignore[return-value]


def _kept_tickets() -> dict[str, str]:
    """Tickets this browser got, by fair."""
    return {one[0]: one[1] for one in cookie.get("tickets", []) if len(one) == 2}


@blueprint.get("/fairs/<public_id>/known")
@access(PUBLIC)
def known(public_id: str) -> Response:
    """The same words for every phone that is registered already."""
    return page("visitors/known.html", fair=seen_fair(current_uow(), public_id), has_gateway=has_gateway())


def _held(public_id: str, ticket_id: str) -> tuple[FairRegistration, JobFair]:
    """The ticket and its fair; ``ticket_id`` is the public id, or the signed text of the code."""
    signed = read_ticket(ticket_id)
    if signed is not None and signed.fair_id == public_id:
        ticket_id = signed.registration_id
    registration, found = current_uow().one(held_tickets(queries.ticket_named(public_id, ticket_id)))
    return registration, found


@blueprint.get("/fairs/<public_id>/tickets/<ticket_id>")
@access(PUBLIC)
def ticket(public_id: str, ticket_id: str) -> Response:
    """The ticket, to be shown on a phone or printed. Whoever holds its address holds it; nobody guesses one."""
    uow = current_uow()
    registration, found = _held(public_id, ticket_id)
    person = uow.session.get(Person, registration.person_id) if registration.person_id is not None else None
    signed = ticket_text(found.public_id, registration.public_id)
    shows_plan = registration.state is RegistrationState.SEATED and can_show_plan(uow.actor, registration, person)
    plan = my_plan(uow.session, registration.id) if shows_plan else []
    is_canceled = found.state is FairState.CANCELED
    is_over = found.state in {FairState.CLOSED, FairState.ARCHIVED} or found.closes_at <= uow.now
    answer = page(
        "visitors/ticket.html",
        registration=registration,
        fair=found,
        svg=qr_svg(signed),
        needs=queries.needs_of(registration),
        queue=queries.place_in_queue(uow.session, registration) if registration.waiting_number else 0,
        can_cancel=found.state in BEFORE,
        plan=plan,
        is_planning=shows_plan and not plan and person is not None and not is_over,
        needs_level_ground=VisitorNeed.WHEELCHAIR.value in registration.needs,
        day_url=_above("fairday.visit", public_id=registration.public_id, code=registration.code),
        sessions=_sessions(found) if found.is_online else [],
        is_canceled=is_canceled,
        is_over=is_over,
        rate_url=_above(RATE, ticket=signed) if is_over and not is_canceled else "",
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.route("/fairs/<public_id>/tickets/<ticket_id>/cancel", methods=["GET", "POST"])
@access(PUBLIC)
def cancel(public_id: str, ticket_id: str) -> Any:
    """Ask once more, then give the seat to the next."""
    registration, found = _held(public_id, ticket_id)
    back = url_for("visitors.ticket", public_id=public_id, ticket_id=registration.public_id)
    if request.method == "POST":
        cancel_registration(current_uow(), registration, by_ticket=True)
        flash(_("已取消，名额给了后面的人"), "success")
        return redirect(back, 303)
    return page("visitors/cancel.html", registration=registration, fair=found, back=back)


@blueprint.get("/fairs/<public_id>/tickets/<ticket_id>/calendar.ics")
@access(PUBLIC)
def calendar(public_id: str, ticket_id: str) -> Response:
    """The fair for a phone's calendar."""
    registration, found = _held(public_id, ticket_id)
    event = Event(
        uid=f"fair-{registration.public_id}",
        starts_at=found.opens_at,
        minutes=int((found.closes_at - found.opens_at).total_seconds() // 60),
        title=found.title,
        place=" ".join(part for part in (found.place, found.address) if part),
        link=_address("visitors.ticket", public_id=public_id, ticket_id=registration.public_id),
        is_canceled=found.state is FairState.CANCELED or registration.state is RegistrationState.CANCELED,
    )
    rows = broadcasts_of(current_uow().session, found)
    sessions = session_events(rows, found, _address("visitors.fair", public_id=public_id))
    return _calendar(found, sessions if found.is_online and sessions else [event, *sessions])


@blueprint.get("/fairs/<public_id>/broadcasts.ics")
@access(PUBLIC)
def broadcasts(public_id: str) -> Response:
    """The broadcasts of a fair for a phone's calendar."""
    uow, found = current_uow(), seen_fair(current_uow(), public_id)
    link = _address("visitors.fair", public_id=public_id)
    return _calendar(found, session_events(broadcasts_of(uow.session, found), found, link))


def _address(endpoint: str, **values: Any) -> str:
    """A whole address where the site's is known, for what is read outside the browser."""
    site = current_runtime().settings.site_url
    return urljoin(site, url_for(endpoint, **values)) if site else ""


def _calendar(fair: JobFair, events: list[Event]) -> Response:
    answer = Response(write_calendar(fair.title, events, now=current_uow().now), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="fair.ics"'
    return answer


def _sessions(fair: JobFair) -> list[tuple[FairBroadcast, str]]:
    """The broadcasts, each with whether one can go in now."""
    uow = current_uow()
    return [(one, moment_of(one, uow.now)) for one in broadcasts_of(uow.session, fair)]
