"""Pages of a person: the courses that open most postings to them, and what finished ones have opened."""

from __future__ import annotations

from flask import Response

from jobmatch.matching.lists import page_of
from jobmatch.pathways.blueprint import blueprint
from jobmatch.pathways.personal import cards_of, my_courses, opened_by_course
from jobmatch.pathways.views.common import if_there, own_person
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, page_number


@blueprint.get("/my/courses")
@access("match.own")
def own_courses() -> Response:
    """Which courses would open how many postings, with examples and the classes that take people now."""
    found = my_courses(current_uow(), own_person())
    ids = [one.public_id for way in found.ways for one in way.classes]
    urls = {one: if_there(f"/classes/{one}") for one in ids}
    return page("pathways/own_courses.html", found=found, urls=urls, all_classes=if_there("/classes"))


@blueprint.get("/my/courses/opened/<course_code>")
@access("match.own")
def opened(course_code: str) -> Response:
    """The postings that a finished course has opened."""
    uow = current_uow()
    found = opened_by_course(uow, own_person(), course_code)
    part, number, pages = page_of(found.opened.posting_ids, page_number())
    cards = cards_of(uow, list(part))
    return page("pathways/opened.html", found=found, cards=cards, pager={"number": number, "pages": pages})
