"""Everybody's pages: which incubators have free desks, what one offers, and public notices; and the application."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.reference.queries import region_label
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from training.incubation.parks import queries
from training.incubation.parks.blueprint import blueprint
from training.incubation.parks.forms import ApplyForm
from training.incubation.parks.models import Incubator
from training.incubation.parks.policies import noticed_tenancies, visible_incubators
from training.incubation.parks.services.applying import accept_until, apply_for_place, consent_words
from training.incubation.parks.services.common import rule_words
from training.incubation.ventures.policies import own_ventures


def _open_one(public_id: str) -> Incubator:
    uow = current_uow()
    query = queries.incubator_named(public_id).where(Incubator.is_open)
    found: Incubator = uow.one(visible_incubators(uow.actor, query))
    return found


@blueprint.get("/incubators")
@access(PUBLIC)
def incubators() -> Response:
    """Open incubators with their free desks."""
    uow = current_uow()
    found = paged(uow, visible_incubators(uow.actor, queries.incubators().where(Incubator.is_open)))
    return page(
        "parks/public_list.html",
        found=found,
        counts=queries.desk_counts(uow.session, [one.id for one in found.rows]),
        places={one.id: region_label(uow.session, one.organization.region_code) for one in found.rows},
    )


@blueprint.get("/incubators/<public_id>")
@access(PUBLIC)
def incubator(public_id: str) -> Response:
    """One incubator: what it offers, its plan without names, and how to apply."""
    uow, one = current_uow(), _open_one(public_id)
    return page(
        "parks/public.html",
        one=one,
        count=queries.desk_counts(uow.session, [one.id]).get(one.id, queries.DeskCount()),
        spaces=queries.spaces_of(uow.session, one),
        place_name=region_label(uow.session, one.organization.region_code),
        rules=[rule_words(uow, code) for code in ("tenancy_months", "tenancy_accept_days", "tenancy_notice_days")],
    )


@blueprint.route("/incubators/<public_id>/apply", methods=["GET", "POST"])
@access("person.own")
def apply(public_id: str) -> Any:
    """An own venture applies for desks."""
    uow, one, form = current_uow(), _open_one(public_id), ApplyForm.submitted()
    mine = {row.public_id: row for row in uow.rows(own_ventures(uow.actor, queries.newest_ventures()))}
    form.venture.show([(key, row.name or _("未起名的项目")) for key, row in mine.items()])
    chosen = mine.get(form.venture.data or "")
    done = form.act_or_say(lambda: apply_for_place(uow, one, chosen, **application_of(form)))
    if done is None:
        return page(
            "parks/apply.html",
            form=form,
            one=one,
            mine=mine,
            consent=consent_words(one.organization.name),
            rule=accept_until(uow),
            back=url_for("parks.incubator", public_id=public_id),
            is_office=False,
        )
    flash(_("申请交上去了，受理以后会告诉您"), "success")
    return redirect(url_for("parks.mine"), 303)


def application_of(form: ApplyForm) -> dict[str, Any]:
    return {
        "plan_words": form.plan_words.data or "",
        "desk_count": form.desk_count.data,
        "agrees": bool(form.agrees.data),
    }


@blueprint.get("/notices/incubation/<tenancy_id>")
@access(PUBLIC)
def notice(tenancy_id: str) -> Response:
    """A venture that is to move in, while the public notice runs: no person is named."""
    uow = current_uow()
    one = uow.one(noticed_tenancies(queries.tenancy_named(tenancy_id)))
    return page(
        "parks/notice.html",
        one=one,
        sector=queries.sector_name(uow.session, one.venture.sector_code),
        rule=rule_words(uow, "tenancy_notice_days"),
        today=uow.today,
    )
