"""Pages of a person: recommended and saved postings, and what they decide about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.matching import inviting, services
from jobmatch.matching.forms import InvitationForm
from jobmatch.matching.lists import count_gain, list_in_order, list_recommended, list_saved
from jobmatch.matching.results import Phrase
from jobmatch.matching.views.common import ORDER, PART_PAGES, SORTS, blueprint, card, filters, list_page, own_person
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import local_path, page, page_number
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings, visible_published_postings
from recruiters.postings.queries import posting_by_id


@blueprint.get("/me/jobs")
@access("match.own")
def recommended() -> Response:
    """The postings that fit best, or all of them by distance, pay or date; the latter also without any profiling."""
    uow, person = current_uow(), own_person()
    is_personal = services.wants_personal(uow, person)
    form, home = filters(), services.home(uow, person)
    sorts = [name for name in SORTS if (name != "fit" or is_personal) and (name != "near" or home.latitude is not None)]
    sort = form.sort.data if form.sort.data in sorts else sorts[0] if is_personal else "new"
    where, number = form.where(home), page_number()
    line: Sequence[Phrase] = ()
    if sort == "fit":
        found, line = list_recommended(uow, person, where=where, number=number)
    elif is_personal:
        found, line = list_in_order(uow, person, words=form.words, where=where, sort=ORDER[sort], number=number)
    else:
        found = services.search_postings(
            uow, form.words, where=where, sort=ORDER[sort], point=home, page=number, person=person
        )
    if is_personal:
        remember([row.posting_id for row in found.rows], person.id, found.number)
    return list_page(
        "matching/recommended.html",
        found,
        form,
        sorts=sorts,
        sort=sort,
        point=home,
        person=person,
        is_personal=is_personal,
        line=[{"text": phrase, "url": url_for(PART_PAGES[phrase.part])} for phrase in line],
        can_choose=True,
    )


def remember(posting_ids: list[int], person_id: int, number: int) -> None:
    """Leave the impressions of this page to the buffer: reading writes nothing."""
    first = (number - 1) * services.PAGE_SIZE + 1
    current_runtime().buffer.add(lambda uow: services.remember_shown(uow, person_id, posting_ids, first=first))


@blueprint.get("/me/saved")
@access("match.own")
def saved() -> Response:
    uow, person = current_uow(), own_person()
    found = list_saved(uow, person, number=page_number())
    return page(
        "matching/saved.html",
        fragment="matching/_saved_found.html",
        found=found,
        cards=[card(row) for row in found.rows],
        pager={"number": found.number, "pages": found.pages},
        can_choose=True,
        titled=True,
    )


def _posting(public_id: str) -> Posting:
    uow = current_uow()
    found: Posting = uow.one(visible_public_postings(uow.actor, posting_by_id(public_id)))
    return found


def _back() -> str:
    return local_path(request.form.get("next")) or url_for("matching.recommended")


def _is_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


@blueprint.post("/me/jobs/<public_id>/save")
@access("match.own")
def save(public_id: str) -> Any:
    """Save a posting or take it off the saved ones."""
    posting = _posting(public_id)
    is_saved = services.toggle_saved(current_uow(), own_person(), posting)
    if _is_htmx():
        return render_template("matching/_acts.html", m={"public_id": public_id, "is_saved": is_saved}, back=_back())
    flash(_("已收藏") if is_saved else _("已取消收藏"), "success")
    return redirect(_back(), 303)


@blueprint.post("/me/jobs/<public_id>/dismiss")
@access("match.own")
def dismiss(public_id: str) -> Any:
    """Never recommend a posting again; the answer offers to take that back."""
    posting = _posting(public_id)
    services.dismiss(current_uow(), own_person(), posting)
    if _is_htmx():
        return render_template("matching/_gone.html", posting=posting, back=_back())
    return redirect(url_for("matching.gone", public_id=public_id, next=_back()), 303)


@blueprint.get("/me/jobs/<public_id>/gone")
@access("match.own")
def gone(public_id: str) -> Response:
    """What happened to a dismissed posting, for readers without script."""
    back = local_path(request.args.get("next")) or url_for("matching.recommended")
    return page("matching/gone.html", posting=_posting(public_id), back=back)


@blueprint.post("/me/jobs/<public_id>/undismiss")
@access("match.own")
def undismiss(public_id: str) -> Any:
    """Take a dismissal back."""
    services.undo_dismiss(current_uow(), own_person(), _posting(public_id))
    flash(_("已撤销，这个岗位会再推荐给您"), "success")
    return redirect(_back(), 303)


@blueprint.post("/me/jobs/personal")
@access("match.own")
def personal() -> Any:
    """Turn recommendations by profile off or on."""
    is_personal = request.form.get("personal") == "on"
    services.set_personal(current_uow(), own_person(), is_personal=is_personal)
    flash(_("已打开个性化推荐") if is_personal else _("已关掉个性化推荐，岗位按时间或距离排"), "success")
    return redirect(url_for("matching.recommended"), 303)


@blueprint.get("/me/jobs/gain")
@access("match.own")
def gain() -> Response:
    """A fragment for the résumé page: what filling in the rest would bring."""
    items, postings = count_gain(current_uow(), own_person())
    return page("matching/_gain.html", items=items, postings=postings)


@blueprint.route("/me/invitations/<public_id>", methods=["GET", "POST"])
@access("match.own")
def invitation(public_id: str) -> Any:
    """An employer would like to talk: what it would see, and yes or no in one tap."""
    uow, person = current_uow(), own_person()
    found, posting = uow.one(visible_published_postings(uow.actor, inviting.invitation_to(person.id, public_id)))
    form = InvitationForm.submitted()
    said = form.answer.data or ""
    if form.act(lambda: inviting.answer_invitation(uow, found, posting, person, answer=said)):
        flash(_("已告诉单位，单位能看到您的姓名和电话了") if said == "yes" else _("已告诉单位您不考虑"), "success")
        return redirect(url_for("matching.invitation", public_id=public_id), 303)
    return page(
        "matching/invitation.html",
        form=form,
        invitation=found,
        posting=posting,
        is_over=found.answer is None and found.expires_on < uow.today,
        until=inviting.contact_until(uow.today),
    )
