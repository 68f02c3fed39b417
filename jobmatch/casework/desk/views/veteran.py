"""The own matters: what may be asked for, how it goes, and the satisfaction question."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jobmatch.casework.desk.forms import AskForm, NoteForm, PaperForm, RateForm
from jobmatch.casework.desk.items import item_name, service_item
from jobmatch.casework.desk.models import Rating, ServiceRequest
from jobmatch.casework.desk.policies import visible_ratings, visible_requests
from jobmatch.casework.desk.queries import requests as reads
from jobmatch.casework.desk.queries.papers import paper_lines
from jobmatch.casework.desk.services import ratings, requests
from jobmatch.casework.desk.states import ENDED, RATING_LEVELS, RUNNING
from jobmatch.casework.desk.views.blueprint import blueprint
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page


def _own_file() -> Person:
    uow = current_uow()
    query = select(Person).options(selectinload(Person.kinds)).where(Person.user_id == uow.actor.user_id)
    found: Person = uow.one(visible_people(uow.actor, query))
    return found


def _own(public_id: str) -> ServiceRequest:
    uow = current_uow()
    found: ServiceRequest = uow.one(visible_requests(uow.actor, reads.request_named(public_id)))
    return found


@blueprint.get("/me/services")
@access("person.own")
def mine() -> Any:
    """The own requests, and what else can be asked for."""
    uow = current_uow()
    try:
        person = _own_file()
    except NotFound:
        return redirect(url_for("people.start"), 303)
    found = reads.lines(uow, reads.requests_of(uow, person))
    return page(
        "desk/mine.html",
        offers=reads.offers(uow, person),
        open_lines=[line for line in found if line.request.state not in ENDED],
        ended_lines=[line for line in found if line.request.state in ENDED],
        due_words=reads.due_words,
    )


@blueprint.route("/me/services/new/<code>", methods=["GET", "POST"])
@access("person.own")
def ask(code: str) -> Any:
    """What to bring and how long it takes, with one button to ask."""
    uow, person = current_uow(), _own_file()
    offer = next((one for one in reads.offers(uow, person) if one.item.code == code), None)
    if offer is None:
        raise NotFound
    form = AskForm.submitted()
    done = form.act(lambda: requests.ask_service(uow, person, item_code=code, note=form.note.data or ""))
    if done is None:
        return page("desk/ask.html", form=form, offer=offer)
    flash(_("申请已提交，编号 %(number)s", number=done.number), "success")
    return redirect(url_for("desk.my_request", public_id=done.public_id), 303)


@blueprint.get("/me/services/<public_id>")
@access("person.own")
def my_request(public_id: str) -> Response:
    return show_own_request(_own(public_id))


def show_own_request(found: ServiceRequest, **forms: Any) -> Response:
    """The page of an own request, with the form that was refused."""
    uow = current_uow()
    rating = reads.rating_of(uow, found)
    item = service_item(uow.session, found.item_code)
    return page(
        "desk/my_request.html",
        form=next(iter(forms.values()), None),
        note_form=forms.get("note_form") or NoteForm(),
        paper_form=forms.get("paper_form") or PaperForm(),
        request_=found,
        item=item,
        name=item_name(item),
        papers=paper_lines(uow, found, item),
        steps=reads.progress(uow, found, with_names=False),
        due=reads.due_words(found),
        is_running=found.state in RUNNING,
        is_open=found.state not in ENDED,
        rating=rating,
        levels=RATING_LEVELS,
    )


@blueprint.post("/me/services/<public_id>/note")
@access("person.own")
def my_note(public_id: str) -> Any:
    """Add words; where papers were asked for, the matter goes on."""
    found = _own(public_id)
    form = NoteForm.submitted()
    done = form.act(lambda: requests.add_note(current_uow(), found, note=form.note.data or ""))
    if done is None:
        return show_own_request(found, note_form=form)
    flash(_("已补充，工作人员会看到"), "success")
    return redirect(url_for("desk.my_request", public_id=public_id), 303)


@blueprint.route("/me/services/<public_id>/withdraw", methods=["GET", "POST"])
@access("person.own")
def withdraw(public_id: str) -> Any:
    """Take a request back, after asking."""
    uow, found = current_uow(), _own(public_id)
    form = EmptyForm.submitted()
    if form.act(lambda: requests.withdraw_request(uow, found)) is None:
        name = item_name(service_item(uow.session, found.item_code))
        return page("desk/withdraw.html", form=form, request_=found, name=name)
    flash(_("已撤回，需要时可以重新申请"), "success")
    return redirect(url_for("desk.mine"), 303)


@blueprint.route("/me/ratings/<public_id>", methods=["GET", "POST"])
@access("person.own")
def rating(public_id: str) -> Any:
    """The satisfaction question about one service."""
    uow = current_uow()
    found: Rating = uow.one(visible_ratings(uow.actor, select(Rating).where(Rating.public_id == public_id)))
    form = RateForm.submitted()
    if form.act(lambda: ratings.rate(uow, found, level=form.number)) is None:
        return page("desk/rating.html", form=form, rating=found, levels=RATING_LEVELS)
    flash(_("谢谢，已收到您的评价"), "success")
    return redirect(url_for("desk.mine"), 303)
