"""Papers: handing one in (the employer or staff), looking at it, saying what was found, and 军创."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, make_response, redirect, request, url_for
from sqlalchemy import select

from jobmatch.core.actors import Actor
from jobmatch.core.child import run_limited
from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.pictures import shrink
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import MOST_BYTES, take_upload
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import names
from jobmatch.reference.states import ReasonKind
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, local_path, page
from recruiters.employers import choices, queries
from recruiters.employers.blueprint import blueprint
from recruiters.employers.forms import EndForm, FoundingForm, JudgeForm, PaperForm, SeenForm
from recruiters.employers.models import Employer
from recruiters.employers.policies import can_vet_employer, visible_office_employers, visible_own_employers
from recruiters.employers.services import founding, papers
from recruiters.employers.states import FoundingBasis, PaperKind, PaperVerdict, PaperWay

# The form around the file has some fields of its own.
_BODY = MOST_BYTES + 64 * 1024
PICTURE = "recruiters.employers.pictures:picture_of"


def wanted_papers(employer: Employer) -> list[PaperKind]:
    """Which papers the pages ask this employer for; that of its founding is offered to everybody."""
    wanted = [PaperKind.LICENCE, *([PaperKind.PERMIT] if employer.is_agency else [])]
    return [*wanted, PaperKind.FOUNDING]


def judge_form(uow: UnitOfWork, paper_id: str, *, submitted: bool = False) -> JudgeForm:
    """The form under a picture; its names carry the paper, because a page shows many."""
    form = JudgeForm(request.form if submitted else None, prefix=f"{paper_id}-")
    form.reason_code.choices = [("", _("请选择")), *choices.reasons(uow, ReasonKind.EMPLOYER_MORE)]
    return form


def _employer(uow: UnitOfWork, public_id: str) -> Employer:
    """The own employer, or with a ``public_id`` one of the subtree. Raises ``NotFound``."""
    if not public_id:
        own: Employer = uow.one(visible_own_employers(uow.actor, queries.employers()))
        return own
    query = queries.load_full(select(Employer).where(Employer.public_id == public_id))
    found: Employer = uow.one(visible_office_employers(uow.actor, query))
    return found


def _kind(text: str) -> PaperKind:
    if text not in set(PaperKind):
        raise NotFound
    return PaperKind(text)


def _upload(public_id: str, kind: PaperKind) -> Any:
    """The file is checked and its picture made outside any unit; it is stored only when both went well."""
    form, actor = PaperForm.submitted(), g.actor
    back = url_for("employers.staff_papers", public_id=public_id) if public_id else url_for("employers.profile")
    if request.method == "POST" and form.act(lambda: _read_and_keep(public_id, kind, form, actor)):
        flash(_("%(paper)s已上传，等服务站查看", paper=kind.label), "success")
        return redirect(back, 303)
    with current_runtime().unit(actor, writing=False) as uow:
        employer = _employer(uow, public_id)
        layout = "staff.html" if public_id else "employer.html"
        return page("employers/paper.html", layout=layout, form=form, employer=employer, kind=kind, back=back)


def _read_and_keep(public_id: str, kind: PaperKind, form: PaperForm, actor: Actor) -> bool:
    runtime, file = current_runtime(), request.files.get(form.file.name)
    with runtime.unit(actor, writing=False) as uow:
        papers.check_may_hand_in(uow, _employer(uow, public_id))
    if file is None or not file.filename:
        raise Invalid(fields={"file": _("请选一个文件")})
    try:
        upload = take_upload(file.filename, file.read(MOST_BYTES + 1), papers.KINDS)
    except Invalid as error:
        raise Invalid(fields={"file": error.message}) from None
    try:
        picture = run_limited(PICTURE, upload.content, memory_mb=1024)
    except Invalid:
        raise Invalid(fields={"file": _("这张照片或 PDF 打不开，请重新拍一张或者重新导出")}) from None
    with runtime.unit(actor) as uow:
        employer = _employer(uow, public_id)
        papers.hand_in_paper(uow, employer, kind=kind, upload=upload, picture=picture)
    return True


def _original(public_id: str, paper_id: str) -> Response:
    uow = current_uow()
    employer = _employer(uow, public_id)
    paper = papers.find_paper(uow, employer, paper_id)
    content = papers.read_paper(uow, employer, paper)
    return download(content, paper.file.name if paper.file else "", "application/octet-stream")


def _picture(public_id: str, paper_id: str) -> Response:
    """The picture made of a paper, or a small one for a page; it holds nothing of the file but what is seen."""
    uow = current_uow()
    employer = _employer(uow, public_id)
    content = papers.read_picture(uow, employer, papers.find_paper(uow, employer, paper_id))
    answer = make_response(shrink(content) if request.args.get("small") else content)
    answer.mimetype = "image/jpeg"
    return answer


@blueprint.route("/employer/papers/<kind>/upload", methods=["GET", "POST"])
@access("employer.own", slow=True, upload=_BODY)
def upload_paper(kind: str) -> Any:
    return _upload("", _kind(kind))


@blueprint.get("/employer/papers/<paper_id>/file")
@access("employer.own")
def paper_file(paper_id: str) -> Response:
    return _original("", paper_id)


@blueprint.get("/employer/papers/<paper_id>/picture")
@access("employer.own")
def paper_picture(paper_id: str) -> Response:
    return _picture("", paper_id)


@blueprint.route("/staff/employers/<public_id>/papers/<kind>/upload", methods=["GET", "POST"])
@access("employer.vet", slow=True, upload=_BODY)
def staff_upload_paper(public_id: str, kind: str) -> Any:
    return _upload(public_id, _kind(kind))


@blueprint.get("/staff/employers/<public_id>/papers/<paper_id>/file")
@access("employer.vet")
def staff_paper_file(public_id: str, paper_id: str) -> Response:
    return _original(public_id, paper_id)


@blueprint.get("/staff/employers/<public_id>/papers/<paper_id>/picture")
@access("employer.vet")
def staff_paper_picture(public_id: str, paper_id: str) -> Response:
    return _picture(public_id, paper_id)


@blueprint.get("/staff/employers/<public_id>/papers")
@access("employer.vet")
def staff_papers(public_id: str) -> Response:
    """Every paper of an employer with what was found, and its lines about 军创."""
    return _papers_page(_employer(current_uow(), public_id))


def _papers_page(
    employer: Employer,
    *,
    judged: tuple[str, JudgeForm] | None = None,
    seen: SeenForm | None = None,
    founded: FoundingForm | None = None,
    ended: tuple[str, EndForm] | None = None,
) -> Response:
    uow = current_uow()
    tried = (judged[1] if judged else None, seen, founded, ended[1] if ended else None)
    forms = [form for form in tried if form is not None and form.has_errors]
    current = queries.papers_of(uow.session, [employer])[employer.id]
    foundings = queries.foundings_of(uow.session, employer.id)
    judging = {paper.public_id: judge_form(uow, paper.public_id) for paper in current.values()}
    return page(
        "employers/staff_papers.html",
        form=forms[0] if forms else None,
        employer=employer,
        papers=current,
        paper_kinds=wanted_papers(employer),
        history=queries.all_papers(uow.session, employer.id),
        reasons=names(uow.session, Reason),
        judging=judging | (dict([judged]) if judged else {}),
        seen_form=seen or SeenForm(),
        founding_form=founded or FoundingForm(),
        end_forms={row.public_id: EndForm(prefix=f"{row.public_id}-") for row in foundings}
        | (dict([ended]) if ended else {}),
        foundings=foundings,
        is_public=queries.is_public_record(employer),
        may_decide=can_vet_employer(uow.actor, employer),
        today=uow.today,
    )


@blueprint.post("/staff/employers/<public_id>/papers/<paper_id>/judge")
@access("employer.vet")
def judge(public_id: str, paper_id: str) -> Any:
    """One paper is legible and matches, or is not."""
    uow = current_uow()
    employer = _employer(uow, public_id)
    paper, form = papers.find_paper(uow, employer, paper_id), judge_form(uow, paper_id, submitted=True)
    done = form.act(
        lambda: papers.judge_paper(
            uow,
            employer,
            paper,
            is_legible=form.verdict.data == PaperVerdict.LEGIBLE.value,
            reason_code=form.reason_code.data,
            note=form.note.data or "",
        )
    )
    if done is None:
        return _papers_page(employer, judged=(paper_id, form))
    flash(_("%(paper)s：%(verdict)s", paper=paper.kind.label, verdict=paper.verdict.label), "success")
    back = local_path(request.form.get("back")) or url_for("employers.staff_papers", public_id=public_id)
    return redirect(back, 303)


@blueprint.post("/staff/employers/<public_id>/papers/seen")
@access("employer.vet")
def record_seen(public_id: str) -> Any:
    """The licence of a public body or an imported employer was looked up."""
    uow = current_uow()
    employer, form = _employer(uow, public_id), SeenForm.submitted()
    way = PaperWay(form.way.data) if form.way.data in set(PaperWay) else PaperWay.UPLOAD
    if form.act(lambda: papers.record_seen_licence(uow, employer, way=way, note=form.note.data or "")) is None:
        return _papers_page(employer, seen=form)
    flash(_("已记下核对情况"), "success")
    return redirect(url_for("employers.staff_papers", public_id=public_id), 303)


@blueprint.post("/staff/employers/<public_id>/founding")
@access("employer.vet")
def add_founding(public_id: str) -> Any:
    """Note that an employer is veteran-founded."""
    uow = current_uow()
    employer, form = _employer(uow, public_id), FoundingForm.submitted()
    chosen = form.basis.data in set(FoundingBasis)
    done = form.act(
        lambda: founding.record_founding(
            uow,
            employer,
            basis=FoundingBasis(form.basis.data) if chosen else FoundingBasis.FOUNDER,
            share_percent=form.share_percent.data,
            valid_from=form.valid_from.data,
            valid_until=form.valid_until.data,
            note=form.note.data or "",
        )
    )
    if done is None:
        return _papers_page(employer, founded=form)
    flash(_("军创情况已记下"), "success")
    return redirect(url_for("employers.staff_papers", public_id=public_id), 303)


def _change_founding(public_id: str, founding_id: str, *, ends: bool) -> Any:
    uow = current_uow()
    employer, form = _employer(uow, public_id), EndForm(request.form, prefix=f"{founding_id}-")
    row = founding.find_founding(uow, employer, founding_id)

    def change() -> bool:
        if ends:
            founding.end_founding(uow, employer, row, valid_until=form.valid_until.data)
        else:
            founding.confirm_founding(uow, employer, row, note=form.note.data or "")
        return True

    if form.act(change) is None:
        return _papers_page(employer, ended=(founding_id, form))
    flash(_("军创情况已记下"), "success")
    return redirect(url_for("employers.staff_papers", public_id=public_id), 303)


@blueprint.post("/staff/employers/<public_id>/founding/<founding_id>/end")
@access("employer.vet")
def end_founding(public_id: str, founding_id: str) -> Any:
    return _change_founding(public_id, founding_id, ends=True)


@blueprint.post("/staff/employers/<public_id>/founding/<founding_id>/confirm")
@access("employer.vet")
def confirm_founding(public_id: str, founding_id: str) -> Any:
    return _change_founding(public_id, founding_id, ends=False)
