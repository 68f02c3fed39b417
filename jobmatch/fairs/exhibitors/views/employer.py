"""An employer's own pages: fairs it can join, its answer to an invitation, its sign-up and what it brings."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response, current_app, flash, redirect, url_for
from sqlalchemy import select

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.exhibitors import queries
from jobmatch.fairs.exhibitors.blueprint import blueprint
from jobmatch.fairs.exhibitors.forms import ReplyForm, SignUpForm
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.policies import visible_employer_fairs, visible_own_exhibitors
from jobmatch.fairs.exhibitors.services import inviting, postings, signing_up
from jobmatch.fairs.exhibitors.services.absences import banned_until
from jobmatch.fairs.exhibitors.services.attending import coming_of
from jobmatch.fairs.exhibitors.services.papers import papers_asked, papers_lacking
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.exhibitors.views.common import press, press_posting, said_in
from jobmatch.fairs.planning.models import JobFair
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import names
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_own_employers
from recruiters.employers.queries import employers

BOOTH_PAGE = "fairday.booth"
AGAIN = (ExhibitorState.REFUSED, ExhibitorState.CANCELED)


def _own() -> Employer:
    uow = current_uow()
    found: Employer = uow.one(visible_own_employers(uow.actor, employers()))
    return found


def _fair(public_id: str) -> JobFair:
    uow = current_uow()
    query = select(JobFair).where(JobFair.public_id == public_id)
    found: JobFair = uow.one(visible_employer_fairs(uow.actor, query))
    return found


def _exhibitor(fair: JobFair, employer: Employer) -> Exhibitor:
    found = queries.find_exhibitor(current_uow().session, fair.id, employer.id)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/employer/fairs")
@access("fair.exhibit")
def own_fairs() -> Response:
    """Fairs one can sign up for, and the own sign-ups."""
    uow, employer = current_uow(), _own()
    coming = uow.rows(visible_employer_fairs(uow.actor, queries.fairs_to_join(uow.now).limit(30)))
    own = paged(uow, visible_own_exhibitors(uow.actor, queries.own_exhibitors()))
    signed = uow.rows(visible_own_exhibitors(uow.actor, select(Exhibitor.fair_id, Exhibitor.state)))
    live = {fair_id for fair_id, state in signed if state not in AGAIN}
    return page(
        "exhibitors/own_fairs.html",
        coming=[one for one in coming if one.id not in live],
        own=own,
        invited=queries.invitations_to(uow.session, employer.id, [one.id for one in coming]),
        banned=banned_until(uow.session, employer.id, uow.today),
        until=signing_up.sign_up_until,
    )


@blueprint.get("/employer/fairs/<public_id>")
@access("fair.exhibit")
def own_fair(public_id: str) -> Response:
    """One fair: the answer to the invitation, how the sign-up stands and what comes next, and what one brings."""
    return _page(_own(), _fair(public_id))


def _page(employer: Employer, fair: JobFair, form: ReplyForm | None = None) -> Response:
    uow = current_uow()
    exhibitor = queries.find_exhibitor(uow.session, fair.id, employer.id)
    invitation = queries.find_invitation(uow.session, fair.id, employer.id)
    rows = uow.session.scalars(queries.fair_postings_of([exhibitor.id])).all() if exhibitor else []
    held = {row.posting_id for row in rows}
    to_bring = queries.postings_to_bring(employer.id, uow.today, exhibitor.public_id if exhibitor else "")
    more = uow.session.scalars(to_bring).all() if exhibitor else []
    may_sign_up = (exhibitor is None or exhibitor.state in AGAIN) and signing_up.is_open_for(fair, uow.now)
    is_live = exhibitor is not None and exhibitor.state in queries.LIVE
    return page(
        "exhibitors/own_fair.html",
        form=form,
        fair=fair,
        exhibitor=exhibitor,
        invitation=invitation,
        reply_form=form or ReplyForm(data=said_in(invitation)),
        may_reply=invitation is not None and fair.state in inviting.INVITED_IN and uow.now < fair.opens_at,
        may_sign_up=may_sign_up,
        may_change=is_live and fair.state in postings.CHANGED_IN,
        may_cancel=is_live and exhibitor is not None and exhibitor.checked_in_at is None and uow.now < fair.closes_at,
        is_late=signing_up.is_late_to_cancel(fair, uow.now),
        banned=banned_until(uow.session, employer.id, uow.today),
        rows=rows,
        more=[one for one in more if one.id not in held],
        reason_names=names(uow.session, Reason),
        until=signing_up.sign_up_until(fair),
        booth_url=_booth_url(fair, exhibitor),
        lacking=papers_lacking(uow.session, fair, exhibitor) if exhibitor else [],
        fair_only=uow.session.scalars(queries.fair_only_waiting(exhibitor.public_id)).all() if exhibitor else [],
    )


def _booth_url(fair: JobFair, exhibitor: Exhibitor | None) -> str:
    """The booth's phone page, a page of an upper room, from the day before on; empty for who has no place."""
    if exhibitor is None or BOOTH_PAGE not in current_app.view_functions:
        return ""
    is_near = queries.is_booth_open(fair, exhibitor, current_uow().today)
    return url_for(BOOTH_PAGE, public_id=exhibitor.public_id) if is_near else ""


