"""The office's pages about invitations: whom to invite, how they answered, and whom to phone."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import case, select

from jobmatch.accounts.qr import qr_svg
from jobmatch.casework.tasks.queries import station_choices
from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.exhibitors import queries
from jobmatch.fairs.exhibitors.blueprint import blueprint
from jobmatch.fairs.exhibitors.forms import EnterForm, InviteFilter, InviteForm, ReplyForm
from jobmatch.fairs.exhibitors.models import Exhibitor, FairInvitation
from jobmatch.fairs.exhibitors.policies import can_review, visible_callees, visible_candidates
from jobmatch.fairs.exhibitors.queries import CallFor, Wanted
from jobmatch.fairs.exhibitors.services import inviting, ranking, signing_up
from jobmatch.fairs.exhibitors.services.absences import bans_of
from jobmatch.fairs.exhibitors.services.attending import coming_of
from jobmatch.fairs.exhibitors.services.inviting import CallSaid
from jobmatch.fairs.exhibitors.states import InvitationReply
from jobmatch.fairs.exhibitors.views.common import press, said_in
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import decided_fair, worked_fair
from jobmatch.reference.models import Industry
from jobmatch.reference.queries import choices, region_label
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page, paged
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_employers
from recruiters.employers.queries import veteran_founded_ids

FLAGS = ("founded", "hiring", "came_last")
TEXTS = ("q", "industry", "place", "kind")


def _wanted() -> Wanted:
    texts = {name: request.args.get(name, "").strip()[:40] for name in TEXTS}
    flags = {name: bool(request.args.get(name)) for name in FLAGS}
    return Wanted(texts["q"], texts["industry"], texts["place"], texts["kind"], **flags)


@blueprint.get("/staff/fairs/<public_id>/invitations")
@access("fair.manage")
def invitations(public_id: str) -> Response:
    """Who was invited, and what they answered."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    query = queries.invitations_of(fair.id)
    chosen = request.args.get("reply", "")
    if chosen in set(InvitationReply):
        query = query.where(FairInvitation.reply == InvitationReply(chosen))
    found = paged(uow, visible_employers(uow.actor, query))
    counts = queries.reply_counts(uow.session, fair.id)
    signed = select(Exhibitor.employer_id).where(Exhibitor.fair_id == fair.id)
    return page(
        "exhibitors/invitations.html",
        fair=fair,
        found=found,
        chosen=chosen,
        counts=[(one, counts.get(one, 0)) for one in InvitationReply],
        total=sum(counts.values()),
        signed=set(uow.session.scalars(signed)),
        may_decide=can_review(uow.actor, fair),
        is_open=fair.state in inviting.INVITED_IN,
    )


@blueprint.route("/staff/fairs/<public_id>/invitations/new", methods=["GET", "POST"])
@access("fair.manage")
def invite(public_id: str) -> Response:
    """Employers to invite, by list or by how many of the people they have postings for; ticked ones are invited."""
    uow, fair, form = current_uow(), decided_fair(current_uow(), public_id), InviteForm.submitted()
    ranked = ranking.last_ranking(uow.session, fair)
    scores = {one.employer_id: one for one in ranked.proposals}
    by_score = request.args.get("by") == "fit"
    chosen = select(Employer.id).where(Employer.public_id.in_(form.employers.data or []))
    ids = uow.rows(visible_employers(uow.actor, chosen)) if request.method == "POST" else []
    marks = {one: scores[one].score for one in ids if by_score and one in scores}
    answers = form.act_or_say(
        lambda: inviting.invite_employers(uow, fair, ids, scores=marks, anyway=bool(form.anyway.data))
    )
    if answers:
        return page("exhibitors/invited.html", fair=fair, answers=[(one, _address(one)) for one in answers])
    if request.method == "POST" and not form.has_errors:
        form.form_errors.append(_("请先勾选单位"))
    wanted, filter_form = _wanted(), InviteFilter(request.args)
    industries = [(code, label) for code, label in choices(uow.session, Industry) if len(code) == 1]
    filter_form.offer(industries, station_choices(uow), _("全部"))
    query = queries.employers_to_invite(fair, wanted, uow.today)
    if by_score:
        query = query.where(Employer.id.in_(scores)).order_by(None).order_by(*_best_first(scores))
    found = paged(uow, visible_candidates(uow.actor, query), size=50)
    employers = [row[0] for row in found.rows]
    return page(
        "exhibitors/invite.html",
        form=form,
        fair=fair,
        filter_form=filter_form,
        wanted=wanted,
        by_score=by_score,
        ranked=ranked,
        scores=scores,
        found=found,
        founded=veteran_founded_ids(uow.session, employers, uow.today),
        bans=bans_of(uow.session, [one.id for one in employers], uow.today),
        place=lambda employer: region_label(uow.session, employer.organization.region_code, depth=1),
    )


def _best_first(scores: dict[int, ranking.Proposal]) -> list[Any]:
    if not scores:
        return [Employer.id]
    return [case({one: place for place, one in enumerate(scores)}, value=Employer.id), Employer.id]


def _address(answer: inviting.InviteAnswer) -> str:
    return url_for("exhibitors.by_link", token=answer.token, _external=True) if answer.token else ""


