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
from recruiters.postings import queries
from recruiters.postings.blueprint import blueprint
from recruiters.postings.cards import cards_of
from recruiters.postings.forms import PaperYesForm, PhoneAnswerForm, ReviewForm, TemplateForm
from recruiters.postings.models import Posting
from recruiters.postings.policies import (
    can_keep_posting,
    can_review_posting,
    is_office_written,
    visible_office_postings,
)
from recruiters.postings.reserved import reserved_blocks
from recruiters.postings.services import entries, moving, writing
from recruiters.postings.services.entries import ANSWERED_IN
from recruiters.postings.sheets import PARTS, part_states, sheet_of
from recruiters.postings.states import POSTING_FLOW, PostingState, YesWay
from recruiters.postings.views import editing

QUEUE_SIZE = 10
ACTIONS = ("publish", "return", "take_down")
OFFICE_STEPS = frozenset({"adopt", "submit", "recall", "pause", "resume", "close"})


def _posting(public_id: str) -> Posting:
    uow = current_uow()
    found: Posting = uow.one(visible_office_postings(uow.actor, queries.posting_by_id(public_id)))
    return found


@blueprint.get("/staff/postings")
@access("posting.review")
def review_queue() -> Response:
    """Postings that wait, the oldest first, each with its findings and a form to decide in place."""
    return _queue()


def _queue(tried: tuple[str, ReviewForm] | None = None) -> Response:
    """The queue, or its fragment; ``tried`` is a posting in it whose decision was refused, and its form."""
    uow = current_uow()
    waiting = visible_office_postings(uow.actor, queries.waiting_postings())
    found = paged(uow, waiting, size=QUEUE_SIZE)
    return page(
        "postings/review_queue.html",
        fragment="postings/_queue.html",
        form=tried[1] if tried else None,
        found=found,
        heads=uow.one(queries.heads_of(waiting)),
        entries=_entries(found.rows, dict([tried]) if tried else {}),
    )


def _entries(postings: list[Posting], forms: dict[str, ReviewForm]) -> list[dict[str, Any]]:
    """What the office sees of each posting, with a form of its own to decide in place."""
    uow = current_uow()
    reserved = queries.reserved_of(uow.session, [posting.id for posting in postings if posting.is_reserved])
    return [
        {
            "sheet": sheet_of(uow.session, posting),
            "form": forms.get(posting.public_id) or _review_form(posting),
            "may_decide": can_review_posting(uow.actor, posting, posting.employer),
            "days_late": (uow.today - posting.review_due_on).days if posting.review_due_on else 0,
            "lines": reserved_blocks(uow.session, posting, reserved.get(posting.id), uow.today)
            if posting.is_reserved
            else [],
        }
        for posting in postings
    ]


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
        lambda: moving.move_posting(
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
    if form.has_errors and request.headers.get("HX-Request") == "true":
        return _queue((public_id, form))
    return _review_page(posting, form=form)


def _review_page(
    posting: Posting, *, form: ReviewForm | None = None, phone_form: PhoneAnswerForm | None = None
) -> Response:
    uow = current_uow()
    form = form or _review_form(posting)
    is_ours = is_office_written(posting) and can_keep_posting(uow.actor, posting, posting.employer)
    return page(
        "postings/review.html",
        form=phone_form or form,
        entry=_entries([posting], {posting.public_id: form})[0],
        parts=part_states(posting),
        steps=POSTING_FLOW,
        is_ours=is_ours,
        is_editable=is_ours and posting.state in writing.EDITABLE_STATES,
        answered=queries.answers_of(uow.session, posting.id) if posting.is_office_entry else [],
        asks_answer=posting.is_office_entry and posting.agreed_at is None and posting.state in ANSWERED_IN,
        phone_form=phone_form or PhoneAnswerForm(data={"said_at": uow.now.replace(second=0, microsecond=0)}),
        paper_form=PaperYesForm(),
        template_form=TemplateForm(data={"name": posting.title}),
    )


@blueprint.post("/staff/postings/<public_id>/answer")
@access("posting.review")
def record_answer(public_id: str) -> Any:
    """Write down what the employer said on the phone."""
    uow, posting = current_uow(), _posting(public_id)
    form: PhoneAnswerForm = PhoneAnswerForm.submitted()
    said = request.form.get("said", "")
    if said not in {"yes", "no"}:
        raise NotFound
    done = form.act(
        lambda: entries.record_phone_answer(
            uow,
            posting,
            is_yes=said == "yes",
            said_by=form.said_by.data or "",
            said_at=form.said_at.data,
            phone_tail=form.phone_tail.data or "",
            note=form.note.data or "",
        )
    )
    if done is None:
        return _review_page(posting, phone_form=form)
    flash(_("已记下单位的答复"), "success")
    return redirect(url_for("postings.review", public_id=public_id), 303)


@blueprint.post("/staff/postings/<public_id>/paper-yes")
@access("posting.review")
def paper_yes(public_id: str) -> Any:
    """Note by which paper the employer agreed to the publication of a posting that somebody else wrote down."""
    uow, posting = current_uow(), _posting(public_id)
    form = PaperYesForm.submitted()
    if form.act(lambda: entries.record_paper_yes(uow, posting, YesWay(form.way.data))) is None:
        flash(_("请选单位是怎么同意的"), "error")
    else:
        flash(_("已记下单位的答复"), "success")
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
        heads=uow.one(queries.heads_of(visible_office_postings(uow.actor, queries.postings(state, words)))),
        rows=list(zip(found.rows, cards_of(uow.session, found.rows), strict=True)),
        states=list(PostingState),
        state=state,
        words=words,
    )


@blueprint.route("/staff/postings/<public_id>/edit/<part>", methods=["GET", "POST"])
@access("posting.review")
def staff_edit(public_id: str, part: str) -> Any:
    """One page of the form of a posting that the office imported or entered."""
    posting = _posting(public_id)
    if not is_office_written(posting):
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
        count_url=url_for("matching.staff_posting_count", public_id=public_id),
        form_layout="staff.html",
    )


@blueprint.post("/staff/postings/<public_id>/move")
@access("posting.review")
def staff_move(public_id: str) -> Any:
    """Steps of a posting that the office imported or entered."""
    uow, posting = current_uow(), _posting(public_id)
    action = request.form.get("action", "")
    if action not in OFFICE_STEPS or not is_office_written(posting):
        raise NotFound
    try:
        moving.move_posting(uow, posting, action)
    except Invalid as error:
        flash(_("；").join(error.fields.values()), "error")
        return redirect(url_for("postings.review", public_id=public_id), 303)
    flash(_("%(title)s：%(state)s", title=posting.title, state=posting.state.label), "success")
    return redirect(url_for("postings.review", public_id=public_id), 303)
