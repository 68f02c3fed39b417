"""What a fair is made known with: a page with the texts to copy, and every paper to download."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.sheets import XLSX
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import worked_fair
from jobmatch.fairs.publicity import outputs
from jobmatch.fairs.publicity.blueprint import blueprint
from jobmatch.fairs.publicity.booklets import Booklet, make_booklet
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import download, page

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAKERS: dict[str, tuple[str, str, Callable[[Booklet], Any]]] = {
    "booklet.pdf": ("岗位册.pdf", "application/pdf", outputs.booklet_pdf),
    "booklet.docx": ("岗位册.docx", DOCX, outputs.booklet_docx),
    "booklet.xlsx": ("岗位册.xlsx", XLSX, outputs.booklet_xlsx),
    "poster.pdf": ("海报.pdf", "application/pdf", outputs.poster_pdf),
    "article.html": ("公众号.html", "text/html", outputs.article_html),
    "group.txt": ("群发.txt", "text/plain", outputs.group_text),
}
"""Each output by the end of its address: how the file is called, what it is, and who makes it."""
PUBLIC_PAGE, BOOTH_PAGE = "visitors.fair", "fairday.stand"


def _booklet(fair: JobFair) -> Booklet:
    """The booklet with the addresses of this site."""
    url = url_for(PUBLIC_PAGE, public_id=fair.public_id, _external=True)
    posting_url = url_for("applications.posting", public_id="ID", _external=True).replace("ID", "{id}")
    booth_url = url_for(BOOTH_PAGE, public_id=fair.public_id, exhibitor_id="ID", _external=True)
    booth_url = "{id}".join(booth_url.rsplit("ID", 1))
    return make_booklet(current_uow(), fair, url=url, posting_url=posting_url, booth_url=booth_url)


@blueprint.get("/staff/fairs/<public_id>/publicity")
@access("fair.manage")
def papers(public_id: str) -> Response:
    """How many employers and postings are in, the texts to copy, and what can be downloaded."""
    fair = worked_fair(current_uow(), public_id)
    booklet = _booklet(fair)
    return page("publicity/papers.html", fair=fair, booklet=booklet, group=outputs.group_text(booklet))


@blueprint.get("/staff/fairs/<public_id>/publicity/<output>")
@access("fair.manage")
def paper(public_id: str, output: str) -> Response:
    """One paper to keep."""
    if output not in MAKERS:
        raise NotFound
    fair = worked_fair(current_uow(), public_id)
    name, mimetype, make = MAKERS[output]
    made = make(_booklet(fair))
    return download(made.encode() if isinstance(made, str) else made, f"{fair.title} {name}", mimetype)
