"""Assessment, completion and certificates of a class."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX
from jobmatch.core.uploads import Kind
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import download
from jobmatch.web.uploaded import BODY, uploaded
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import managed_session, run_session
from training.courses.classroom import queries
from training.courses.classroom.blueprint import blueprint
from training.courses.classroom.forms import CertificateForm, CompletionForm, ReasonForm, SheetForm, TableForm
from training.courses.classroom.papers import certificate_pdf, find_facts
from training.courses.classroom.score_sheets import ScoreSheet, read_scores, score_workbook
from training.courses.classroom.services import certificates, results
from training.courses.classroom.states import CourseCertificateKind
from training.courses.classroom.views.common import address, both, class_page
from training.courses.enrollment.states import EnrollmentState

PASSED = {"yes": True, "no": False}


def _results_page(side: str, found: CourseSession, form: Any = None, sheet: ScoreSheet | None = None) -> Response:
    uow = current_uow()
    share = results.exam_share(uow, found)
    people = queries.members(uow.session, found)
    return class_page(
        side,
        "classroom/results.html",
        found,
        form=form,
        people=people,
        share=share,
        admitted={one.enrollment.public_id for one in people if results.is_admitted(one, share)},
        attending=[one for one in people if one.enrollment.state is EnrollmentState.ATTENDING],
        completed=sum(one.enrollment.state is EnrollmentState.COMPLETED for one in people),
        open_count=queries.open_meeting_count(uow.session, found),
        typed=sheet.boxes if sheet else request.form,
        sheet=sheet,
        sheet_form=form if isinstance(form, SheetForm) else SheetForm(),
        cells=getattr(form, "cell_errors", {}),
    )


@both("/results", "results")
def results_page(side: str, public_id: str) -> Response:
    """Hours, scores and results of everybody on one page."""
    return _results_page(side, run_session(current_uow(), public_id))


@both("/results", "enter", methods=("POST",))
def enter(side: str, public_id: str) -> Any:
    """Keep what was entered, or let everybody pass of whom nothing is said."""
    uow, found, form = current_uow(), run_session(current_uow(), public_id), TableForm.submitted()
    if request.form.get("press") == "all":
        done = form.act_or_say(lambda: results.pass_everybody(uow, found) + 1)
    else:
        done = form.act_or_say(lambda: results.enter_results(uow, found, _entered()) + 1)
    if done is None:
        return _results_page(side, found, form)
    flash(_("已保存"), "success")
    return redirect(address(side, found, "results"), 303)


@both("/results.xlsx", "results_file")
def results_file(side: str, public_id: str) -> Response:
    """The class as a workbook to fill in."""
    uow, found = current_uow(), run_session(current_uow(), public_id)
    people = [one for one in queries.members(uow.session, found) if one.enrollment.state is EnrollmentState.ATTENDING]
    return download(score_workbook(people), f"{found.title}-{_('考核成绩')}.xlsx", XLSX)


@both("/results/sheet", "read_sheet", methods=("POST",), slow=True, upload=BODY)
def read_sheet(side: str, public_id: str) -> Response:
    """A filled-in workbook fills the boxes of the page, where somebody looks at them; nothing is kept yet."""
    form = SheetForm.submitted()
    upload = form.act(lambda: uploaded("file", (Kind.XLSX, Kind.CSV)))
    with page_unit() as uow:
        found = run_session(uow, public_id)
        people = queries.members(uow.session, found)
        sheet = form.act(lambda: read_scores(upload.content, people)) if upload else None
        return _results_page(side, found, form if form.has_errors else None, sheet)


def _entered() -> dict[str, results.Result]:
    """The boxes of the page; a score that is no number is one that cannot be."""
    entered = {}
    for name, text in request.form.items():
        if name.startswith("score-"):
            public_id, score = name.removeprefix("score-")[:16], text.strip()
            value = (int(score) if score.isdecimal() and len(score) < 5 else -1) if score else None
            entered[public_id] = results.Result(value, PASSED.get(request.form.get(f"passed-{public_id}", "")))
    return entered


@blueprint.post("/staff/classes/<public_id>/complete")
@access("class.manage")
def staff_complete(public_id: str) -> Any:
    """Everybody completes the class or does not."""
    uow, found, form = current_uow(), managed_session(current_uow(), public_id), EmptyForm.submitted()
    done = form.act_or_say(lambda: results.complete_class(uow, found))
    if done is None:
        return _results_page("staff", found, form)
    flash(_("%(yes)s 人结业，%(no)s 人没有结业，都已通知本人", yes=done[0], no=done[1]), "success")
    return redirect(url_for("classroom.staff_certificates", public_id=public_id), 303)


def _certificates_page(found: CourseSession, form: Any = None) -> Response:
    uow = current_uow()
    people = [one for one in queries.members(uow.session, found) if one.enrollment.state is EnrollmentState.COMPLETED]
    day = {"issued_on": uow.today}
    other = form if isinstance(form, CertificateForm) else CertificateForm(data=day)
    other.certificate_code.show(queries.certificate_names(uow.session, certificates.certificate_codes(found)))
    completion = form if isinstance(form, CompletionForm) and form is not other else CompletionForm(data=day)
    held = queries.certificates_of(uow.session, [one.enrollment.id for one in people])
    has_completion = {
        one
        for one, rows in held.items()
        for row in rows
        if row.kind is CourseCertificateKind.COMPLETION and row.revoked_at is None
    }
    return class_page(
        "staff",
        "classroom/certificates.html",
        found,
        form=form,
        people=people,
        held=held,
        without=sum(one.enrollment.id not in has_completion for one in people),
        completion=completion,
        other=other,
        typed=request.form,
        cells=getattr(form, "cell_errors", {}),
    )


@blueprint.get("/staff/classes/<public_id>/certificates")
@access("class.manage")
def staff_certificates(public_id: str) -> Response:
    """Who got which certificate, and the two ways to give them out."""
    return _certificates_page(managed_session(current_uow(), public_id))


@blueprint.post("/staff/classes/<public_id>/certificates/completion")
@access("class.manage")
def staff_issue_completions(public_id: str) -> Any:
    """Completion certificates for everybody who has none."""
    uow, found, form = current_uow(), managed_session(current_uow(), public_id), CompletionForm.submitted()
    done = form.act_or_say(lambda: certificates.issue_completions(uow, found, issued_on=form.issued_on.data) + 1)
    if done is None:
        return _certificates_page(found, form)
    words = _("发了 %(n)s 本结业证书，已通知本人", n=done - 1) if done > 1 else _("结业证书都发过了")
    flash(words, "success" if done > 1 else "info")
    return redirect(url_for("classroom.staff_certificates", public_id=public_id), 303)


@blueprint.post("/staff/classes/<public_id>/certificates")
@access("class.manage")
def staff_issue(public_id: str) -> Any:
    """Numbers of certificates of somebody else, for the whole class."""
    uow, found, form = current_uow(), managed_session(current_uow(), public_id), CertificateForm.submitted()
    done = form.act_or_say(
        lambda: certificates.issue_certificates(
            uow,
            found,
            kind=CourseCertificateKind(form.kind.data),
            numbers={
                name.removeprefix("number-"): text for name, text in request.form.items() if name.startswith("number-")
            },
            certificate_code=form.certificate_code.data,
            issued_on=form.issued_on.data,
            expires_on=form.expires_on.data,
        )
    )
    if done is None:
        return _certificates_page(found, form)
    flash(_("登记了 %(n)s 本，岗位匹配已经认了", n=done), "success")
    return redirect(url_for("classroom.staff_certificates", public_id=public_id), 303)


@blueprint.route("/staff/classes/<public_id>/certificates/<certificate_id>/revoke", methods=["GET", "POST"])
@access("class.manage")
def staff_revoke(public_id: str, certificate_id: str) -> Any:
    """Take a certificate back, with the reason that the verifying page shows."""
    uow, found, form = current_uow(), managed_session(current_uow(), public_id), ReasonForm.submitted()
    row, enrollment = queries.get_certificate(uow.session, found.id, certificate_id)

    def take_back() -> bool:
        certificates.revoke_certificate(uow, found, enrollment, row, reason=form.reason.data or "")
        return True

    if form.act_or_say(take_back) is None:
        return class_page("staff", "classroom/revoke.html", found, form=form, certificate=row)
    flash(_("已作废，查验页已经写明"), "success")
    return redirect(url_for("classroom.staff_certificates", public_id=public_id), 303)


@blueprint.get("/staff/classes/<public_id>/certificates/<certificate_id>.pdf")
@access("class.manage", slow=True)
def staff_certificate_pdf(public_id: str, certificate_id: str) -> Response:
    """The completion certificate to print."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        found = managed_session(uow, public_id)
        row, _enrollment = queries.get_certificate(uow.session, found.id, certificate_id)
        facts = find_facts(uow.session, row.public_id)
    return certificate_answer(facts)


def certificate_answer(facts: Any) -> Response:
    """The PDF of a completion certificate that is valid. Raises ``NotFound`` for all others."""
    if facts is None or facts.kind is not CourseCertificateKind.COMPLETION or facts.revoked_at is not None:
        raise NotFound
    verify = url_for("classroom.verify", public_id=facts.public_id, _external=True)
    return download(certificate_pdf(facts, verify), f"{facts.kind.label}-{facts.number}.pdf", "application/pdf")
