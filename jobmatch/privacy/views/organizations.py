"""Employers that may be one and the same: side by side, joined, and undone."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from sqlalchemy import select

from jobmatch.core.i18n import gettext as _
from jobmatch.privacy.forms import EmployerMergeForm
from jobmatch.privacy.models import OrganizationMerge
from jobmatch.privacy.policies import visible_employer_pairs, visible_organization_merges
from jobmatch.privacy.queries.organizations import Twin, employer_twins, organization_merges
from jobmatch.privacy.services.organizations import (
    UNDO_DAYS,
    are_two_employers,
    changed_rows,
    is_undo_over,
    merge_organizations,
    undo_organization_merge,
)
from jobmatch.privacy.views.blueprint import blueprint
from jobmatch.privacy.views.common import versions_of
from jobmatch.reference.queries import region_label
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.formats import day
from jobmatch.web.pages import page, paged
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_office_employers
from recruiters.employers.queries import load_full


@blueprint.get("/staff/employer-twins")
@access("employer.merge")
def organization_twins() -> Response:
    """Pairs of employers of the subtree that look like one."""
    uow = current_uow()
    found = paged(uow, visible_employer_pairs(uow.actor, employer_twins(), Twin))
    return page("privacy/organization_twins.html", found=found)


def _employer(public_id: str) -> Employer:
    uow = current_uow()
    query = load_full(select(Employer).where(Employer.public_id == public_id))
    found: Employer = uow.one(visible_office_employers(uow.actor, query))
    return found


@blueprint.route("/staff/employers/<public_id>/merge/<other_id>", methods=["GET", "POST"])
@access("employer.merge")
def merge_organization(public_id: str, other_id: str) -> Any:
    """Both side by side; the first one goes on, the rows of the other one go to it."""
    uow = current_uow()
    target, source = _employer(public_id), _employer(other_id)
    form = EmployerMergeForm.submitted(data={"versions": f"{target.version},{source.version}"})
    done = form.act(
        lambda: merge_organizations(
            uow, target, source, reason=form.reason.data or "", versions=versions_of(form.versions.data)
        )
    )
    if done is not None:
        flash(_("已合并成一家。合错了 %(n)s 天内可以撤销", n=UNDO_DAYS), "success")
        return redirect(url_for("privacy.organization_merge", public_id=done.public_id), 303)
    return page(
        "privacy/merge_organization.html",
        form=form,
        target=target,
        source=source,
        lines=_lines(target, source),
        is_refused=are_two_employers(target.organization, source.organization),
    )


def _lines(target: Employer, source: Employer) -> list[tuple[str, str, str]]:
    session = current_uow().session

    def facts(e: Employer) -> list[str]:
        o = e.organization
        return [
            *(o.name, o.credit_code or "", e.kind.label, e.vetting.label, region_label(session, o.region_code)),
            *(o.address, e.contact_name, e.contact_phone, day(e.created_at), str(e.veterans_hired)),
        ]

    labels = [
        *(_("单位名称"), _("统一社会信用代码"), _("所有制"), _("审核状态"), _("所在地")),
        *(_("地址"), _("联系人"), _("电话"), _("登记"), _("录用退役军人和军属")),
    ]
    return [(name, a or "—", b or "—") for name, a, b in zip(labels, facts(target), facts(source), strict=True)]


@blueprint.get("/staff/employer-merges")
@access("employer.merge")
def organization_merge_list() -> Response:
    """Joined employers of the subtree, the newest first."""
    uow = current_uow()
    found = paged(uow, visible_organization_merges(uow.actor, organization_merges()))
    return page("privacy/organization_merges.html", found=found)


@blueprint.route("/staff/employer-merges/<public_id>", methods=["GET", "POST"])
@access("employer.merge")
def organization_merge(public_id: str) -> Any:
    """One of them, and undoing it where nothing it moved was changed since."""
    uow = current_uow()
    query = organization_merges().where(OrganizationMerge.public_id == public_id)
    row, name = uow.one(visible_organization_merges(uow.actor, query))
    form = EmptyForm.submitted()
    if form.act(lambda: undo_organization_merge(uow, row)) is not None:
        flash(_("已撤销，两家都恢复了"), "success")
        return redirect(url_for("privacy.organization_merge", public_id=public_id), 303)
    return page(
        "privacy/organization_merge.html",
        form=form,
        merge=row,
        name=name,
        is_over=is_undo_over(uow, row),
        changed=[] if row.undone_at else changed_rows(uow, row),
    )
