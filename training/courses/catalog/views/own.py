"""The provider's own pages, and the papers that both sides read."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.accounts.models import Organization
from jobmatch.core.actors import Actor
from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import MOST_BYTES, take_upload
from jobmatch.reference.models import Course
from jobmatch.reference.queries import choices
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm, seen_number
from jobmatch.web.pages import download, page
from training.courses.catalog import queries
from training.courses.catalog.blueprint import blueprint
from training.courses.catalog.forms import CourseForm, FactsForm, PaperForm
from training.courses.catalog.models import Provider
from training.courses.catalog.policies import managed_providers, own_providers
from training.courses.catalog.services import providers as services
from training.courses.catalog.states import ProviderPaperKind
from training.courses.catalog.views.staff import facts_of, save_course

# The form around the file has some fields of its own.
_BODY = MOST_BYTES + 64 * 1024


def _find_own(uow: UnitOfWork) -> Provider | None:
    rows = uow.rows(own_providers(uow.actor, queries.any_provider()))
    return rows[0] if rows else None


def _own(uow: UnitOfWork) -> Provider:
    found = _find_own(uow)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/provider")
@access("provider.own")
def own() -> Response:
    """The own provider: where it stands, what it teaches, what is written about it."""
    return _page()


def _page(form: Any = None) -> Response:
    uow = current_uow()
    found = _find_own(uow)
    course_form = form if isinstance(form, CourseForm) else CourseForm()
    course_form.course_code.show(choices(uow.session, Course))
    facts_form = form if isinstance(form, FactsForm) else FactsForm(data=facts_of(found) if found else {})
    return page(
        "catalog/own.html",
        form=form,
        provider=found,
        facts_form=facts_form,
        course_form=course_form,
        taught=queries.taught_by(uow.session, found) if found else [],
        papers=queries.papers_of(uow.session, found) if found else [],
        kinds=list(ProviderPaperKind),
        checks=queries.checks_of(uow.session, found) if found else [],
        today=uow.today,
    )


@blueprint.post("/provider/facts")
@access("provider.own")
def save_own() -> Any:
    """What is written about it; the first time it asks to be listed."""
    uow, form = current_uow(), FactsForm.submitted()
    found, version = _find_own(uow), seen_number(form.version.data)

    def act() -> Provider:
        if found is None:
            if uow.actor.organization_id is None:
                raise NotFound
            organization = uow.session.get_one(Organization, uow.actor.organization_id)
            return services.apply_provider(uow, organization, form.facts())
        return services.edit_provider(uow, found, form.facts(), version=version)

    if form.act(act) is None:
        return _page(form)
    flash(_("已保存") if found else _("申请已交，下一步登记教哪些课程"), "success")
    return redirect(url_for("catalog.own"), 303)


@blueprint.post("/provider/courses")
@access("provider.own")
def own_course() -> Any:
    """That it teaches a course."""
    uow, form = current_uow(), CourseForm.submitted()
    found = _own(uow)
    if form.act(lambda: save_course(uow, found, form)) is None:
        return _page(form)
    flash(_("已登记"), "success")
    return redirect(url_for("catalog.own"), 303)


@blueprint.post("/provider/courses/<code>/stop")
@access("provider.own")
def stop_own_course(code: str) -> Any:
    """It no longer teaches a course."""
    uow, form = current_uow(), EmptyForm.submitted()
    found = _own(uow)
    if code not in {course.code for _row, course in queries.taught_by(uow.session, found)}:
        raise NotFound
    form.act(lambda: services.save_course(uow, found, course_code=code, fee_yuan=None, is_active=False))
    return redirect(url_for("catalog.own"), 303)


@blueprint.post("/provider/apply-again")
@access("provider.own")
def apply_again() -> Any:
    """A provider that was removed asks once more."""
    uow, form = current_uow(), EmptyForm.submitted()
    found = _own(uow)
    if form.act(lambda: services.move_provider(uow, found, "apply")) is None:
        return _page(form)
    flash(_("申请已交"), "success")
    return redirect(url_for("catalog.own"), 303)


@blueprint.route("/provider/papers/<kind>/upload", methods=["GET", "POST"])
@access("provider.own", slow=True, upload=_BODY)
def upload_paper(kind: str) -> Any:
    """The file is checked outside any unit; it is stored only when it passed."""
    if kind not in set(ProviderPaperKind):
        raise NotFound
    form, actor, wanted = PaperForm.submitted(), g.actor, ProviderPaperKind(kind)
    if request.method == "POST" and form.act(lambda: _keep(wanted, form, actor)):
        flash(_("%(paper)s已上传", paper=wanted.label), "success")
        return redirect(url_for("catalog.own"), 303)
    return page("catalog/upload.html", form=form, kind=wanted)


def _keep(kind: ProviderPaperKind, form: PaperForm, actor: Actor) -> bool:
    runtime, file = current_runtime(), request.files.get(form.file.name)
    with runtime.unit(actor, writing=False) as uow:
        services.check_may_hand_in(uow, _own(uow))
    if file is None or not file.filename:
        raise Invalid(fields={"file": _("请选一个文件")})
    try:
        upload = take_upload(file.filename, file.read(MOST_BYTES + 1), services.KINDS)
    except Invalid as error:
        raise Invalid(fields={"file": error.message}) from None
    with runtime.unit(actor) as uow:
        services.hand_in_paper(uow, _own(uow), kind=kind, upload=upload, note=form.note.data or "")
    return True


@blueprint.get("/provider/papers/<paper_id>/file")
@access("provider.own")
def own_paper(paper_id: str) -> Response:
    """An own paper to keep."""
    uow = current_uow()
    return _download(uow, _own(uow), paper_id)


@blueprint.get("/staff/providers/<public_id>/papers/<paper_id>/file")
@access("class.manage")
def provider_paper(public_id: str, paper_id: str) -> Response:
    """A paper that a provider handed in."""
    uow = current_uow()
    return _download(uow, uow.one(managed_providers(uow.actor, queries.named(public_id))), paper_id)


def _download(uow: UnitOfWork, found: Provider, paper_id: str) -> Response:
    paper = queries.find_paper(uow.session, found, paper_id)
    return download(services.read_paper(uow, found, paper), paper.file.name, "application/octet-stream")
