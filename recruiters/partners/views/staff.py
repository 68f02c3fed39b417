"""The employer base: the list with its filters and as a workbook, who is responsible, and the log of contacts."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.casework.tasks.queries import clerks, station_choices
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.reference.queries import region_label
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, page, paged
from recruiters.employers.models import Employer
from recruiters.partners import queries
from recruiters.partners.blueprint import blueprint
from recruiters.partners.forms import BaseFilter, ContactForm, LiaisonForm
from recruiters.partners.policies import visible_partners
from recruiters.partners.services import liaisons
from recruiters.partners.states import ContactWay
from recruiters.partners.views.common import employer_named

FILTERS = ("q", "kind", "state", "town", "only")


def _filters() -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:80] for name in FILTERS}


@blueprint.get("/staff/employer-base")
@access("employer.vet")
def base_list() -> Response:
    """Every employer of the subtree, found by name, sound or code, and by what is known of it."""
    uow, filters = current_uow(), _filters()
    form = BaseFilter(data=filters)
    form.town.choices = [("", _("全部")), *station_choices(uow)]
    found = paged(uow, visible_partners(uow.actor, queries.base_employers(filters, uow.today)))
    vetted, signed, founded, alone, overdue = uow.rows(visible_partners(uow.actor, queries.base_counts(uow.today)))[0]
    return page(
        "partners/base_list.html",
        filter_form=form,
        filters={name: value for name, value in filters.items() if value},
        found=found,
        facts=queries.base_rows(uow.session, found.rows, uow.today),
        counts={"vetted": vetted, "signed": signed, "founded": founded, "alone": alone, "overdue": overdue},
        today=uow.today,
    )


@blueprint.get("/staff/employer-base.xlsx")
@access("employer.vet", slow=True)
def base_table() -> Response:
    """The list as a workbook, with the same filters."""
    filters = _filters()
    with current_runtime().unit(g.actor, writing=False) as uow:
        employers = list(uow.rows(visible_partners(g.actor, queries.base_employers(filters, uow.today))))
        facts = queries.base_rows(uow.session, employers, uow.today)
        lines = [_line(uow.session, employer, facts[employer.id]) for employer in employers]
        uow_day = uow.today
    head = [
        *(_("单位"), _("统一社会信用代码"), _("所有制"), _("军创企业"), _("审核状态"), _("所在地"), _("地址")),
        *(
            _("联系人"),
            _("电话"),
            _("局里的联络人"),
            _("最近联系"),
            _("下次联系"),
            _("协议到期"),
            _("台账在这里就业过的人"),
        ),
    ]
    name = _("用工信息库-%(day)s", day=uow_day.isoformat())
    return download(write_workbook(Sheet(_("用工信息库"), head, lines)), f"{name}.xlsx", XLSX)


def _line(session: Any, employer: Employer, row: queries.BaseRow) -> list[object]:
    organization = employer.organization
    return [
        organization.name,
        organization.credit_code or "",
        employer.kind.label,
        row.is_founded,
        employer.vetting.label,
        region_label(session, organization.region_code),
        organization.address,
        employer.contact_name,
        employer.contact_phone,
        row.liaison,
        row.last_on,
        row.next_on,
        row.agreement_until,
        row.hired,
    ]


@blueprint.get("/staff/employers/<public_id>/partner-card")
@access("employer.vet")
def card(public_id: str) -> Response:
    """A part of the page about one employer: who keeps in touch, what was signed, who was hired."""
    uow, employer = current_uow(), employer_named(public_id)
    return page(
        "partners/card.html",
        employer=employer,
        liaison=queries.liaison_of(uow.session, employer.organization_id),
        last=queries.last_contact(uow.session, employer.organization_id),
        agreements=uow.rows(visible_partners(uow.actor, queries.agreements_of(employer, uow.today))),
        hired=dict(queries.hired_counts(uow.session, [employer.organization_id])).get(employer.organization_id, 0),
        term_state=queries.term_state,
        today=uow.today,
    )


@blueprint.route("/staff/employers/<public_id>/contacts", methods=["GET", "POST"])
@access("employer.vet")
def contacts(public_id: str) -> Any:
    """The log of contacts; a new row closes the task of the one before."""
    uow, employer = current_uow(), employer_named(public_id)
    form = ContactForm.submitted(data={"done_on": uow.today})
    way = ContactWay(form.way.data) if form.way.data in set(ContactWay) else ContactWay.CALL
    done = form.act(
        lambda: liaisons.record_contact(
            uow,
            employer,
            done_on=form.done_on.data,
            way=way,
            words=form.words.data or "",
            with_whom=form.with_whom.data or "",
            next_on=form.next_on.data,
        )
    )
    if done is None:
        return _contacts_page(employer, form, _liaison_form(employer))
    flash(_("已记下"), "success")
    return redirect(url_for("partners.contacts", public_id=public_id), 303)


@blueprint.post("/staff/employers/<public_id>/liaison")
@access("employer.vet")
def liaison(public_id: str) -> Any:
    """Say who is responsible for an employer."""
    uow, employer = current_uow(), employer_named(public_id)
    form = _liaison_form(employer)
    done = form.act(
        lambda: liaisons.set_liaison(
            uow,
            employer,
            to=form.to.data or "",
            stand_in=form.stand_in.data or "",
            contact_name=form.contact_name.data or "",
            contact_post=form.contact_post.data or "",
            contact_phone=form.contact_phone.data or "",
            version=cast(int | None, form.version.data),
        )
    )
    if done is None:
        return _contacts_page(employer, ContactForm(data={"done_on": uow.today}), form)
    flash(_("联络人已保存"), "success")
    return redirect(url_for("partners.contacts", public_id=public_id), 303)


def _liaison_form(employer: Employer) -> LiaisonForm:
    uow = current_uow()
    found = queries.liaison_of(uow.session, employer.organization_id)
    given: dict[str, Any] = {"contact_name": employer.contact_name, "contact_phone": employer.contact_phone}
    if found:
        row = found[0]
        given = {name: getattr(row, name) for name in ("version", "contact_name", "contact_post", "contact_phone")}
        given["to"] = queries.public_id_of(uow.session, row.user_id)
        given["stand_in"] = queries.public_id_of(uow.session, row.stand_in_id)
    # The page shows two forms, and only the one that was sent is filled from the request.
    sent = request.endpoint == "partners.liaison"
    form = LiaisonForm(request.form if sent else None, data=given)
    form.offer(clerks(uow))
    return form


def _contacts_page(employer: Employer, form: ContactForm, liaison_form: LiaisonForm) -> Response:
    uow = current_uow()
    return page(
        "partners/contacts.html",
        form=next((one for one in (form, liaison_form) if one.has_errors), None),
        contact_form=form,
        liaison_form=liaison_form,
        employer=employer,
        liaison=queries.liaison_of(uow.session, employer.organization_id),
        found=paged(uow, visible_partners(uow.actor, queries.contacts_of(employer))),
        last=queries.last_contact(uow.session, employer.organization_id),
        today=uow.today,
    )
