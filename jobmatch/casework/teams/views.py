"""Being called on, and putting a team together."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy import select

from jobmatch.casework.teams import queries, services
from jobmatch.casework.teams.forms import ListForm, TagsForm, TeamFilter
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.people.cards import township
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person, visible_people
from jobmatch.people.queries.choices import towns_of
from jobmatch.people.queries.people import phones_of
from jobmatch.reference.queries import region_label
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, page, paged

blueprint = Blueprint("teams", __name__, template_folder="templates")
MOST_LISTED = 500


@blueprint.route("/me/tags", methods=["GET", "POST"])
@access("person.own")
def own_tags() -> Any:
    """What I may be called on for."""
    uow = current_uow()
    person: Person = uow.one(visible_people(uow.actor, select(Person).where(Person.user_id == uow.actor.user_id)))
    held = queries.tags_of(uow.session, [person.id]).get(person.id, [])
    form = TagsForm.submitted(data={"tags": held})
    if form.act(lambda: services.save_tags(uow, person, form.tags.data or [])) is None:
        return page("teams/own.html", form=form)
    flash(_("已保存"), "success")
    return redirect(url_for("people.profile"), 303)


@blueprint.route("/staff/people/<public_id>/tags", methods=["GET", "POST"])
@access("case.work")
def person_tags(public_id: str) -> Any:
    """The same on behalf of somebody who said so."""
    uow = current_uow()
    person = seen_person(uow, public_id)
    held = queries.tags_of(uow.session, [person.id]).get(person.id, [])
    form = TagsForm.submitted(data={"tags": held})
    if form.act(lambda: services.save_tags(uow, person, form.tags.data or [])) is None:
        return page("teams/person.html", form=form, person=person)
    flash(_("已保存"), "success")
    return redirect(url_for("people.staff_person", public_id=public_id), 303)


def _filters() -> TeamFilter:
    form = TeamFilter(request.args)
    form.town.choices = [("", _("全部")), *towns_of(current_uow())]
    return form


@blueprint.get("/staff/teams")
@access("case.work")
def search() -> Response:
    """A team by tag, skill and place; above it how many people carry each tag."""
    uow, form = current_uow(), _filters()
    found = paged(uow, queries.team(uow, tag=form.tag.data or "", words=form.q.data or "", town=form.town.data or ""))
    return page(
        "teams/search.html",
        fragment="teams/_found.html",
        filters=form,
        list_form=ListForm(),
        counts=queries.tag_counts(uow),
        found=found,
        tags=queries.tags_of(uow.session, [person.id for person in found.rows]),
        abilities=queries.abilities_of(uow.session, found.rows),
        phones=phones_of(uow.session, found.rows),
        places={p.id: region_label(uow.session, township(p.living_region_code), depth=1) for p in found.rows},
    )


@blueprint.post("/staff/teams.xlsx")
@access("case.work", slow=True)
def take_list() -> Response:
    """The list with phone numbers, for a stated purpose and into the audit trail; at most 500 people."""
    form = ListForm(request.form)
    asked = {name: request.form.get(name, "")[:40] for name in ("tag", "q", "town")}
    with current_runtime().unit(g.actor) as uow:
        query = queries.team(uow, tag=asked["tag"], words=asked["q"], town=asked["town"], only_served=True)
        people = list(uow.rows(query.limit(MOST_LISTED)))
        services.record_list_taken(uow, reason=form.reason.data or "", tag=asked["tag"], people=len(people))
        if not people:
            raise Invalid(_("没有符合的人，没有名单可拿"))
        phones, can = phones_of(uow.session, people), queries.abilities_of(uow.session, people)
        rows = [
            [
                person.name,
                phones.get(person.id) or "",
                region_label(uow.session, township(person.living_region_code), depth=1),
                _("、").join(can[person.id]),
                "",
            ]
            for person in people
        ]
    head = [_("姓名"), _("电话"), _("住在"), _("会什么"), _("到没到")]
    note = _("用途：%(reason)s。用完请销毁，不要转发。", reason=form.reason.data)
    return download(write_workbook(Sheet(_("队伍名单"), head, rows, note=note)), _("队伍名单") + ".xlsx", XLSX)
