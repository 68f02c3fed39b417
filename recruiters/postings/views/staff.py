"""The office's work with postings: the review queue, all postings, and imported ones."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.states import ReasonKind
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.employers import choices
from recruiters.postings import queries, services
from recruiters.postings.blueprint import blueprint
from recruiters.postings.cards import cards_of
from recruiters.postings.checks import has_block
from recruiters.postings.forms import ConsentForm, ReviewForm
from recruiters.postings.imports import record_consent
from recruiters.postings.models import Posting
from recruiters.postings.policies import can_review_posting, visible_office_postings
from recruiters.postings.sheets import PARTS, part_states, sheet_of
from recruiters.postings.states import POSTING_FLOW, PostingState, PublishConsent
from recruiters.postings.views import editing

QUEUE_SIZE = 10
ACTIONS = ("publish", "return", "take_down")


def _posting(public_id: str) -> Posting:
    uow = current_uow()
    found: Posting = uow.one(visible_office_postings(uow.actor, queries.posting_by_id(public_id)))
    return found


@blueprint.get("/staff/postings")
@access("posting.review")
def review_queue() -> Response:
    """Postings that wait, the oldest first, each with its findings and a form to decide in place."""
    uow = current_uow()
    found = paged(uow, visible_office_postings(uow.actor, queries.waiting_postings()), size=QUEUE_SIZE)
    return page("postings/review_queue.html", found=found, entries=[_entry(posting) for posting in found.rows])


def _entry(posting: Posting, form: ReviewForm | None = None) -> dict[str, Any]:
    uow = current_uow()
    return {
        "sheet": sheet_of(uow.session, posting),
        "form": form or _review_form(posting),
        "may_decide": can_review_posting(uow.actor, posting, posting.employer),
        "is_blocked": has_block(posting.findings) or bool(posting.missing),
    }


def _review_form(posting: Posting, *, submitted: bool = False) -> ReviewForm:
    form = ReviewForm(request.form if submitted else None, prefix=f"{posting.public_id}-")
    words = {"publish": _("通过，发布"), "return": _("退回修改"), "take_down": _("下架，退回修改")}
    form.action.choices = [(a, words[a]) for a in ACTIONS if (posting.state, a) in POSTING_FLOW]
    form.reason_code.choices = [("", _("请选择")), *choices.reasons(current_uow(), ReasonKind.POSTING_RETURN)]
    return form


@blueprint.route("/staff/postings/<public_id>", methods=["GET", "POST"])
@access("posting.review")
def review(public_id: str) -> Any:
    """One posting with the form to decide; the queue posts here too."""
    uow, posting = current_uow(), _posting(public_id)
    form = _review_form(posting, submitted=request.method == "POST")
    done = form.act(
        lambda: services.move_posting(
            uow,
            posting,
            form.action.data or "",
            reason_code=form.reason_code.data,
            note=form.note.data or "",
        )
    )
    if done is not None:
        flash(_("%(title)s：%(state)s", title=posting.title, state=posting.state.label), "success")
        return redirect(url_for("postings.review_queue"), 303)
    return page(
        "postings/review.html",
        form=form,
        entry=_entry(posting, form),
        parts=part_states(posting),
        steps=POSTING_FLOW,
        is_ours=posting.source_key is not None,
        is_editable=posting.source_key is not None and posting.state in services.EDITABLE_STATES,
        consent_form=ConsentForm(),
    )


@blueprint.post("/staff/postings/<public_id>/consent")
@access("posting.review")
def staff_consent(public_id: str) -> Any:
    """Note how the employer agreed to the publication of a posting that somebody else wrote down."""
    uow, posting = current_uow(), _posting(public_id)
    form = ConsentForm.submitted()
    if form.act(lambda: record_consent(uow, posting, PublishConsent(form.way.data))) is None:
        flash(_("请选单位是怎么同意的"), "error")
    else:
        flash(_("已记下"), "success")
    return redirect(url_for("postings.review", public_id=public_id), 303)


@blueprint.get("/staff/postings/all")
@access("posting.review")
def staff_list() -> Response:
    """All postings of the subtree, by state and words."""
    uow = current_uow()
    state = next((s for s in PostingState if s.value == request.args.get("state")), None)
    words = request.args.get("q", "").strip()[:60]
    found = paged(uow, visible_office_postings(uow.actor, queries.postings(state, words)))
    return page(
        "postings/staff_list.html",
        fragment="postings/_staff_list.html",
        found=found,
        rows=list(zip(found.rows, cards_of(uow.session, found.rows), strict=True)),
        states=list(PostingState),
        state=state,
        words=words,
    )


@blueprint.route("/staff/postings/<public_id>/edit/<part>", methods=["GET", "POST"])
@access("posting.review")
def staff_edit(public_id: str, part: str) -> Any:
    """One page of the form of an imported posting that nobody else completes."""
    posting = _posting(public_id)
    if posting.source_key is None:
        raise NotFound
    form = editing.form_for(posting, part)
    done = None if editing.is_searching() else form.act(lambda: editing.save(posting, form))
    if done is not None:
        flash(_("已保存"), "success")
        return redirect(url_for("postings.review", public_id=public_id), 303)
    return page(
        "postings/edit.html",
        form=form,
        part=part,
        number=list(PARTS).index(part) + 1,
        posting=posting,
        lines=editing.need_lines(posting, form),
        levels=editing.skill_levels(),
        quotes=editing.quotes(posting),
        back_url=url_for("postings.review", public_id=public_id),
        form_layout="staff.html",
    )


@blueprint.post("/staff/postings/<public_id>/move")
@access("posting.review")
def staff_move(public_id: str) -> Any:
    """Steps of an imported posting: take it up, send it to review, close it."""
    uow, posting = current_uow(), _posting(public_id)
    action = request.form.get("action", "")
    if action not in {"adopt", "submit", "close"} or posting.source_key is None:
        raise NotFound
    try:
        services.move_posting(uow, posting, action)
    except Invalid as error:
        flash(_("；").join(error.fields.values()), "error")
        return redirect(url_for("postings.review", public_id=public_id), 303)
    flash(_("%(title)s：%(state)s", title=posting.title, state=posting.state.label), "success")
    return redirect(url_for("postings.review", public_id=public_id), 303)
