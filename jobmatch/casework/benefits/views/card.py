"""The card of a person with a file: on the own phone, on the person's tab, and printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, redirect, url_for
from flask import g as context
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from jobmatch.casework.benefits.queries import Line, card, counted, facts_of
from jobmatch.casework.benefits.states import Verdict
from jobmatch.casework.benefits.views.blueprint import blueprint
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import render_pdf
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import page

SHEET = Path(__file__).parents[1] / "templates" / "benefits" / "card.typ"


def _load(uow: UnitOfWork, query: Select[Any]) -> Person:
    loaded = query.options(selectinload(Person.kinds), selectinload(Person.service))
    found: Person = uow.one(visible_people(uow.actor, loaded))
    return found


def _own(uow: UnitOfWork) -> Person:
    return _load(uow, select(Person).where(Person.user_id == uow.actor.user_id))


def _named(uow: UnitOfWork, public_id: str) -> Person:
    return _load(uow, select(Person).where(Person.public_id == public_id))


@blueprint.get("/me/benefits")
@access("person.own")
def mine() -> Any:
    """What the own file says: what can be had, what is missing, which condition does not fit."""
    uow = current_uow()
    try:
        person = _own(uow)
    except NotFound:
        return redirect(url_for("people.start"), 303)
    lines = card(uow.session, facts_of(uow, person))
    return page("benefits/mine.html", lines=lines, counts=counted(lines))


@blueprint.get("/staff/people/<public_id>/benefits")
@access("person.read")
def staff_person(public_id: str) -> Response:
    """The same card on the person's tab."""
    uow = current_uow()
    person = _named(uow, public_id)
    lines = card(uow.session, facts_of(uow, person))
    return page("benefits/staff_person.html", person=person, lines=lines, counts=counted(lines))


@blueprint.get("/me/benefits.pdf")
@access("person.own", slow=True)
def my_sheet() -> Response:
    """The card on paper."""
    with current_runtime().unit(context.actor, writing=False) as uow:
        person = _own(uow)
        data = _sheet(uow, person)
    return _pdf(data)


@blueprint.get("/staff/people/<public_id>/benefits.pdf")
@access("person.read", slow=True)
def staff_sheet(public_id: str) -> Response:
    """The card on paper, for the person to take home."""
    with current_runtime().unit(context.actor, writing=False) as uow:
        person = _named(uow, public_id)
        data = _sheet(uow, person)
    return _pdf(data)


def _pdf(data: dict[str, Any]) -> Response:
    answer = Response(render_pdf(SHEET, data), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="benefits.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sheet(uow: UnitOfWork, person: Person) -> dict[str, Any]:
    settings = current_runtime().settings
    lines = card(uow.session, facts_of(uow, person))
    return {
        "title": _("能享受的政策"),
        "name": person.name,
        "site": settings.site_name,
        "day": _("按 %(day)s的规定和档案打印", day=day_words(uow.today)),
        "phone": _("服务站电话 %(phone)s", phone=settings.station_phone) if settings.station_phone else "",
        "lines": [_printed(line) for line in lines if line.verdict is not Verdict.NOT],
        "others": [
            _("%(name)s：%(why)s", name=line.name, why=_("；").join(line.texts(Verdict.NOT)))
            for line in lines
            if line.verdict is Verdict.NOT
        ],
        "others_title": _("不符合的"),
    }


def _printed(line: Line) -> dict[str, Any]:
    benefit = line.benefit
    rows = [
        (_("还缺"), _("；").join(line.texts(Verdict.LACKING))),
        (_("还不知道"), _("；").join(line.texts(Verdict.UNKNOWN))),
        (_("给多少"), benefit.amount),
        (_("什么时候给"), benefit.paid),
        (_("带什么"), _("、").join(line.papers)),
        (_("到哪里办"), benefit.apply_at),
        (_("到什么时候"), day_words(line.until) if line.until else ""),
        (_("依据"), benefit.source),
        (_("核实情况"), benefit.verified_note),
    ]
    return {"name": line.name, "mark": line.mark, "caution": line.caution, "rows": [row for row in rows if row[1]]}
