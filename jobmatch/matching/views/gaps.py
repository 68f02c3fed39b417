"""What people lack for more postings: for oneself, for the office about one person, and summed; and limits of age."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, url_for
from sqlalchemy import select

from jobmatch.matching.age_limits import age_limits
from jobmatch.matching.gaps import find_running, last_summary, people_of_need, person_gaps, start_summary
from jobmatch.matching.lists import list_recommended, page_of
from jobmatch.matching.views.common import blueprint, card, own_person
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person, visible_people
from jobmatch.people.queries.people import load_full
from jobmatch.people.queries.staff import staff_rows
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, page_number, paged
from ml.matching import Filter

LIMITS_A_PAGE = 50


@blueprint.get("/me/jobs/gaps")
@access("match.own")
def gaps() -> Response:
    """What one licence, certificate or degree more would open; a fragment that comes after the list."""
    found = person_gaps(current_uow(), own_person())
    return page("matching/gaps.html", fragment="matching/_gaps.html", gaps=found, is_own=True)


@blueprint.get("/staff/people/<public_id>/gaps")
@access("person.read")
def staff_gaps(public_id: str) -> Response:
    """The same about a person of the office."""
    uow = current_uow()
    person = seen_person(uow, public_id)
    found = person_gaps(uow, person)
    return page("matching/staff_gaps.html", fragment="matching/_gaps.html", gaps=found, person=person, is_own=False)


@blueprint.get("/staff/people/<public_id>/jobs")
@access("person.read")
def staff_jobs(public_id: str) -> Response:
    """What the model recommends to a person of the office, to talk over and to print."""
    uow = current_uow()
    query = load_full(select(Person).where(Person.public_id == public_id))
    person: Person = uow.one(visible_people(uow.actor, query))
    found, _line = list_recommended(uow, person, where=Filter(), number=page_number())
    return page(
        "matching/staff_jobs.html",
        person=person,
        found=found,
        cards=[card(row) for row in found.rows],
        pager={"number": found.number, "pages": found.pages},
    )


@blueprint.get("/staff/gaps")
@access("report.read")
def staff_needs() -> Response:
    """What the office's people lack for more postings, as last counted; no names."""
    uow = current_uow()
    return page(
        "matching/staff_needs.html",
        fragment="matching/_staff_needs.html",
        summary=last_summary(uow),
        running=find_running(uow),
        can_list=uow.actor.can("person.read"),
    )


@blueprint.post("/staff/gaps")
@access("report.read")
def count_needs() -> Any:
    """Have it counted anew in the background."""
    start_summary(current_uow())
    return redirect(url_for("matching.staff_needs"), 303)


@blueprint.get("/staff/gaps/<public_id>/<int:number>")
@access("person.read")
def staff_need_people(public_id: str, number: int) -> Response:
    """The people behind one line, as far as the reader may see them."""
    uow = current_uow()
    name, query = people_of_need(uow, public_id, number)
    found = paged(uow, query)
    return page("matching/staff_need_people.html", name=name, found=found, rows=staff_rows(uow, found.rows))


@blueprint.get("/staff/age-limits")
@access("report.read")
def staff_age_limits() -> Response:
    """Which ages in open postings shut out how many people."""
    limits = age_limits(current_uow())
    part, number, pages = page_of(limits, page_number(), LIMITS_A_PAGE)
    return page(
        "matching/staff_age_limits.html",
        rows=part,
        pager={"number": number, "pages": pages},
        lawful=sum(one.is_lawful for one in limits),
        hoped=sum(not one.is_lawful for one in limits),
        total=sum(one.people for one in limits if not one.is_small),
    )
