"""What the pages about the own file share: loading it, and where to go after a question was answered."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people, visible_unclaimed
from jobmatch.people.queries.files import missing_count, parts
from jobmatch.people.queries.people import load_full
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import PageForm, page

FIRST_PAGE = {
    "basics": "people.basics",
    "service": "people.specialties",
    "education": "people.education",
    "skills": "people.skills",
    "work": "people.work",
    "intention": "people.intention",
    "verification": "people.verification",
}


def own_file() -> Person:
    """The reader's own file with all its children. Raises ``NotFound`` where there is none yet."""
    uow = current_uow()
    found: Person = uow.one(
        visible_people(uow.actor, load_full(select(Person).where(Person.user_id == uow.actor.user_id)))
    )
    return found


def find_unclaimed() -> Person | None:
    """The file behind the reader's phone that still has to be claimed, if there is one."""
    uow = current_uow()
    found = uow.rows(visible_unclaimed(uow.actor, select(Person)))
    return found[0] if found else None


def asks_to_find() -> bool:
    """Whether the button beside a search box was pressed: the page comes back without saving anything."""
    return request.method == "POST" and "find" in request.form


def go_on(person: Person, key: str) -> Any:
    """After part ``key``: the next part that is missing, or the overview."""
    flash(_("已保存"), "success")
    uow = current_uow()
    fresh: Person = uow.one(visible_people(uow.actor, load_full(select(Person).where(Person.id == person.id))))
    found = parts(uow, fresh)
    order = [part.key for part in found]
    here = order.index(key) if key in order else -1
    later = [part for part in found[here + 1 :] if not part.is_done and not part.is_optional]
    return redirect(url_for(FIRST_PAGE[later[0].key] if later else "people.profile"), 303)


def question(
    template: str, form: PageForm, person: Person, key: str, *, fragment: str = "", **context: Any
) -> Response:
    """A page that asks for part ``key``, with its place among the parts."""
    found = parts(current_uow(), person)
    order = [part.key for part in found]
    return page(
        template,
        form=form,
        fragment=fragment,
        person=person,
        part_number=order.index(key) + 1 if key in order else 0,
        part_count=len(order),
        is_last=missing_count([part for part in found if part.key != key]) == 0,
        **context,
    )
