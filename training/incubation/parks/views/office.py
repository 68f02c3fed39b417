"""The office's pages about incubators: the list, a new one, and its facts."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.reference.queries import children_of, region_label
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from training.incubation.parks import queries
from training.incubation.parks.blueprint import blueprint
from training.incubation.parks.forms import ApplyForm, IncubatorForm
from training.incubation.parks.policies import run_incubators
from training.incubation.parks.services.applying import accept_until, apply_for_place, consent_words
from training.incubation.parks.services.incubators import create_incubator, edit_incubator
from training.incubation.parks.views.common import place_of
from training.incubation.parks.views.public import application_of
from training.incubation.ventures.policies import visible_ventures


@blueprint.get("/staff/incubators")
@access("venture.manage")
def staff_incubators() -> Response:
    """Every incubator of the own subtree with its desks."""
    uow = current_uow()
    found = paged(uow, run_incubators(uow.actor, queries.incubators()))
    return page(
        "parks/staff_list.html",
        found=found,
        counts=queries.desk_counts(uow.session, [one.id for one in found.rows]),
        waiting=queries.waiting_counts(uow.session, [one.id for one in found.rows]),
    )


@blueprint.route("/staff/incubators/new", methods=["GET", "POST"])
@access("venture.manage")
def new_incubator() -> Any:
    """A new incubator with its organization."""
    uow, form = current_uow(), IncubatorForm.submitted()
    here = uow.actor.region_path.strip("/").split("/")[-1]
    below = [(here, region_label(uow.session, here)), *((one.code, one.name) for one in children_of(uow.session, here))]
    form.region_code.show(below)
    made = form.act(
        lambda: create_incubator(
            uow,
            form.facts(),
            name=form.organization_name.data or "",
            region_code=form.region_code.data,
            credit_code=form.credit_code.data or "",
            address=form.address.data or "",
        )
    )
    if made is None:
        return page("parks/edit.html", form=form, place=None)
    flash(_("已建好，接着画工位"), "success")
    return redirect(url_for("parks.staff_overview", public_id=made.public_id), 303)


@blueprint.route("/staff/incubators/<public_id>/edit", methods=["GET", "POST"])
@access("venture.manage")
def edit_facts(public_id: str) -> Any:
    """What is written about an incubator."""
    uow, place = current_uow(), place_of(current_uow(), public_id)
    one = place.incubator
    form = IncubatorForm.submitted(obj=one, data={"address": one.organization.address, "kind": one.kind.value})
    version, address = form.version.data, form.address.data or ""
    if form.act(lambda: edit_incubator(uow, one, form.facts(), address=address, version=version)) is None:
        return page("parks/edit.html", form=form, place=place)
    flash(_("已保存"), "success")
    return place.go("overview")


@blueprint.route("/staff/incubators/<public_id>/apply", methods=["GET", "POST"])
@access("venture.manage")
def apply_for(public_id: str) -> Any:
    """The office hands in an application for a venture whose people agreed."""
    uow, place, form = current_uow(), place_of(current_uow(), public_id), ApplyForm.submitted()
    known = {row.public_id: row for row in uow.rows(visible_ventures(uow.actor, queries.newest_ventures()))}
    form.venture.show([(key, row.name or _("未起名的项目")) for key, row in known.items()])
    chosen = known.get(form.venture.data or "")
    done = form.act_or_say(lambda: apply_for_place(uow, place.incubator, chosen, **application_of(form)))
    if done is None:
        return page(
            "parks/apply.html",
            form=form,
            one=place.incubator,
            mine=known,
            consent=consent_words(place.incubator.organization.name),
            rule=accept_until(uow),
            back=place.url("tenancies"),
            is_office=True,
        )
    flash(_("申请已登记"), "success")
    return place.go("tenancy", tenancy_id=done.public_id)
