"""The résumé to look at, print and take away, for the person and for staff."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, g
from sqlalchemy import Select, select

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import load_full
from jobmatch.people.queries.resume import resume_of
from jobmatch.people.resume_files import FORMATS, sections
from jobmatch.people.services.people import record_taken
from jobmatch.people.views.blueprint import blueprint
from jobmatch.people.views.common import own_file
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.formats import phone_masked
from jobmatch.web.pages import download, page


@blueprint.get("/me/resume")
@access("person.own")
def resume_page() -> Response:
    """What an employer reads, with the three files to take away."""
    found = resume_of(current_uow(), own_file())
    return page("people/resume.html", resume=found, sections=sections(found))


@blueprint.get("/me/resume.<kind>")
@access("person.own", slow=True)
def resume_file(kind: str) -> Response:
    """The own résumé as a file."""
    return _file(select(Person).where(Person.user_id == g.actor.user_id), kind)


@blueprint.get("/staff/people/<public_id>/resume.<kind>")
@access("person.read", slow=True)
def staff_resume_file(public_id: str, kind: str) -> Response:
    """A person's résumé as a file with the phone number masked; taking it leaves a trace."""
    return _file(select(Person).where(Person.public_id == public_id), kind, hides_phone=True)


def _file(which: Select[*tuple[Any, ...]], kind: str, *, hides_phone: bool = False) -> Response:
    """Read in a short unit, lay out outside of any, as ``kind``. Raises ``NotFound``."""
    if kind not in FORMATS:
        raise NotFound
    make, mimetype = FORMATS[kind]
    with current_runtime().unit(g.actor) as uow:
        person: Person = uow.one(visible_people(uow.actor, load_full(which)))
        record_taken(uow, person, kind)
        found = resume_of(uow, person)
    if hides_phone:
        # Staff open a whole number only with a reason, which the file would go around.
        found = replace(found, phone=phone_masked(found.phone))
    return download(make(found), _("%(name)s的简历", name=found.name) + f".{kind}", mimetype)