@blueprint.post("/staff/fairs/<public_id>/invitations/rank")
@access("fair.manage")
def rank(public_id: str) -> Any:
    """Rank employers in the background."""
    uow, fair = current_uow(), decided_fair(current_uow(), public_id)
    to = url_for("exhibitors.invite", public_id=public_id, by="fit")
    return press(lambda: ranking.start_ranking(uow, fair), lambda _done: _("正在算，过一会儿刷新就有"), to)


@blueprint.get("/staff/fairs/<public_id>/invitations/calls")
@access("fair.manage")
def calls(public_id: str) -> Response:
    """Whom to phone, each with what the call gave in one tap."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    found = paged(uow, visible_callees(uow.actor, queries.calls_to_make(fair.id, uow.now)))
    return page(
        "exhibitors/calls.html",
        fair=fair,
        found=found,
        why={one.value: one.label for one in CallFor},
        may_decide=can_review(uow.actor, fair),
        said=list(CallSaid),
    )


@blueprint.route("/staff/fairs/<public_id>/invitations/<invitation_id>/reply", methods=["GET", "POST"])
@access("fair.manage")
def key_reply(public_id: str, invitation_id: str) -> Any:
    """The whole answer that an employer gives on the phone: coming or not, who, how many, car, power."""
    uow, fair = current_uow(), decided_fair(current_uow(), public_id)
    row, employer, _has_account = _invitation(fair, invitation_id)
    form = ReplyForm.submitted(data=said_in(row))
    done = form.act_or_say(
        lambda: inviting.reply_invitation(
            uow, fair, row, reply=form.reply.data or "", coming=form.coming(), note=form.note.data or ""
        )
    )
    if done is None:
        return page("exhibitors/key_reply.html", form=form, fair=fair, employer=employer)
    flash(_("%(name)s：%(said)s", name=employer.organization.name, said=done.reply.label), "success")
    return redirect(url_for("exhibitors.calls", public_id=public_id), 303)


def _invitation(fair: JobFair, invitation_id: str) -> Any:
    uow = current_uow()
    return uow.one(visible_employers(uow.actor, queries.invitation_named(fair.id, invitation_id)))


@blueprint.post("/staff/fairs/<public_id>/invitations/<invitation_id>/call")
@access("fair.manage")
def call(public_id: str, invitation_id: str) -> Any:
    """What a phone call gave."""
    uow, fair = current_uow(), decided_fair(current_uow(), public_id)
    row, employer, _has_account = _invitation(fair, invitation_id)
    said, note = request.form.get("said", ""), request.form.get("note", "")
    return press(
        lambda: inviting.note_call(uow, fair, row, said=said, note=note),
        lambda _row: _("%(name)s：%(said)s", name=employer.organization.name, said=CallSaid(said).label),
        url_for("exhibitors.calls", public_id=public_id),
    )


@blueprint.post("/staff/fairs/<public_id>/invitations/<invitation_id>/link")
@access("fair.manage")
def reply_link(public_id: str, invitation_id: str) -> Any:
    """A fresh address to answer under, shown once."""
    uow, fair = current_uow(), decided_fair(current_uow(), public_id)
    row, employer, _has_account = _invitation(fair, invitation_id)
    form = EmptyForm.submitted()
    try:
        token = form.act(lambda: inviting.make_reply_link(uow, fair, row))
    except Conflict as error:
        flash(error.message, "error")
        token = None
    if token is None:
        return redirect(url_for("exhibitors.invitations", public_id=public_id), 303)
    address = url_for("exhibitors.by_link", token=token, _external=True)
    return page("exhibitors/link.html", fair=fair, employer=employer, address=address, code=qr_svg(address))


@blueprint.post("/staff/fairs/<public_id>/invitations/<invitation_id>/sign-up")
@access("fair.manage")
def sign_up_for(public_id: str, invitation_id: str) -> Any:
    """Sign up an employer that said yes on the phone, with all its open postings."""
    uow, fair = current_uow(), decided_fair(current_uow(), public_id)
    row, employer, _has_account = _invitation(fair, invitation_id)
    return press(
        lambda: signing_up.sign_up_by_phone(uow, fair, employer, coming=coming_of(row)),
        lambda _row: _("%(name)s 报上名了，带上在招的岗位", name=employer.organization.name),
        url_for("exhibitors.invitations", public_id=public_id),
    )


@blueprint.route("/staff/fairs/<public_id>/exhibitors/new", methods=["GET", "POST"])
@access("fair.manage")
def enter(public_id: str) -> Any:
    """Sign up an employer that was not invited; one that nobody knows yet goes into the base, to be vetted."""
    uow, fair, form = current_uow(), decided_fair(current_uow(), public_id), EnterForm.submitted()
    form.place.show(station_choices(uow), empty=N_("本级"))
    place = form.place.data or uow.actor.region_path
    texts = {name: form[name].data or "" for name in ("name", "credit_code", "contact_name", "contact_phone", "needs")}
    code = place.strip("/").split("/")[-1]
    done = form.act_or_say(
        lambda: signing_up.enter_exhibitor(uow, fair, region_code=code, coming=form.coming(), **texts)
    )
    if done is None:
        return page("exhibitors/enter.html", form=form, fair=fair)
    flash(_("%(name)s 报上名了", name=done.employer.organization.name), "success")
    return redirect(url_for("exhibitors.staff_exhibitor", public_id=public_id, exhibitor_id=done.public_id), 303)
