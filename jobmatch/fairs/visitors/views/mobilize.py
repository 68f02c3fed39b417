"""Staff's pages of one fair: the mobilisation and the buses."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair, worked_fair
from jobmatch.fairs.visitors import calls_queries as queries
from jobmatch.fairs.visitors.blueprint import blueprint
from jobmatch.fairs.visitors.calls_forms import NoteForm, SeatForm, ShuttleForm, StopForm, TargetForm
from jobmatch.fairs.visitors.calls_policies import visible_calls, visible_riders
from jobmatch.fairs.visitors.models import FairRegistration, Shuttle, ShuttleStop
from jobmatch.fairs.visitors.plans_queries import visits_planned
from jobmatch.fairs.visitors.queries import needs_of
from jobmatch.fairs.visitors.services import calls as calling
from jobmatch.fairs.visitors.services import plans, rides
from jobmatch.fairs.visitors.services.waiting import BEFORE
from jobmatch.fairs.visitors.states import CallState
from jobmatch.people.services.people import reveal_person
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import local_path, page, paged

MOST_OFFERED = 200


def _back(address: str) -> Any:
    """To where the button was pressed, or to ``address``."""
    return redirect(local_path(request.form.get("next")) or address, 303)


# ---------- the table ----------


@blueprint.get("/staff/fairs/<public_id>/calls")
@access("fair.manage")
def calls(public_id: str) -> Response:
    """What every station was asked for and has done."""
    return _table(worked_fair(current_uow(), public_id), TargetForm())


def _table(fair: JobFair, form: TargetForm) -> Response:
    uow = current_uow()
    lines = queries.station_lines(uow, fair)
    return page(
        "visitors/calls.html",
        form=form,
        fair=fair,
        lines=lines,
        totals={name: sum(getattr(line, name) for line in lines) for name in ("target", "listed", "told", "coming")}
        | {"registered": sum(line.registered for line in lines)},
        can_edit=can_edit_fair(uow.actor, fair),
        listing=plans.waiting_job(uow, calling.LIST_JOB, fair.id),
        planning=plans.waiting_job(uow, plans.PLAN_JOB, fair.id),
        planned=visits_planned(uow.session, fair.id),
    )


@blueprint.post("/staff/fairs/<public_id>/calls/targets")
@access("fair.manage")
def targets(public_id: str) -> Any:
    """Share a number among the stations, or store the numbers that were typed for each."""
    uow, form = current_uow(), TargetForm.submitted()
    fair = worked_fair(uow, public_id)
    typed = {name[7:]: value for name, value in request.form.items() if name.startswith("target-")}
    if typed:
        form.people_count.validators = ()
        form.people_count.data = None

    def store() -> dict[int, int]:
        if not typed:
            return calling.propose_targets(uow, fair, people_count=form.people_count.data)
        lines = {line.station.public_id: line.station.id for line in queries.station_lines(uow, fair)}
        numbers = {key: text.strip() for key, text in typed.items() if text.strip()}
        if not set(numbers) <= set(lines):
            raise NotFound
        return calling.save_targets(uow, fair, {lines[key]: calling.read_count(text) for key, text in numbers.items()})

    if form.act(store) is None:
        return _table(fair, form)
    flash(_("已保存各站的任务数"), "success")
    return redirect(url_for("visitors.calls", public_id=public_id), 303)


@blueprint.post("/staff/fairs/<public_id>/calls/list")
@access("fair.manage")
def list_calls(public_id: str) -> Any:
    """Have the lists made."""
    started = calling.ask_for_calls(current_uow(), worked_fair(current_uow(), public_id))
    flash(_("已经开始排名单，完成后刷新本页") if started else _("名单正在排，请稍等"), "success")
    return redirect(url_for("visitors.calls", public_id=public_id), 303)


@blueprint.post("/staff/fairs/<public_id>/plans")
@access("fair.manage")
def plan_visits(public_id: str) -> Any:
    """Have everybody's booths chosen anew."""
    started = plans.ask_for_plans(current_uow(), worked_fair(current_uow(), public_id))
    flash(_("已经开始安排，完成后刷新本页") if started else _("正在安排，请稍等"), "success")
    return redirect(url_for("visitors.calls", public_id=public_id), 303)


# ---------- one station ----------


@blueprint.get("/staff/fairs/<public_id>/calls/<station_id>")
@access("fair.manage")
def station_calls(public_id: str, station_id: str) -> Response:
    """Whom a station calls, those whom most fits first."""
    uow = current_uow()
    fair = worked_fair(uow, public_id)
    return _station(fair, _station_named(fair, station_id), NoteForm())


def _station_named(fair: JobFair, public_id: str) -> Organization:
    found = [one.station for one in queries.station_lines(current_uow(), fair) if one.station.public_id == public_id]
    if not found:
        raise NotFound
    return found[0]


