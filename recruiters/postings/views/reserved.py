"""The office's page about a claimed 专岗: its facts, its paper, and which rule lines it does not meet yet."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import MOST_BYTES, take_upload
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, page_unit
from jobmatch.web.pages import download, page
from recruiters.postings import queries
from recruiters.postings.blueprint import blueprint
from recruiters.postings.forms import ReservedForm
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_office_postings
from recruiters.postings.reserved import reserved_blocks
from recruiters.postings.services import reserved
from recruiters.postings.states import NoticeResult

# The form around the file has some fields of its own.
_BODY = MOST_BYTES + 64 * 1024


def _posting(uow: UnitOfWork, public_id: str) -> Posting:
    found: Posting = uow.one(visible_office_postings(uow.actor, queries.posting_by_id(public_id)))
    return found


@blueprint.route("/staff/postings/<public_id>/reserved", methods=["GET", "POST"])
@access("posting.review", slow=True, upload=_BODY)
def reserved_post(public_id: str) -> Any:
    """The file is checked and drawn anew outside any unit, and stored only when that went well."""
    form: Any = ReservedForm.submitted()
    if request.method == "POST":
        lines = form.act(lambda: _keep(public_id, form))
        if lines is not None:
            flash(_("已保存，专岗材料齐了") if not lines else _("已保存，还差 %(n)s 条", n=len(lines)), "success")
            return redirect(url_for("postings.reserved_post", public_id=public_id), 303)
    with page_unit() as uow:
        posting = _posting(uow, public_id)
        row = queries.find_reserved(uow.session, posting.id)
        if request.method == "GET":
            form = ReservedForm(obj=row) if row else ReservedForm(data={"quota": posting.vacancy_count})
        lines = reserved_blocks(uow.session, posting, row, uow.today)
        return page("postings/reserved.html", form=form, posting=posting, row=row, lines=lines)


def _keep(public_id: str, form: Any) -> Any:
    runtime, file = current_runtime(), request.files.get(form.file.name)
    with runtime.unit(g.actor, writing=False) as uow:
        reserved.check_may_keep(uow, _posting(uow, public_id))
    upload = None
    if file is not None and file.filename:
        try:
            upload = take_upload(file.filename, file.read(MOST_BYTES + 1), reserved.KINDS)
        except Invalid as error:
            raise Invalid(fields={"file": error.message}) from None
    with runtime.unit(g.actor) as uow:
        return reserved.save_reserved(
            uow,
            _posting(uow, public_id),
            kind=form.kind.data,
            organ=form.organ.data or "",
            paper_number=form.paper_number.data or "",
            quota=form.quota.data,
            notice_from=form.notice_from.data,
            notice_to=form.notice_to.data,
            result=form.result.data or NoticeResult.RUNNING,
            upload=upload,
        )


@blueprint.get("/staff/postings/<public_id>/reserved/paper")
@access("posting.review", slow=True)
def reserved_paper(public_id: str) -> Response:
    """The paper as it is kept."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        content, name, mimetype = reserved.read_reserved_paper(uow, _posting(uow, public_id))
    return download(content, name, mimetype)
