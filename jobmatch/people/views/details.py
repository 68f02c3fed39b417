"""Details of the own file, which employers never find it, and who may see what."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.accounts.queries import get_organization
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.file_forms import CertificateForm, StrengthsForm
from jobmatch.people.queries import choices
from jobmatch.people.queries.people import blocked_organizations, employers_named
from jobmatch.people.record_fields import field_groups
from jobmatch.people.services import blocks, details
from jobmatch.people.services.details import PaperFacts
from jobmatch.people.views.blueprint import blueprint
from jobmatch.people.views.common import own_file, question
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page


@blueprint.route("/me/strengths", methods=["GET", "POST"])
@access("person.own")
def strengths() -> Any:
    """Languages, strengths, fitness, political status, last four of the card: all by choice."""
    person = own_file()
    form = StrengthsForm.submitted(
        data={
            "languages": person.languages,
            "strengths": person.strengths,
            "fitness_note": person.fitness_note or "",
            "political_status": person.political_status.value if person.political_status else None,
            "card_tail": person.card_tail,
            "version": person.version,
        }
    )
    done = form.act(
        lambda: details.save_strengths(
            current_uow(),
            person,
            languages=form.languages.data or "",
            strengths=form.strengths.data or "",
            fitness_note=form.fitness_note.data or "",
            political_status=form.political_status.data,
            card_tail=form.card_tail.data or "",
            accept_masked=form.accept_masked.data,
            version=form.version.data,
        )
    )
    if done:
        flash(_("已保存"), "success")
        return redirect(url_for("people.profile"), 303)
    return question("people/strengths.html", form, person, "")


@blueprint.route("/me/papers/<code>", methods=["GET", "POST"])
@access("person.own")
def paper_details(code: str) -> Any:
    """Number and days of one certificate that somebody holds."""
    person = own_file()
    row = next((one for one in person.certificates if one.certificate_code == code), None)
    if row is None:
        raise NotFound
    form = CertificateForm.submitted(
        data={
            "number": row.number,
            "issued_on": row.issued_on,
            "expires_on": row.expires_on,
            "version": person.version,
        }
    )
    done = form.act(
        lambda: details.save_certificate_facts(
            current_uow(),
            person,
            code=code,
            facts=PaperFacts(form.number.data or "", form.issued_on.data, form.expires_on.data),
            version=form.version.data,
        )
    )
    if done:
        flash(_("已保存"), "success")
        return redirect(url_for("people.papers"), 303)
    return question("people/paper.html", form, person, "skills", name=choices.certificate_name(current_uow(), code))


@blueprint.get("/me/privacy/fields")
@access("person.own")
def fields() -> Response:
    """Every field of the file and who may see it."""
    return page("people/fields.html", groups=list(field_groups()))


@blueprint.get("/staff/people/fields")
@access("person.read")
def staff_fields() -> Response:
    """The same for staff, who answer questions about it."""
    return page("people/staff_fields.html", groups=list(field_groups()))


@blueprint.get("/me/privacy/blocks")
@access("person.own")
def shut_out() -> Response:
    """Organizations that never find the person, and a search by name to add one."""
    words = request.args.get("q", "")[:60]
    person, uow = own_file(), current_uow()
    blocked = blocked_organizations(uow.session, person.id)
    found = [one for one in employers_named(uow.session, words) if one not in blocked]
    return page("people/blocks.html", blocked=blocked, found=found, words=words)


@blueprint.post("/me/privacy/blocks/<public_id>/add")
@access("person.own")
def shut_out_add(public_id: str) -> Any:
    uow, person = current_uow(), own_file()
    organization = get_organization(uow.session, public_id)
    if EmptyForm.submitted().act(lambda: blocks.block_organization(uow, person, organization)):
        flash(_("%(name)s 以后看不到您", name=organization.name), "success")
    return redirect(url_for("people.shut_out"), 303)


@blueprint.post("/me/privacy/blocks/<public_id>/remove")
@access("person.own")
def shut_out_remove(public_id: str) -> Any:
    uow, person = current_uow(), own_file()
    organization = get_organization(uow.session, public_id)
    EmptyForm.submitted().act(lambda: blocks.unblock_organization(uow, person, organization))
    flash(_("%(name)s 不再被挡在外面", name=organization.name), "success")
    return redirect(url_for("people.shut_out"), 303)
