"""Pages of the employer: interview times and results, links for phones, documents, and who is still there."""

from __future__ import annotations

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Redirect

from jobmatch.accounts.qr import qr_svg
from jobmatch.applications.forms import MorePlacesForm, MoveForm, ResultForm, SlotForm, StillThereForm
from jobmatch.applications.models import Application, ApplicationDocument, InterviewSlot
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import (
    application_named,
    asked_documents,
    documents_of,
    reason_choices,
    retention_checks,
    slots_of,
    with_parties,
    with_posting,
)
from jobmatch.applications.services import documents, slots
from jobmatch.applications.services.interviews import record_result
from jobmatch.applications.services.links import make_link
from jobmatch.applications.services.retention import answer_still_there
from jobmatch.applications.states import LinkPurpose, Stage, StillThere
from jobmatch.applications.views.common import blueprint, load_application
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import DocumentKind
from jobmatch.reference.queries import choices
from jobmatch.reference.states import ReasonKind
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download, page, paged
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_own_postings
from recruiters.postings.queries import posting_by_id
from recruiters.postings.services.hiring import add_vacancies

Answer = Response | Redirect


def _posting(public_id: str) -> Posting:
    uow = current_uow()
    found: Posting = uow.one(visible_own_postings(uow.actor, posting_by_id(public_id)))
    return found


def _to_one(public_id: str) -> Redirect:
    return redirect(url_for("applications.received_one", public_id=public_id), 303)


# ---------- times ----------


@blueprint.route("/employer/postings/<public_id>/interviews", methods=["GET", "POST"])
@access("application.handle")
def slots_page(public_id: str) -> Answer:
    """The times of a posting with who has a seat, and adding some."""
    uow, posting = current_uow(), _posting(public_id)
    form = SlotForm.submitted(data={"place": posting.address, "minutes": 30, "capacity": 1, "rounds": 1})
    done = form.act(
        lambda: slots.add_slot(
            uow,
            posting,
            starts_at=form.starts_at.data,
            place=form.place.data or "",
            minutes=form.minutes.data,
            capacity=form.capacity.data,
            rounds=form.rounds.data,
        )
    )
    if done is not None:
        flash(_("加了 %(n)s 场，可以请人来选了", n=len(done)), "success")
        return redirect(url_for("applications.slots_page", public_id=public_id), 303)
    found = uow.rows(slots_of(posting.id, uow.now).limit(100))
    holders = select(Application).where(Application.slot_id.in_([slot.id for slot in found]))
    seated: dict[int | None, list[Application]] = {}
    for one in uow.rows(visible_applications(uow.actor, with_parties(holders))):
        seated.setdefault(one.slot_id, []).append(one)
    return page("applications/slots.html", form=form, posting=posting, slots=found, seated=seated)


@blueprint.post("/employer/postings/<public_id>/interviews/<slot_id>/close")
@access("application.handle")
def close_slot(public_id: str, slot_id: str) -> Answer:
    uow, posting = current_uow(), _posting(public_id)
    query = select(InterviewSlot).where(InterviewSlot.public_id == slot_id, InterviewSlot.posting_id == posting.id)
    slot = uow.one(query)
    if EmptyForm.submitted().act(lambda: slots.close_slot(uow, slot, posting)):
        flash(_("这一场取消了"), "success")
    return redirect(url_for("applications.slots_page", public_id=public_id), 303)


@blueprint.post("/employer/applications/<public_id>/offer-slots")
@access("application.handle")
def offer_slots(public_id: str) -> Answer:
    found = load_application(public_id)
    [answer] = slots.offer_slots(current_uow(), [found])
    if answer.is_done:
        flash(_("已请本人选面试时间"), "success")
        return _to_one(public_id)
    flash(answer.message, "warning")
    return redirect(url_for("applications.slots_page", public_id=found.posting.public_id), 303)


# ---------- results ----------


@blueprint.post("/employer/applications/<public_id>/result")
@access("application.handle")
def result(public_id: str) -> Answer:
    """One tap after the interview."""
    found, form = load_application(public_id), ResultForm.submitted()
    done = form.act(
        lambda: record_result(current_uow(), found, result=form.result.data or "", version=form.version.data)
    )
    for words in [] if done else [*form.form_errors, *(one for f in form for one in f.errors)]:
        flash(words, "warning")
    if done is not None:
        flash(_("面试结果记下了"), "success")
    return _to_one(public_id)


