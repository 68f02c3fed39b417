"""The desk of the office: the queue, the window, one request."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.queries import members_of
from jobmatch.casework.desk.forms import (
    DoorForm,
    HandOverForm,
    MoveForm,
    NoteForm,
    PaperForm,
    QueueFilter,
    RateForm,
    WindowForm,
)
from jobmatch.casework.desk.items import item_name, service_item, service_items
from jobmatch.casework.desk.models import ServiceRequest
from jobmatch.casework.desk.policies import visible_requests
from jobmatch.casework.desk.queries import requests as reads
from jobmatch.casework.desk.queries.papers import paper_lines
from jobmatch.casework.desk.services import ratings, requests
from jobmatch.casework.desk.services.requests import Arrival
from jobmatch.casework.desk.states import ENDED, RATING_LEVELS, REQUEST_FLOW, ProxyConsent, RequestAction, RequestWay
from jobmatch.casework.desk.views.blueprint import blueprint
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import phone_of
from jobmatch.people.queries.staff import staff_people
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import local_path, page, paged

MOST_FOUND = 10


def one_request(public_id: str) -> ServiceRequest:
    """A request in the actor's reach. Raises ``NotFound``."""
    uow = current_uow()
    found: ServiceRequest = uow.one(visible_requests(uow.actor, reads.request_named(public_id)))
    return found


def _person(public_id: str) -> Person:
    uow = current_uow()
    query = select(Person).options(selectinload(Person.kinds)).where(Person.public_id == public_id)
    found: Person = uow.one(visible_people(uow.actor, query))
    return found


def _back(public_id: str) -> Any:
    target = local_path(request.form.get("next")) or url_for("desk.staff_request", public_id=public_id)
    return redirect(target, 303)


@blueprint.get("/staff/desk")
@access("case.work")
def staff_queue() -> Response:
    """What waits, past its day first."""
    uow = current_uow()
    form = QueueFilter(request.args)
    items = service_items(uow.session)
    form.item.choices = [("", _("全部")), *((code, item_name(item)) for code, item in items.items())]
    found = paged(uow, reads.queue(uow, form.data))
    is_narrowed = any(form.data.values())
    return page(
        "desk/staff_queue.html",
        fragment="desk/_staff_queue.html",
        title=_("办事，选出 %(n)s 件", n=found.total) if is_narrowed else _("办事，%(n)s 件没办完", n=found.total),
        filters=form,
        found=found,
        rows=reads.lines(uow, found.rows),
        due_words=reads.due_words,
    )


@blueprint.get("/staff/people/<public_id>/services")
@access("case.work")
def staff_person_services(public_id: str) -> Response:
    """What one person asked for so far."""
    uow, person = current_uow(), _person(public_id)
    rows = reads.lines(uow, reads.requests_of(uow, person))
    return page("desk/staff_person.html", person=person, rows=rows, due_words=reads.due_words)


@blueprint.route("/staff/desk/new", methods=["GET", "POST"])
@access("case.work")
def staff_new() -> Any:
    """Take a request at the window: for a file that was found, or for somebody who walks in."""
    uow = current_uow()
    chosen = request.args.get("person", "")
    person = _person(chosen) if chosen else None
    asked = {"way": request.args.get("way", RequestWay.WINDOW.value), "item_code": request.args.get("item", "")}
    form = WindowForm.submitted(data=asked)
    form.item_code.choices = _item_choices(person)
    done = form.act(lambda: _take(form, person))
    if done is not None:
        flash(_("已办结") if done.state in ENDED else _("已受理，编号 %(number)s", number=done.number), "success")
        return redirect(url_for("desk.staff_request", public_id=done.public_id), 303)
    words = request.args.get("q", "").strip()[:40]
    matches = uow.rows(staff_people(uow, {"q": words}, "name").limit(MOST_FOUND)) if words else []
    return page("desk/staff_new.html", form=form, person=person, words=words, matches=matches)


def _item_choices(person: Person | None) -> list[tuple[str, str]]:
    uow = current_uow()
    if person is not None:
        return [("", _("请选择")), *((offer.item.code, offer.name) for offer in reads.offers(uow, person))]
    items = service_items(uow.session).items()
    return [("", _("请选择")), *((code, item_name(item)) for code, item in items if item.is_active)]


def _take(form: WindowForm, person: Person | None) -> ServiceRequest:
    consent = form.consent.data
    return requests.take_request(
        current_uow(),
        item_code=form.item_code.data or "",
        person=person,
        arrival=Arrival(
            RequestWay(form.way.data),
            form.name.data or "",
            form.phone.data or "",
            form.proxy_name.data or "",
            ProxyConsent(consent) if consent in set(ProxyConsent) else None,
            form.door_on.data,
            form.door_place.data or "",
            form.door_by.data or "",
        ),
        note=form.note.data or "",
        result=form.result.data or "",
    )


@blueprint.get("/staff/desk/<public_id>")
@access("case.work")
def staff_request(public_id: str) -> Response:
    return show_request(one_request(public_id))