def _station(fair: JobFair, station: Organization, form: NoteForm, shown: dict[str, str] | None = None) -> Response:
    uow, state = current_uow(), request.args.get("state", "")
    found = paged(uow, visible_calls(uow.actor, queries.calls_at(fair, station.id, state)))
    return page(
        "visitors/calls_station.html",
        form=form,
        fair=fair,
        station=station,
        state=state,
        states=list(CallState),
        counts=queries.counts_at(uow, fair, station.id),
        found=found,
        lines=queries.call_lines(uow, fair, found.rows),
        shown=shown or {},
        can_register=fair.state in BEFORE and fair.closes_at > uow.now,
    )


@blueprint.post("/staff/fairs/<public_id>/calls/people/<call_id>")
@access("fair.manage")
def record_call(public_id: str, call_id: str) -> Any:
    """One tap: what the call led to; or the words beside it."""
    uow, form = current_uow(), NoteForm.submitted()
    fair = worked_fair(uow, public_id)
    call, _person = uow.one(visible_calls(uow.actor, queries.call_named(fair, call_id)))
    station = uow.one(select(Organization).where(Organization.id == call.station_id))
    said = request.form.get("state", "")
    if said in set(CallState):
        calling.record_call(uow, fair, call, state=CallState(said))
    elif said or form.act(lambda: calling.note_call(uow, fair, call, note=form.note.data or "")) is None:
        return _station(fair, station, form) if form.has_errors else _unknown_state(fair, station, form)
    return _back(url_for("visitors.station_calls", public_id=public_id, station_id=station.public_id) + f"#c-{call_id}")


def _unknown_state(fair: JobFair, station: Organization, form: NoteForm) -> Response:
    form.form_errors.append(_("请选一个"))
    return _station(fair, station, form)


@blueprint.post("/staff/fairs/<public_id>/calls/people/<call_id>/phone")
@access("fair.manage")
def call_phone(public_id: str, call_id: str) -> Response:
    """The whole number of one person, to be dialed; the audit keeps who looked and for which fair."""
    uow = current_uow()
    fair = worked_fair(uow, public_id)
    call, person = uow.one(visible_calls(uow.actor, queries.call_named(fair, call_id)))
    station = uow.one(select(Organization).where(Organization.id == call.station_id))
    shown = reveal_person(uow, person, reason=_("招聘会动员：%(title)s", title=fair.title))
    return _station(fair, station, NoteForm(), {call.public_id: shown.phone or ""})


# ---------- buses ----------


def _at(fair: JobFair, clock: time | None) -> datetime | None:
    """A time of the fair's first day."""
    return datetime.combine(fair.opens_at.astimezone(SHANGHAI).date(), clock, SHANGHAI) if clock else None


def _ride_named(fair: JobFair, public_id: str) -> Shuttle:
    found: Shuttle = current_uow().one(queries.shuttles(fair).where(Shuttle.public_id == public_id))
    return found


@blueprint.route("/staff/fairs/<public_id>/rides", methods=["GET", "POST"])
@access("fair.manage")
def ride_list(public_id: str) -> Any:
    """The buses of a fair, and a new one."""
    uow, form = current_uow(), ShuttleForm.submitted()
    fair = worked_fair(uow, public_id)
    made = form.act(lambda: rides.save_shuttle(uow, fair, None, **_ride_values(fair, form)))
    if made is not None:
        flash(_("已加车，请填上车地点"), "success")
        return redirect(url_for("visitors.ride", public_id=public_id, ride_id=made.public_id), 303)
    found = uow.rows(queries.shuttles(fair))
    stops = queries.stops_of(uow, [one.id for one in found])
    return page("visitors/rides.html", form=form, fair=fair, rides=found, stops=stops)


def _ride_values(fair: JobFair, form: ShuttleForm) -> dict[str, Any]:
    return {
        "name": (form.name.data or "").strip(),
        "seats": form.seats.data or 0,
        "driver_phone": (form.driver_phone.data or "").strip(),
        "returns_at": _at(fair, form.returns_at.data),
    }


def _shown(shuttle: Shuttle) -> dict[str, Any]:
    """A bus as its form shows it, with the time of its return as it is in Shanghai."""
    returns = shuttle.returns_at.astimezone(SHANGHAI).time() if shuttle.returns_at else None
    names = ("name", "seats", "driver_phone")
    return {name: getattr(shuttle, name) for name in names} | {"returns_at": returns}


@blueprint.route("/staff/fairs/<public_id>/rides/<ride_id>", methods=["GET", "POST"])
@access("fair.manage")
def ride(public_id: str, ride_id: str) -> Any:
    """One bus: its facts, stops, and the list of those who get on, to be ticked or printed."""
    uow = current_uow()
    fair = worked_fair(uow, public_id)
    shuttle = _ride_named(fair, ride_id)
    form = ShuttleForm.submitted(data=_shown(shuttle))
    if form.act(lambda: rides.save_shuttle(uow, fair, shuttle, **_ride_values(fair, form))) is not None:
        flash(_("已保存"), "success")
        return redirect(url_for("visitors.ride", public_id=public_id, ride_id=ride_id), 303)
    return _ride_page(fair, shuttle, form)


