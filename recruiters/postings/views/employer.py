"""The employer's own postings: writing, sending to review, keeping fresh."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.formats import day
from jobmatch.web.pages import page, paged
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_own_employers
from recruiters.employers.queries import employers
from recruiters.postings import queries
from recruiters.postings.blueprint import blueprint
from recruiters.postings.cards import cards_of
from recruiters.postings.forms import NewForm, RenewForm, TemplateForm, validity_choices
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_own_postings, visible_templates
from recruiters.postings.services import moving, writing
from recruiters.postings.services.entries import ANSWERED_IN
from recruiters.postings.services.templates import begin_from_template
from recruiters.postings.sheets import PARTS, part_states, sheet_of
from recruiters.postings.states import POSTING_FLOW, PostingState
from recruiters.postings.views import editing
from recruiters.postings.views.templates import template_of

TABS: dict[str, tuple[PostingState, ...]] = {
    "open": (PostingState.OPEN,),
    "review": (PostingState.IN_REVIEW,),
    "draft": (PostingState.DRAFT, PostingState.RETURNED, PostingState.IMPORTED),
    "stopped": (PostingState.PAUSED, PostingState.FILLED, PostingState.EXPIRED),
    "closed": (PostingState.CLOSED,),
}


def _employer() -> Employer:
    uow = current_uow()
    found: Employer = uow.one(visible_own_employers(uow.actor, employers()))
    return found


def _posting(public_id: str) -> Posting:
    uow = current_uow()
    found: Posting = uow.one(visible_own_postings(uow.actor, queries.posting_by_id(public_id)))
    return found


@blueprint.get("/employer/postings")
@access("posting.write")
def mine() -> Response:
    """The own postings by state, with what can be done about each."""
    uow = current_uow()
    counted = uow.rows(visible_own_postings(uow.actor, queries.state_counts()))
    counts = {tab: sum(n for state, n, _heads in counted if state in states) for tab, states in TABS.items()}
    chosen = request.args.get("tab", "")
    tab = chosen if chosen in TABS else next((name for name in TABS if counts[name]), "open")
    found = paged(uow, visible_own_postings(uow.actor, queries.postings_in(TABS[tab])))
    return page(
        "postings/mine.html",
        tab=tab,
        counts=counts,
        heads=sum(heads for state, _n, heads in counted if state is PostingState.OPEN),
        total=sum(counts.values()),
        found=found,
        rows=list(zip(found.rows, cards_of(uow.session, found.rows), strict=True)),
        steps=POSTING_FLOW,
    )


@blueprint.route("/employer/postings/new", methods=["GET", "POST"])
@access("posting.write")
def new() -> Any:
    """Begin with a title, or with an advertisement that fills the form."""
    uow, employer = current_uow(), _employer()
    form = NewForm.submitted()
    posting = form.act(
        lambda: (
            begin_from_template(uow, employer, template_of(uow, employer, form.template.data or ""))
            if form.template.data
            else writing.begin_posting(
                uow, employer, title=form.title.data or "", advertisement=form.advertisement.data or ""
            )
        )
    )
    if posting is not None and form.template.data:
        flash(_("已用模板建好草稿，核对一遍、选好有效期就能提交"), "success")
        return redirect(url_for("postings.own", public_id=posting.public_id), 303)
    if posting is not None:
        part = "" if form.advertisement.data else "work"
        if not part:
            flash(_("从广告里读出了 %(n)s 项，请逐项核对", n=len(editing.quotes(posting))), "success")
            return redirect(url_for("postings.own", public_id=posting.public_id), 303)
        return redirect(url_for("postings.edit", public_id=posting.public_id, part=part), 303)
    older = visible_own_postings(uow.actor, queries.postings_of(employer.id).limit(OLDER))
    return page(
        "postings/new.html",
        form=form,
        templates=uow.rows(visible_templates(uow.actor, queries.templates(), employer)),
        older=uow.rows(older),
    )


@blueprint.get("/employer/postings/<public_id>")
@access("posting.write")
def own(public_id: str) -> Response:
    """One posting: what is done, what is left, and the next step."""
    uow, posting = current_uow(), _posting(public_id)
    return page(
        "postings/own.html",
        sheet=sheet_of(uow.session, posting),
        parts=part_states(posting),
        is_editable=posting.state in writing.EDITABLE_STATES,
        steps=POSTING_FLOW,
        today=uow.today,
        asks_answer=posting.is_office_entry and posting.agreed_at is None and posting.state in ANSWERED_IN,
        template_form=TemplateForm(data={"name": posting.title}),
    )


@blueprint.route("/employer/postings/<public_id>/edit/<part>", methods=["GET", "POST"])
@access("posting.write")
def edit(public_id: str, part: str) -> Any:
    """One page of the form; saving goes on to the next one that is not complete."""
    posting = _posting(public_id)
    form = editing.form_for(posting, part)
    done = None if editing.is_searching() else form.act(lambda: editing.save(posting, form))
    if done is not None:
        flash(_("已保存"), "success")
        left = [name for name, is_done, _lacks in part_states(posting) if not is_done and name != part]
        later = [name for name in left if list(PARTS).index(name) > list(PARTS).index(part)]
        if later:
            return redirect(url_for("postings.edit", public_id=public_id, part=later[0]), 303)
        return redirect(url_for("postings.own", public_id=public_id), 303)
    return page(
        "postings/edit.html",
        form=form,
        part=part,
        number=list(PARTS).index(part) + 1,
        posting=posting,
        lines=editing.need_lines(posting, form),
        levels=editing.skill_levels(),
        quotes=editing.quotes(posting),
        back_url=url_for("postings.own", public_id=public_id),
        count_url=url_for("matching.posting_count", public_id=public_id),
        form_layout="employer.html",
    )


OLDER = 5
"""Older postings offered to begin from."""
OWN_STEPS = frozenset({"submit", "recall", "pause", "resume", "adopt"})


@blueprint.post("/employer/postings/<public_id>/move")
@access("posting.write")
def move(public_id: str) -> Any:
    """Take a step that needs no further words; what has to be mended comes back as a message."""
    uow, posting = current_uow(), _posting(public_id)
    action = request.form.get("action", "")
    if action not in OWN_STEPS:
        raise NotFound
    try:
        moving.move_posting(uow, posting, action)
    except Invalid as error:
        flash(_("；").join(error.fields.values()), "error")
        return redirect(url_for("postings.own", public_id=public_id), 303)
    done = {
        "submit": _("已提交，服务站在 %(day)s 前审核完，结果发站内消息", day=day(posting.review_due_on)),
        "recall": _("已撤回到草稿，改好后再提交"),
        "pause": _("已暂停，求职者暂时看不到"),
        "resume": _("已恢复招聘"),
        "adopt": _("已转为草稿，补齐后可以提交"),
    }[action]
    flash(done, "success")
    return redirect(url_for("postings.own", public_id=public_id), 303)


@blueprint.post("/employer/postings/<public_id>/copy")
@access("posting.write")
def copy(public_id: str) -> Any:
    """A new draft with the same content."""
    uow = current_uow()
    made = writing.copy_posting(uow, _posting(public_id))
    flash(_("已复制成新草稿，改好有效期就能提交"), "success")
    return redirect(url_for("postings.own", public_id=made.public_id), 303)


@blueprint.route("/employer/postings/<public_id>/renew", methods=["GET", "POST"])
@access("posting.submit")
def renew(public_id: str) -> Any:
    """Prolong the validity; an expired posting goes through review again."""
    uow, posting = current_uow(), _posting(public_id)
    form = RenewForm.submitted()
    form.valid_through.choices = validity_choices(uow.today)
    until = form.valid_through.data
    if form.act(lambda: moving.move_posting(uow, posting, "renew", valid_through=until)) is not None:
        again = posting.state is PostingState.IN_REVIEW
        flash(_("已提交，审核后重新发布") if again else _("已续期"), "success")
        return redirect(url_for("postings.own", public_id=public_id), 303)
    return page("postings/renew.html", form=form, posting=posting)


@blueprint.route("/employer/postings/<public_id>/close", methods=["GET", "POST"])
@access("posting.write")
def close(public_id: str) -> Any:
    """Ask before closing, because a closed posting stays closed."""
    uow, posting = current_uow(), _posting(public_id)
    if request.method == "POST":
        moving.move_posting(uow, posting, "close")
        flash(_("岗位已关闭"), "success")
        return redirect(url_for("postings.mine"), 303)
    return page("postings/close.html", posting=posting)
