"""The register of stations, how each task is done, and the quality of the data."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.policies import stations_below, visible_stations
from jobmatch.accounts.queries import station_named
from jobmatch.accounts.services.organizations import change_station
from jobmatch.casework.stations import queries, services
from jobmatch.casework.stations.forms import ContactForm, DutyForm, MergeForm, SplitForm, WorkerForm
from jobmatch.casework.stations.guides import GUIDES
from jobmatch.casework.stations.models import StationWorker
from jobmatch.casework.stations.states import WORKING_WEEK, Weekday
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.queries.staff import staff_rows
from jobmatch.reference.queries import calendar_is_known, children_of
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged

blueprint = Blueprint("stations", __name__, template_folder="templates")


def _station(public_id: str) -> Organization:
    uow = current_uow()
    found: Organization = uow.one(visible_stations(uow.actor, station_named(public_id)))
    return found


def _back(public_id: str, told: str) -> Any:
    flash(told, "success")
    return redirect(url_for("stations.station", public_id=public_id), 303)


@blueprint.get("/staff/stations")
@access("station.manage")
def register() -> Response:
    """Every station below, who works there, which working days nobody is on duty, and what is late."""
    uow = current_uow()
    year = uow.today.year + 1
    return page(
        "stations/register.html",
        lines=queries.register(uow),
        weekdays=WORKING_WEEK,
        next_year=year if uow.today.month >= 11 and not calendar_is_known(uow.session, year) else None,
    )


@blueprint.get("/staff/stations/<public_id>")
@access("station.manage")
def station(public_id: str) -> Response:
    """One station."""
    return _page(_station(public_id))


def _page(found: Organization, **forms: Any) -> Response:
    uow = current_uow()
    merge = forms.get("merge_form") or MergeForm()
    others = [one for one in uow.rows(stations_below(uow.actor)) if one.id != found.id and one.state == "active"]
    merge.into.choices = [("", _("请选择")), *((one.public_id, one.name) for one in others)]
    split = forms.get("split_form") or SplitForm()
    split.region_code.choices = [
        ("", _("请选择")),
        *((place.code, place.name) for place in children_of(uow.session, found.region_code)),
    ]
    workers = queries.workers_of(uow.session, found.id, uow.today)
    return page(
        "stations/station.html",
        form=next((form for form in forms.values() if form.has_errors), None),
        station=found,
        workers=workers,
        duty=queries.duty_of(uow.session, found.id, uow.today),
        weekdays=list(Weekday),
        contact_form=forms.get("contact_form") or ContactForm(obj=found),
        worker_form=forms.get("worker_form") or WorkerForm(),
        merge_form=merge,
        split_form=split,
    )


@blueprint.post("/staff/stations/<public_id>/contact")
@access("station.manage")
def contact(public_id: str) -> Any:
    found = _station(public_id)
    form = ContactForm.submitted(obj=found)
    done = form.act_on_seen(
        lambda: change_station(
            current_uow(),
            found,
            name=form.name.data or "",
            phone=form.phone.data or "",
            address=form.address.data or "",
        )
    )
    return _page(found, contact_form=form) if done is None else _back(public_id, _("已保存"))


@blueprint.post("/staff/stations/<public_id>/workers")
@access("station.manage")
def add_worker(public_id: str) -> Any:
    found, form = _station(public_id), WorkerForm.submitted()
    done = form.act(
        lambda: services.add_worker(
            current_uow(),
            found,
            name=form.name.data or "",
            kind=form.kind.data or "",
            duty=form.duty.data or "",
            phone=form.phone.data or "",
            since=form.since.data,
        )
    )
    if done is None:
        return _page(found, worker_form=form)
    return _back(public_id, _("已登记%(name)s，接着排他的值班", name=done.name))


def _worker(found: Organization, worker_id: str) -> StationWorker:
    query = select(StationWorker).where(StationWorker.public_id == worker_id, StationWorker.station_id == found.id)
    worker: StationWorker = current_uow().one(query)
    return worker


@blueprint.route("/staff/stations/<public_id>/workers/<worker_id>/duty", methods=["GET", "POST"])
@access("station.manage")
def duty(public_id: str, worker_id: str) -> Any:
    """The weekly times of one worker."""
    found = _station(public_id)
    worker = _worker(found, worker_id)
    form = DutyForm.submitted(data={"starts": "09:00", "ends": "17:00"})
    done = form.act(
        lambda: services.set_duty(
            current_uow(),
            found,
            worker,
            days=form.days.data or [],
            starts=form.starts.data or "",
            ends=form.ends.data or "",
        )
    )
    if done is None:
        return page("stations/duty.html", form=form, station=found, worker=worker)
    return _back(public_id, _("值班已排好"))


@blueprint.post("/staff/stations/<public_id>/workers/<worker_id>/end")
@access("station.manage")
def end_worker(public_id: str, worker_id: str) -> Any:
    found = _station(public_id)
    services.end_worker(current_uow(), found, _worker(found, worker_id))
    return _back(public_id, _("已记为离开"))


@blueprint.route("/staff/stations/<public_id>/merge", methods=["GET", "POST"])
@access("station.manage")
def merge(public_id: str) -> Any:
    """Ask once more, then merge a station into another."""
    uow, found = current_uow(), _station(public_id)
    form = MergeForm(request.form if request.method == "POST" else request.args)
    if not form.into.data:
        form.into.errors = [_("请选并到哪个站")]
        return _page(found, merge_form=form)
    into = uow.one(visible_stations(uow.actor, station_named(form.into.data)))
    done = None
    if request.method == "POST":
        try:
            done = services.merge_stations(uow, found, into)
        except Invalid as error:
            form.add_errors(error)
            return _page(found, merge_form=form)
    if done is None:
        return page("stations/merge.html", station=found, into=into)
    flash(_("已并入%(name)s，转过去 %(n)s 人", name=into.name, n=done), "success")
    return redirect(url_for("stations.station", public_id=into.public_id), 303)


@blueprint.post("/staff/stations/<public_id>/split")
@access("station.manage")
def split(public_id: str) -> Any:
    found, form = _station(public_id), SplitForm.submitted()
    done = form.act(
        lambda: services.split_station(
            current_uow(),
            found,
            name=form.name.data or "",
            level=form.level.data or "",
            region_code=form.region_code.data or "",
            phone=form.phone.data or "",
        )
    )
    if done is None:
        return _page(found, split_form=form)
    made, people = done
    return _back(made.public_id, _("新站已设好，接过来 %(n)s 人", n=people))


@blueprint.get("/staff/guide")
@access("case.work")
def guides() -> Response:
    """How each kind of task is done."""
    return page("stations/guides.html", kinds=list(TaskKind))


@blueprint.get("/staff/guide/<kind>")
@access("case.work")
def guide(kind: str) -> Response:
    """The steps of one kind of task."""
    if kind not in set(TaskKind):
        raise NotFound
    return page("stations/guide.html", kind=TaskKind(kind), guide=GUIDES[TaskKind(kind)])


@blueprint.get("/staff/quality")
@access("case.work")
def quality() -> Response:
    """What is wrong with the files of this place, each with the list behind it."""
    uow = current_uow()
    found, total = queries.quality(uow)
    return page("stations/quality.html", found=found, total=total)


@blueprint.get("/staff/quality/<code>")
@access("case.work")
def quality_people(code: str) -> Response:
    """The files that a check finds."""
    uow = current_uow()
    answer = queries.people_found(uow, code)
    if answer is None:
        raise NotFound
    check, query = answer
    found = paged(uow, query, size=30)
    return page("stations/quality_people.html", name=_(check.name), found=found, rows=staff_rows(uow, found.rows))
