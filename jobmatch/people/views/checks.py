"""Who somebody is: the queue of verification, appeals, and claiming a file."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.file_forms import AppealForm, ClaimForm, DecideForm
from jobmatch.people.forms import (
    VerifyForm,
)
from jobmatch.people.models.consents import VerificationAppeal
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person, visible_appeals, visible_people
from jobmatch.people.queries import files
from jobmatch.people.queries.verification import open_appeals, verification_history, waiting_people
from jobmatch.people.services import claims, verification
from jobmatch.people.states import ClaimState, VerificationState
from jobmatch.people.views.blueprint import blueprint
from jobmatch.people.views.common import find_unclaimed, own_file, question
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page, paged

QUEUE_SIZE = 10


# ---------- the person ----------


@blueprint.route("/me/verification/appeal", methods=["GET", "POST"])
@access("person.own")
def appeal() -> Any:
    """Say why a refusal is wrong; the station above decides."""
    person = own_file()
    if person.verification is not VerificationState.REFUSED:
        return redirect(url_for("people.verification"), 303)
    form = AppealForm.submitted()
    done = form.act(
        lambda: verification.appeal_verification(
            current_uow(), person, text=form.text.data or "", accept_masked=form.accept_masked.data
        )
    )
    if done:
        flash(_("申诉已交给上一级服务机构，有结果会告诉您"), "success")
        return redirect(url_for("people.verification"), 303)
    return question("people/appeal.html", form, person, "")


@blueprint.route("/me/claim", methods=["GET", "POST"])
@access("person.own")
def claim() -> Any:
    """Name and last four of the identity number open a file that staff filled in, or that was long unused.

    A wrong answer redirects back, so that the try is kept.
    """
    person = find_unclaimed()
    if person is None:
        return redirect(url_for("people.profile"), 303)
    form = ClaimForm.submitted()
    if person.claim_state is ClaimState.DUE:
        state = form.act(
            lambda: claims.claim_file(current_uow(), person, name=form.name.data or "", tail=form.tail.data or "")
        )
        if state is ClaimState.NONE:
            flash(_("档案已认领，请看看写得对不对"), "success")
            return redirect(url_for("people.profile"), 303)
        if state is not None:
            flash(_("没有对上，请核对姓名和身份证号的最后 4 位"), "warning")
            return redirect(url_for("people.claim"), 303)
    left = claims.TRIES - person.claim_tries
    return page("people/claim.html", form=form, left=left, is_locked=person.claim_state is ClaimState.LOCKED)


# ---------- staff ----------


@blueprint.get("/staff/verification")
@access("person.verify")
def queue() -> Response:
    """Those who wait to be verified, longest first, each decided in place."""
    return _queue_page()


def _queue_page(public_id: str = "", form: VerifyForm | None = None) -> Response:
    uow = current_uow()
    found = paged(uow, visible_people(uow.actor, waiting_people(uow)), size=QUEUE_SIZE)
    forms = {}
    for person in found.rows:
        shown = form if form is not None and person.public_id == public_id else VerifyForm(prefix="")
        shown.seen.show(files.papers_of(uow, person))
        forms[person.public_id] = shown
    open_count = len(uow.rows(visible_appeals(uow.actor, open_appeals())))
    return page(
        "people/queue.html",
        form=form,
        found=found,
        forms=forms,
        facts={person.public_id: files.file_facts(uow, person) for person in found.rows},
        first=public_id or (found.rows[0].public_id if found.rows else ""),
        appeal_count=open_count,
    )


@blueprint.post("/staff/verification/<public_id>")
@access("person.verify")
def queue_verify(public_id: str) -> Any:
    """Decide on one of the queue; the next one slides up."""
    uow = current_uow()
    person = seen_person(uow, public_id, in_full=True)
    form = VerifyForm.submitted()
    if form.act(lambda: verify_by(form, person)) is None:
        return _queue_page(public_id, form)
    flash(_("%(name)s：已保存", name=person.name), "success")
    return redirect(url_for("people.queue"), 303)


def verify_by(form: Any, person: Person) -> Person:
    """Hand a form of verification to its service."""
    return verification.verify_person(
        current_uow(),
        person,
        approved=form.decision.data == "approve",
        note=form.note.data or "",
        seen=form.seen.data or [],
        paper=form.paper.data,
        tail=form.tail.data or "",
        seen_on=form.seen_on.data,
    )


@blueprint.get("/staff/verification/appeals")
@access("person.verify")
def appeals() -> Response:
    """Appeals that came to this office, oldest first."""
    return _appeals_page()


def _appeals_page(public_id: str = "", form: DecideForm | None = None) -> Response:
    uow = current_uow()
    found = paged(uow, visible_appeals(uow.actor, open_appeals()), size=QUEUE_SIZE)
    forms = {
        one.public_id: form
        if form is not None and one.public_id == public_id
        else DecideForm(data={"version": one.version})
        for one in found.rows
    }
    return page(
        "people/appeals.html",
        form=form,
        found=found,
        forms=forms,
        histories={one.public_id: verification_history(uow.session, one.person_id) for one in found.rows},
    )


@blueprint.post("/staff/verification/appeals/<public_id>")
@access("person.verify")
def decide(public_id: str) -> Any:
    uow = current_uow()
    query = select(VerificationAppeal).where(VerificationAppeal.public_id == public_id)
    row = uow.one(visible_appeals(uow.actor, query.options(selectinload(VerificationAppeal.person))))
    form = DecideForm.submitted()
    done = form.act(
        lambda: verification.decide_appeal(
            uow,
            row,
            upheld=form.decision.data == "uphold",
            reason=form.reason.data or "",
            version=form.version.data,
        )
    )
    if done is None:
        return _appeals_page(public_id, form)
    flash(_("处理结果已告诉本人"), "success")
    return redirect(url_for("people.appeals"), 303)


@blueprint.post("/staff/people/<public_id>/release-claim")
@access("person.verify")
def release_claim(public_id: str) -> Any:
    """The person showed their papers at the window: the file is theirs."""
    uow = current_uow()
    person = seen_person(uow, public_id)
    if EmptyForm.submitted().act(lambda: claims.release_claim(uow, person)) is None:
        raise NotFound
    flash(_("已核对，本人可以登录看档案了"), "success")
    return redirect(url_for("people.staff_person", public_id=public_id), 303)
