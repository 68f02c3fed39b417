"""A founder's own tenancies and talks, and a mentor's own page."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page, paged
from training.incubation.parks import people_queries, queries
from training.incubation.parks.blueprint import blueprint
from training.incubation.parks.forms import CompleteForm, TalkForm
from training.incubation.parks.policies import own_talks, own_tenancies, visible_mentors
from training.incubation.parks.services import applying, mentors
from training.incubation.parks.views.running import talk_of


@blueprint.get("/my/tenancy")
@access("person.own")
def mine() -> Response:
    """Where the own applications stand, and which talks wait to be confirmed."""
    uow = current_uow()
    found = paged(uow, own_tenancies(uow.actor, queries.tenancies()), size=10)
    return page(
        "parks/mine.html",
        found=found,
        desks=queries.desks_of(uow.session, [one.id for one in found.rows]),
        talks=uow.rows(own_talks(uow.actor, people_queries.talks()).limit(30)),
    )


@blueprint.route("/my/tenancy/<tenancy_id>", methods=["GET", "POST"])
@access("person.own")
def my_tenancy(tenancy_id: str) -> Any:
    """One own tenancy: its way, and completing or withdrawing the application."""
    uow = current_uow()
    one = uow.one(own_tenancies(uow.actor, queries.tenancy_named(tenancy_id)))
    press = request.form.get("press", "")
    filled = {"desk_count": one.desk_count, "plan_words": one.plan_words}
    form: Any = CompleteForm.submitted() if press == "complete" else CompleteForm(None, data=filled)
    plain = EmptyForm.submitted()
    if request.method == "POST" and press not in {"complete", "withdraw"}:
        raise NotFound
    words, count = form.plan_words.data or "", form.desk_count.data
    tried = form if press == "complete" else plain
    service = (
        (lambda: applying.complete_tenancy(uow, one, plan_words=words, desk_count=count))
        if press == "complete"
        else (lambda: applying.withdraw_tenancy(uow, one))
    )
    if tried.act_or_say(service) is not None:
        flash(_("现在是：%(state)s", state=one.state.label), "success")
        return redirect(url_for("parks.my_tenancy", tenancy_id=tenancy_id), 303)
    return page(
        "parks/my_tenancy.html",
        form=tried,
        complete_form=form,
        one=one,
        moves=queries.moves_of(uow.session, one),
        desks=queries.desks_of(uow.session, [one.id]).get(one.id, []),
    )


@blueprint.post("/my/tenancy/talks/<talk_id>/confirm")
@access("person.own")
def confirm_talk(talk_id: str) -> Any:
    """The talk took place."""
    uow = current_uow()
    mentors.confirm_talk(uow, mentors.find_talk(uow, talk_id))
    flash(_("已确认"), "success")
    return redirect(url_for("parks.mine"), 303)


@blueprint.route("/mentor", methods=["GET", "POST"])
@access("mentor.own")
def mentoring() -> Any:
    """A mentor's own talks and hours, and another talk."""
    uow = current_uow()
    row = next(iter(uow.rows(visible_mentors(uow.actor, people_queries.own_mentor(uow.actor.user_id)))), None)
    form = TalkForm.submitted(data={"happened_on": uow.today})
    form.venture.show(queries.ventures_in(uow.session, row.incubator_id if row else None))
    if form.act(lambda: mentors.record_talk(uow, row, **talk_of(form))) is not None:
        flash(_("记下了，等项目的人确认"), "success")
        return redirect(url_for("parks.mentoring"), 303)
    return page(
        "parks/mentoring.html",
        form=form,
        row=row,
        found=paged(uow, visible_mentors(uow.actor, people_queries.talks(row))) if row else None,
        hours=people_queries.hours_of(uow.session, [row.id]).get(row.id, people_queries.Hours()) if row else None,
    )
