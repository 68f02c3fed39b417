"""Acting in a person's place: what they agreed to, for them and for staff, and the résumé that staff fill in."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.files import read_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uploads import MOST_BYTES, Upload, take_upload
from jobmatch.people.file_forms import FillForm, ProxyForm
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person, visible_people
from jobmatch.people.queries import choices
from jobmatch.people.queries.proxies import (
    has_proxy_consent,
    paper_of,
    proxy_line,
    proxy_lines,
    receipt_data,
)
from jobmatch.people.receipts import proxy_receipt
from jobmatch.people.services import filling, proxies
from jobmatch.people.services.filling import Filled
from jobmatch.people.states import ProxyScope
from jobmatch.people.views.blueprint import blueprint
from jobmatch.people.views.common import own_file
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page

PDF = "application/pdf"


# ---------- the person ----------


@blueprint.get("/me/proxies")
@access("person.own")
def my_proxies() -> Response:
    """Who may do what in my place, and who did."""
    uow, person = current_uow(), own_file()
    return page("people/proxies.html", lines=proxy_lines(uow.session, person, uow.today))


@blueprint.post("/me/proxies/<consent_id>/end")
@access("person.own")
def end_proxy(consent_id: str) -> Any:
    uow, person = current_uow(), own_file()
    line = proxy_line(uow.session, person, consent_id, uow.today)
    if EmptyForm.submitted().act(lambda: proxies.end_consent(uow, person, line.consent)):
        flash(_("已停止，%(clerk)s不能再替您办", clerk=line.clerk), "success")
    return redirect(url_for("people.my_proxies"), 303)


@blueprint.get("/me/proxies/<consent_id>/receipt.pdf")
@access("person.own", slow=True)
def proxy_receipt_own(consent_id: str) -> Response:
    with current_runtime().unit(g.actor, writing=False) as uow:
        query = visible_people(uow.actor, select(Person).where(Person.user_id == uow.actor.user_id))
        data = receipt_data(uow, uow.one(query), consent_id)
    return download(proxy_receipt(data), _("代办回执") + ".pdf", PDF)


# ---------- staff ----------


@blueprint.route("/staff/people/<public_id>/proxies", methods=["GET", "POST"])
@access("person.write", slow=True, upload=MOST_BYTES + 64 * 1024)
def staff_proxies(public_id: str) -> Any:
    """Consents of a person, and writing one down with its paper."""
    form = ProxyForm.submitted()
    form.show_days(request.method == "GET")

    def save() -> Any:
        paper = _paper()
        with current_runtime().unit(g.actor) as uow:
            return proxies.record_consent(
                uow,
                seen_person(uow, public_id, in_full=True),
                scopes=form.scopes.data or [],
                way=form.way.data,
                given_on=form.given_on.data,
                valid_until=form.valid_until.data,
                note=form.note.data or "",
                paper=paper,
                accept_masked=form.accept_masked.data,
            )

    if form.act(save):
        flash(_("已记下本人的同意，可以代办了"), "success")
        return redirect(url_for("people.staff_proxies", public_id=public_id), 303)
    with current_runtime().unit(g.actor, writing=False) as uow:
        person = seen_person(uow, public_id, in_full=True)
        return page(
            "people/staff_proxies.html",
            form=form,
            person=person,
            lines=proxy_lines(uow.session, person, uow.today),
            may_fill=has_proxy_consent(uow.session, person, uow.actor, ProxyScope.FILE),
            may_apply=has_proxy_consent(uow.session, person, uow.actor, ProxyScope.APPLY),
            may_ask=has_proxy_consent(uow.session, person, uow.actor, ProxyScope.DESK),
        )


def _paper() -> Upload | None:
    """The scan that was sent along. Raises ``Invalid`` on its field."""
    sent = request.files.get("paper")
    if sent is None or not sent.filename:
        return None
    try:
        return take_upload(sent.filename, sent.read(MOST_BYTES + 1), proxies.PAPER_KINDS)
    except Invalid as error:
        raise Invalid(fields={"paper": error.message}) from None


@blueprint.post("/staff/people/<public_id>/proxies/<consent_id>/end")
@access("person.write")
def staff_end_proxy(public_id: str, consent_id: str) -> Any:
    """The person said at the window that it shall end."""
    uow = current_uow()
    person = seen_person(uow, public_id, in_full=True)
    line = proxy_line(uow.session, person, consent_id, uow.today)
    if EmptyForm.submitted().act(lambda: proxies.end_consent(uow, person, line.consent)):
        flash(_("已停止这项代办"), "success")
    return redirect(url_for("people.staff_proxies", public_id=public_id), 303)


@blueprint.get("/staff/people/<public_id>/proxies/<consent_id>/receipt.pdf")
@access("person.read", slow=True)
def staff_proxy_receipt(public_id: str, consent_id: str) -> Response:
    with current_runtime().unit(g.actor, writing=False) as uow:
        data = receipt_data(uow, seen_person(uow, public_id, in_full=True), consent_id)
    return download(proxy_receipt(data), _("代办回执") + ".pdf", PDF)


@blueprint.get("/staff/people/<public_id>/proxies/<consent_id>/paper")
@access("person.read", slow=True)
def proxy_paper(public_id: str, consent_id: str) -> Response:
    """The scan of what was signed."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        row = paper_of(uow.session, seen_person(uow, public_id, in_full=True), consent_id)
        if row is None:
            raise NotFound
        content, name, mimetype = read_file(uow, row), row.name, row.mimetype
    return download(content, name, mimetype)


@blueprint.route("/staff/people/<public_id>/fill", methods=["GET", "POST"])
@access("person.write")
def staff_fill(public_id: str) -> Any:
    """The résumé on one page, filled in for somebody who agreed to it."""
    uow = current_uow()
    person = seen_person(uow, public_id, in_full=True)
    form = FillForm.submitted(data=filling.filled_of(person))
    form.education_code.choices = [("", _("请选择")), *choices.educations(uow, person.education_code)]
    form.licences.show(choices.licences(uow))
    if form.act(lambda: filling.fill_file(uow, person, facts=_filled(form), version=form.version.data)):
        flash(_("已替本人保存，本人能看到是谁填的"), "success")
        return redirect(url_for("people.staff_person", public_id=public_id), 303)
    return page(
        "people/staff_fill.html",
        form=form,
        person=person,
        may_fill=has_proxy_consent(uow.session, person, uow.actor, ProxyScope.FILE),
        specialties=choices.specialty_groups(uow, "", form.specialties.data or []),
        skills=choices.skill_groups(uow, "", form.skills.data or []),
        certificates=choices.paper_groups(uow, "", form.certificates.data or []),
    )


def _filled(form: Any) -> Filled:
    return Filled(
        education_code=form.education_code.data or None,
        school=form.school.data or "",
        major=form.major.data or "",
        specialties=form.specialties.numbers,
        skills=form.skills.data or [],
        licences=form.licences.data or [],
        certificates=form.certificates.data or [],
        languages=form.languages.data or "",
        strengths=form.strengths.data or "",
        words=form.words.data or "",
        pay_floor_yuan=form.pay_floor_yuan.data,
        is_told=form.told.data,
        accept_masked=form.accept_masked.data,
    )