def _ride_page(fair: JobFair, shuttle: Shuttle, form: Any = None) -> Response:
    uow, words = current_uow(), request.args.get("q", "").strip()[:40]
    stops = queries.stops_of(uow, [shuttle.id])[shuttle.id]
    seat_form = form if isinstance(form, SeatForm) else SeatForm()
    offered = uow.rows(visible_riders(uow.actor, queries.without_ride(fair, words).limit(MOST_OFFERED)))
    seat_form.registration.show([(one.public_id, one.name) for one in offered])
    seat_form.stop.show([(one.public_id, one.place) for one in stops])
    return page(
        "visitors/ride.html",
        form=form,
        fair=fair,
        ride=shuttle,
        stops=stops,
        riders=uow.rows(visible_riders(uow.actor, queries.riders(shuttle.id))),
        ride_form=form if isinstance(form, ShuttleForm) else ShuttleForm(data=_shown(shuttle)),
        stop_form=form if isinstance(form, StopForm) else StopForm(),
        seat_form=seat_form,
        needs_of=needs_of,
        words=words,
        has_more=len(offered) == MOST_OFFERED,
    )


def _to_ride(public_id: str, ride_id: str) -> Any:
    return redirect(url_for("visitors.ride", public_id=public_id, ride_id=ride_id), 303)


@blueprint.post("/staff/fairs/<public_id>/rides/<ride_id>/stops")
@access("fair.manage")
def add_stop(public_id: str, ride_id: str) -> Any:
    """One more stop."""
    uow, form = current_uow(), StopForm.submitted()
    fair = worked_fair(uow, public_id)
    shuttle = _ride_named(fair, ride_id)

    def add() -> ShuttleStop:
        leaves_at = _at(fair, form.leaves_at.data) or fair.opens_at
        return rides.add_stop(uow, fair, shuttle, place=form.place.data.strip(), leaves_at=leaves_at)

    return _ride_page(fair, shuttle, form) if form.act(add) is None else _to_ride(public_id, ride_id)


def _stop_named(shuttle: Shuttle, public_id: str | None) -> ShuttleStop:
    mine = (ShuttleStop.shuttle_id == shuttle.id, ShuttleStop.public_id == (public_id or ""))
    found: ShuttleStop = current_uow().one(select(ShuttleStop).where(*mine))
    return found


@blueprint.post("/staff/fairs/<public_id>/rides/<ride_id>/stops/<stop_id>/remove")
@access("fair.manage")
def remove_stop(public_id: str, ride_id: str, stop_id: str) -> Any:
    """Take a stop away."""
    fair = worked_fair(current_uow(), public_id)
    shuttle = _ride_named(fair, ride_id)
    rides.remove_stop(current_uow(), fair, shuttle, _stop_named(shuttle, stop_id))
    return _to_ride(public_id, ride_id)


@blueprint.post("/staff/fairs/<public_id>/rides/<ride_id>/people")
@access("fair.manage")
def give_ride(public_id: str, ride_id: str) -> Any:
    """A seat for somebody from one of the stops on."""
    uow, form = current_uow(), SeatForm.submitted()
    fair = worked_fair(uow, public_id)
    shuttle = _ride_named(fair, ride_id)
    if not (form.registration.data and form.stop.data):
        form.form_errors.append(_("请选谁坐车、在哪里上车"))
        return _ride_page(fair, shuttle, form)
    registration = _rider(fair, form.registration.data)
    rides.choose_stop(uow, fair, registration, _stop_named(shuttle, form.stop.data))
    return _to_ride(public_id, ride_id)


def _rider(fair: JobFair, public_id: str) -> FairRegistration:
    uow = current_uow()
    found: FairRegistration = uow.one(visible_riders(uow.actor, queries.registration_named(fair, public_id)))
    return found


@blueprint.post("/staff/fairs/<public_id>/rides/<ride_id>/people/<registration_id>")
@access("fair.manage")
def tick_rider(public_id: str, ride_id: str, registration_id: str) -> Any:
    """Somebody got on, did not, or gives the seat back."""
    uow, what = current_uow(), request.form.get("what", "")
    fair = worked_fair(uow, public_id)
    shuttle, registration = _ride_named(fair, ride_id), _rider(fair, registration_id)
    if what == "off":
        rides.choose_stop(uow, fair, registration, None)
    else:
        rides.tick_boarded(uow, fair, registration, is_on=what == "on")
    return redirect(url_for("visitors.ride", public_id=public_id, ride_id=shuttle.public_id) + "#riders", 303)
