"""A person's own pages: what they agreed to, who looked, a copy of everything, correcting and going."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.consents import consents_of
from jobmatch.people.states import ConsentPurpose
from jobmatch.privacy.forms import CorrectForm
from jobmatch.privacy.models import RightsRequest
from jobmatch.privacy.policies import visible_requests
from jobmatch.privacy.queries.choices import consent_lines, organization_names
from jobmatch.privacy.queries.requests import request_named, requests_of
from jobmatch.privacy.queries.seen import seen_by
from jobmatch.privacy.services import rights
from jobmatch.privacy.services.consents import choose
from jobmatch.privacy.services.export import export_person, record_export
from jobmatch.privacy.states import RequestKind, RequestState
from jobmatch.privacy.views.blueprint import blueprint
from jobmatch.privacy.views.common import export_json, export_pdf
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page


def own(uow: UnitOfWork) -> Person:
    """The reader's own file. Raises ``NotFound`` where there is none."""
    found: Person = uow.one(visible_people(uow.actor, select(Person).where(Person.user_id == uow.actor.user_id)))
    return found


def _own_request(public_id: str) -> RightsRequest:
    uow = current_uow()
    found: RightsRequest = uow.one(visible_requests(uow.actor, request_named(public_id)))
    return found


@blueprint.get("/me/privacy/rights")
@access("person.own")
def my_rights() -> Response:
    """Everything somebody may decide about their data, and how their requests go."""
    uow = current_uow()
    person = own(uow)
    return page(
        "privacy/my_rights.html",
        person=person,
        requests=uow.rows(visible_requests(uow.actor, requests_of(person.id)).limit(20)),
        open_state=RequestState.OPEN,
    )


@blueprint.get("/me/privacy/consents")
@access("person.own")
def consents() -> Response:
    """Each purpose with its present answer, and the ledger below."""
    uow = current_uow()
    person = own(uow)
    ledger = consents_of(uow.session, person.id)
    return page(
        "privacy/consents.html",
        person=person,
        lines=consent_lines(uow, person),
        ledger=ledger[:50],
        names=organization_names(uow.session, {line.organization_id for line in ledger if line.organization_id}),
    )


@blueprint.post("/me/privacy/consents/<purpose>")
@access("person.own")
def choose_consent(purpose: str) -> Any:
    """Agree to one purpose, or take it back; it holds with this answer."""
    if purpose not in {member.value for member in ConsentPurpose}:
        raise NotFound
    uow = current_uow()
    is_given = request.form.get("given") == "1"
    form = EmptyForm.submitted()
    if form.act(lambda: choose(uow, own(uow), ConsentPurpose(purpose), is_given=is_given)) is not None:
        flash(_("已同意") if is_given else _("已撤回，马上生效"), "success")
    return redirect(url_for("privacy.consents"), 303)


@blueprint.get("/me/privacy/seen")
@access("person.own")
def seen() -> Response:
    """Who has looked at the file: day, organization and role, what."""
    uow = current_uow()
    return page("privacy/seen.html", looks=seen_by(uow, own(uow), limit=200))


@blueprint.get("/me/privacy/export")
@access("person.own", slow=True)
def my_export() -> Response:
    """A copy of everything: ``as=json`` for machines, else to read."""
    from flask import g

    runtime = current_runtime()
    with runtime.unit(g.actor, writing=False) as uow:
        made = export_person(uow, own(uow))
    answer = export_json(made) if request.args.get("as") == "json" else export_pdf(made)
    with runtime.unit(g.actor) as uow:
        record_export(uow, own(uow))
    return answer


@blueprint.route("/me/privacy/correct", methods=["GET", "POST"])
@access("person.own")
def correct() -> Any:
    """Say that something stored is wrong."""
    uow = current_uow()
    person = own(uow)
    form = CorrectForm.submitted(data={"field": request.args.get("field", "")})
    done = form.act(
        lambda: rights.ask(uow, person, RequestKind.CORRECT, field=form.field.data or "", words=form.words.data or "")
    )
    if done is None:
        return page("privacy/correct.html", form=form)
    flash(_("已提交，服务站会在 %(day)s前答复", day=day_words(done.due_on)), "success")
    return redirect(url_for("privacy.my_rights"), 303)


@blueprint.route("/me/privacy/erase", methods=["GET", "POST"])
@access("person.own")
def erase() -> Any:
    """Ask for the file to be erased, after reading what happens."""
    uow = current_uow()
    person = own(uow)
    form = EmptyForm.submitted()
    done = form.act(lambda: rights.ask(uow, person, RequestKind.ERASE))
    if done is None:
        return page("privacy/erase.html", form=form, keeps=_keeps(), days=current_runtime().settings.backup_days)
    flash(_("已提交，服务站会在 %(day)s前办理。办理以前可以撤回", day=day_words(done.due_on)), "success")
    return redirect(url_for("privacy.my_rights"), 303)


def _keeps() -> list[tuple[str, int]]:
    from jobmatch.reference.queries import rule_value

    uow = current_uow()
    rules = ((_("投递和招聘记录"), "recruiting_keep_years"), (_("服务台账"), "ledger_keep_years"))
    return [(name, int(rule_value(uow.session, rule, uow.today))) for name, rule in rules]


@blueprint.post("/me/privacy/requests/<public_id>/withdraw")
@access("person.own")
def withdraw(public_id: str) -> Any:
    found = _own_request(public_id)
    form = EmptyForm.submitted()
    if form.act(lambda: rights.withdraw(current_uow(), found)) is not None:
        flash(_("已撤回"), "success")
    return redirect(url_for("privacy.my_rights"), 303)
