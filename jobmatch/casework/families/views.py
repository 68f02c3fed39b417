"""Accompanying families: the half-yearly count and what was done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from jobmatch.casework.families import queries, services
from jobmatch.casework.families.forms import AidForm, CheckForm
from jobmatch.casework.families.states import AidKind
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person, visible_people
from jobmatch.reference.models import EducationLevel, EmploymentStatusKind
from jobmatch.reference.queries import names, region_label
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, page, paged

blueprint = Blueprint("families", __name__, template_folder="templates")


@blueprint.get("/staff/families")
@access("case.work")
def overview() -> Response:
    """Who belongs to accompanying families, and who was not asked yet this half-year."""
    uow, only_left = current_uow(), request.args.get("left") == "1"
    found = paged(uow, visible_people(uow.actor, queries.families(uow.today, only_left=only_left)))
    return page(
        "families/overview.html",
        found=found,
        counts=queries.counts(uow),
        kinds=list(AidKind),
        only_left=only_left,
        half_year=queries.half_year_of(uow.today),
        states=names(uow.session, EmploymentStatusKind),
        places={person.id: region_label(uow.session, person.living_region_code) for person, _check in found.rows},
    )


@blueprint.get("/staff/families.xlsx")
@access("case.work", slow=True)
def table() -> Response:
    """The count of this half-year as a workbook; places by county only."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        rows = uow.rows(visible_people(g.actor, queries.families(uow.today)))
        states, levels = names(uow.session, EmploymentStatusKind), names(uow.session, EducationLevel)
        half = queries.half_year_of(uow.today)
        lines = [
            [
                person.name,
                region_label(uow.session, (person.living_region_code or "")[:6] or None),
                levels.get(person.education_code or "", ""),
                states.get(check.status_code or "", _("没有登记")) if check else "",
                check.training_wish.label if check else "",
                check.note if check else "",
                check.checked_on if check else _("还没核对"),
            ]
            for person, check in rows
        ]
    head = [_("姓名"), _("现居住县"), _("学历"), _("就业状态"), _("培训需求"), _("说明"), _("核对日期")]
    title = _("随军家属半年核对-%(half)s", half=half)
    return download(write_workbook(Sheet(_("随军家属"), head, lines)), f"{title}.xlsx", XLSX)


@blueprint.route("/staff/people/<public_id>/family", methods=["GET", "POST"])
@access("case.work")
def person_family(public_id: str) -> Any:
    """This half-year's check of one person, the earlier ones, and what was done."""
    person = seen_person(current_uow(), public_id)
    uow = current_uow()
    check = queries.check_of(uow.session, person.id, queries.half_year_of(uow.today))
    form = CheckForm.submitted(data={"training_wish": check.training_wish, "note": check.note} if check else {})
    done = form.act(
        lambda: services.check_family(
            uow, person, training_wish=form.training_wish.data or "", note=form.note.data or ""
        )
    )
    if done is None:
        return _page(person, form, AidForm(data={"happened_on": uow.today}))
    flash(_("已核对"), "success")
    return redirect(url_for("families.person_family", public_id=public_id), 303)


@blueprint.post("/staff/people/<public_id>/family/aid")
@access("case.work")
def add_aid(public_id: str) -> Any:
    person, form = seen_person(current_uow(), public_id), AidForm.submitted()
    done = form.act(
        lambda: services.record_aid(
            current_uow(),
            person,
            kind=form.kind.data or "",
            happened_on=form.happened_on.data,
            words=form.words.data or "",
        )
    )
    if done is None:
        return _page(person, CheckForm(), form)
    flash(_("已记下"), "success")
    return redirect(url_for("families.person_family", public_id=public_id), 303)


def _page(person: Person, check_form: CheckForm, aid_form: AidForm) -> Response:
    uow = current_uow()
    return page(
        "families/person.html",
        form=next((form for form in (check_form, aid_form) if form.has_errors), None),
        person=person,
        check_form=check_form,
        aid_form=aid_form,
        checks=queries.checks_of(uow.session, person.id),
        aids=queries.aids_of(uow.session, person.id),
        half_year=queries.half_year_of(uow.today),
        states=names(uow.session, EmploymentStatusKind),
    )