def show_request(found: ServiceRequest, **forms: Any) -> Response:
    """The page of one request, with the forms that were refused."""
    uow = current_uow()
    person = reads.person_of_request(uow, found)
    hand = forms.get("hand_form") or HandOverForm(data={"version": found.version})
    _show_stations(found, hand)
    form = next((form for form in forms.values() if form.has_errors), None)
    return page(
        "desk/staff_request.html",
        form=form,
        line=reads.lines(uow, [found])[0],
        request_=found,
        person=person,
        phone=phone_of(uow.session, person) if person else found.phone,
        steps=reads.progress(uow, found, with_names=True),
        due=reads.due_words(found),
        papers=paper_lines(uow, found, service_item(uow.session, found.item_code)),
        allowed=[action.value for action in RequestAction if (found.state, action) in REQUEST_FLOW],
        is_open=found.state not in ENDED,
        move_form=forms.get("move_form") or MoveForm(data={"version": found.version}),
        hand_form=hand,
        note_form=forms.get("note_form") or NoteForm(),
        door_form=forms.get("door_form") or DoorForm(data={"door_on": uow.today, "door_by": uow.actor.label}),
        paper_form=forms.get("paper_form") or PaperForm(),
        rate_form=forms.get("rate_form") or RateForm(),
        rating=reads.rating_of(uow, found),
        levels=RATING_LEVELS,
    )


def _show_stations(found: ServiceRequest, form: HandOverForm) -> None:
    """Stations to choose from, and the people of the station chosen now."""
    uow = current_uow()
    stations = reads.receiving_stations(uow, found)
    form.station.choices = [(one.public_id, one.name) for one in stations]
    here = uow.session.get(Organization, found.station_id) if found.station_id else None
    form.station.data = form.station.data or (here.public_id if here else "")
    people = [(user.public_id, user.name) for user in (members_of(uow.session, here.id) if here else [])]
    form.handler.choices = [("", _("由站里安排")), *people]


@blueprint.post("/staff/desk/<public_id>/move")
@access("case.work")
def staff_move(public_id: str) -> Any:
    """One step along the way."""
    found = one_request(public_id)
    form = MoveForm.submitted()
    done = form.act(
        lambda: requests.move_request(
            current_uow(),
            found,
            RequestAction(form.action.data),
            note=form.note.data or "",
            version=form.version.data,
        )
    )
    if done is None:
        return show_request(found, move_form=form)
    flash(_("已记录：%(state)s", state=found.state.label), "success")
    return _back(public_id)


@blueprint.post("/staff/desk/<public_id>/note")
@access("case.work")
def staff_note(public_id: str) -> Any:
    found = one_request(public_id)
    form = NoteForm.submitted()
    if form.act(lambda: requests.add_note(current_uow(), found, note=form.note.data or "")) is None:
        return show_request(found, note_form=form)
    flash(_("已记录"), "success")
    return _back(public_id)


@blueprint.post("/staff/desk/<public_id>/door")
@access("case.work")
def staff_door(public_id: str) -> Any:
    """A visit at the door for a request that came in another way."""
    uow, found = current_uow(), one_request(public_id)
    form = DoorForm.submitted()
    done = form.act(
        lambda: requests.save_door_visit(
            uow, found, on=form.door_on.data, place=form.door_place.data or "", by=form.door_by.data or ""
        )
    )
    if done is None:
        return show_request(found, door_form=form)
    flash(_("已记录上门服务"), "success")
    return _back(public_id)


@blueprint.post("/staff/desk/<public_id>/hand-over")
@access("case.work")
def staff_hand_over(public_id: str) -> Any:
    """Give it to another station or person; whoever cannot reach it afterwards goes back to the queue."""
    uow, found = current_uow(), one_request(public_id)
    form = HandOverForm.submitted()
    stations = {one.public_id: one for one in reads.receiving_stations(uow, found)}
    station = stations.get(form.station.data or "")
    if station is None:
        raise NotFound
    handler = _member(station, form.handler.data)
    done = form.act(
        lambda: requests.hand_over(
            uow, found, station=station, handler=handler, reason=form.reason.data or "", version=form.version.data
        )
    )
    if done is None:
        return show_request(found, hand_form=form)
    flash(_("已转给 %(station)s", station=station.name), "success")
    return redirect(url_for("desk.staff_queue"), 303)


def _member(station: Organization, public_id: str | None) -> User | None:
    members = members_of(current_uow().session, station.id)
    return next((user for user in members if user.public_id == public_id), None)


@blueprint.post("/staff/desk/<public_id>/rating")
@access("case.work")
def staff_rating(public_id: str) -> Any:
    """What the person said about the service on the phone, kept apart from their own answers."""
    uow, found = current_uow(), one_request(public_id)
    asked = reads.rating_of(uow, found)
    if asked is None:
        raise NotFound
    form = RateForm.submitted()
    if form.act(lambda: ratings.rate_for(uow, asked, level=form.number)) is None:
        return show_request(found, rate_form=form)
    flash(_("已记录，算作代填"), "success")
    return _back(public_id)
