"""Pages of the person: apply, follow, answer, withdraw, begin work."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from jobmatch.applications.cards import posting_sheet
from jobmatch.applications.forms import ApplyForm, KeepForm, MoveForm, StartForm, WishForm, WithdrawForm
from jobmatch.applications.models import Application
from jobmatch.applications.notices import consent_text
from jobmatch.applications.papers import paper_lines
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import (
    again_days,
    applications_of,
    find_live,
    free_slots,
    interview_is_over,
    no_show_of,
    other_live,
    own_phone,
    person_reading,
    reason_choices,
    reason_hint,
    reason_names,
    sender_name,
    similar_postings,
    standing_interview,
    with_posting,
)
from jobmatch.applications.services.moving import keep_applications, move_application
from jobmatch.applications.services.starts import undo_until
from jobmatch.applications.services.submitting import Fit, consent_until, fit_of_pair, refusal_of, submit_application
from jobmatch.applications.states import ContactTime, Move
from jobmatch.applications.views.common import act_or_keep, blueprint, form_page, load_application, reading
from jobmatch.applications.views.steps import after_applying, next_words, person_steps
from jobmatch.core.clock import local_day
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reference.states import ReasonKind
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow, write_once
from jobmatch.web.pages import page, paged
from recruiters.postings.cards import posting_card
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings, visible_published_postings
from recruiters.postings.queries import posting_by_id

Answer = Response | Redirect


@blueprint.route("/postings/<public_id>/apply", methods=["GET", "POST"])
@access("application.own", slow=True)
def apply(public_id: str) -> Answer:
    """The form, and sending it; how the pair fits is found out before the unit that writes, which others wait for."""
    form = ApplyForm.submitted()
    said = {"note": form.note.data or "", "contact_time": form.contact_time.data, "consent": form.consent.data}
    said["origin"] = _origin()

    def send() -> Answer:
        with reading() as uow:
            person, posting, live, elsewhere = _way_in(uow, public_id)
            if person is None or posting is None or elsewhere is not None:
                return elsewhere or redirect(url_for("people.profile"), 303)
            fit = None if live else fit_of_pair(uow, posting, person)
        return write_once(lambda uow: _send(uow, public_id, said, fit))

    return form.act(send) or _form_page(public_id, form)


def _send(uow: UnitOfWork, public_id: str, said: dict[str, Any], fit: Fit | None) -> Answer:
    person = person_reading(uow)
    posting = uow.one(visible_published_postings(uow.actor, posting_by_id(public_id)))
    if person is None:
        raise NotFound
    live = find_live(uow, person.id, posting.id)
    if live is not None:
        return _to_progress(live)
    sent = submit_application(uow, posting, person, fit=fit, **said)
    return redirect(url_for("applications.sent", public_id=sent.public_id), 303)


@blueprint.post("/postings/<public_id>/apply/check")
@access("application.own", slow=True)
def check(public_id: str) -> Answer:
    """The same answers to be checked, or the form again to change them; reading only, so that nobody waits for it."""
    form = ApplyForm.submitted()
    return _form_page(public_id, form, is_checked=form.validate() and request.form.get("step") != "edit")


def _form_page(public_id: str, form: Any, *, is_checked: bool = False) -> Answer:
    """The form, or its answers to be checked; or where else to go."""
    with reading() as uow:
        person, posting, live, elsewhere = _way_in(uow, public_id)
        if live is not None:
            return _to_progress(live)
        if person is None or posting is None or elsewhere is not None:
            return elsewhere or redirect(url_for("people.profile"), 303)
        shown = _shown(uow, person, posting)
        if is_checked:
            return page("applications/check.html", form=form, time=ContactTime(form.contact_time.data), **shown)
        return page("applications/apply.html", form=form, **shown)


def _origin() -> str:
    """The link that brought the reader here, handed on from page to page: no cookie remembers it."""
    return request.values.get("from", "")[:12]


def _to_progress(live: Application) -> Redirect:
    flash(_("您已经投递过这个岗位，进度在这里"), "info")
    return redirect(url_for("applications.application", public_id=live.public_id), 303)


def _way_in(
    uow: UnitOfWork, public_id: str
) -> tuple[Person | None, Posting | None, Application | None, Response | None]:
    """The reader, the posting, the live application if there is one, and the page that says why it cannot be."""
    person = person_reading(uow)
    if person is None:
        return None, None, None, None
    found = uow.rows(visible_published_postings(uow.actor, posting_by_id(public_id)))
    if not found:
        return person, None, None, _refused(uow, None, _("这个岗位已经撤下，或者地址不对"), 404)
    posting: Posting = found[0]
    live = find_live(uow, person.id, posting.id)
    reason = "" if live else refusal_of(uow, posting, posting.employer, person)
    return person, posting, live, _refused(uow, posting, reason, 409) if reason else None


def _shown(uow: UnitOfWork, person: Person, posting: Posting) -> dict[str, Any]:
    return {
        "posting": posting,
        "sheet": posting_sheet(uow, posting, person),
        "person": person,
        "phone": own_phone(uow, person),
        "origin": _origin(),
        "consent": consent_text(posting.employer.organization.name, consent_until(uow.today)),
    }


def _refused(uow: UnitOfWork, posting: Posting | None, reason: str, status: int) -> Response:
    """Why nobody can apply here now, and where to go on."""
    similar = uow.rows(visible_public_postings(uow.actor, similar_postings(posting))) if posting else []
    answer = page(
        "applications/refused.html",
        posting=posting,
        reason=reason,
        similar=[posting_card(uow.session, one) for one in similar],
    )
    answer.status_code = status
    return answer


@blueprint.get("/me/applications/<public_id>/sent")
@access("application.own")
def sent(public_id: str) -> Response:
    application = load_application(public_id)
    steps = after_applying(application.answer_due_on, sent_on=local_day(application.created_at))
    return page("applications/sent.html", application=application, steps=steps)


@blueprint.get("/me/applications")
@access("application.own")
def mine() -> Response:
    uow = current_uow()
    listed = paged(uow, visible_applications(uow.actor, with_posting(applications_of(uow.actor.user_id))))
    return page("applications/mine.html", listed=listed, next_words=next_words)


@blueprint.get("/me/applications/<public_id>")
@access("application.own")
def application(public_id: str) -> Response:
    found = load_application(public_id, log=True)
    steps = person_steps(found, reason_names(current_uow()))
    uow = current_uow()
    return page(
        "applications/application.html",
        application=found,
        steps=steps,
        interview=standing_interview(uow, found.id),
        no_show=no_show_of(uow, found.id),
        free=len(free_slots(uow, found.posting_id)) if found.slots_offered_at else 0,
        papers=paper_lines(uow, found),
        undo_until=undo_until(uow, found),
        now=uow.now,
        is_over=interview_is_over(found),
        hint=reason_hint(current_uow(), found.reason_code),
        sent_by=sender_name(current_uow(), found),
    )


@blueprint.post("/me/applications/<public_id>/accept")
@access("application.own")
def accept(public_id: str) -> Answer:
    """Accepting asks which other applications to keep, where there are any."""
    done = _press(public_id, Move.ACCEPT, _("已告诉单位您接受录用"))
    if other_live(current_uow(), load_application(public_id)):
        return redirect(url_for("applications.keep", public_id=public_id), 303)
    return done


@blueprint.route("/me/applications/<public_id>/keep", methods=["GET", "POST"])
@access("application.own")
def keep(public_id: str) -> Answer:
    """After accepting: the other applications go on unless the person ends them here."""
    uow, found = current_uow(), load_application(public_id)
    others = other_live(uow, found)
    choices = [(one.public_id, one.posting.title) for one in others]
    form = KeepForm.submitted(others=choices, data={"keep": [code for code, _title in choices]})
    done = form.act(lambda: keep_applications(uow, found, keep=form.keep.data or []))
    if done is None:
        return page("applications/keep.html", application=found, others=others, form=form, next_words=next_words)
    for answer in done:
        if not answer.is_done:
            flash(f"{answer.application.posting.title}：{answer.message}", "warning")
    flash(_("已记下，留着 %(n)s 份投递", n=len(others) - sum(answer.is_done for answer in done)), "success")
    return redirect(url_for("applications.application", public_id=public_id), 303)


@blueprint.route("/me/applications/<public_id>/other-time", methods=["GET", "POST"])
@access("application.own")
def other_time(public_id: str) -> Answer:
    uow, found = current_uow(), load_application(public_id)
    form = WishForm.submitted(obj=found)
    done, is_late = act_or_keep(
        form,
        lambda: move_application(
            uow, found, Move.ASK_TIME, version=form.version.data, interview_wish=form.interview_wish.data
        ),
    )
    if done is not None:
        flash(_("已告诉单位，等单位重新约时间"), "success")
        return redirect(url_for("applications.application", public_id=public_id), 303)
    return form_page("applications/other_time.html", form, is_late, application=load_application(public_id))


@blueprint.route("/me/applications/<public_id>/withdraw", methods=["GET", "POST"])
@access("application.own")
def withdraw(public_id: str) -> Answer:
    uow, found = current_uow(), load_application(public_id)
    form = WithdrawForm.submitted(
        data={"version": found.version}, reasons=reason_choices(uow, ReasonKind.APPLICATION_WITHDRAW)
    )
    done, is_late = act_or_keep(
        form,
        lambda: move_application(
            uow,
            found,
            Move.WITHDRAW,
            version=form.version.data,
            reason_code=form.reason_code.data or "",
            note=form.note.data or "",
        ),
    )
    if done is not None:
        flash(_("已撤回，这家单位看不到您的简历了"), "success")
        return redirect(url_for("applications.application", public_id=public_id), 303)
    days = again_days(uow)
    return form_page("applications/withdraw.html", form, is_late, application=load_application(public_id), days=days)


@blueprint.route("/me/applications/<public_id>/start", methods=["GET", "POST"])
@access("application.own")
def start(public_id: str) -> Answer:
    uow, found = current_uow(), load_application(public_id)
    form = StartForm.submitted(obj=found, data={"start_on": found.start_reported_on or uow.today})
    done, is_late = act_or_keep(
        form,
        lambda: move_application(
            uow, found, Move.CONFIRM_START, version=form.version.data, start_on=form.start_on.data
        ),
    )
    if done is not None:
        flash(_("恭喜入职。其他投递已结束，并告诉了那些单位"), "success")
        return redirect(url_for("applications.application", public_id=public_id), 303)
    found = load_application(public_id)
    return form_page("applications/start.html", form, is_late, application=found, others=other_live(uow, found))


def _press(public_id: str, move: Move, words: str) -> Redirect:
    """A move of one button; whoever presses twice finds it done."""
    found = load_application(public_id)
    form = MoveForm.submitted()
    if form.act(lambda: move_application(current_uow(), found, move, version=form.version.data)) is not None:
        flash(words, "success")
    return redirect(url_for("applications.application", public_id=public_id), 303)
