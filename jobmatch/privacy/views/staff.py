"""The office's pages: requests of people, joining two files and undoing it, names touched by an incident."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.backup import list_backups
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import write_csv
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person, visible_people
from jobmatch.people.queries.people import phones_of
from jobmatch.privacy.forms import AnswerForm, ReasonForm, field_labels, merge_form
from jobmatch.privacy.models import Breach, Merge, RightsRequest
from jobmatch.privacy.policies import visible_merges, visible_requests
from jobmatch.privacy.queries.compare import compared
from jobmatch.privacy.queries.incidents import affected, breaches, get_breach
from jobmatch.privacy.queries.requests import merge_named, merges, people_by_id, request_named, requests
from jobmatch.privacy.services import rights
from jobmatch.privacy.services.erase import read_frozen
from jobmatch.privacy.services.export import export_person, record_export
from jobmatch.privacy.services.merge import are_two_people, changed_since, choices_of, merge_people, undo_merge
from jobmatch.privacy.states import RequestKind, RequestState
from jobmatch.privacy.views.blueprint import blueprint
from jobmatch.privacy.views.common import download, export_json, export_pdf, versions_of
from jobmatch.privacy.words import column_label, table_label
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page, paged


def _request(uow: UnitOfWork, public_id: str) -> RightsRequest:
    found: RightsRequest = uow.one(visible_requests(uow.actor, request_named(public_id)))
    return found


def _people(uow: UnitOfWork, ids: set[int]) -> dict[int, Person]:
    return {person.id: person for person in uow.rows(visible_people(uow.actor, people_by_id(ids)))}


@blueprint.get("/staff/rights")
@access("rights.handle")
def requests_list() -> Response:
    """Requests of the subtree, those that wait first."""
    uow = current_uow()
    asked = request.args.get("state", "")
    state = RequestState(asked) if asked in {member.value for member in RequestState} else None
    found = paged(uow, visible_requests(uow.actor, requests(state)))
    return page(
        "privacy/requests.html",
        found=found,
        people=_people(uow, {row.person_id for row in found.rows}),
        states=list(RequestState),
        state=state,
        open_state=RequestState.OPEN,
        today=uow.today,
    )


@blueprint.route("/staff/rights/<public_id>", methods=["GET", "POST"])
@access("rights.handle")
def request_page(public_id: str) -> Any:
    """One request: what is asked, until when, and the answer."""
    uow = current_uow()
    found = _request(uow, public_id)
    form = AnswerForm.submitted()
    done = form.act(
        lambda: rights.answer_request(uow, found, agreed=form.decision.data == "yes", answer=form.answer.data or "")
    )
    if done is not None:
        flash(_("已办结，本人会收到消息"), "success")
        return redirect(url_for("privacy.request_page", public_id=public_id), 303)
    return _request_page(found, form=form)


def _copies_with(found: RightsRequest) -> list[tuple[str, date]]:
    """Backups that still hold somebody erased by this request, and the day each is deleted."""
    if found.kind is not RequestKind.ERASE or found.closed_at is None or found.state is not RequestState.DONE:
        return []
    settings = current_runtime().settings
    copies = [one for one in list_backups(settings.backup_path) if one.made_at <= found.closed_at]
    return [(one.path.name, (one.made_at + timedelta(days=settings.backup_days)).date()) for one in copies]


def _request_page(found: RightsRequest, *, frozen: Any = None, **forms: Any) -> Response:
    uow = current_uow()
    form = forms.get("form") or AnswerForm()
    reason = forms.get("reason") or ReasonForm()
    return page(
        "privacy/request.html",
        form=reason if reason.has_errors else form,
        copies=_copies_with(found),
        answer_form=form,
        reason_form=reason,
        request_row=found,
        person=_people(uow, {found.person_id}).get(found.person_id),
        field_label=dict(field_labels()).get(found.field, found.field),
        frozen=frozen,
        kinds=RequestKind,
        open_state=RequestState.OPEN,
        done_state=RequestState.DONE,
        table_label=table_label,
        column_label=column_label,
    )


@blueprint.post("/staff/rights/<public_id>/frozen")
@access("rights.handle")
def frozen(public_id: str) -> Any:
    """What is kept of an erased person, for a reason."""
    uow = current_uow()
    found = _request(uow, public_id)
    form = ReasonForm.submitted()
    rows = form.act(lambda: read_frozen(uow, found, reason=form.reason.data or ""))
    return _request_page(found, reason=form, frozen=rows)


def _asking(uow: UnitOfWork, public_id: str) -> Person:
    """Who asked for a copy."""
    asked = _request(uow, public_id)
    if asked.kind is not RequestKind.ACCESS:
        raise NotFound
    found: Person = uow.one(visible_people(uow.actor, select(Person).where(Person.id == asked.person_id)))
    return found


def _export(public_id: str, reason: str | None, *, for_machines: bool) -> Response:
    runtime = current_runtime()
    with runtime.unit(g.actor, writing=False) as uow:
        made = export_person(uow, _asking(uow, public_id), reason=reason)
    answer = export_json(made) if for_machines else export_pdf(made)
    with runtime.unit(g.actor) as uow:
        record_export(uow, _asking(uow, public_id), reason=reason)
    return answer


@blueprint.get("/staff/rights/<public_id>/export")
@access("rights.handle", slow=True)
def request_export(public_id: str) -> Response:
    """The copy that a person asked for at the window, without hardship: ``as=json``, else to print."""
    return _export(public_id, None, for_machines=request.args.get("as") == "json")


@blueprint.post("/staff/rights/<public_id>/export")
@access("rights.handle", slow=True)
def whole_export(public_id: str) -> Response:
    """The same with hardship, for a reason."""
    form = ReasonForm.submitted()
    for_machines = request.form.get("as") == "json"
    made = form.act(lambda: _export(public_id, form.reason.data or "", for_machines=for_machines))
    if made is not None:
        return made
    with page_unit() as uow:
        return _request_page(_request(uow, public_id), reason=form)


@blueprint.route("/staff/people/<public_id>/rights", methods=["GET", "POST"])
@access("rights.handle")
def window_request(public_id: str) -> Any:
    """Write down at the window what somebody asks about their data."""
    uow = current_uow()
    person = seen_person(uow, public_id)
    form = EmptyForm.submitted()
    asked = request.form.get("kind", "")
    kind = RequestKind.ERASE if asked == RequestKind.ERASE.value else RequestKind.ACCESS
    done = form.act(lambda: rights.ask(uow, person, kind))
    if done is not None:
        return redirect(url_for("privacy.request_page", public_id=done.public_id), 303)
    return page("privacy/window_request.html", form=form, person=person, kinds=RequestKind)


# ---------- joining two files ----------


@blueprint.route("/staff/people/<public_id>/merge/<other_id>", methods=["GET", "POST"])
@access("person.merge")
def merge(public_id: str, other_id: str) -> Any:
    """Choose whose value stays, field by field; the first file goes on, the other one is emptied into it."""
    uow = current_uow()
    target, source = (
        uow.one(visible_people(uow.actor, select(Person).where(Person.public_id == one)))
        for one in (public_id, other_id)
    )
    choices = choices_of(source, target)
    form = merge_form(choices).submitted(data={"versions": f"{target.version},{source.version}"})
    picks = {name.removeprefix("pick_"): value for name, value in form.data.items() if name.startswith("pick_")}
    done = form.act(
        lambda: merge_people(
            uow, target, source, picks=picks, reason=form.reason.data or "", versions=versions_of(form.versions.data)
        )
    )
    if done is not None:
        flash(_("已合并成一份。合错了可以撤销"), "success")
        return redirect(url_for("privacy.merge_page", public_id=done.public_id), 303)
    return page(
        "privacy/merge.html",
        form=form,
        target=target,
        source=source,
        lines=compared(uow, target, source, choices),
        is_refused=are_two_people(source, target),
    )


@blueprint.get("/staff/merges")
@access("person.merge")
def merge_list() -> Response:
    """Merges of the subtree, the newest first."""
    uow = current_uow()
    found = paged(uow, visible_merges(uow.actor, merges()))
    return page("privacy/merges.html", found=found, people=_people(uow, {row.target_id for row in found.rows}))


@blueprint.route("/staff/merges/<public_id>", methods=["GET", "POST"])
@access("person.merge")
def merge_page(public_id: str) -> Any:
    """One merge, and undoing it where nothing it moved was changed since."""
    uow = current_uow()
    row: Merge = uow.one(visible_merges(uow.actor, merge_named(public_id)))
    form = EmptyForm.submitted()
    done = form.act(lambda: undo_merge(uow, row))
    if done is not None:
        flash(_("已撤销，两份档案都恢复了"), "success")
        return redirect(url_for("privacy.merge_page", public_id=public_id), 303)
    changed = [] if row.undone_at else changed_since(uow, row)
    person = _people(uow, {row.target_id}).get(row.target_id)
    return page("privacy/merge_done.html", form=form, merge=row, changed=changed, person=person)


# ---------- names touched by an incident ----------


def _affected_rows(uow: UnitOfWork, breach: Breach) -> list[tuple[Person, str | None]]:
    people = uow.rows(affected(uow, breach))
    phones = phones_of(uow.session, people)
    return [(person, phones[person.id]) for person in people]


@blueprint.get("/staff/breaches")
@access("rights.handle")
def breach_list() -> Response:
    """Incidents that touch people of the subtree, to tell them."""
    uow = current_uow()
    found = uow.rows(breaches().where(Breach.closed_at.is_(None)).limit(10))
    rows = [(breach, len(uow.rows(affected(uow, breach).limit(1000)))) for breach in found]
    return page("privacy/staff_breaches.html", rows=[row for row in rows if row[1]])


@blueprint.get("/staff/breaches/<public_id>")
@access("rights.handle", slow=True)
def breach_names(public_id: str) -> Response:
    """Those of the own subtree whom an incident touches, as a table for calling them."""
    with current_runtime().unit(g.actor) as uow:
        breach = get_breach(uow.session, public_id)
        rows = _affected_rows(uow, breach)
        if not rows:
            raise NotFound
        uow.audit("privacy.breach_names", breach, people=len(rows))
        lines = [[person.name, phone or "", person.public_id] for person, phone in rows]
    content = write_csv([_("姓名"), _("手机号"), _("编号")], lines)
    return download(content, f"breach-{public_id}.csv", "text/csv")
