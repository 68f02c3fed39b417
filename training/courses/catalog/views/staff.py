"""Providers in the office's catalogue."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.accounts.views.choices import region_choices
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.models import Course
from jobmatch.reference.queries import choices
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm, seen_number
from jobmatch.web.pages import page, paged
from training.courses.catalog import queries
from training.courses.catalog.blueprint import blueprint
from training.courses.catalog.forms import CheckForm, CourseForm, FactsForm, NewProviderForm, NoteForm
from training.courses.catalog.models import Provider
from training.courses.catalog.policies import managed_providers
from training.courses.catalog.services import providers as services
from training.courses.catalog.states import ProviderCheckResult, ProviderPaperKind, ProviderState


def _managed(public_id: str) -> Provider:
    uow = current_uow()
    found: Provider = uow.one(managed_providers(uow.actor, queries.named(public_id)))
    return found


@blueprint.get("/staff/providers")
@access("class.manage")
def providers() -> Response:
    """The catalogue of the own subtree: who asks to be listed, whose check is due."""
    uow, state = current_uow(), request.args.get("state", "")
    words = request.args.get("q", "").strip()[:40]
    found = paged(uow, managed_providers(uow.actor, queries.providers(state=state, words=words)))
    counts = {row[0]: row[1] for row in uow.rows(managed_providers(uow.actor, queries.state_counts()))}
    return page(
        "catalog/providers.html",
        found=found,
        state=state,
        words=words,
        counts=counts,
        tabs=[
            {
                "label": state_.label if state_ else _("全部"),
                "url": url_for("catalog.providers", state=state_.value if state_ else None),
                "current": state == (state_.value if state_ else ""),
                "count": counts.get(state_, 0) if state_ else sum(counts.values()),
            }
            for state_ in (None, *ProviderState)
        ],
        courses=queries.course_counts(uow.session, [one.id for one in found.rows]),
        today=uow.today,
    )


@blueprint.route("/staff/providers/new", methods=["GET", "POST"])
@access("class.manage")
def new_provider() -> Any:
    """A provider that has no account yet."""
    uow, form = current_uow(), NewProviderForm.submitted()
    form.region_code.choices = region_choices(uow)
    made = form.act(
        lambda: services.add_provider(
            uow,
            name=form.organization_name.data or "",
            credit_code=form.credit_code.data or "",
            region_code=form.region_code.data or None,
            facts=form.facts(),
        )
    )
    if made is None:
        return page("catalog/new.html", form=form)
    flash(_("已登记，下一步登记它教哪些课程"), "success")
    return redirect(url_for("catalog.provider", public_id=made.public_id), 303)


@blueprint.get("/staff/providers/<public_id>")
@access("class.manage")
def provider(public_id: str) -> Response:
    """One provider: facts, courses, papers, checks, and where it stands."""
    return _page(_managed(public_id))


def _page(found: Provider, form: Any = None) -> Response:
    uow = current_uow()
    course_form = form if isinstance(form, CourseForm) else CourseForm()
    course_form.course_code.show(choices(uow.session, Course))
    return page(
        "catalog/provider.html",
        form=form,
        provider=found,
        course_form=course_form,
        check_form=form if isinstance(form, CheckForm) else CheckForm(data={"year": uow.today.year}),
        note_form=form if isinstance(form, NoteForm) else NoteForm(),
        taught=queries.taught_by(uow.session, found),
        papers=queries.papers_of(uow.session, found),
        kinds=list(ProviderPaperKind),
        checks=queries.checks_of(uow.session, found),
        today=uow.today,
    )


@blueprint.route("/staff/providers/<public_id>/edit", methods=["GET", "POST"])
@access("class.manage")
def edit_provider(public_id: str) -> Any:
    """Change what is written about it."""
    uow, found = current_uow(), _managed(public_id)
    form: FactsForm = FactsForm.submitted(data=facts_of(found))
    version = seen_number(form.version.data)
    if form.act(lambda: services.edit_provider(uow, found, form.facts(), version=version)) is None:
        return page("catalog/edit.html", form=form, provider=found)
    flash(_("已保存"), "success")
    return redirect(url_for("catalog.provider", public_id=public_id), 303)


def facts_of(found: Provider) -> dict[str, Any]:
    """What is written about a provider, as the form shows it."""
    values = {name: getattr(found, name) for name in services.ProviderFacts.__dataclass_fields__}
    return values | {"version": found.version}


@blueprint.post("/staff/providers/<public_id>/<any(list,suspend,remove):action>")
@access("class.manage")
def move_provider(public_id: str, action: str) -> Any:
    """List, suspend or remove."""
    uow, found, form = current_uow(), _managed(public_id), NoteForm.submitted()
    if form.act(lambda: services.move_provider(uow, found, action, note=form.note.data or "")) is None:
        return _page(found, form)
    flash(_("现在是：%(state)s", state=found.state.label), "success")
    return redirect(url_for("catalog.provider", public_id=public_id), 303)


@blueprint.post("/staff/providers/<public_id>/courses")
@access("class.manage")
def provider_course(public_id: str) -> Any:
    """That it teaches a course."""
    uow, found, form = current_uow(), _managed(public_id), CourseForm.submitted()
    if form.act(lambda: save_course(uow, found, form)) is None:
        return _page(found, form)
    flash(_("已登记"), "success")
    return redirect(url_for("catalog.provider", public_id=public_id), 303)


def save_course(uow: Any, found: Provider, form: CourseForm) -> Any:
    """Hand what was typed to the service."""
    return services.save_course(
        uow, found, course_code=form.course_code.data or "", fee_yuan=form.fee_yuan.data, note=form.note.data or ""
    )


@blueprint.post("/staff/providers/<public_id>/courses/<code>/stop")
@access("class.manage")
def stop_course(public_id: str, code: str) -> Any:
    """It no longer teaches a course."""
    uow, found, form = current_uow(), _managed(public_id), EmptyForm.submitted()
    if code not in {course.code for _row, course in queries.taught_by(uow.session, found)}:
        raise NotFound
    form.act(lambda: services.save_course(uow, found, course_code=code, fee_yuan=None, is_active=False))
    return redirect(url_for("catalog.provider", public_id=public_id), 303)


@blueprint.post("/staff/providers/<public_id>/checks")
@access("class.manage")
def check_provider(public_id: str) -> Any:
    """The yearly check."""
    uow, found, form = current_uow(), _managed(public_id), CheckForm.submitted()
    result = ProviderCheckResult(form.result.data) if form.result.data in set(ProviderCheckResult) else None
    done = form.act(
        lambda: services.check_provider(
            uow,
            found,
            year=form.year.data,
            result=result,
            checked_on=form.checked_on.data,
            note=form.note.data or "",
        )
    )
    if done is None:
        return _page(found, form)
    flash(_("考核结果已登记"), "success")
    return redirect(url_for("catalog.provider", public_id=public_id), 303)