@blueprint.post("/employer/fairs/<public_id>/reply")
@access("fair.exhibit")
def own_reply(public_id: str) -> Any:
    """Coming or not."""
    uow, employer, fair = current_uow(), _own(), _fair(public_id)
    invitation = queries.find_invitation(uow.session, fair.id, employer.id)
    if invitation is None:
        raise NotFound
    form = ReplyForm.submitted()
    done = form.act_or_say(
        lambda: inviting.reply_invitation(
            uow,
            fair,
            invitation,
            reply=form.reply.data or "",
            coming=form.coming(),
            note=form.note.data or "",
        )
    )
    if done is None:
        return _page(employer, fair, form)
    flash(_("回执收到了：%(reply)s", reply=done.reply.label), "success")
    return redirect(url_for("exhibitors.own_fair", public_id=public_id), 303)


@blueprint.route("/employer/fairs/<public_id>/sign-up", methods=["GET", "POST"])
@access("fair.exhibit")
def sign_up(public_id: str) -> Any:
    """Sign up: which postings with how many people, who comes, power."""
    uow, employer, fair = current_uow(), _own(), _fair(public_id)
    offered = uow.session.scalars(queries.postings_to_bring(employer.id, uow.today)).all()
    invitation = queries.find_invitation(uow.session, fair.id, employer.id)
    form = SignUpForm.submitted(
        data={
            "postings": {one.public_id: one.vacancy_count for one in offered},
            "contact_name": employer.contact_name,
            "contact_phone": employer.contact_phone,
            **(asdict(coming_of(invitation)) if invitation else {}),
        }
    )
    done = form.act_or_say(
        lambda: signing_up.sign_up_exhibitor(
            uow,
            fair,
            employer,
            postings={code: int(form.postings.numbers[code]) or None for code in form.postings.data or []},
            coming=form.coming(),
            contact_name=form.contact_name.data or "",
            contact_phone=form.contact_phone.data or "",
            needs=form.needs.data or "",
            will_write=bool(form.will_write.data),
        )
    )
    if done is not None:
        words = (
            _("报名收到了，请接着写只在这场招的岗位")
            if form.will_write.data
            else _("报名收到了，服务中心审核后会发消息")
        )
        flash(words, "success")
        return redirect(url_for("exhibitors.own_fair", public_id=public_id), 303)
    is_open = signing_up.is_open_for(fair, uow.now)
    asked = papers_asked(uow.session, fair)
    return page("exhibitors/sign_up.html", form=form, fair=fair, offered=offered, is_open=is_open, papers=asked)


@blueprint.post("/employer/fairs/<public_id>/postings")
@access("fair.exhibit")
def own_postings(public_id: str) -> Any:
    """Change what one brings."""
    employer, fair = _own(), _fair(public_id)
    to = url_for("exhibitors.own_fair", public_id=public_id)
    return press_posting(fair, _exhibitor(fair, employer), to)


@blueprint.post("/employer/fairs/<public_id>/cancel")
@access("fair.exhibit")
def own_cancel(public_id: str) -> Any:
    """Take the sign-up back."""
    uow, employer, fair = current_uow(), _own(), _fair(public_id)
    row = _exhibitor(fair, employer)
    return press(
        lambda: signing_up.cancel_exhibitor(uow, fair, row),
        lambda _row: _("已取消报名"),
        url_for("exhibitors.own_fair", public_id=public_id),
    )
