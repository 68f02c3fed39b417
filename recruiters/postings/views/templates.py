"""Templates of an employer and of an office: keeping one, and forgetting it."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_own_employers
from recruiters.employers.queries import employers
from recruiters.postings import queries
from recruiters.postings.blueprint import blueprint
from recruiters.postings.forms import TemplateForm
from recruiters.postings.models import Posting, PostingTemplate
from recruiters.postings.policies import visible_office_postings, visible_own_postings, visible_templates
from recruiters.postings.services.templates import drop_template, save_template


def template_of(uow: UnitOfWork, employer: Employer | None, public_id: str) -> PostingTemplate:
    """A template to begin a posting of ``employer`` from; without one, a template of the own office."""
    found: PostingTemplate = uow.one(visible_templates(uow.actor, queries.template_named(public_id), employer))
    return found


def _keep(posting: Posting, back: str, *, for_office: bool) -> Any:
    form: TemplateForm = TemplateForm.submitted()
    name = form.name.data or ""
    made = form.act(lambda: save_template(current_uow(), posting, name=name, for_office=for_office))
    for words in [] if made else [one for field in form for one in field.errors]:
        flash(words, "error")
    if made is not None:
        flash(_("已存为模板“%(name)s”", name=made.name), "success")
    return redirect(url_for(back, public_id=posting.public_id), 303)


@blueprint.post("/employer/postings/<public_id>/template")
@access("posting.write")
def keep_template(public_id: str) -> Any:
    """Keep what an own posting says, to begin others from."""
    uow = current_uow()
    posting = uow.one(visible_own_postings(uow.actor, queries.posting_by_id(public_id)))
    return _keep(posting, "postings.own", for_office=False)


@blueprint.post("/employer/postings/templates/<template_id>/drop")
@access("posting.write")
def drop_own_template(template_id: str) -> Any:
    """Forget an own template."""
    uow = current_uow()
    employer = uow.one(visible_own_employers(uow.actor, employers()))
    drop_template(uow, template_of(uow, employer, template_id))
    flash(_("模板已删除"), "success")
    return redirect(url_for("postings.new"), 303)


@blueprint.get("/staff/postings/templates")
@access("posting.review")
def office_templates() -> Response:
    """The templates that this office keeps for the employers of its place."""
    uow = current_uow()
    return page("postings/templates.html", found=paged(uow, visible_templates(uow.actor, queries.templates())))


@blueprint.post("/staff/postings/<public_id>/template")
@access("posting.review")
def keep_office_template(public_id: str) -> Any:
    """Keep what a posting says for every employer of the place."""
    uow = current_uow()
    posting = uow.one(visible_office_postings(uow.actor, queries.posting_by_id(public_id)))
    return _keep(posting, "postings.review", for_office=True)


@blueprint.post("/staff/postings/templates/<template_id>/drop")
@access("posting.review")
def drop_office_template(template_id: str) -> Any:
    """Forget a template of the office."""
    uow = current_uow()
    drop_template(uow, template_of(uow, None, template_id))
    flash(_("模板已删除"), "success")
    return redirect(url_for("postings.office_templates"), 303)