@blueprint.post("/employer/applications/<public_id>/link")
@access("application.handle")
def interviewer_link(public_id: str) -> Answer:
    """A link for whoever holds the interview: shown once, kept nowhere."""
    found, form = load_application(public_id), MoveForm.submitted()
    token = form.act(lambda: make_link(current_uow(), found, LinkPurpose.RESULT))
    if token is None:
        return _to_one(public_id)
    address = url_for("applications.by_link", token=token, _external=True)
    return page("applications/link.html", application=found, address=address, code=qr_svg(address), is_staff=False)


# ---------- places and documents ----------


@blueprint.post("/employer/postings/<public_id>/more")
@access("posting.submit")
def more_places(public_id: str) -> Answer:
    """加人: more vacancies in one tap; a posting that was full opens again."""
    uow, posting = current_uow(), _posting(public_id)
    form = MorePlacesForm.submitted()
    done = form.act(lambda: add_vacancies(uow, posting, count=form.count.data or 0))
    if done is not None:
        flash(_("招聘人数加到 %(n)s 人", n=done.vacancy_count), "success")
    for words in [] if done else [*form.form_errors, *(one for f in form for one in f.errors)]:
        flash(words, "warning")
    return redirect(url_for("postings.own", public_id=public_id), 303)


@blueprint.route("/employer/postings/<public_id>/documents", methods=["GET", "POST"])
@access("application.handle")
def posting_documents(public_id: str) -> Answer:
    """What a posting asks for, and when; nothing is asked for when somebody applies."""
    uow, posting = current_uow(), _posting(public_id)
    kinds = choices(uow.session, DocumentKind)
    form = EmptyForm.submitted()
    wanted = {code: stage for code, _name in kinds if (stage := request.form.get(code, ""))}
    if form.act(lambda: (documents.ask_documents(uow, posting, wanted=wanted), True)):
        flash(_("记下了。到那一步，系统会请本人交"), "success")
        return redirect(url_for("postings.own", public_id=public_id), 303)
    asked = {row.kind_code: row.stage.value for row in asked_documents(uow, posting.id)}
    return page(
        "applications/posting_documents.html",
        form=form,
        posting=posting,
        kinds=kinds,
        asked=wanted if form.has_errors else asked,
        stages=Stage,
    )


@blueprint.get("/employer/applications/<public_id>/documents/<document_id>")
@access("application.handle", slow=True)
def see_document(public_id: str, document_id: str) -> Response:
    """A document, only while the application stands where it is asked for; the look is noted before it goes out."""
    with current_runtime().unit(g.actor) as uow:
        application, row = document_of_one(uow, public_id, document_id)
        file, content = documents.look_at(uow, application, row)
        name, mimetype = file.name, file.mimetype
    return download(content, name, mimetype)


def document_of_one(uow: UnitOfWork, public_id: str, document_id: str) -> tuple[Application, ApplicationDocument]:
    """An application the actor may see and one of its documents. Raises ``NotFound``."""
    application = uow.one(visible_applications(uow.actor, with_posting(application_named(public_id))))
    rows = documents_of(uow, application.id).values()
    row = next((one for one in rows if one.public_id == document_id), None)
    if row is None:
        raise NotFound
    return application, row


# ---------- who is still there ----------


@blueprint.get("/employer/hires")
@access("application.handle")
def hires() -> Response:
    """The people hired here about whom somebody asks, those that wait first."""
    uow = current_uow()
    waiting = uow.rows(visible_applications(uow.actor, with_parties(retention_checks(is_open=True)).limit(100)))
    listed = paged(uow, visible_applications(uow.actor, with_parties(retention_checks(is_open=False))))
    return page("applications/hires.html", waiting=waiting, listed=listed)


@blueprint.route("/employer/hires/<public_id>", methods=["GET", "POST"])
@access("application.handle")
def hire(public_id: str) -> Answer:
    """One answer: 还在 in one press, 已离开 with the day and the reason."""
    uow = current_uow()
    query = retention_checks(is_open=True, only=public_id)
    check, application = uow.one(visible_applications(uow.actor, with_parties(query)))
    form = StillThereForm.submitted(reasons=reason_choices(uow, ReasonKind.LEAVING))
    done = form.act(
        lambda: answer_still_there(
            uow,
            check,
            application,
            answer=form.answer.data or "",
            left_on=form.left_on.data,
            reason_code=form.reason_code.data or "",
        )
    )
    if done is None:
        return page("applications/hire.html", form=form, check=check, application=application)
    flash(_("记下了，谢谢") if done.answer is StillThere.STAYED else _("记下了，服务站会跟进"), "success")
    return redirect(url_for("applications.hires"), 303)
